"""Elements picked by position, and put back: getitem put_index take take_along_axis."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Index, Namespace, Shape
from autograd.calculus.array_rules.core import Array, ArrayRule, Bound, linear_tangent, sample


def getitem(a: Array, index: Index) -> Array:
    """a[index] for every index that NumPy has; an element picked k times collects k gradients.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.getitem(np.array([1.0, 2.0, 3.0]), [0, 0, 2]))
    [1. 1. 3.]
    """
    return a[index]


def getitem_a(F: Namespace, g: Array, out: Array, a: Array, index: Index) -> Array:
    return F.put_index(g, index, a.shape)


def put_index(a: Array, index: Index, shape: Shape) -> Array:
    """Zeros of ``shape`` with a added at ``index``: the adjoint of indexing.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.put_index(np.array([1.0, 2.0, 4.0]), [0, 0, 2], (3,)))
    [3. 0. 4.]
    """
    out = np.zeros(shape, a.dtype)
    rows = index[0] if isinstance(index, tuple) and len(index) == 1 else index
    if not _may_repeat(index):
        out[index] = a
    elif isinstance(rows, np.ndarray) and out.ndim > 1:
        _add_rows(out, rows, a)
    else:
        np.add.at(out, index, a)  # type: ignore[arg-type]
    return out


def _add_rows(out: Array, rows: Array, a: Array) -> None:
    """out[rows] += a for every row that is named; by flat places, in a quarter of the time."""
    width = math.prod(out.shape[1:])
    places = rows.astype(np.intp)[..., None] * width + np.arange(width)
    numbers = np.broadcast_to(a, (*rows.shape, *out.shape[1:]))
    try:
        np.add.at(out.reshape(-1), places.reshape(-1), numbers.reshape(-1))
    except IndexError:
        out[rows]  # names the row that there is not
        raise


def _may_repeat(index: Index) -> bool:
    """Whether ``index`` may name one element twice: only arrays of integers can."""
    if isinstance(index, tuple):
        return any(_may_repeat(item) for item in index)
    return not (
        index is None
        or index is Ellipsis
        or isinstance(index, (int, slice, np.integer, np.bool_))
        or getattr(index, "dtype", None) == np.bool_
    )


def put_index_a(F: Namespace, g: Array, out: Array, a: Array, index: Index, shape: Shape) -> Array:
    return F.getitem(g, index)


def frozen(index: Index) -> Index:
    """``index`` with its arrays and lists copied: the adjoint must meet the one used forward."""
    if isinstance(index, tuple):
        return tuple(frozen(item) for item in index)
    if index is None or index is Ellipsis or isinstance(index, (int, slice, np.generic)):
        return index
    if getattr(
        index, "batched", False
    ):  # inside vmap it is another one for each example, and not written
        return index
    array = np.array(index)
    return array if array.size or hasattr(index, "dtype") else array.astype(np.intp)


def bind_getitem(a: Array, index: Index) -> Bound:
    return (a,), {"index": frozen(index)}


def take(a: Array, indices: Index, axis: int | None = None) -> Array:
    """The entries of a at ``indices`` along ``axis``; of a flattened if none is given.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.take(np.array([[1.0, 2.0], [3.0, 4.0]]), [1, 0, 1], axis=1))
    [[2. 1. 2.]
     [4. 3. 4.]]
    """
    return a.take(indices, axis)


def take_a(
    F: Namespace, g: Array, out: Array, a: Array, indices: Index, axis: int | None = None
) -> Array:
    if not math.prod(out.shape):  # NumPy has not looked at the indices
        return F.broadcast_to(F.sum(g), a.shape)
    if axis is None or not a.ndim:
        return F.reshape(F.put_index(g, indices, (math.prod(a.shape),)), a.shape)
    return F.put_index(g, (slice(None),) * (axis % a.ndim) + (indices,), a.shape)


def bind_take(a: Array, indices: Index, axis: int | None = None) -> Bound:
    return (a,), {"indices": frozen(indices), "axis": axis}


def take_along_axis(a: Array, indices: Index, axis: int | None = -1) -> Array:
    """One entry of a per entry of ``indices``, matched along the other axes; flattened for None.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.take_along_axis(np.array([[1.0, 2.0], [3.0, 4.0]]), [[1], [0]], axis=1))
    [[2.]
     [3.]]
    """
    return np.take_along_axis(a, np.asarray(indices), axis)


def along_axis(shape: Shape, indices: Index, axis: int) -> tuple[Index, ...]:
    """The full index that ``take_along_axis`` stands for: a grid but for ``axis``."""
    axis %= len(shape)
    grid = np.ogrid[tuple(slice(n) for n in shape)]
    return tuple(indices if i == axis else grid[i] for i in range(len(shape)))


def take_along_axis_a(
    F: Namespace, g: Array, out: Array, a: Array, indices: Index, axis: int | None = -1
) -> Array:
    if axis is None:
        return F.reshape(F.put_index(g, indices, (math.prod(a.shape),)), a.shape)
    return F.put_index(g, along_axis(a.shape, indices, axis), a.shape)


def bind_take_along_axis(a: Array, indices: Index, axis: int | None = -1) -> Bound:
    return (a,), {"indices": frozen(indices), "axis": axis}


def take_printed(a: Array, indices: Index, axis: int | None) -> tuple[str, ...]:
    if axis is None or not a.ndim:
        put = "put_index(g, indices, a.size)"
        return (f"da = {put if a.ndim == 1 else f'reshape({put}, a.shape)'}",)
    if a.ndim == 1:
        return ("da = put_index(g, indices, a.shape)",)
    return (f"da = put_index(g, s_[{':, ' * (axis % a.ndim)}indices], a.shape)",)


def take_along_axis_printed(a: Array, indices: Index, axis: int | None) -> tuple[str, ...]:
    if axis is None or a.ndim == 1:
        return take_printed(a, indices, None)
    axis %= a.ndim
    columns = [f"[{', '.join([':', *['None'] * (a.ndim - 1 - i)])}]" for i in range(a.ndim)]
    grid = [f"arange({n}){columns[i] if i < a.ndim - 1 else ''}" for i, n in enumerate(a.shape)]
    grid[axis] = "indices"
    return (f"da = put_index(g, ({', '.join(grid)}), a.shape)",)


_MASK = np.array([True, False, True])
_GRID_MASK = np.array([[True, False, True, False], [False] * 4, [True] * 4])
_INDICES = (
    1,
    -1,
    (1, 2),
    (1, -1),
    slice(1, None),
    slice(None, None, -1),
    slice(None, None, -2),
    (slice(0, 0), 1),
    Ellipsis,
    (Ellipsis, 0),
    (Ellipsis, slice(3, 0, -2)),
    None,
    (slice(None), None, 2),
    (None, Ellipsis, None),
    (),
    _MASK,
    _GRID_MASK,
    (slice(None), np.array([True, False, False, True])),
    np.array([0, 2, 0, 0]),
    np.array([[0, -1], [2, 2]]),
    (np.array([0, 1, 0, 0]), np.array([3, 3, 3, 1])),
    (np.array([[0], [2]]), np.array([1, 1, -1])),
    (slice(None, None, 2), np.array([1, 1, 0])),
    (np.array([1, 1]), None, slice(1, 3)),
    (1, np.array([0, 0, 3])),
    [0, 0, 1],
    (_MASK, np.array([1, 1])),
)

RULES = (
    ArrayRule(
        "getitem",
        getitem,
        (getitem_a,),
        ("da = put_index(g, index, a.shape)",),
        linear_tangent("getitem"),
        (*(sample((3, 4), index=index) for index in _INDICES), sample((), index=())),
        bind=bind_getitem,
    ),
    ArrayRule(
        "put_index",
        put_index,
        (put_index_a,),
        ("da = g[index]",),
        linear_tangent("put_index"),
        (
            sample((2, 4), index=slice(1, None), shape=(3, 4)),
            sample((4,), index=np.array([0, 2, 0, 0]), shape=(3,)),
            sample((2, 4), index=_MASK, shape=(3, 4)),
            sample((2,), index=(np.array([1, 1]), 0), shape=(2, 2)),
            sample((), index=(1, 1), shape=(2, 2)),
        ),
    ),
    ArrayRule(
        "take",
        take,
        (take_a,),
        take_printed,
        linear_tangent("take"),
        (
            sample((3, 4), indices=np.array([0, 11, 0])),
            sample((3, 4), indices=np.array([[0, 2], [2, 2]]), axis=0),
            sample((3, 4), indices=np.array([1, -1, 1]), axis=-1),
            sample((3, 4), indices=2, axis=1),
        ),
        bind=bind_take,
    ),
    ArrayRule(
        "take_along_axis",
        take_along_axis,
        (take_along_axis_a,),
        take_along_axis_printed,
        linear_tangent("take_along_axis"),
        (
            sample((3, 4), indices=np.array([[0, 0], [1, 2], [3, 3]]), axis=1),
            sample((3, 4), indices=np.array([[0, 1, 2, 0], [0, 0, 0, 1]]), axis=0),
            sample((3, 4), indices=np.array([[2, 1, 0, 0]]), axis=-2),
            sample((3, 4), indices=np.array([0, 0, 11]), axis=None),
            sample((3,), indices=np.array([0, 2, 0, 0]), axis=0),
            sample((2, 3, 2), indices=np.array([[[0, 2], [1, 1]]]), axis=1),
        ),
        bind=bind_take_along_axis,
    ),
)
