"""Elements moved or repeated: flip roll repeat tile pad sort."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Axis, Namespace, Shape
from autograd.calculus.array_rules.core import Array, ArrayRule, linear_tangent, sample
from autograd.calculus.array_rules.printed import shortened


def flip(a: Array, axis: Axis = None) -> Array:
    """The order of the entries reversed along ``axis`` (all axes if none); the adjoint flips back.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.flip(np.array([1.0, 2.0, 3.0])))
    [3. 2. 1.]
    """
    return np.flip(a, axis)


def flip_a(F: Namespace, g: Array, out: Array, a: Array, axis: Axis = None) -> Array:
    return F.flip(g, axis)


def roll(a: Array, shift: int | tuple[int, ...], axis: Axis = None) -> Array:
    """Entries moved round along ``axis`` (of a flattened if none); the adjoint rolls back.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.roll(np.array([1.0, 2.0, 3.0]), 1))
    [3. 1. 2.]
    """
    return np.roll(a, shift, axis)


def roll_a(
    F: Namespace,
    g: Array,
    out: Array,
    a: Array,
    shift: int | tuple[int, ...],
    axis: Axis = None,
) -> Array:
    back = tuple(-s for s in shift) if isinstance(shift, tuple) else -shift
    return F.roll(g, back, axis)


def repeat(a: Array, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    """Each entry along ``axis`` (of a flattened if none) repeated, its gradients summed.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.repeat(np.array([1.0, 2.0]), [1, 2]))
    [1. 2. 2.]
    """
    return np.repeat(a, repeats, axis)


def repeat_a(
    F: Namespace,
    g: Array,
    out: Array,
    a: Array,
    repeats: int | Sequence[int],
    axis: int | None = None,
) -> Array:
    if axis is None or not a.ndim:
        n = math.prod(a.shape)
        return F.reshape(F.put_index(g, np.repeat(np.arange(n), repeats), (n,)), a.shape)
    axis %= a.ndim
    source = np.repeat(np.arange(a.shape[axis]), repeats)
    return F.put_index(g, (slice(None),) * axis + (source,), a.shape)


def tile(a: Array, reps: int | Sequence[int]) -> Array:
    """a laid side by side ``reps`` times along each axis; the adjoint sums the tiles.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.tile(np.array([1.0, 2.0]), 2))
    [1. 2. 1. 2.]
    """
    return np.tile(a, reps)


def _tiles(a: Array, reps: int | Sequence[int]) -> tuple[Shape, tuple[int, ...]]:
    """The result's shape with an axis for the tile before each axis of ``a``, and those axes."""
    counts = (int(reps),) if isinstance(reps, (int, np.integer)) else tuple(map(int, reps))
    counts = (1,) * (a.ndim - len(counts)) + counts
    shape = (1,) * (len(counts) - a.ndim) + a.shape
    apart = tuple(n for pair in zip(counts, shape) for n in pair)
    return apart, tuple(range(0, 2 * len(counts), 2))


def tile_a(F: Namespace, g: Array, out: Array, a: Array, reps: int | Sequence[int]) -> Array:
    apart, tiles = _tiles(a, reps)
    return F.reshape(F.sum(F.reshape(g, apart), axis=tiles), a.shape)


def pad(
    a: Array,
    pad_width: int | Sequence[int] | Sequence[Sequence[int]],
    constant_values: float | Sequence[float] = 0,
) -> Array:
    """a with a border of constants; the adjoint cuts the border off.

    ``pad_width`` is n, (before, after) for every axis, or one such pair per axis.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.pad(np.array([1.0, 2.0]), (1, 2)))
    [0. 1. 2. 0. 0.]
    """
    return np.pad(a, pad_width, constant_values=constant_values)


def pad_a(
    F: Namespace,
    g: Array,
    out: Array,
    a: Array,
    pad_width: int | Sequence[int] | Sequence[Sequence[int]],
    constant_values: float | Sequence[float] = 0,
) -> Array:
    before = np.broadcast_to(pad_width, (a.ndim, 2))[:, 0].tolist()
    return F.getitem(g, tuple(slice(k, k + n) for k, n in zip(before, a.shape)))


def pad_tangent(
    F: Namespace,
    tangents: tuple[Array],
    out: Array,
    a: Array,
    pad_width: int | Sequence[int] | Sequence[Sequence[int]],
    **attrs: object,
) -> Array:
    return F.pad(tangents[0], pad_width)


def sort(a: Array, axis: int | None = -1) -> Array:
    """Entries in ascending order along ``axis`` (of a flattened for None); each keeps its gradient.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.sort(np.array([3.0, 1.0, 2.0])))
    [1. 2. 3.]
    """
    return np.sort(a, axis, kind="stable")


def sort_a(F: Namespace, g: Array, out: Array, a: Array, axis: int | None = -1) -> Array:
    place = np.argsort(F.argsort(a, axis=axis, kind="stable"), axis=-1 if axis is None else axis)
    if axis is None:
        return F.reshape(F.getitem(g, place), a.shape)
    return F.take_along_axis(g, place, axis)


