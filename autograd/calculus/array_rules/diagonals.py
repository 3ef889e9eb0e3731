"""Diagonals and triangles: diag diagonal triu tril."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    axes_of,
    linear_tangent,
    sample,
    unbroadcast,
)
from autograd.calculus.array_rules.printed import Prose
from autograd.kinds import Namespace, Shape


def diag(a: Array, k: int = 0) -> Array:
    """A matrix with the vector a on its k-th diagonal; of a matrix, the vector on that diagonal.

    >>> import autograd
    >>> print(autograd.diag(np.array([1.0, 2.0])))
    [[1. 0.]
     [0. 2.]]
    """
    return np.diag(a, k)


def diag_a(F: Namespace, g: Array, out: Array, a: Array, k: int = 0) -> Array:
    if a.ndim == 1:
        return F.diag(g, k)
    return F.put_index(g, diagonal_index(a.shape, k), a.shape)


def diagonal_index(shape: Shape, offset: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and columns on a diagonal of the first two axes."""
    down, right = max(-offset, 0), max(offset, 0)
    along = np.arange(max(min(shape[0] - down, shape[1] - right), 0))
    return along + down, along + right


def diagonal(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonals over two axes, as the last axis of the result.

    >>> import autograd
    >>> print(autograd.diagonal(np.array([[1.0, 2.0], [3.0, 4.0]])))
    [1. 4.]
    """
    return np.diagonal(a, offset, axis1, axis2)


def diagonal_a(
    F: Namespace,
    g: Array,
    out: Array,
    a: Array,
    offset: int = 0,
    axis1: int = 0,
    axis2: int = 1,
) -> Array:
    # With the two axes at the front the diagonal is indexed there: g has it last, the index first.
    first = F.moveaxis(g, -1, 0)
    axes = axes_of((axis1, axis2), a.ndim)
    rest = tuple(n for i, n in enumerate(a.shape) if i not in axes)
    shape = (a.shape[axes[0]], a.shape[axes[1]], *rest)
    placed = F.put_index(first, diagonal_index(shape, offset), shape)
    return F.moveaxis(placed, (0, 1), (axis1, axis2))


def triu(a: Array, k: int = 0) -> Array:
    """The triangle on and above the k-th diagonal of the last two axes, zeros below.

    >>> import autograd
    >>> print(autograd.triu(np.ones((2, 2))))
    [[1. 1.]
     [0. 1.]]
    """
    return np.triu(a, k)


def triu_a(F: Namespace, g: Array, out: Array, a: Array, k: int = 0) -> Array:
    return unbroadcast(F, F.triu(g, k), a.shape)  # of a vector NumPy takes the triangle of copies


def tril(a: Array, k: int = 0) -> Array:
    """The triangle on and below the k-th diagonal of the last two axes, zeros above.

    >>> import autograd
    >>> print(autograd.tril(np.ones((2, 2))))
    [[1. 0.]
     [1. 1.]]
    """
    return np.tril(a, k)


def tril_a(F: Namespace, g: Array, out: Array, a: Array, k: int = 0) -> Array:
    return unbroadcast(F, F.tril(g, k), a.shape)


#: Where diag makes a matrix of another shape than that of a.
_WORDS = Prose("da = zeros, g on the diagonal")


def diag_printed(a: Array, k: int) -> tuple[str, ...]:
    fits = a.ndim == 1 or (a.shape[0] == a.shape[1] > abs(k))
    return ("da = diag(g, k=k)" if fits else _WORDS,)


def diagonal_printed(a: Array, offset: int, axis1: int, axis2: int) -> tuple[str, ...]:
    square = a.ndim == 2 and a.shape[0] == a.shape[1] > abs(offset)
    if not square or (axis1, axis2) != (0, 1):
        return (_WORDS,)
    return (f"da = diag(g, k={offset})" if offset else "da = diag(g)",)


_DIAGONALS = (
    sample((3, 3)),
    sample((3, 4), offset=1),
    sample((3, 4), offset=-2),
    sample((2, 3, 4), axis1=1, axis2=2),
    sample((2, 3, 4), axis1=-1, axis2=0, offset=1),
    sample((2, 3, 4), axis1=2, axis2=1, offset=-1),
)
_TRIANGLES = (
    sample((3, 3)),
    sample((3, 4), k=1),
    sample((4, 3), k=-1),
    sample((2, 3, 3)),
)

RULES = (
    ArrayRule(
        "diag",
        diag,
        (diag_a,),
        diag_printed,
        linear_tangent("diag"),
        (
            *(sample((3,), k=k) for k in (0, 1, -2)),
            *(sample((3, 4), k=k) for k in (0, 1, -2)),
            sample((4, 3)),
        ),
    ),
    ArrayRule(
        "diagonal",
        diagonal,
        (diagonal_a,),
        diagonal_printed,
        linear_tangent("diagonal"),
        _DIAGONALS,
    ),
    ArrayRule(
        "triu",
        triu,
        (triu_a,),
        ("dA = triu(g, k=k)",),
        linear_tangent("triu"),
        _TRIANGLES,
    ),
    ArrayRule(
        "tril",
        tril,
        (tril_a,),
        ("dA = tril(g, k=k)",),
        linear_tangent("tril"),
        _TRIANGLES,
    ),
)
