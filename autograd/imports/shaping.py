"""Shapes, axes and places of the arrays in an operation of another library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from autograd.calculus import Array, Quantity
from autograd.engine import NODES as F
from autograd.engine import Tensor

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
