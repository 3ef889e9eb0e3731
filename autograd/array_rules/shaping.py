"""Shapes changed, elements kept: reshape transpose squeeze broadcast_to concatenate stack."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.array_rules.core import (
    Array,
    ArrayRule,
    Axis,
    Namespace,
    Shape,
    linear_tangent,
    sample,
    unbroadcast,
)


def reshape(a: Array, shape: int | Shape) -> Array:
    """The same elements in row-major order under another shape; one entry may be -1.

    >>> import autograd
    >>> print(autograd.reshape(np.arange(4.0), (2, 2)))
    [[0. 1.]
     [2. 3.]]
    """
    return a.reshape(shape)


def reshaped_a(F: Namespace, g: Array, out: Array, a: Array, *args: Any, **attrs: Any) -> Array:
    return F.reshape(g, a.shape)


def ravel(a: Array) -> Array:
    """The same elements in row-major order in one dimension.

    >>> import autograd
    >>> print(autograd.ravel(np.array([[1.0, 2.0], [3.0, 4.0]])))
    [1. 2. 3. 4.]
    """
    return a.reshape(-1)


def transpose(a: Array, axes: Sequence[int] | None = None) -> Array:
    """The axes in another order; reversed if none is given. The adjoint permutes back.

    >>> import autograd
    >>> print(autograd.transpose(np.ones((2, 3))).shape)
    (3, 2)
    """
    return a.transpose(axes)


def transpose_a(
    F: Namespace, g: Array, out: Array, a: Array, axes: Sequence[int] | None = None
) -> Array:
    if axes is None:
        return F.transpose(g)
    back = [0] * a.ndim
    for position, axis in enumerate(axes):
        back[axis] = position
    return F.transpose(g, tuple(back))


def swapaxes(a: Array, axis1: int, axis2: int) -> Array:
    """Two axes exchanged; the adjoint exchanges them back.

    >>> import autograd
    >>> print(autograd.swapaxes(np.ones((2, 3, 4)), 0, -1).shape)
    (4, 3, 2)
    """
    return a.swapaxes(axis1, axis2)


def swapaxes_a(F: Namespace, g: Array, out: Array, a: Array, axis1: int, axis2: int) -> Array:
    return F.swapaxes(g, axis1, axis2)


def moveaxis(a: Array, source: Axis, destination: Axis) -> Array:
    """Axes moved to other places, the rest in order; the adjoint moves them back.

    >>> import autograd
    >>> print(autograd.moveaxis(np.ones((2, 3, 4)), 0, -1).shape)
    (3, 4, 2)
    """
    return np.moveaxis(a, source, destination)  # type: ignore[arg-type]


def moveaxis_a(
    F: Namespace, g: Array, out: Array, a: Array, source: Axis, destination: Axis
) -> Array:
    return F.moveaxis(g, destination, source)


def squeeze(a: Array, axis: Axis = None) -> Array:
    """Axes of length 1 removed: all of them, or those named.

    >>> import autograd
    >>> print(autograd.squeeze(np.ones((1, 3, 1)), axis=0).shape)
    (3, 1)
    """
    return a.squeeze(axis)


def expand_dims(a: Array, axis: int | tuple[int, ...]) -> Array:
    """Axes of length 1 inserted at the places they will have in the result.

    >>> import autograd
    >>> print(autograd.expand_dims(np.ones(3), -1).shape)
    (3, 1)
    """
    return np.expand_dims(a, axis)


def broadcast_to(a: Array, shape: int | Shape) -> Array:
    """a repeated over ``shape`` by NumPy's rules; the adjoint sums over what was repeated.

    >>> import autograd
    >>> print(autograd.broadcast_to(np.array([1.0, 2.0]), (2, 2)))
    [[1. 2.]
     [1. 2.]]
    """
    return np.broadcast_to(a, shape)


def broadcast_to_a(F: Namespace, g: Array, out: Array, a: Array, shape: int | Shape) -> Array:
    return unbroadcast(F, g, a.shape)


def astype(a: Array, dtype: Any) -> Array:
    """The elements converted to another type; the adjoint converts the gradient back.

    >>> import autograd
    >>> print(autograd.astype(np.array([1.5]), np.float32).dtype)
    float32
    """
    return a.astype(dtype)


def astype_a(F: Namespace, g: Array, out: Array, a: Array, dtype: Any) -> Array:
    return F.astype(g, a.dtype)


def concatenate(*arrays: Array, axis: int | None = 0) -> Array:
    """Arrays joined along an axis they all have; each takes its own part of the gradient.

    >>> import autograd
    >>> print(autograd.concatenate([np.ones(2), np.zeros(1)]))
    [1. 1. 0.]
    """
    return np.concatenate(arrays, axis)


def concatenate_adjoint(
    F: Namespace, i: int, g: Array, out: Array, *arrays: Array, axis: int | None = 0
) -> Array:
    if axis is None:
        start = sum(math.prod(a.shape) for a in arrays[:i])
        stop = start + math.prod(arrays[i].shape)
        return F.reshape(F.getitem(g, slice(start, stop)), arrays[i].shape)
    axis %= g.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    stop = start + arrays[i].shape[axis]
    return F.getitem(g, (slice(None),) * axis + (slice(start, stop),))


def stack(*arrays: Array, axis: int = 0) -> Array:
    """Arrays of one shape joined along a new axis; each takes its own slice of the gradient.

    >>> import autograd
    >>> print(autograd.stack([np.zeros(2), np.ones(2)], axis=1))
    [[0. 1.]
     [0. 1.]]
    """
    return np.stack(arrays, axis)


def stack_adjoint(
    F: Namespace, i: int, g: Array, out: Array, *arrays: Array, axis: int = 0
) -> Array:
    return F.getitem(g, (slice(None),) * (axis % g.ndim) + (i,))


def joined_tangent(name: str) -> Callable[..., Any]:
    """The tangent of a row that joins arrays: their tangents joined, zeros for the constants."""

    def tangent(
        F: Namespace, tangents: tuple[Array, ...], out: Array, *arrays: Array, **attrs: Any
    ) -> Array:
        moved = [
            np.zeros(a.shape, out.dtype) if da is None else da for a, da in zip(arrays, tangents)
        ]
        return getattr(F, name)(moved, **attrs)

    return tangent


def bind_concatenate(
    arrays: Sequence[Array], axis: int | None = 0
) -> tuple[tuple[Array, ...], dict[str, Any]]:
    return tuple(arrays), {"axis": axis}


def bind_stack(arrays: Sequence[Array], axis: int = 0) -> tuple[tuple[Array, ...], dict[str, Any]]:
    return tuple(arrays), {"axis": axis}


def split(
    F: Namespace, a: Array, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Array]:
    """Consecutive parts of a along an axis: equal sections, or cut at the given indices.

    It is a row of indexings, not an operation of its own.

    >>> import autograd
    >>> [part.tolist() for part in autograd.split(np.arange(4.0), 2)]
    [[0.0, 1.0], [2.0, 3.0]]
    """
    if not -a.ndim <= axis < a.ndim:
        raise ValueError(
            f"split: axis {axis} is out of range for shape {a.shape}; use -{a.ndim}..{a.ndim - 1}"
        )
    axis %= a.ndim
    n = a.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        sections = int(indices_or_sections)
        if sections < 1 or n % sections:
            raise ValueError(
                f"split: axis {axis} of shape {a.shape} does not divide into {sections} equal "
                f"sections; give the indices to cut at instead"
            )
        cuts = [k * n // sections for k in range(sections + 1)]
        return [_part(F, a, axis, start, stop) for start, stop in pairwise(cuts)]
    cuts = [int(k) for k in indices_or_sections]
    return [_part(F, a, axis, start, stop) for start, stop in zip([0, *cuts], [*cuts, n])]


def _part(F: Namespace, a: Array, axis: int, start: int, stop: int) -> Array:
    return F.getitem(a, (slice(None),) * axis + (slice(start, stop),))


RULES = (
    ArrayRule(
        "reshape",
        reshape,
        (reshaped_a,),
        ("da = reshape(g, a.shape)",),
        linear_tangent("reshape"),
        (
            sample((2, 6), shape=(3, 4)),
            sample((2, 6), shape=-1),
            sample((2, 6), shape=(4, -1)),
            sample((), shape=(1, 1)),
            sample((1,), shape=()),
            sample((0, 3), shape=(3, 0), smooth=False),
        ),
    ),
    ArrayRule(
        "ravel",
        ravel,
        (reshaped_a,),
        ("da = reshape(g, a.shape)",),
        linear_tangent("ravel"),
        (sample((2, 3)), sample(())),
    ),
    ArrayRule(
        "transpose",
        transpose,
        (transpose_a,),
        ("da = transpose(g, axes back)",),
        linear_tangent("transpose"),
        (
            sample((2, 3)),
            sample((2, 3, 4)),
            sample((2, 3, 4), axes=(1, 2, 0)),
            sample((2, 3, 4), axes=(-1, 0, -2)),
            sample((3,)),
            sample(()),
        ),
    ),
    ArrayRule(
        "swapaxes",
        swapaxes,
        (swapaxes_a,),
        ("da = swapaxes(g, axis1, axis2)",),
        linear_tangent("swapaxes"),
        (sample((2, 3, 4), axis1=0, axis2=2), sample((2, 3, 4), axis1=-1, axis2=-2)),
    ),
    ArrayRule(
        "moveaxis",
        moveaxis,
        (moveaxis_a,),
        ("da = moveaxis(g, destination, source)",),
        linear_tangent("moveaxis"),
        (
            sample((2, 3, 4), source=0, destination=-1),
            sample((2, 3, 4), source=(0, 1), destination=(2, 0)),
        ),
    ),
    ArrayRule(
        "squeeze",
        squeeze,
        (reshaped_a,),
        ("da = reshape(g, a.shape)",),
        linear_tangent("squeeze"),
        (
            sample((1, 3, 1)),
            sample((1, 3, 1), axis=-1),
            sample((1, 3, 1), axis=(0, 2)),
            sample((1, 1)),
        ),
    ),
    ArrayRule(
        "expand_dims",
        expand_dims,
        (reshaped_a,),
        ("da = reshape(g, a.shape)",),
        linear_tangent("expand_dims"),
        (sample((3,), axis=0), sample((2, 3), axis=(0, -1)), sample((), axis=0)),
    ),
    ArrayRule(
        "broadcast_to",
        broadcast_to,
        (broadcast_to_a,),
        ("da = g summed over what was repeated",),
        linear_tangent("broadcast_to"),
        (
            sample((3,), shape=(2, 3)),
            sample((2, 1), shape=(2, 3)),
            sample((1, 3), shape=(4, 2, 3)),
            sample((), shape=(2, 2)),
            sample((2, 3), shape=(2, 3)),
            sample((1,), shape=5),
        ),
    ),
    ArrayRule(
        "astype",
        astype,
        (astype_a,),
        ("da = g",),
        linear_tangent("astype"),
        (sample((2, 3), dtype=np.float64), sample((2, 3), dtype=np.float32, smooth=False)),
    ),
    ArrayRule(
        "concatenate",
        concatenate,
        concatenate_adjoint,
        ("da_i = g over the range of a_i",),
        joined_tangent("concatenate"),
        (
            sample((2, 3), (4, 3)),
            sample((2, 3), (2, 1), (2, 2), axis=1),
            sample((2, 3), (2, 3), axis=-1),
            sample((2,), (3, 2), axis=None),
            sample((2, 3)),
            sample((0, 3), (2, 3)),
        ),
        arity=None,
        bind=bind_concatenate,
    ),
    ArrayRule(
        "stack",
        stack,
        stack_adjoint,
        ("da_i = g[i]",),
        joined_tangent("stack"),
        (
            sample((2, 3), (2, 3)),
            sample((2, 3), (2, 3), axis=1),
            sample((2, 3), (2, 3), (2, 3), axis=-1),
            sample((), ()),
        ),
        arity=None,
        bind=bind_stack,
    ),
)
