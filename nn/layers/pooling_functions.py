"""Pooling over sequences and pictures, as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

import autograd
from autograd import Tensor
from autograd.typing import Array, Shape
from nn.kinds import OutputSizes, Sizes
from nn.layers.convolution import batched, sizes_of


def max_pool1d(
    x: Tensor | Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest number in each window of x (N, C, L); ``stride`` is ``kernel_size`` if None.

    Numbers in a window are ``dilation`` apart, ``padding`` is what is added on both sides and is
    never the largest, with ``ceil_mode`` windows may reach over the end; ``return_indices`` is
    refused. Returns (N, C, L'); x may be (C, L).

    >>> import numpy as np
    >>> from nn.layers import max_pool1d
    >>> max_pool1d(np.array([[[3.0, 1.0, 2.0, 5.0]]]), 2)
    array([[[3., 5.]]])
    """
    refuse_indices("max_pool1d", return_indices)
    return largest("max_pool1d", 1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: Tensor | Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest number in each window of x (N, C, H, W); ``stride`` is ``kernel_size`` if None.

    The sizes, and ``padding`` and ``dilation``, are a number or (height, width). Padding is never
    the largest. Numbers that tie share the gradient; PyTorch gives it to the first, which is why
    ``return_indices`` is refused. With ``ceil_mode`` windows may reach over the end. Returns (N, C,
    H', W'); x may be (C, H, W).

    >>> import numpy as np
    >>> from nn.layers import max_pool2d
    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """
    refuse_indices("max_pool2d", return_indices)
    return largest("max_pool2d", 2, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    x: Tensor | Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of x (N, C, L); ``stride`` is ``kernel_size`` if None.

    ``padding`` zeros on both sides count, unless ``count_include_pad`` is False; with ``ceil_mode``
    windows may reach over the end. Returns (N, C, L'); x may be (C, L).

    >>> import numpy as np
    >>> from nn.layers import avg_pool1d
    >>> avg_pool1d(np.array([[[3.0, 1.0, 2.0, 5.0]]]), 2)
    array([[[2. , 3.5]]])
    """
    return _mean("avg_pool1d", 1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    x: Tensor | Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of x (N, C, H, W); ``stride`` is ``kernel_size`` if None.

    The sizes and ``padding`` are a number or (height, width). Zeros of the padding count, unless
    ``count_include_pad`` is False; ``divisor_override`` stands for the number of elements. With
    ``ceil_mode`` windows may reach over the end. Returns (N, C, H', W'); x may be (C, H, W).

    >>> import numpy as np
    >>> from nn.layers import avg_pool2d
    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """
    return _mean(
        "avg_pool2d", 2, x, kernel_size, stride, padding, ceil_mode, count_include_pad,
        divisor_override,
    )  # fmt: skip


def adaptive_avg_pool1d(x: Tensor | Array, output_size: OutputSizes) -> Tensor:
    """Means of ``output_size`` windows that share x (N, C, L) out as evenly as they can.

    Returns (N, C, output_size); x may be (C, L). Windows overlap where L does not divide.

    >>> import numpy as np
    >>> from nn.layers import adaptive_avg_pool1d
    >>> adaptive_avg_pool1d(np.array([[[1.0, 3.0, 5.0]]]), 2)
    array([[[2., 4.]]])
    """
    return _shared_out("adaptive_avg_pool1d", 1, x, output_size)


def adaptive_avg_pool2d(x: Tensor | Array, output_size: OutputSizes) -> Tensor:
    """Means of as many windows, which share x (N, C, H, W) out as evenly as they can.

    ``output_size`` is a number or (height, width), in which None keeps the size. Returns (N, C,
    *output_size); x may be (C, H, W).

    >>> import numpy as np
    >>> from nn.layers import adaptive_avg_pool2d
    >>> adaptive_avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 1)
    array([[[[7.5]]]])
    """
    return _shared_out("adaptive_avg_pool2d", 2, x, output_size)


def refuse_indices(name: str, return_indices: bool) -> None:
    if return_indices:
        raise ValueError(
            f"{name}: return_indices=True is not supported, for numbers that tie share the gradient"
        )


def shapes_of(
    name: str, ndim: int, size: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes
) -> tuple[Shape, Shape, Shape, Shape]:
    k = sizes_of(name, "kernel_size", size, ndim)
    s = k if stride is None else sizes_of(name, "stride", stride, ndim)
    p = sizes_of(name, "padding", padding, ndim, least=0)
    d = sizes_of(name, "dilation", dilation, ndim)
    for n, reach in zip(p, (step * (n - 1) + 1 for n, step in zip(k, d))):
        if 2 * n > reach:
            raise ValueError(f"{name}: padding {n} is more than half of a window that reaches over "
                             f"{reach}")  # fmt: skip
    return k, s, p, d


def largest(
    name: str,
    ndim: int,
    x: Tensor | Array,
    size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> Tensor:
    x, alone = batched(name, ndim, x)
    k, s, p, d = shapes_of(name, ndim, size, stride, padding, dilation)
    sides = _sides(x.shape[2:], k, s, p, d) if ceil_mode else p
    out = autograd.max_pool(x, k, s, sides, d)
    return autograd.squeeze(out, axis=0) if alone else out


def _mean(
    name: str,
    ndim: int,
    x: Tensor | Array,
    size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None = None,
) -> Tensor:
    x, alone = batched(name, ndim, x)
    k, s, p, d = shapes_of(name, ndim, size, stride, padding, 1)
    sides = _sides(x.shape[2:], k, s, p, d) if ceil_mode else p
    by: float | Array | None = divisor
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override must not be 0")
    if divisor is None and (ceil_mode or not count_include_pad):
        by = _counts(x.shape[2:], k, s, p, sides, count_include_pad)
    out = autograd.avg_pool(x, k, s, sides, by)
    return autograd.squeeze(out, axis=0) if alone else out


def _sides(extent: Shape, k: Shape, s: Shape, p: Shape, d: Shape) -> tuple[tuple[int, int], ...]:
    """Padding after the end such that the last window that starts before the end is one too."""
    sides = []
    for n, size, step, before, spread in zip(extent, k, s, p, d):
        reach = spread * (size - 1) + 1
        count = math.ceil((n + 2 * before - reach) / step) + 1
        if (count - 1) * step >= n + before:
            count -= 1
        sides.append((before, max(0, (count - 1) * step + reach - n - before)))
    return tuple(sides)


def _counts(
    extent: Shape,
    k: Shape,
    s: Shape,
    p: Shape,
    sides: Shape | tuple[tuple[int, int], ...],
    padding_counts: bool,
) -> Array:
    """How many elements are counted in each window; what reaches over the padding never is."""
    counts = np.ones(())
    ends = (side[1] if isinstance(side, tuple) else side for side in sides)
    for n, size, step, before, after in zip(extent, k, s, p, ends):
        start = np.arange((n + before + after - size) // step + 1) * step - before
        end = start + size
        low, high = (-before, n + before) if padding_counts else (0, n)
        along = np.minimum(end, high) - np.maximum(start, low)
        counts = counts[..., None] * along
    return counts


def _shared_out(name: str, ndim: int, x: Tensor | Array, output_size: OutputSizes) -> Tensor:
    x, alone = batched(name, ndim, x)
    out, sizes = x, output_size
    if isinstance(sizes, Sequence) and len(sizes) == ndim:
        sizes = [m if n is None else n for n, m in zip(sizes, x.shape[2:])]
    checked = sizes_of(name, "output_size", sizes, ndim)  # type: ignore[arg-type]
    for axis, n in enumerate(checked, 2):
        places = np.arange(x.shape[axis])
        start = np.arange(n)[:, None] * x.shape[axis] // n
        end = -((-np.arange(1, n + 1)[:, None] * x.shape[axis]) // n)
        inside = ((places >= start) & (places < end)).astype(x.dtype)
        means = inside / inside.sum(axis=1, keepdims=True)
        out = out @ means.T if axis == x.ndim - 1 else means @ out
    return autograd.squeeze(out, axis=0) if alone else out
