"""Arrays put together, cut, turned and filled: vstack array_split rot90 select linspace ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from autograd.calculus import Axis, DTypeLike, Function, Namespace, Shape
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
    """The array with an axis if it has none; of several arrays a tuple."""
    return _each(F, lambda F, a: widened(F, a, 1), arrays)


def atleast_2d(F: Namespace, *arrays: Array) -> Array:
    """The array with axes of length 1 in front until there are two; of several a tuple."""
    return _each(F, lambda F, a: widened(F, a, 2), arrays)


def atleast_3d(F: Namespace, *arrays: Array) -> Array:
    """The array with three axes at least: a vector is in the middle one, a matrix in the first two.

    Of several arrays it gives a tuple.
    """

    def one(F: Namespace, a: Array) -> Array:
        a = widened(F, a, 2)
        return F.expand_dims(a, -1) if a.ndim == 2 else a

    return _each(F, one, arrays)


def vstack(F: Namespace, arrays: Sequence[Array], dtype: DTypeLike | None = None) -> Array:
    """Rows on top of one another: concatenation along the first axis, vectors as rows."""
    return F.concatenate([widened(F, a, 2) for a in arrays], axis=0, dtype=dtype)


def hstack(F: Namespace, arrays: Sequence[Array], dtype: DTypeLike | None = None) -> Array:
    """Columns side by side: concatenation along the second axis, of vectors end to end."""
    arrays = [widened(F, a, 1) for a in arrays]
    return F.concatenate(arrays, axis=0 if arrays[0].ndim == 1 else 1, dtype=dtype)


def dstack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Matrices behind one another: concatenation along the third axis."""
    return F.concatenate([atleast_3d(F, a) for a in arrays], axis=2)


