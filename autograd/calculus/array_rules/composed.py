"""Functions that are no rows of their own: each is a few rows, in the namespace it is given."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus.array_rules.core import Array, axes_of
from autograd.calculus.array_rules.diagonals import trace
from autograd.calculus.array_rules.joining import split
from autograd.kinds import Function, Namespace


def _array(a: Array) -> Array:
    return a if hasattr(a, "ndim") else np.asarray(a)


def _ndim(a: Array) -> int:
    return int(_array(a).ndim)


def atleast_2d(F: Namespace, a: Array) -> Array:
    """``a`` with axes of length 1 in front until there are two."""
    missing = 2 - _ndim(a)
    return F.expand_dims(a, tuple(range(missing))) if missing > 0 else a


def vstack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Rows on top of one another: concatenation along the first axis, vectors as rows."""
    return F.concatenate([atleast_2d(F, a) for a in arrays], axis=0)


def hstack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Columns side by side: concatenation along the second axis, of vectors end to end."""
    arrays = [a if _ndim(a) else F.expand_dims(a, 0) for a in arrays]
    return F.concatenate(arrays, axis=0 if _ndim(arrays[0]) == 1 else 1)


def column_stack(F: Namespace, arrays: Sequence[Array]) -> Array:
    """Vectors as the columns of a matrix; matrices are joined as they are."""
    return F.concatenate(
        [F.transpose(atleast_2d(F, a)) if _ndim(a) < 2 else a for a in arrays], axis=1
    )


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


def diff(F: Namespace, a: Array, n: int = 1, axis: int = -1) -> Array:
    """The n-th differences a[i+1] - a[i] along an axis."""
    if n < 0:
        raise ValueError(f"diff: n is {n}; give how often to take differences, 0 or more")
    (place,) = axes_of(axis, a.ndim)
    for _ in range(n):
        head = (slice(None),) * place
        a = F.getitem(a, (*head, slice(1, None))) - F.getitem(a, (*head, slice(None, -1)))
    return a


def vdot(F: Namespace, a: Array, b: Array) -> Array:
    """Σ a b over all elements, which must be as many in both."""
    return F.dot(F.ravel(a), F.ravel(b))


def tensordot(
    F: Namespace, a: Array, b: Array, axes: int | Sequence[int] | Sequence[Sequence[int]] = 2
) -> Array:
    """The sum of products over pairs of axes, as ``numpy.tensordot``: one matrix product."""
    a, b = _array(a), _array(b)
    if isinstance(axes, int | np.integer):
        axes = range(a.ndim - int(axes), a.ndim), range(int(axes))
    of_a, of_b = (np.atleast_1d(part).astype(int).tolist() for part in axes)
    pairs = zip(of_a, of_b, strict=True) if len(of_a) == len(of_b) else [(a.ndim, b.ndim)]
    if not all(
        -a.ndim <= i < a.ndim and -b.ndim <= k < b.ndim and a.shape[i] == b.shape[k]
        for i, k in pairs
    ):
        raise ValueError(
            f"tensordot: shapes {a.shape} and {b.shape} do not fit along axes {of_a} and {of_b}"
        )
    of_a, of_b = [i % a.ndim for i in of_a], [k % b.ndim for k in of_b]
    kept_a = [i for i in range(a.ndim) if i not in of_a]
    kept_b = [i for i in range(b.ndim) if i not in of_b]
    rows, columns = [a.shape[i] for i in kept_a], [b.shape[i] for i in kept_b]
    inner = math.prod(a.shape[i] for i in of_a)
    left = F.reshape(F.transpose(a, (*kept_a, *of_a)), (math.prod(rows), inner))
    right = F.reshape(F.transpose(b, (*of_b, *kept_b)), (inner, math.prod(columns)))
    return F.reshape(F.matmul(left, right), (*rows, *columns))


def kron(F: Namespace, a: Array, b: Array) -> Array:
    """The Kronecker product of two arrays of as many axes: every a[i] times the whole of b."""
    a, b = _array(a), _array(b)
    if a.ndim != b.ndim:
        raise ValueError(
            f"kron: shapes {a.shape} and {b.shape}: give both as many axes, with reshape"
        )
    wide = F.expand_dims(a, tuple(range(1, 2 * a.ndim, 2)))
    product = wide * F.expand_dims(b, tuple(range(0, 2 * b.ndim, 2)))
    return F.reshape(product, tuple(m * n for m, n in zip(a.shape, b.shape)))


def cross(F: Namespace, a: Array, b: Array) -> Array:
    """The vector product along the last axis, of length 3."""
    a, b = _array(a), _array(b)
    if a.shape[-1:] != (3,) or b.shape[-1:] != (3,):
        raise ValueError(f"cross: shapes {a.shape} and {b.shape}: the last axis must have length 3")
    ahead, behind = [1, 2, 0], [2, 0, 1]
    return F.take(a, ahead, axis=-1) * F.take(b, behind, axis=-1) - F.take(
        a, behind, axis=-1
    ) * F.take(b, ahead, axis=-1)


#: By name. ``trace`` of a matrix is for NumPy and the method: ``autograd.trace`` traces graphs.
COMPOSED: dict[str, Function] = {
    function.__name__: function
    for function in (
        split,
        array_split,
        trace,
        vstack,
        hstack,
        column_stack,
        diff,
        vdot,
        tensordot,
        kron,
        cross,
    )
}
