"""PyTorch's operations that give an array another shape, or take and write parts of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.imports.recomputing import Theirs
from autograd.imports.shaping import (
    at,
    axes_of,
    converted,
    data,
    pieces,
    reshaped,
    same,
    selected,
    unbound,
    widened,
)


def _view(theirs: Theirs, x: Quantity, *_: object) -> Quantity:
    return reshaped(x, theirs.shape)


def _permute(_: Theirs, x: Quantity, axes: Sequence[int]) -> Quantity:
    last = list(range(len(axes)))
    plain = [a % max(len(axes), 1) for a in axes]
    if plain == last:
        return x
    return F.transpose(x) if plain == last[::-1] else F.transpose(x, tuple(plain))


def _expand(theirs: Theirs, x: Quantity, *_: object, **__: object) -> Quantity:
    return widened(x, theirs.shape)


def _slice(
    _: Theirs,
    x: Quantity,
    axis: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Quantity:
    size = data(x).shape[axis]
    first, last, _step = slice(start, end, step).indices(size)
    if (first, last, step) == (0, size, 1):
        return x
    return F.getitem(x, at(x, axis, slice(first, last, None if step == 1 else step)))


def _select(_: Theirs, x: Quantity, axis: int, place: int) -> Quantity:
    return F.getitem(x, at(x, axis, place))


def _index(_: Theirs, x: Quantity, places: Sequence[Quantity]) -> Quantity:
    index = tuple(slice(None) if place is None else data(place) for place in places)
    return F.getitem(x, index)


def _index_select(_: Theirs, x: Quantity, axis: int, places: Quantity) -> Quantity:
    return F.take(x, data(places), axis) if data(x).ndim else x


def _gather(_: Theirs, x: Quantity, axis: int, places: Quantity, *__: object) -> Quantity:
    grid = list(np.ogrid[tuple(slice(n) for n in data(places).shape)])
    if not grid:
        return x
    grid[axis] = data(places)
    return F.getitem(x, tuple(grid))


def _index_put(
    _: Theirs, x: Quantity, places: Sequence[Quantity], new: Quantity, accumulate: bool = False
) -> Quantity:
    index = tuple(slice(None) if place is None else data(place) for place in places)
    if not accumulate:
        return _put(x, index, new)
    return F.add(x, F.put_index(widened(new, data(x)[index].shape), index, data(x).shape))


def _cat(_: Theirs, parts: Sequence[Quantity], axis: int = 0) -> Quantity:
    several = [part for part in parts if data(part).size or data(part).ndim > 1]
    return several[0] if len(several) == 1 else F.concatenate(several, axis)


def _stack(_: Theirs, parts: Sequence[Quantity], axis: int = 0) -> Quantity:
    return F.stack(list(parts), axis)


def _pad(_: Theirs, x: Quantity, widths: Sequence[int], value: float = 0) -> Quantity:
    pairs = [(0, 0)] * (data(x).ndim - len(widths) // 2)
    pairs += [(widths[i], widths[i + 1]) for i in range(len(widths) - 2, -1, -2)]
    inner = tuple(
        slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(pairs, data(x).shape, strict=True)
    )
    x = F.getitem(x, inner) if min(widths) < 0 else x
    grown = [(max(a, 0), max(b, 0)) for a, b in pairs]
    return F.pad(x, grown, constant_values=value)


def _repeat(theirs: Theirs, x: Quantity, times: Sequence[int]) -> Quantity:
    if all(n == 1 for n in times):
        return reshaped(x, theirs.shape)
    return F.tile(x, tuple(times))


def _unfold(_: Theirs, x: Quantity, axis: int, size: int, step: int) -> Quantity:
    shape = data(x).shape
    places = np.arange(prod(shape)).reshape(shape)
    windows = np.lib.stride_tricks.sliding_window_view(places, size, axis)
    return selected(x, windows[at(x, axis, slice(None, None, step))])


def _slice_scatter(
    _: Theirs,
    x: Quantity,
    new: Quantity,
    axis: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Quantity:
    return _put(x, at(x, axis, slice(start, end, step)), new)


def _select_scatter(_: Theirs, x: Quantity, new: Quantity, axis: int, place: int) -> Quantity:
    return _put(x, at(x, axis, place), new)


def _put(x: Quantity, index: tuple[Quantity, ...], new: Quantity) -> Quantity:
    """``x`` with ``new`` at an index: what a program writes into an array."""
    numbers = data(x)
    taken = np.zeros(numbers.shape, dtype=bool)
    taken[index] = True
    added = F.put_index(widened(new, numbers[index].shape), index, numbers.shape)
    return F.where(taken, added, x)


def _upsample(theirs: Theirs, x: Quantity, *_: object) -> Quantity:
    """The nearest number of a smaller picture."""
    shape = data(x).shape
    axes = [np.arange(m) * n // m for n, m in zip(shape, theirs.shape)]
    return F.getitem(x, np.ix_(*axes))


def _copy(theirs: Theirs, _: Quantity, source: Quantity, *__: object) -> Quantity:
    return widened(source, theirs.shape)


SHAPES: dict[str, Callable[..., Quantity]] = {
    **dict.fromkeys("clone alias lift_fresh lift_fresh_copy contiguous".split(), same),
    **dict.fromkeys("view _unsafe_view reshape unsqueeze squeeze flatten".split(), _view),
    "permute": _permute, "expand": _expand, "slice": _slice, "slice_scatter": _slice_scatter,
    "select": _select, "select_scatter": _select_scatter, "index": _index,
    "index_select": _index_select, "gather": _gather, "index_put": _index_put,
    "transpose": lambda _, x, a, b: F.swapaxes(x, a, b), "t": lambda _, x: F.transpose(x),
    "split_with_sizes": pieces, "split": pieces, "unbind": unbound, "cat": _cat,
    "stack": _stack, "constant_pad_nd": _pad, "repeat": _repeat, "unfold": _unfold,
    "flip": lambda _, x, axes: F.flip(x, axes_of(axes)), "_to_copy": converted, "copy": _copy,
    "tril": lambda _, x, k=0: F.tril(x, k), "triu": lambda _, x, k=0: F.triu(x, k),
    "diagonal": lambda _, x, k=0, a=0, b=1: F.diagonal(x, k, a, b),
    "upsample_nearest2d": _upsample,
}  # fmt: skip
