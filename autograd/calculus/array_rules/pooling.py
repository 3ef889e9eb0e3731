"""Pooling: the largest number of each window, or the mean of each."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from autograd.calculus import Namespace, Padding, Sizes
from autograd.calculus.array_rules.core import Array, ArrayRule, array_in, linear_tangent, sample
from autograd.calculus.array_rules.windows import (
    Windows,
    framed,
    one_or_all,
    pictures,
    said,
    windows_over,
)


def max_pool(
    x: Array,
    size: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Array:
    """The largest number in each window of x (N, C, *spatial): (N, C, *number of windows).

    ``stride`` is ``size`` if it is None. Padding is never the largest. Numbers that are equally
    large share the gradient, as in ``max``; PyTorch gives it to the first of them.

    >>> import numpy as np
    >>> import autograd
    >>> x = np.array([[[3.0, 1.0, 2.0, 5.0]]])
    >>> print(autograd.max_pool(x, 2))
    [[[3. 5.]]]
    """
    windows = _windows_of("max_pool", x, size, stride, padding, dilation)
    if not _touching(windows):
        raise ValueError(
            f"max_pool: with padding {windows.padding} a window of {windows.size} lies wholly in "
            f"the padding; take less padding"
        )
    wide = framed(x, windows, -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min)
    taps = windows.taps()
    out = wide[(..., *next(taps)[1])].copy("K")
    for _, where in taps:
        np.maximum(out, wide[(..., *where)], out=out)
    return out


def avg_pool(
    x: Array,
    size: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    divisor: Array | float | None = None,
) -> Array:
    """The mean of each window of x (N, C, *spatial): (N, C, *number of windows).

    ``stride`` is ``size`` if it is None. ``divisor``, a number or one for each window, stands for
    the number of elements of a window, in which zeros of the padding count.

    >>> import numpy as np
    >>> import autograd
    >>> x = np.array([[[3.0, 1.0, 2.0, 5.0]]])
    >>> print(autograd.avg_pool(x, 2))
    [[[2.  3.5]]]
    """
    windows = _windows_of("avg_pool", x, size, stride, padding, 1)
    wide = framed(x, windows, 0)
    taps = windows.taps()
    out = wide[(..., *next(taps)[1])].copy("K")
    for _, where in taps:
        out += wide[(..., *where)]
    return out / _divisor(x, windows, divisor)


def _windows_of(
    name: str,
    x: Array,
    size: Sizes,
    stride: Sizes | None,
    padding: Padding,
    dilation: Sizes,
) -> Windows:
    pictures(name, x.shape)
    stride = size if stride is None else stride
    return windows_over(name, x.shape[2:], size, stride, padding, dilation)


@lru_cache(maxsize=512)
def _touching(windows: Windows) -> bool:
    """Whether every window has a number that is no padding."""
    for k, s, d, n, count, (before, _) in zip(
        windows.size,
        windows.stride,
        windows.dilation,
        windows.extent,
        windows.count,
        windows.padding,
    ):
        places = np.arange(count)[:, None] * s + np.arange(k) * d - before
        if not ((places >= 0) & (places < n)).any(axis=1).all():
            return False
    return True


def _divisor(x: Array, windows: Windows, divisor: Array | float | None) -> Array | float:
    if divisor is None:
        return math.prod(windows.size)
    return divisor.astype(x.dtype) if isinstance(divisor, np.ndarray) else divisor


def _tap_axes(x: Array) -> tuple[int, ...]:
    """The axes of a window in (N, C, *size, *out)."""
    return tuple(range(2, x.ndim))


def _shares(x: Array, out: Array, windows: Windows) -> Array:
    """Which part of the gradient of its window each number gets: (N, C, *size, *out).

    A NaN is the largest of its window, as it is for NumPy, so that its gradient is not lost.
    """
    wide = framed(x, windows, -math.inf)
    share = np.empty((*windows.size, *out.shape), x.dtype)
    for place, where in windows.taps():
        np.equal(wide[(..., *where)], out, out=share[place])
    ndim = len(windows.size)
    ties = share.sum(axis=tuple(range(ndim)))
    if not ties.all():
        for place, where in windows.taps():
            share[place] += np.isnan(wide[(..., *where)])
        ties = share.sum(axis=tuple(range(ndim)))
    share /= ties
    return share.transpose(ndim, ndim + 1, *range(ndim), *range(ndim + 2, 2 * ndim + 2))


def max_pool_x(
    F: Namespace,
    g: Array,
    out: Array,
    x: Array,
    size: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Array:
    windows = _windows_of("max_pool", x, size, stride, padding, dilation)
    share = _shares(array_in(x), array_in(out), windows)
    stride = size if stride is None else stride
    spread = F.expand_dims(g, _tap_axes(x)) * share
    return F.fold(spread, x.shape[2:], stride, padding, dilation)


def max_pool_tangent(
    F: Namespace,
    tangents: tuple[Array],
    out: Array,
    x: Array,
    size: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Array:
    windows = _windows_of("max_pool", x, size, stride, padding, dilation)
    share = _shares(array_in(x), array_in(out), windows)
    stride = size if stride is None else stride
    moved = F.unfold(tangents[0], size, stride, padding, dilation)
    return F.sum(moved * share, axis=_tap_axes(x))


def avg_pool_x(
    F: Namespace,
    g: Array,
    out: Array,
    x: Array,
    size: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    divisor: Array | float | None = None,
) -> Array:
    windows = _windows_of("avg_pool", x, size, stride, padding, 1)
    part = F.expand_dims(g / _divisor(array_in(x), windows, divisor), _tap_axes(x))
    spread = F.broadcast_to(part, (*x.shape[:2], *windows.size, *windows.count))
    return F.fold(spread, x.shape[2:], windows.stride, padding)


def max_pool_printed(
    x: Array, size: Sizes, stride: Sizes | None, padding: Padding, dilation: Sizes
) -> tuple[str, ...]:
    windows = _windows_of("max_pool", x, size, stride, padding, dilation)
    steps = said(stride=windows.stride, dilation=windows.dilation)
    seen, back = f"unfold(x, {one_or_all(windows.size)}{steps})", steps
    if windows.is_padded:  # with what is never the largest; zeros would tie with a largest 0
        border = f"pad(x, {((0, 0), (0, 0), *windows.padding)}, constant_values=-inf)"
        seen = seen.replace("x", border, 1)
        back = said(stride=windows.stride, padding=padding, dilation=windows.dilation)
    axes = _tap_axes(x) if x.ndim > 3 else 2
    largest = f"equal({seen}, expand_dims(out, axis={axes}))"
    shared = f"{largest} / sum({largest}, axis={axes}, keepdims=True)"
    picture = one_or_all(x.shape[2:])
    return (f"dx = fold(expand_dims(g, axis={axes}) * {shared}, {picture}{back})",)


def avg_pool_printed(
    x: Array,
    size: Sizes,
    stride: Sizes | None,
    padding: Padding,
    divisor: Array | float | None,
) -> tuple[str, ...]:
    windows = _windows_of("avg_pool", x, size, stride, padding, 1)
    axes = _tap_axes(x) if x.ndim > 3 else 2
    by = "divisor" if divisor is not None else math.prod(windows.size)
    full = (*x.shape[:2], *windows.size, *windows.count)
    steps = said(stride=windows.stride, padding=padding)
    spread = f"broadcast_to(expand_dims(g / {by}, axis={axes}), {full})"
    return (f"dx = fold({spread}, {one_or_all(x.shape[2:])}{steps})",)


def _distinct(*shape: int) -> Array:
    """A builder of numbers far enough from each other that none is largest by a small step."""
    n = math.prod(shape)
    return lambda rng: rng.permutation(n).reshape(shape) / 4.0 - n / 8


RULES = (
    ArrayRule(
        "max_pool",
        max_pool,
        (max_pool_x,),
        max_pool_printed,
        max_pool_tangent,
        (
            sample(_distinct(2, 3, 6), size=2),
            sample(_distinct(1, 2, 4, 4), size=2),
            sample(_distinct(1, 2, 5, 4), size=(3, 2), stride=(1, 2)),
            sample(_distinct(1, 2, 5, 5), size=3, stride=2, padding=1),
            sample(_distinct(1, 1, 5, 5), size=2, stride=1, dilation=2),
            sample(_distinct(1, 1, 5, 4), size=3, stride=2, padding=((0, 1), (1, 0))),
            sample(np.array([[[1.0, 1.0, 0.0, 2.0, 2.0, 2.0]]]), size=3, smooth=False),
            sample(np.array([[[0.0, -1.0, -2.0]]]), size=2, stride=1, padding=1),
            sample((0, 2, 4, 4), size=2, smooth=False),
        ),
    ),
    ArrayRule(
        "avg_pool",
        avg_pool,
        (avg_pool_x,),
        avg_pool_printed,
        linear_tangent("avg_pool"),
        (
            sample((2, 3, 6), size=2),
            sample((1, 2, 4, 4), size=2),
            sample((1, 2, 5, 4), size=(3, 2), stride=(1, 2)),
            sample((1, 2, 5, 5), size=3, stride=2, padding=1),
            sample((1, 1, 5, 4), size=3, stride=2, padding=((0, 1), (1, 0)), divisor=4.0),
            sample((1, 1, 4), size=2, padding=1, divisor=np.array([1.0, 2.0, 1.0])),
            sample((0, 2, 4, 4), size=2, smooth=False),
        ),
    ),
)