def column_stack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Vectors as the columns of a matrix; matrices are joined as they are."""
    return F.concatenate(
        [F.transpose(widened(F, a, 2)) if ndim(a) < 2 else a for a in arrays], axis=1
    )


def append(F: Namespace, a: Array, values: Array, axis: int | None = None) -> Array:
    """``a`` with ``values`` behind it along ``axis``; both flattened if there is none."""
    return F.concatenate([as_array(a), as_array(values)], axis=axis)


def array_split(
    F: Namespace, a: Array, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Array]:
    """Consecutive parts along an axis, the first ones longer by one where it does not divide."""
    if isinstance(indices_or_sections, int | np.integer):
        n, parts = a.shape[axis], int(indices_or_sections)
        if parts < 1:
            raise ValueError(f"array_split: {parts} parts; ask for 1 or more")
        size, extra = divmod(n, parts)
        indices_or_sections = [k * size + min(k, extra) for k in range(1, parts)]
    return split(F, a, indices_or_sections, axis)


def hsplit(F: Namespace, a: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """Consecutive columns; the parts of a vector."""
    return split(F, a, indices_or_sections, 0 if a.ndim == 1 else 1)


def vsplit(F: Namespace, a: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """Consecutive rows."""
    return split(F, a, indices_or_sections, 0)


def dsplit(F: Namespace, a: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """Consecutive parts along the third axis."""
    return split(F, a, indices_or_sections, 2)


def flipud(F: Namespace, a: Array) -> Array:
    """The rows in reversed order."""
    return F.flip(a, 0)


def fliplr(F: Namespace, a: Array) -> Array:
    """The columns in reversed order."""
    return F.flip(a, 1)


def rot90(F: Namespace, a: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """The plane of two axes turned by k quarters, from the first axis towards the second."""
    first, second = axes_of(tuple(axes), a.ndim)
    if first == second:
        raise ValueError(f"rot90: axes {axes} are one axis; name two")
    for _ in range(k % 4):
        a = F.flip(F.swapaxes(a, first, second), first)
    return a


def rollaxis(F: Namespace, a: Array, axis: int, start: int = 0) -> Array:
    """``axis`` moved to stand before the axis that is now at ``start``."""
    (axis,) = axes_of(axis, a.ndim)
    start = start + a.ndim if start < 0 else start
    if not 0 <= start <= a.ndim:
        raise np.exceptions.AxisError(f"rollaxis: start {start} is not within 0 and {a.ndim}")
    order = [i for i in range(a.ndim) if i != axis]
    order.insert(start - (start > axis), axis)
    return F.transpose(a, tuple(order))


def matrix_transpose(F: Namespace, a: Array) -> Array:
    """The last two axes exchanged."""
    return F.swapaxes(a, -1, -2)


def fftshift(F: Namespace, a: Array, axes: Axis = None) -> Array:
    """The entry for frequency 0 moved to the middle of the axes."""
    a = as_array(a)
    places = axes_of(axes, a.ndim)
    return F.roll(a, tuple(a.shape[i] // 2 for i in places), places)


def ifftshift(F: Namespace, a: Array, axes: Axis = None) -> Array:
    """The entry in the middle of the axes moved to the front: ``fftshift`` undone."""
    a = as_array(a)
    places = axes_of(axes, a.ndim)
    return F.roll(a, tuple(-(a.shape[i] // 2) for i in places), places)


def full(
    F: Namespace, shape: int | Shape, fill_value: Array, dtype: DTypeLike | None = None
) -> Array:
    """``fill_value`` repeated over ``shape``."""
    value = as_array(fill_value)
    return F.broadcast_to(value if dtype is None else value.astype(dtype), shape)


def linspace(
    F: Namespace,
    start: Array,
    stop: Array,
    num: int = 50,
    endpoint: bool = True,
    retstep: Literal[False] = False,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Array:
    """``num`` numbers at equal distances from ``start`` to ``stop``, along ``axis``."""
    if retstep:
        raise ValueError("linspace: retstep is not supported; the step is out[1] - out[0]")
    kinds = [x.dtype for x in (start, stop) if hasattr(x, "dtype")]
    start, stop = (  # a Python number takes the type of what is beside it
        x if hasattr(x, "dtype") else np.asarray(x, np.result_type(x, *kinds))
        for x in (start, stop)
    )
    parts = np.linspace(0.0, 1.0, num, endpoint)
    parts = parts.reshape(num, *(1,) * max(start.ndim, stop.ndim))
    kind = np.result_type(start.dtype, stop.dtype, np.float16)
    parts = parts.astype(np.float64 if kind == np.float16 else kind)
    out = start * (1 - parts) + stop * parts  # right to the last digit at both ends
    out = F.moveaxis(out, 0, axis) if axis else out
    return out if dtype is None else out.astype(dtype)


def logspace(
    F: Namespace,
    start: Array,
    stop: Array,
    num: int = 50,
    endpoint: bool = True,
    base: Array = 10.0,
    axis: int = 0,
) -> Array:
    """``base`` to the powers of ``linspace``."""
    return base ** linspace(F, start, stop, num, endpoint, axis=axis)


def select(
    F: Namespace, condlist: Sequence[Array], choicelist: Sequence[Array], default: Array = 0.0
) -> Array:
    """By element the first choice whose condition holds, else ``default``."""
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: {len(condlist)} conditions but {len(choicelist)} choices; give one for each"
        )
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = F.where(condition, choice, out)
    return out


def nan_to_num(
    F: Namespace,
    a: Array,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Array:
    """``a`` with numbers in place of nan, inf and -inf, which take no gradient."""
    a = as_array(a)
    if a.dtype.kind in "iub":
        return F.where(True, a, a)
    limits = np.finfo(a.dtype)
    largest = limits.max if posinf is None else posinf
    smallest = limits.min if neginf is None else neginf
    infinite = F.where(F.greater(a, 0), a.dtype.type(largest), a.dtype.type(smallest))
    return F.where(F.isfinite(a), a, F.where(F.isnan(a), a.dtype.type(nan), infinite))


def trace(F: Namespace, a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Sum along the diagonal over two axes: a diagonal, then a sum, not an operation of its own."""
    return F.sum(F.diagonal(a, offset, axis1, axis2), axis=-1)


FUNCTIONS: tuple[Function, ...] = (
    split, array_split, hsplit, vsplit, dsplit, trace, atleast_1d, atleast_2d, atleast_3d, vstack,
    hstack, dstack, column_stack, append, flipud, fliplr, rot90, rollaxis, matrix_transpose,
    fftshift, ifftshift, full, linspace, logspace, select, nan_to_num,
)  # fmt: skip
