"""Shapes changed, elements kept: reshape transpose squeeze broadcast_to and kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import SupportsIndex

import numpy as np

from autograd.calculus import Axis, DTypeLike, Namespace, Shape
from autograd.calculus.array_rules.core import Array, ArrayRule, linear_tangent, sample, unbroadcast
from autograd.calculus.array_rules.printed import summed


def reshape(a: Array, shape: int | Shape) -> Array:
    """The same elements in row-major order under another shape; one entry may be -1.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.reshape(np.arange(4.0), (2, 2)))
    [[0. 1.]
     [2. 3.]]
    """
    return a.reshape(shape)


def reshaped_a(
    F: Namespace, g: Array, out: Array, a: Array, *args: object, **attrs: object
) -> Array:
    return F.reshape(g, a.shape)


def ravel(a: Array) -> Array:
    """The same elements in row-major order in one dimension.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.ravel(np.array([[1.0, 2.0], [3.0, 4.0]])))
    [1. 2. 3. 4.]
    """
    return a.reshape(-1)


def transpose(a: Array, axes: int | Sequence[int] | None = None) -> Array:
    """The axes in another order; reversed if none is given. The adjoint permutes back.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.transpose(np.ones((2, 3))).shape)
    (3, 2)
    """
    return a.transpose(axes)


def transpose_a(
    F: Namespace, g: Array, out: Array, a: Array, axes: int | Sequence[int] | None = None
) -> Array:
    return F.transpose(g) if axes is None else F.transpose(g, _order_back(a, axes))


def _order_back(a: Array, axes: int | Sequence[int]) -> tuple[int, ...]:
    places = [axis % a.ndim for axis in ([axes] if isinstance(axes, SupportsIndex) else axes)]
    return tuple(sorted(range(a.ndim), key=places.__getitem__))


def swapaxes(a: Array, axis1: int, axis2: int) -> Array:
    """Two axes exchanged; the adjoint exchanges them back.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.swapaxes(np.ones((2, 3, 4)), 0, -1).shape)
    (4, 3, 2)
    """
    return a.swapaxes(axis1, axis2)


def swapaxes_a(F: Namespace, g: Array, out: Array, a: Array, axis1: int, axis2: int) -> Array:
    return F.swapaxes(g, axis1, axis2)


def moveaxis(a: Array, source: Axis, destination: Axis) -> Array:
    """Axes moved to other places, the rest in order; the adjoint moves them back.

    >>> import numpy as np
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

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.squeeze(np.ones((1, 3, 1)), axis=0).shape)
    (3, 1)
    """
    return a.squeeze(axis)


def expand_dims(a: Array, axis: int | tuple[int, ...]) -> Array:
    """Axes of length 1 inserted at the places they will have in the result.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.expand_dims(np.ones(3), -1).shape)
    (3, 1)
    """
    return np.expand_dims(a, axis)


def broadcast_to(a: Array, shape: int | Shape) -> Array:
    """a repeated over ``shape`` by NumPy's rules; the adjoint sums over what was repeated.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.broadcast_to(np.array([1.0, 2.0]), (2, 2)))
    [[1. 2.]
     [1. 2.]]
    """
    return np.broadcast_to(a, shape)


def broadcast_to_a(F: Namespace, g: Array, out: Array, a: Array, shape: int | Shape) -> Array:
    return unbroadcast(F, g, a.shape)


def astype(a: Array, dtype: DTypeLike) -> Array:
    """The elements converted to another type; the adjoint converts the gradient back.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.astype(np.array([1.5]), np.float32).dtype)
    float32
    """
    return a.astype(dtype)


def astype_a(F: Namespace, g: Array, out: Array, a: Array, dtype: DTypeLike) -> Array:
    return F.astype(g, a.dtype)


def transpose_printed(a: Array, axes: int | Sequence[int] | None) -> tuple[str, ...]:
    if axes is None:
        return ("da = g.T",)
    return (f"da = transpose(g, {_order_back(a, axes)})",)


def broadcast_to_printed(a: Array, shape: int | Shape) -> tuple[str, ...]:
    return (f"da = {summed('g', np.broadcast_to(a, shape).shape, a.shape)}",)


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
        transpose_printed,
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
        broadcast_to_printed,
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
        ("da = astype(g, a.dtype)",),
        linear_tangent("astype"),
        (sample((2, 3), dtype=np.float64), sample((2, 3), dtype=np.float32, smooth=False)),
    ),
)
