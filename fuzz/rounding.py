"""Whether rounding alone explains a difference: floor(0.9999) in float16, nearly equal elements."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from autograd import Tensor, Value
from fuzz.program import Functions
from fuzz.reference import REFERENCE

#: So many runs with other roundings; each element of a value is shaken on its own.
RUNS = 24

#: Losses and sums whose zeros may have either sign.
OPEN = frozenset("cross_entropy log_softmax logsumexp linear matmul dot inner vdot".split())


def shaken(functions: Functions, size: float, rng: np.random.Generator) -> Functions:
    """The functions, each result too large or too small by up to ``size`` of itself."""

    def shake(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*operands: Any, **attrs: Any) -> Any:
            out = function(*operands, **attrs)
            if isinstance(out, list | tuple):
                return [shake(lambda part=part: part)() for part in out]
            data = out.data if isinstance(out, Tensor | Value) else out
            return out * (1 + size * np.asarray(rng.uniform(-1, 1, np.shape(data))))[()]

        return call

    return {name: shake(function) for name, function in functions.items()}


def spans(
    run: Callable[[Functions], list[Any]],
    functions: Functions,
    dtypes: Collection[str],
    actual: list[Any],
    tolerance: float,
) -> bool:
    """Whether the results of ``run`` with other roundings lie on both sides of ``actual``."""
    rng = np.random.default_rng(0)
    size = 8 * max([float(np.finfo(dtype).eps) for dtype in dtypes], default=2.0**-52)
    runs = [run(shaken(functions, size, rng)) for _ in range(RUNS)]
    for place, array in enumerate(actual):
        results = [np.asarray(results[place], float) for results in runs]
        low, high = np.min(results, axis=0), np.max(results, axis=0)
        slack = tolerance * (1 + np.maximum(np.abs(low), np.abs(high)))
        inside = (low - slack <= array) & (array <= high + slack)
        inside |= (array == low) | (array == high) | (np.isnan(low) & np.isnan(array))
        if not np.all(inside):
            return False
    return True


def differs_by_signs_of_zero(
    run: Callable[[Functions], list[Any]], actual: Any, tolerance: float
) -> bool:
    """Whether each element is what NumPy gives for some signs of the zeros before it.

    Only the zeros of functions whose reference is a text of ours: they are sums, whose sign NumPy
    itself leaves to the order of the terms. ``arctan2`` of -0 and a negative number is -pi.
    """
    rng = np.random.default_rng(0)

    def signed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*operands: Any, **attrs: Any) -> Any:
            out = np.asarray(function(*operands, **attrs))
            signs = rng.choice((-1.0, 1.0), out.shape)
            return np.where(out == 0, np.copysign(0.0, signs), out)[()]

        return call

    table = {name: signed(f) if name in OPEN else f for name, f in REFERENCE.items()}
    inside = np.zeros(np.shape(actual), bool)
    for _ in range(RUNS):
        expected = np.asarray(run(table)[0], float)
        inside |= np.isclose(actual, expected, tolerance, tolerance, equal_nan=True)
    return bool(np.all(inside))
