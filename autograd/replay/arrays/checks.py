"""What a replay asks before it runs, as one expression each, and how it returns a Tensor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Array, Function, Quantity, State, stamp
from autograd.engine import Tensor
from autograd.replay.arrays.settings import alike


def unchanged(
    leaves: Sequence[tuple[Tensor, Array, bool]],
    assumed: Sequence[tuple[object, str, Quantity]],
    kept: Sequence[tuple[object, str, object]],
) -> Function:
    """Whether the leaves hold the very arrays they held, and attributes are what was assumed.

    Those of ``kept`` are the very objects.
    """
    space: State = {"alike": alike}
    tests = ["True"]
    for i, (leaf, seen, requires_grad) in enumerate(leaves):
        space[f"leaf{i}"], space[f"seen{i}"] = leaf, seen
        tests.append(f"leaf{i}._data is seen{i} and leaf{i}._requires_grad is {requires_grad}")
    for i, (holder, name, value) in enumerate(assumed):
        space[f"holder{i}"], space[f"value{i}"] = holder, value
        now = f"holder{i}.{name}"
        tests.append(f"({now} is value{i} or alike({now}, value{i}))")
    for i, (holder, name, value) in enumerate(kept):
        space[f"keeper{i}"], space[f"kept{i}"] = holder, value
        tests.append(f"keeper{i}.{name} is kept{i}")
    lines = [
        "def unchanged():",
        "    try:",
        f"        return {' and '.join(tests)}",
        "    except (AttributeError, ValueError):  # an attribute or a variable that is gone",
        "        return False",
        "",
    ]
    return stamp("\n".join(lines), "unchanged", space)


def takes(arrays: Sequence[Array]) -> Function:
    """Whether arguments are plain arrays of these shapes and dtypes."""
    space: State = {"ndarray": np.ndarray}
    tests = ["True"]
    for i, array in enumerate(arrays):
        space[f"dtype{i}"] = array.dtype
        tests.append(
            f"x{i}.__class__ is ndarray and x{i}.shape == {array.shape} and x{i}.dtype == dtype{i}"
        )
    names = ", ".join(f"x{i}" for i in range(len(arrays)))
    return stamp(f"def takes({names}):\n    return {' and '.join(tests)}\n", "takes", space)


_TENSOR = Tensor(0.0)


def constant(x: Quantity) -> Quantity:
    """A result that is the caller's own, as a Tensor without a gradient."""
    x = plain(x)
    return _TENSOR._constant(x) if isinstance(x, np.ndarray) else x


def plain(x: Quantity) -> Quantity:
    """A result that is the caller's own, as an array."""
    if isinstance(x, Tensor):
        x = x._data
    return x.copy() if isinstance(x, np.ndarray) else x
