"""Diagonals and triangles: diag diagonal triu tril."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autograd.calculus import Namespace, Shape
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    axes_of,
    linear_tangent,
    sample,
    unbroadcast,
)


def diag(a: Array, k: int = 0) -> Array:
    """A matrix with the vector a on its k-th diagonal; of a matrix, the vector on that diagonal.

    >>> import numpy as np
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

    >>> import numpy as np
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

    >>> import numpy as np
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

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.tril(np.ones((2, 2))))
    [[1. 0.]
     [1. 1.]]
    """
    return np.tril(a, k)


def tril_a(F: Namespace, g: Array, out: Array, a: Array, k: int = 0) -> Array:
    return unbroadcast(F, F.tril(g, k), a.shape)


def diag_printed(a: Array, k: int) -> tuple[str, ...]:
    return ("da = diag(g, k=k)",) if a.ndim == 1 else _on_diagonal(a, k)


def diagonal_printed(a: Array, offset: int, axis1: int, axis2: int) -> tuple[str, ...]:
    if a.ndim > 2 or (axis1, axis2) != (0, 1):
        return (_on_diagonals(a, offset, *axes_of((axis1, axis2), a.ndim)),)
    return _on_diagonal(a, offset)


def _on_diagonals(a: Array, offset: int, *axes: int) -> str:
    """g put where each matrix of a stack has its diagonal."""
    places = diagonal_index((a.shape[axes[0]], a.shape[axes[1]]), offset)
    index = [":"] * a.ndim
    for axis, place in zip(axes, places):
        first, end = (place[0], place[-1] + 1) if place.size else (0, 0)
        index[axis] = f"arange({first}, {end})" if first else f"arange({end})"
    # Arrays that stand apart in an index put their axis in front.
    first_axis = min(axes) if abs(axes[0] - axes[1]) == 1 else 0
    g = "g" if first_axis == a.ndim - 2 else f"moveaxis(g, -1, {first_axis})"
    return f"da = put_index({g}, s_[{', '.join(index)}], a.shape)"


def _on_diagonal(a: Array, k: int) -> tuple[str, ...]:
    """``diag(g)``, cut and padded to the shape of a matrix that is not square."""
    n = np.diagonal(a, k).size + abs(k)  # how many rows and columns diag makes
    if n == abs(k):
        return ("da = 0 * a",)
    rows, columns = a.shape
    text = f"diag(g, k={k})" if k else "diag(g)"
    cuts = [f":{size}" if n > size else ":" for size in a.shape]
    if cuts != [":", ":"]:
        text += f"[{cuts[0]}{f', {cuts[1]}' if cuts[1] != ':' else ''}]"
    if n < rows or n < columns:
        text = f"pad({text}, ((0, {max(rows - n, 0)}), (0, {max(columns - n, 0)})))"
    return (f"da = {text}",)


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