def sort_tangent(
    F: Namespace, tangents: tuple[Array], out: Array, a: Array, axis: int | None = -1
) -> Array:
    return F.take_along_axis(tangents[0], F.argsort(a, axis=axis, kind="stable"), axis)


def roll_printed(a: Array, shift: int | tuple[int, ...], axis: Axis) -> tuple[str, ...]:
    back = tuple(-s for s in shift) if isinstance(shift, tuple) else -shift
    return (f"da = roll(g, {back}, axis=axis)",)


def repeat_printed(a: Array, repeats: int | Sequence[int], axis: int | None) -> tuple[str, ...]:
    if np.ndim(repeats) or not repeats:  # different numbers of copies are no axis of their own
        if axis is None or a.ndim < 2:
            put = f"put_index(g, repeat(arange({a.size}), repeats), a.size)"
            return (f"da = {put if a.ndim == 1 else f'reshape({put}, a.shape)'}",)
        places = f"{':, ' * (axis % a.ndim)}repeat(arange({a.shape[axis]}), repeats)"
        return (f"da = put_index(g, s_[{places}], a.shape)",)
    if axis is None or a.ndim == 0:
        total = f"sum(reshape(g, (-1, {repeats})), axis=1)"
        return (f"da = {total if a.ndim == 1 else f'reshape({total}, a.shape)'}",)
    axis %= a.ndim
    apart = (*a.shape[: axis + 1], repeats, *a.shape[axis + 1 :])
    return (f"da = sum(reshape(g, {apart}), axis={axis + 1})",)


def tile_printed(a: Array, reps: int | Sequence[int]) -> tuple[str, ...]:
    apart, tiles = _tiles(a, reps)
    total = f"sum(reshape(g, {apart}), axis={shortened(tiles)})"
    return (f"da = {total if len(tiles) == a.ndim else f'reshape({total}, a.shape)'}",)


def pad_printed(
    a: Array, pad_width: int | Sequence[int] | Sequence[Sequence[int]], **attrs: object
) -> tuple[str, ...]:
    widths = np.broadcast_to(pad_width, (a.ndim, 2)).tolist()
    inner = [f"{k}:{k + n}" if k or m else ":" for (k, m), n in zip(widths, a.shape)]
    return (f"da = g[{', '.join(inner) or '()'}]",)


def sort_printed(a: Array, axis: int | None) -> tuple[str, ...]:
    if axis is None:
        return ("da = reshape(g[argsort(argsort(ravel(a)))], a.shape)",)
    if a.ndim == 1:
        return ("da = g[argsort(argsort(a))]",)
    place = "argsort(argsort(a, axis=axis), axis=axis)"
    return (f"da = take_along_axis(g, {place}, axis=axis)",)


RULES = (
    ArrayRule(
        "flip",
        flip,
        (flip_a,),
        ("da = flip(g, axis=axis)",),
        linear_tangent("flip"),
        (sample((2, 3)), sample((2, 3), axis=1), sample((2, 3, 4), axis=(0, -1))),
    ),
    ArrayRule(
        "roll",
        roll,
        (roll_a,),
        roll_printed,
        linear_tangent("roll"),
        (
            sample((2, 3), shift=1),
            sample((2, 3), shift=-4, axis=1),
            sample((3, 4), shift=(1, 2), axis=(0, -1)),
            sample((3, 4), shift=2, axis=(0, 1)),
        ),
    ),
    ArrayRule(
        "repeat",
        repeat,
        (repeat_a,),
        repeat_printed,
        linear_tangent("repeat"),
        (
            sample((2, 3), repeats=2),
            sample((2, 3), repeats=2, axis=0),
            sample((2, 3), repeats=(1, 0, 3), axis=-1),
            sample((3,), repeats=(1, 0, 3)),
            sample((2, 2), repeats=(2, 0, 1, 1)),
            sample((), repeats=3),
        ),
    ),
    ArrayRule(
        "tile",
        tile,
        (tile_a,),
        tile_printed,
        linear_tangent("tile"),
        (
            sample((3,), reps=2),
            sample((2, 3), reps=2),
            sample((2, 3), reps=(3, 2)),
            sample((3,), reps=(2, 1, 2)),
            sample((2, 1, 3), reps=(2, 2)),
            sample((), reps=3),
        ),
    ),
    ArrayRule(
        "pad",
        pad,
        (pad_a,),
        pad_printed,
        pad_tangent,
        (
            sample((2, 3), pad_width=1),
            sample((2, 3), pad_width=(1, 2)),
            sample((2, 3), pad_width=((0, 1), (2, 0)), constant_values=1.5),
            sample((3,), pad_width=(2, 1)),
            sample((2, 3), pad_width=((1,), (2,))),
        ),
    ),
    ArrayRule(
        "sort",
        sort,
        (sort_a,),
        sort_printed,
        sort_tangent,
        (
            sample((5,)),
            sample((2, 4)),
            sample((4, 2), axis=0),
            sample((2, 3), axis=None),
            sample(np.array([2.0, 1.0, 2.0, 1.0]), smooth=False),
        ),
    ),
)
