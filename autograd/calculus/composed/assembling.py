"""Arrays put together, cut and turned: vstack array_split rot90 ..."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Axis, DTypeLike, Function, Namespace
from autograd.calculus.array_rules import Array, axes_of, split


def as_array(a: Array) -> Array:
    """``a`` itself if it is an array or a node, else an array of it."""
    return a if hasattr(a, "ndim") else np.asarray(a)


def ndim(a: Array) -> int:
    return int(as_array(a).ndim)


def somewhere(mask: Array) -> bool:
    """Whether a mask holds anywhere; one that differs between the examples of a vmap may."""
    return getattr(mask, "batched", False) or bool(mask.any())


def widened(F: Namespace, a: Array, axes: int) -> Array:
    """``a`` with axes of length 1 in front until there are as many as ``axes``."""
    missing = axes - ndim(a)
    return F.expand_dims(a, tuple(range(missing))) if missing > 0 else as_array(a)


def _each(F: Namespace, one: Function, arrays: tuple[Array, ...]) -> Array:
    results = tuple([one(F, a) for a in arrays])
    return results[0] if len(results) == 1 else results


def atleast_1d(F: Namespace, *arrays: Array) -> Array:
    """The array with an axis if it has none; of several arrays a tuple.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.atleast_1d(np.array(2.0))
    array([2.])
    """
    return _each(F, lambda F, a: widened(F, a, 1), arrays)


def atleast_2d(F: Namespace, *arrays: Array) -> Array:
    """The array with axes of length 1 in front until there are two; of several a tuple.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.atleast_2d(np.array([1.0, 2.0]))
    array([[1., 2.]])
    """
    return _each(F, lambda F, a: widened(F, a, 2), arrays)


def atleast_3d(F: Namespace, *arrays: Array) -> Array:
    """The array with three axes at least: a vector is in the middle one, a matrix in the first two.

    Of several arrays it gives a tuple.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.atleast_3d(np.array([1.0, 2.0])).shape
    (1, 2, 1)
    """

    def one(F: Namespace, a: Array) -> Array:
        a = widened(F, a, 2)
        return F.expand_dims(a, -1) if a.ndim == 2 else a

    return _each(F, one, arrays)


def vstack(F: Namespace, arrays: Sequence[Array], dtype: DTypeLike | None = None) -> Array:
    """Rows on top of one another: concatenation along the first axis, vectors as rows.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.vstack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[1., 2.],
           [3., 4.]])
    """
    return F.concatenate([widened(F, a, 2) for a in arrays], axis=0, dtype=dtype)


def hstack(F: Namespace, arrays: Sequence[Array], dtype: DTypeLike | None = None) -> Array:
    """Columns side by side: concatenation along the second axis, of vectors end to end.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.hstack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([1., 2., 3., 4.])
    """
    arrays = [widened(F, a, 1) for a in arrays]
    return F.concatenate(arrays, axis=0 if arrays[0].ndim == 1 else 1, dtype=dtype)


def dstack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Matrices behind one another: concatenation along the third axis.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.dstack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[[1., 3.],
            [2., 4.]]])
    """
    return F.concatenate([atleast_3d(F, a) for a in arrays], axis=2)


