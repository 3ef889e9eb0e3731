"""Shapes, axes, places and dtypes of the arrays in an operation of another library."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from autograd.calculus import Array, Quantity
from autograd.engine import NODES as F
from autograd.engine import Tensor
from autograd.imports.recomputing import Theirs

Axes: TypeAlias = int | Sequence[int] | None


def data(x: Quantity) -> Array:
    return x.data if isinstance(x, Tensor) else np.asarray(x)


def axes_of(axes: Axes) -> Quantity:
    """As NumPy takes them; no axes at all are all of them."""
    if axes is None or isinstance(axes, int):
        return axes
    several = tuple(int(axis) for axis in axes)
    return None if not several else several[0] if len(several) == 1 else several


def reshaped(x: Quantity, shape: Sequence[int]) -> Quantity:
    """``x`` in another shape, by the row that says best what happens."""
    before, after = data(x).shape, tuple(shape)
    if before == after:
        return x
    if len(after) == len(before) + 1:
        for axis in range(len(after)):
            if after[axis] == 1 and after[:axis] + after[axis + 1 :] == before:
                return F.expand_dims(x, axis)
    if len(after) == len(before) - 1:
        for axis in range(len(before)):
            if before[axis] == 1 and before[:axis] + before[axis + 1 :] == after:
                return F.squeeze(x, axis)
    return F.reshape(x, after)


def widened(x: Quantity, shape: Sequence[int]) -> Quantity:
    return x if data(x).shape == tuple(shape) else F.broadcast_to(x, tuple(shape))


def selected(x: Quantity, places: Array) -> Quantity:
    """The numbers of ``x`` at places in its flat order: any operation that only moves numbers."""
    return F.getitem(F.ravel(x), places)


def at(x: Quantity, axis: int, place: Quantity) -> tuple[Quantity, ...]:
    """An index of one axis."""
    return (slice(None),) * (axis % data(x).ndim) + (place,)


# -- operations that both libraries have -----------------------------------------------------------


def same(_: Theirs, x: Quantity, *__: object, **___: object) -> Quantity:
    return x


def converted(theirs: Theirs, x: Quantity, **_: object) -> Quantity:
    """``x`` in the dtype that the other library gives it."""
    return x if data(x).dtype == theirs.result.dtype else F.astype(x, theirs.result.dtype)


def pieces(theirs: Theirs, x: Quantity, _: object, dim: int = 0) -> Quantity:
    """Parts along an axis, as long as the other library made them."""
    ends = np.cumsum([0, *(part.shape[dim] for part in theirs.result)]).tolist()
    return tuple(F.getitem(x, at(x, dim, slice(a, b))) for a, b in pairwise(ends))


def unbound(theirs: Theirs, x: Quantity, axis: int = 0) -> Quantity:
    """The parts along an axis, each without it."""
    return tuple(F.getitem(x, at(x, axis, i)) for i in range(len(theirs.result)))
