"""Convolution, pooling, unfold and fold, window by window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from fuzz.draw import Shape


def each(x: Any, ndim: int) -> Shape:
    return tuple(x) if isinstance(x, tuple | list) else (x,) * ndim


def pairs(padding: Any, ndim: int) -> list[tuple[int, int]]:
    return [(p, p) if isinstance(p, int) else p for p in each(padding, ndim)]


def count_of(extent: Shape, size: Shape, stride: Shape, padding: Any, dilation: Shape) -> Shape:
    borders = pairs(padding, len(extent))
    return tuple(
        (n + sum(border) - (k - 1) * d - 1) // s + 1
        for n, k, s, d, border in zip(extent, size, stride, dilation, borders, strict=True)
    )


def framed(x: Any, ndim: int, padding: Any, fill: float = 0.0) -> Any:
    borders = [(0, 0)] * (x.ndim - ndim) + pairs(padding, ndim)
    return np.pad(x, borders, constant_values=fill)


def _windows(
    count: Shape, size: Shape, stride: Shape, dilation: Shape
) -> Iterator[tuple[Shape, tuple[Any, ...]]]:
    """The place of each window among them, and where it is in the framed picture."""
    for place in np.ndindex(*count):
        ends = zip(place, size, stride, dilation, strict=True)
        yield place, (..., *(slice(p * s, p * s + (k - 1) * d + 1, d) for p, k, s, d in ends))


def unfold(
    x: Any, size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, fill: float = 0.0
) -> Any:
    ndim = x.ndim - 2
    sizes, strides, spread = (each(n, ndim) for n in (size, stride, dilation))
    count = count_of(x.shape[2:], sizes, strides, padding, spread)
    wide = framed(x, ndim, padding, fill)
    out = np.zeros((*x.shape[:2], *sizes, *count))
    for place, where in _windows(count, sizes, strides, spread):
        at: Any = (..., *place)
        out[at] = wide[where]
    return out


def fold(x: Any, size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:
    ndim = (x.ndim - 2) // 2
    picture, strides, spread = (each(n, ndim) for n in (size, stride, dilation))
    wide = framed(np.zeros((*x.shape[:2], *picture)), ndim, padding)
    for place, where in _windows(x.shape[2 + ndim :], x.shape[2 : 2 + ndim], strides, spread):
        wide[where] += x[(..., *place)]
    borders = pairs(padding, ndim)
    return wide[(..., *(slice(b, b + n) for n, (b, _) in zip(picture, borders, strict=True)))]


def max_pool(x: Any, size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Any:
    ndim = x.ndim - 2
    seen = unfold(x, size, size if stride is None else stride, padding, dilation, -math.inf)
    return seen.max(axis=tuple(range(2, 2 + ndim)))


def avg_pool(x: Any, size: Any, stride: Any = None, padding: Any = 0, divisor: Any = None) -> Any:
    ndim = x.ndim - 2
    seen = unfold(x, size, size if stride is None else stride, padding)
    over = tuple(range(2, 2 + ndim))
    return seen.mean(axis=over) if divisor is None else seen.sum(axis=over) / divisor


def _grouped(w: Any, groups: int) -> Any:
    """Kernels as (groups, outputs of a group, channels of a group, *size)."""
    return w.reshape(groups, w.shape[0] // groups, *w.shape[1:])


_AXES = "xyz"


def conv(
    x: Any, w: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    seen = unfold(x, w.shape[2:], stride, padding, dilation)
    k, p = _AXES[: x.ndim - 2], _AXES[: x.ndim - 2].upper()
    seen = seen.reshape(len(x), groups, x.shape[1] // groups, *seen.shape[2:])
    out = np.einsum(f"ngc{k}{p},goc{k}->ngo{p}", seen, _grouped(w, groups))
    return out.reshape(len(x), len(w), *out.shape[3:])


def conv_transpose(
    x: Any,
    w: Any,
    size: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    ndim = x.ndim - 2
    if size is None:
        steps = zip(x.shape[2:], w.shape[2:], each(stride, ndim), each(dilation, ndim))
        reach = [(n - 1) * s + (k - 1) * d + 1 for n, k, s, d in steps]
        size = tuple(n - sum(b) for n, b in zip(reach, pairs(padding, ndim)))
    k, p = _AXES[:ndim], _AXES[:ndim].upper()
    grouped = x.reshape(len(x), groups, x.shape[1] // groups, *x.shape[2:])
    laid = np.einsum(f"ngo{p},goc{k}->ngc{k}{p}", grouped, _grouped(w, groups))
    return fold(
        laid.reshape(len(x), groups * w.shape[1], *laid.shape[3:]), size, stride, padding, dilation
    )


def conv_kernel(
    x: Any, y: Any, size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    seen = unfold(x, size, stride, padding, dilation)
    k, p = _AXES[: x.ndim - 2], _AXES[: x.ndim - 2].upper()
    seen = seen.reshape(len(x), groups, x.shape[1] // groups, *seen.shape[2:])
    grouped = y.reshape(len(y), groups, y.shape[1] // groups, *y.shape[2:])
    out = np.einsum(f"ngc{k}{p},ngo{p}->goc{k}", seen, grouped)
    return out.reshape(y.shape[1], *out.shape[2:])


OF_WINDOWS = (unfold, fold, max_pool, avg_pool, conv, conv_transpose, conv_kernel)
