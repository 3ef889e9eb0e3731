"""Arrays joined and cut: concatenate stack split."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from autograd.calculus import DTypeLike, Function, Namespace
from autograd.calculus.array_rules.core import Array, ArrayRule, Bound, sample


def concatenate(*arrays: Array, axis: int | None = 0) -> Array:
    """Arrays joined along an axis they all have; each takes its own part of the gradient.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.concatenate([np.ones(2), np.zeros(1)]))
    [1. 1. 0.]
    """
    return np.concatenate(arrays, axis)


def _bounds(arrays: Sequence[Array], axis: int | None) -> list[int]:
    """Where each array starts in the joined one, and where the last one ends."""
    lengths = (math.prod(a.shape) if axis is None else a.shape[axis] for a in arrays)
    return list(accumulate(lengths, initial=0))


def concatenate_keep(*arrays: Array, axis: int | None = 0) -> tuple[Array, list[int]]:
    # Summed up once: an adjoint that did it for each of n operands would take n² steps.
    return np.concatenate(arrays, axis), _bounds(arrays, axis)


def concatenate_adjoint(
    F: Namespace,
    i: int,
    g: Array,
    out: Array,
    *arrays: Array,
    axis: int | None = 0,
    saved: list[int] | None = None,
) -> Array:
    bounds = _bounds(arrays, axis) if saved is None else saved
    part = slice(bounds[i], bounds[i + 1])
    if axis is None:
        return F.reshape(F.getitem(g, part), arrays[i].shape)
    return F.getitem(g, (slice(None),) * (axis % g.ndim) + (part,))


def stack(*arrays: Array, axis: int = 0) -> Array:
    """Arrays of one shape joined along a new axis; each takes its own slice of the gradient.

    >>> import numpy as np
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


def joined_tangent(name: str) -> Function:
    """The tangent of a row that joins arrays: their tangents joined, zeros for the constants."""

    def tangent(
        F: Namespace, tangents: tuple[Array, ...], out: Array, *arrays: Array, **attrs: object
    ) -> Array:
        moved = [
            np.zeros(a.shape, out.dtype) if da is None else da for a, da in zip(arrays, tangents)
        ]
        return getattr(F, name)(moved, **attrs)

    return tangent


def _converted(arrays: Sequence[Array], dtype: DTypeLike | None) -> tuple[Array, ...]:
    if dtype is None:
        return tuple(arrays)
    return tuple([(a if hasattr(a, "astype") else np.asarray(a)).astype(dtype) for a in arrays])


def bind_concatenate(
    arrays: Sequence[Array], axis: int | None = 0, dtype: DTypeLike | None = None
) -> Bound:
    return _converted(arrays, dtype), {"axis": axis}


def bind_stack(arrays: Sequence[Array], axis: int = 0, dtype: DTypeLike | None = None) -> Bound:
    return _converted(arrays, dtype), {"axis": axis}


def split(
    F: Namespace, a: Array, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Array]:
    """Consecutive parts of a along an axis: equal sections, or cut at the given indices.

    It is a row of indexings, not an operation of its own.

    >>> import numpy as np
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


def concatenate_printed(*arrays: Array, axis: int | None) -> tuple[str, ...]:
    parts = pairwise(_bounds(arrays, axis))
    if axis is None:
        whole = [f"g[{start}:{stop}]" for start, stop in parts]
        shaped = [
            text if a.ndim == 1 else f"reshape({text}, a_{i}.shape)"
            for i, (a, text) in enumerate(zip(arrays, whole))
        ]
        return tuple(f"da_{i} = {text}" for i, text in enumerate(shaped))
    before = ":, " * (axis % arrays[0].ndim)
    return tuple(f"da_{i} = g[{before}{start}:{stop}]" for i, (start, stop) in enumerate(parts))


def stack_printed(*arrays: Array, axis: int) -> tuple[str, ...]:
    before = ":, " * (axis % (arrays[0].ndim + 1))
    return tuple(f"da_{i} = g[{before}{i}]" for i in range(len(arrays)))


RULES = (
    ArrayRule(
        "concatenate",
        concatenate,
        concatenate_adjoint,
        concatenate_printed,
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
        keep=concatenate_keep,
    ),
    ArrayRule(
        "stack",
        stack,
        stack_adjoint,
        stack_printed,
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
