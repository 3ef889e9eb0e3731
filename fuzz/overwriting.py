"""What a program was given is overwritten between forward and backward.

The gradient is the one of the numbers that were computed with, or an error says what changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd import Tensor
from fuzz.comparing import Wrong, close, shown
from fuzz.findings import Tally
from fuzz.program import Functions, Program


def _copied(x: Any) -> Any:
    """A copy of what an attribute holds, lists and arrays at any depth."""
    if isinstance(x, np.ndarray):
        return x.copy()
    return type(x)(map(_copied, x)) if isinstance(x, list | tuple) else x


def _overwrite(x: Any) -> None:
    """Other numbers in every array, and every list empty."""
    if isinstance(x, np.ndarray) and x.flags.writeable:
        x[...] = ~x if x.dtype == bool else 0 if x.dtype.kind in "iu" else x * 0.5 + 0.25
    elif isinstance(x, list | tuple):
        for item in x:
            _overwrite(item)
        if isinstance(x, list):
            x.clear()


def check_overwritten(
    program: Program, grads: list[Any], functions: Functions, tally: Tally
) -> None:
    for assigned in (False, True):
        steps = [
            replace(step, attrs={key: _copied(x) for key, x in step.attrs.items()})
            for step in program.steps
        ]
        leaves = [leaf.made() for leaf in program.leaves]
        leaves = [x.copy() if isinstance(x, np.ndarray) else x for x in leaves]
        out = replace(program, steps=tuple(steps)).run(functions, leaves)[-1]
        weights = None if program.weights is None else program.weights.copy()
        if assigned:
            moved = [x for x in leaves if isinstance(x, Tensor)]
            for x in moved[: 1 + len(steps) % 2]:
                x.data = x.data * 0.5 + 0.25
        else:
            for x in (*leaves, *(x for step in steps for x in step.attrs.values())):
                _overwrite(x)
        try:
            out.backward(weights)
        except RuntimeError as error:
            if "\n" in str(error):
                raise Wrong(f"the refusal is not one line: {error!r:.200}") from None
            tally.note("refused after an operand was overwritten")
            continue
        moving = [x for x, leaf in zip(leaves, program.leaves) if leaf.moves]
        for x, grad in zip(moving, grads, strict=True):
            mine = np.zeros(np.shape(x.data)) if x.grad is None else x.grad
            if not close(mine, grad, 1e-9):
                what = "a leaf was assigned" if assigned else "what it was given was overwritten"
                raise Wrong(f"after {what}, the gradient is {shown(mine)}, not {shown(grad)}")
