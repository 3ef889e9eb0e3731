"""What a traced function returns, and what it is differentiated by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import Tensor
from autograd.replay.arrays.program import Apply, Call, Guard, Program, Ref
from autograd.replay.arrays.recording import Recorder


def result_refs(name: str, outputs: list[Quantity], recorder: Recorder) -> list[Quantity]:
    """The places of the results; numbers and None are constants."""
    refs = []
    for x in outputs:
        if not isinstance(x, Tensor | int | float | str | np.generic | None):
            raise TypeError(
                f"compile: {name} returned a {type(x).__name__}; it must return Tensors, or a "
                f"tuple, list or dict of them"
            )
        refs.append(recorder.ref(x))
    return refs


def differentiable(name: str, program: Program) -> list[int]:
    """The places that ``value_and_grad`` is by: floating arguments, or the captured leaves."""
    if program.acts:
        raise TypeError(
            f"compile: {name} calls backward() or an optimizer itself; call {name}, and read the "
            f"gradients of its leaves"
        )
    first = program.results[0] if len(program.results) == 1 else None
    if not isinstance(first, Ref) or program.shapes[first.place][0]:
        raise TypeError(
            f"compile: value_and_grad is of one number, and {name} returns something else; return "
            f"a sum or a mean"
        )
    places = program.arguments or list(program.leaves)
    return [place for place in places if program.requires[place]]


def guard_message(name: str, guard: Guard | Apply | Call) -> str:
    return (
        f"compile: {name} took another course here than when it was traced, at {guard.line}; use "
        f"autograd.where in place of the branch, or guards='retrace'"
    )


def copied(arrays: Sequence[Quantity]) -> list[Quantity]:
    """The results as the caller's own: numbers of no axis as arrays, too."""
    return [x.copy() if isinstance(x, np.ndarray) else x for x in arrays]
