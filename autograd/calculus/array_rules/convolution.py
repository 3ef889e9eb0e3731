"""Convolution and its two adjoints: one sum of products, by which of its three arrays it gives.

    Σ  y[n, o, p] w[o, c, k] x[n, c, s p + d k - padding]

With x and w given, the factor of y is ``conv``; that of x is ``conv_transpose``, that of w is
``conv_kernel``. So the adjoints of each are the two others, and derivatives of every order are made
of these three. In memory the channels stand last, where a window is long pieces of a row, and a
product of two matrices does the rest.
"""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Namespace, Padding, Shape, Sizes, short
from autograd.calculus.array_rules.core import Array, ArrayRule, linear_tangent, sample
from autograd.calculus.array_rules.windows import (
    Windows,
    each,
    one_or_all,
    overlapping,
    pairs,
    said,
    windows_over,
)


def conv(
    x: Array,
    w: Array,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation of x (N, C, *spatial) with kernels w (O, C / groups, *size): (N, O, *out).

    out[n, o, p] = Σ w[o, c, k] x[n, c, s p + d k - padding] for stride s and dilation d. With
    groups, each group of outputs sees its own group of channels. ``nn.functional.conv2d`` and its
    kin take a bias too.

    >>> import numpy as np
    >>> import autograd
    >>> x, w = np.arange(5.0).reshape(1, 1, 5), np.array([[[-1.0, 0.0, 1.0]]])
    >>> print(autograd.conv(x, w)[0, 0])
    [2. 2. 2.]
    """
    _same_ndim("conv", x.shape, w.shape)
    groups = _dividing("conv", groups, outputs=w.shape[0])
    if x.shape[1] != w.shape[1] * groups:
        in_groups = "" if groups == 1 else f" in each of {groups} groups"
        raise ValueError(
            f"conv: x {x.shape} has {x.shape[1]} channels, and kernels w {w.shape} take "
            f"{w.shape[1]}{in_groups}; x needs {w.shape[1] * groups}"
        )
    windows = windows_over("conv", x.shape[2:], w.shape[2:], stride, padding, dilation)
    rows = _columns(x, windows, groups) @ _matrices(w, groups)
    return _channels_second(rows.swapaxes(0, 1), (len(x), *windows.count, len(w)))


def conv_transpose(
    x: Array,
    w: Array,
    size: Sizes | None = None,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Array:
    """The adjoint of ``conv`` by its picture: x (N, O, *out) to (N, C, *size).

    Each number of x lays its kernel, times itself, into the picture of shape ``size``, which is the
    smallest if it is not given.

    >>> import numpy as np
    >>> import autograd
    >>> x, w = np.array([[[1.0, 0.0, 10.0]]]), np.array([[[1.0, 2.0]]])
    >>> print(autograd.conv_transpose(x, w)[0, 0])
    [ 1.  2. 10. 20.]
    """
    _same_ndim("conv_transpose", x.shape, w.shape)
    groups = _dividing("conv_transpose", groups, outputs=w.shape[0])
    if x.shape[1] != len(w):
        raise ValueError(
            f"conv_transpose: x {x.shape} has {x.shape[1]} channels, but w {w.shape} has {len(w)} "
            f"kernels; give one for each"
        )
    ndim = x.ndim - 2
    if size is None:
        size = _smallest(x.shape[2:], w.shape[2:], stride, padding, dilation)
    picture = each("conv_transpose", "the size of the picture", size, ndim, 1)
    windows = windows_over("conv_transpose", picture, w.shape[2:], stride, padding, dilation)
    _counted("conv_transpose", "x", x.shape, windows)
    taps, inner = math.prod(windows.size), w.shape[1]
    # Of each place in a window what all windows lay there.
    kernels = _matrices(w, groups).reshape(groups, taps, inner, len(w) // groups)
    laid = np.matmul(_rows(x, groups)[:, None], kernels.swapaxes(-1, -2))
    laid = laid.reshape(groups, taps, len(x), *windows.count, inner).transpose(_LAID[ndim])
    wide = np.zeros((len(x), *windows.padded, groups, inner), laid.dtype)
    for part, (_, where) in zip(laid, windows.taps()):
        wide[(slice(None), *where)] += part
    if windows.is_padded:
        wide = np.ascontiguousarray(wide[(slice(None), *windows.inside)])
    return _channels_second(wide, (len(x), *picture, groups * inner))


def conv_kernel(
    x: Array,
    y: Array,
    size: Sizes,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Array:
    """The adjoint of ``conv`` by its kernel: x (N, C, *spatial) and y (N, O, *out) to kernels.

    Each number of a kernel, (O, C / groups, *size), meets every number of y with the one of x that
    stands at its place in that window; it is the sum of these products.

    >>> import numpy as np
    >>> import autograd
    >>> x, y = np.arange(4.0).reshape(1, 1, 4), np.array([[[0.0, 1.0, 0.0]]])
    >>> print(autograd.conv_kernel(x, y, 2)[0, 0])
    [1. 2.]
    """
    _same_ndim("conv_kernel", x.shape, y.shape)
    outputs = y.shape[1]
    groups = _dividing("conv_kernel", groups, outputs=outputs, channels=x.shape[1])
    if len(y) != len(x):
        raise ValueError(f"conv_kernel: x {x.shape} and y {y.shape} differ in their samples")
    windows = windows_over("conv_kernel", x.shape[2:], size, stride, padding, dilation)
    _counted("conv_kernel", "y", y.shape, windows)
    inner = x.shape[1] // groups
    kernels = _columns(x, windows, groups).swapaxes(-1, -2) @ _rows(y, groups)
    kernels = kernels.reshape(groups, *windows.size, inner, outputs // groups)
    return kernels.transpose(_KERNELS[x.ndim - 2]).reshape(outputs, inner, *windows.size)


# -- arrays as matrices ---------------------------------------------------------------------------

_NDIMS = range(1, 9)
#: Axes in another order, by the number of spatial axes: (N, C, *spatial) to (N, *spatial, C),
_LAST = {n: (0, *range(2, n + 2), 1) for n in _NDIMS}
#: back again,
_SECOND = {n: (0, n + 1, *range(1, n + 1)) for n in _NDIMS}
#: (groups, taps, N, *out, C) to (taps, N, *out, groups, C),
_LAID = {n: (*range(1, n + 3), 0, n + 3) for n in _NDIMS}
#: (groups, outputs, inner, *size) to (groups, *size, inner, outputs),
_MATRICES = {n: (0, *range(3, n + 3), 2, 1) for n in _NDIMS}
#: and back again.
_KERNELS = {n: (0, n + 2, n + 1, *range(1, n + 1)) for n in _NDIMS}


def _channels_last(x: Array) -> Array:
    return x.transpose(_LAST[x.ndim - 2])


def _channels_second(rows: Array, shape: Shape) -> Array:
    """``rows`` in ``shape``, (N, *spatial, C), seen as (N, C, *spatial)."""
    return rows.reshape(shape).transpose(_SECOND[len(shape) - 2])


def _columns(x: Array, windows: Windows, groups: int) -> Array:
    """A row of numbers for each window: (groups, N P, size times channels of a group)."""
    samples, channels = x.shape[:2]
    last = _channels_last(x)
    if windows.is_padded:
        wide = np.zeros((samples, *windows.padded, channels), x.dtype)
        wide[(slice(None), *windows.inside)] = last
    else:
        wide = np.ascontiguousarray(last)
    inner = channels // groups
    steps = wide.strides[1:-1]
    unit = wide.strides[-1]
    shape = (groups, samples, *windows.count, *windows.size, inner)
    strides = (
        unit * inner,
        wide.strides[0],
        *[step * s for step, s in zip(steps, windows.stride)],
        *[step * d for step, d in zip(steps, windows.dilation)],
        unit,
    )
    height = samples * math.prod(windows.count)
    return overlapping(wide, shape, strides).reshape(
        groups, height, math.prod(windows.size) * inner
    )


def _rows(y: Array, groups: int) -> Array:
    """(N, O, *out) as (groups, N P, O / groups)."""
    outputs = y.shape[1]
    height = len(y) * math.prod(y.shape[2:])
    rows = _channels_last(y).reshape(height, groups, outputs // groups)
    return rows.swapaxes(0, 1)


def _matrices(w: Array, groups: int) -> Array:
    """Kernels (O, C, *size) as (groups, size times C, O / groups)."""
    outputs, inner, *size = w.shape
    shaped = w.reshape(groups, outputs // groups, inner, *size)
    order = _MATRICES[len(size)]
    return shaped.transpose(order).reshape(groups, math.prod(size) * inner, outputs // groups)


# -- what does not fit ----------------------------------------------------------------------------


def _same_ndim(name: str, one: Shape, other: Shape) -> None:
    if len(one) != len(other) or len(one) < 3:
        raise ValueError(
            f"{name}: shapes {one} and {other} do not fit: a picture is (samples, channels, "
            f"*spatial), and kernels are (outputs, channels, *size), with as many axes"
        )


def _dividing(name: str, groups: int, **channels: int) -> int:
    if not isinstance(groups, int | np.integer) or isinstance(groups, bool) or groups < 1:
        raise ValueError(f"{name}: groups must be a whole number from 1, not {short(groups)}")
    for what, n in channels.items():
        if n % groups:
            raise ValueError(f"{name}: {n} {what} do not divide into {groups} groups")
    return int(groups)


def _counted(name: str, letter: str, shape: Shape, windows: Windows) -> None:
    if shape[2:] != windows.count:
        raise ValueError(
            f"{name}: {letter} {shape} does not fit: a picture of {windows.extent} has "
            f"{windows.count} windows of {windows.size}"
        )


def _smallest(count: Shape, size: Shape, stride: Sizes, padding: Padding, dilation: Sizes) -> Shape:
    """The smallest picture that has ``count`` windows."""
    ndim = len(count)
    steps = each("conv_transpose", "stride", stride, ndim, 1)
    spread = each("conv_transpose", "dilation", dilation, ndim, 1)
    borders = pairs("conv_transpose", padding, ndim)
    return tuple(
        (n - 1) * s + (k - 1) * d + 1 - sum(p)
        for n, k, s, d, p in zip(count, size, steps, spread, borders)
    )


# -- derivatives ----------------------------------------------------------------------------------


def conv_x(F: Namespace, g: Array, out: Array, x: Array, w: Array, **steps: object) -> Array:
    return F.conv_transpose(g, w, x.shape[2:], **steps)


def conv_w(F: Namespace, g: Array, out: Array, x: Array, w: Array, **steps: object) -> Array:
    return F.conv_kernel(x, g, w.shape[2:], **steps)


def conv_transpose_x(
    F: Namespace,
    g: Array,
    out: Array,
    x: Array,
    w: Array,
    size: Sizes | None = None,
    **steps: object,
) -> Array:
    return F.conv(g, w, **steps)


def conv_transpose_w(
    F: Namespace,
    g: Array,
    out: Array,
    x: Array,
    w: Array,
    size: Sizes | None = None,
    **steps: object,
) -> Array:
    return F.conv_kernel(g, x, w.shape[2:], **steps)


def conv_kernel_x(
    F: Namespace, g: Array, out: Array, x: Array, y: Array, size: Sizes, **steps: object
) -> Array:
    return F.conv_transpose(y, g, x.shape[2:], **steps)


def conv_kernel_y(
    F: Namespace, g: Array, out: Array, x: Array, y: Array, size: Sizes, **steps: object
) -> Array:
    return F.conv(x, g, **steps)


def conv_printed(x: Array, w: Array, **steps: object) -> tuple[str, ...]:
    return (
        f"dx = conv_transpose(g, w, {one_or_all(x.shape[2:])}{said(**steps)})",
        f"dw = conv_kernel(x, g, {one_or_all(w.shape[2:])}{said(**steps)})",
    )


def conv_transpose_printed(
    x: Array, w: Array, size: Sizes | None, **steps: object
) -> tuple[str, ...]:
    return (
        f"dx = conv(g, w{said(**steps)})",
        f"dw = conv_kernel(g, x, {one_or_all(w.shape[2:])}{said(**steps)})",
    )


def conv_kernel_printed(x: Array, y: Array, size: Sizes, **steps: object) -> tuple[str, ...]:
    return (
        f"dx = conv_transpose(y, g, {one_or_all(x.shape[2:])}{said(**steps)})",
        f"dy = conv(x, g{said(**steps)})",
    )


RULES = (
    ArrayRule(
        "conv",
        conv,
        (conv_x, conv_w),
        conv_printed,
        linear_tangent("conv", 2),
        (
            sample((2, 3, 5), (4, 3, 2)),
            sample((1, 1, 4, 4), (1, 1, 3, 3)),
            sample((2, 2, 4, 5), (3, 2, 3, 2), padding=1),
            sample((1, 2, 5, 6), (2, 2, 2, 3), stride=(2, 1), padding=(1, 0)),
            sample((1, 2, 5, 5), (1, 2, 2, 2), stride=2, dilation=2),
            sample((1, 1, 3, 4), (2, 1, 2, 2), padding=((0, 1), (1, 0))),
            sample((2, 4, 3, 3), (6, 2, 2, 2), groups=2),
            sample((1, 3, 4), (3, 1, 2), groups=3, padding=1),
            sample((1, 2, 3, 3, 2), (2, 2, 2, 2, 2)),
            sample((0, 2, 4, 4), (3, 2, 2, 2), smooth=False),
            sample((2, 0, 4), (3, 0, 2), smooth=False),
        ),
        arity=2,
    ),
    ArrayRule(
        "conv_transpose",
        conv_transpose,
        (conv_transpose_x, conv_transpose_w),
        conv_transpose_printed,
        linear_tangent("conv_transpose", 2),
        (
            sample((2, 4, 4), (4, 3, 2)),
            sample((1, 3, 2, 3), (3, 2, 3, 2), stride=2, padding=1),
            sample((1, 2, 2, 2), (2, 1, 2, 2), size=(4, 5), stride=2),
            sample((1, 1, 2, 3), (1, 2, 2, 2), size=5, stride=(2, 1), dilation=(1, 2)),
            sample((2, 4, 2, 2), (4, 3, 2, 2), groups=2, padding=((0, 1), (1, 0))),
            sample((0, 2, 3, 3), (2, 1, 2, 2), smooth=False),
        ),
        arity=2,
    ),
    ArrayRule(
        "conv_kernel",
        conv_kernel,
        (conv_kernel_x, conv_kernel_y),
        conv_kernel_printed,
        linear_tangent("conv_kernel", 2),
        (
            sample((2, 3, 5), (2, 4, 4), size=2),
            sample((1, 2, 4, 4), (1, 3, 2, 2), size=3),
            sample((2, 1, 5, 4), (2, 2, 2, 3), size=(3, 2), stride=(2, 1)),
            sample((1, 2, 4, 4), (1, 1, 2, 2), size=2, dilation=2),
            sample((2, 4, 3, 3), (2, 6, 4, 4), size=2, padding=1, groups=2),
            sample((0, 2, 4), (0, 1, 3), size=2, smooth=False),
        ),
        arity=2,
    ),
)