def column_stack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Vectors as the columns of a matrix; matrices are joined as they are.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.column_stack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[1., 3.],
           [2., 4.]])
    """
    return F.concatenate(
        [F.transpose(widened(F, a, 2)) if ndim(a) < 2 else a for a in arrays], axis=1
    )


def append(F: Namespace, a: Array, values: Array, axis: int | None = None) -> Array:
    """``a`` with ``values`` behind it along ``axis``; both flattened if there is none.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.append(np.array([1.0, 2.0]), 3.0)
    array([1., 2., 3.])
    """
    return F.concatenate([as_array(a), as_array(values)], axis=axis)


def array_split(
    F: Namespace, a: Array, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Array]:
    """Consecutive parts along an axis, the first ones longer by one where it does not divide.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.array_split(np.array([1.0, 2.0, 3.0]), 2)
    [array([1., 2.]), array([3.])]
    """
    if isinstance(indices_or_sections, int | np.integer):
        n, parts = a.shape[axis], int(indices_or_sections)
        if parts < 1:
            raise ValueError(f"array_split: {parts} parts; ask for 1 or more")
        size, extra = divmod(n, parts)
        indices_or_sections = [k * size + min(k, extra) for k in range(1, parts)]
    return split(F, a, indices_or_sections, axis)


def hsplit(F: Namespace, a: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """Consecutive columns; the parts of a vector.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.hsplit(np.array([[1.0, 2.0], [3.0, 4.0]]), 2)
    [array([[1.],
           [3.]]), array([[2.],
           [4.]])]
    """
    return split(F, a, indices_or_sections, 0 if a.ndim == 1 else 1)


def vsplit(F: Namespace, a: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """Consecutive rows.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.vsplit(np.array([[1.0, 2.0], [3.0, 4.0]]), 2)
    [array([[1., 2.]]), array([[3., 4.]])]
    """
    return split(F, a, indices_or_sections, 0)


def dsplit(F: Namespace, a: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """Consecutive parts along the third axis.

    >>> import autograd
    >>> import numpy as np
    >>> [part.shape for part in autograd.dsplit(np.ones((2, 3, 4)), 2)]
    [(2, 3, 2), (2, 3, 2)]
    """
    return split(F, a, indices_or_sections, 2)


def flipud(F: Namespace, a: Array) -> Array:
    """The rows in reversed order.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.flipud(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[3., 4.],
           [1., 2.]])
    """
    return F.flip(a, 0)


def fliplr(F: Namespace, a: Array) -> Array:
    """The columns in reversed order.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.fliplr(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[2., 1.],
           [4., 3.]])
    """
    return F.flip(a, 1)


def rot90(F: Namespace, a: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """The plane of two axes turned by k quarters, from the first axis towards the second.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.rot90(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[2., 4.],
           [1., 3.]])
    """
    first, second = axes_of(tuple(axes), a.ndim)
    if first == second:
        raise ValueError(f"rot90: axes {axes} are one axis; name two")
    for _ in range(k % 4):
        a = F.flip(F.swapaxes(a, first, second), first)
    return a


def rollaxis(F: Namespace, a: Array, axis: int, start: int = 0) -> Array:
    """``axis`` moved to stand before the axis that is now at ``start``.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.rollaxis(np.ones((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    (axis,) = axes_of(axis, a.ndim)
    start = start + a.ndim if start < 0 else start
    if not 0 <= start <= a.ndim:
        raise np.exceptions.AxisError(f"rollaxis: start {start} is not within 0 and {a.ndim}")
    order = [i for i in range(a.ndim) if i != axis]
    order.insert(start - (start > axis), axis)
    return F.transpose(a, tuple(order))


def matrix_transpose(F: Namespace, a: Array) -> Array:
    """The last two axes exchanged.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.matrix_transpose(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[1., 3.],
           [2., 4.]])
    """
    return F.swapaxes(a, -1, -2)


def fftshift(F: Namespace, a: Array, axes: Axis = None) -> Array:
    """The entry for frequency 0 moved to the middle of the axes.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.fftshift(np.array([0.0, 1.0, 2.0, 3.0]))
    array([2., 3., 0., 1.])
    """
    a = as_array(a)
    places = axes_of(axes, a.ndim)
    return F.roll(a, tuple(a.shape[i] // 2 for i in places), places)


def ifftshift(F: Namespace, a: Array, axes: Axis = None) -> Array:
    """The entry in the middle of the axes moved to the front: ``fftshift`` undone.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.ifftshift(np.array([2.0, 3.0, 0.0, 1.0]))
    array([0., 1., 2., 3.])
    """
    a = as_array(a)
    places = axes_of(axes, a.ndim)
    return F.roll(a, tuple(-(a.shape[i] // 2) for i in places), places)


def trace(F: Namespace, a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Sum along the diagonal over two axes: a diagonal, then a sum, not an operation of its own.

    >>> from autograd import Tensor
    >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).trace().item()
    5.0
    """
    return F.sum(F.diagonal(a, offset, axis1, axis2), axis=-1)


FUNCTIONS: tuple[Function, ...] = (
    split, array_split, hsplit, vsplit, dsplit, trace, atleast_1d, atleast_2d, atleast_3d, vstack,
    hstack, dstack, column_stack, append, flipud, fliplr, rot90, rollaxis, matrix_transpose,
    fftshift, ifftshift,
)  # fmt: skip
