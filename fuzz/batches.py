"""A program as a function of one leaf, over a batch of two: what a loop gives."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import autograd
from fuzz.comparing import Wrong, close, shown
from fuzz.program import Functions, Program


def check_batch(program: Program, functions: Functions) -> None:
    """Values and gradients of ``vmap`` of the program against those of a loop."""
    moving = [i for i, leaf in enumerate(program.leaves) if leaf.kind == "tensor"]
    if not moving:
        return
    at = moving[len(program.steps) % len(moving)]
    leaf = program.leaves[at].array
    arrays = [np.asarray(x.array) for x in program.leaves]
    rng = np.random.default_rng(4)
    batch = np.stack([leaf, leaf * (1 + 1e-3 * rng.uniform(-1, 1, leaf.shape))])

    def f(x: Any) -> Any:
        return program.run(functions, [*arrays[:at], x, *arrays[at + 1 :]])[-1]

    def slope(x: Any) -> Any:
        weights = 1.0 if program.weights is None else program.weights
        return autograd.grad(lambda moved: autograd.sum(f(moved) * weights))(x)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", autograd.derivatives.LoopWarning)
        for what, function in (("the value", f), ("the gradient", slope)):
            mapped = autograd.vmap(function)(batch)
            wanted = np.stack([np.asarray(function(x)) for x in batch])
            if not close(mapped, wanted, 1e-9):
                raise Wrong(f"vmap: {what} is {shown(mapped)}, of a loop {shown(wanted)}")
