"""Pooling layers: the functions of ``pooling_functions``, with their settings."""

from __future__ import annotations

from typing import ClassVar

from autograd import Tensor
from nn.kinds import OutputSizes, Sizes
from nn.layers.module import Module
from nn.layers.pooling_functions import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    largest,
    refuse_indices,
    shapes_of,
)


class _Pool(Module):
    """What the layers share whose windows move over 1 or 2 spatial axes."""

    _ndim: ClassVar[int]

    kernel_size: Sizes
    stride: Sizes
    padding: Sizes
    ceil_mode: bool

    def _set(
        self, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes, ceil: bool
    ) -> None:
        stride = kernel_size if stride is None else stride
        shapes_of(type(self).__name__, self._ndim, kernel_size, stride, padding, dilation)
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.ceil_mode = ceil

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _MaxPool(_Pool):
    dilation: Sizes

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        refuse_indices(type(self).__name__, return_indices)
        self._set(kernel_size, stride, padding, dilation, ceil_mode)
        self.dilation = dilation

    def forward(self, x: Tensor) -> Tensor:
        return largest(
            type(self).__name__, self._ndim, x, self.kernel_size, self.stride, self.padding,
            self.dilation, self.ceil_mode,
        )  # fmt: skip


class MaxPool1d(_MaxPool):
    """The largest number in each window of (N, C, L).

    ``stride`` is ``kernel_size`` if it is left out. Returns (N, C, L'), L' the number of windows.

    >>> import nn, numpy as np
    >>> nn.MaxPool1d(2)(np.array([[[3.0, 1.0, 2.0, 5.0]]]))
    array([[[3., 5.]]])
    """

    _ndim = 1


class MaxPool2d(_MaxPool):
    """The largest number in each window of (N, C, H, W); numbers that tie share the gradient.

    ``stride`` is ``kernel_size`` if it is left out. Returns (N, C, H', W'), the numbers of windows.

    >>> import nn, numpy as np
    >>> nn.MaxPool2d(2)(np.ones((5, 16, 8, 8))).shape
    (5, 16, 4, 4)
    """

    _ndim = 2


class AvgPool1d(_Pool):
    """The mean of each window of (N, C, L).

    ``stride`` is ``kernel_size`` if it is left out. Returns (N, C, L'), L' the number of windows.

    >>> import nn, numpy as np
    >>> nn.AvgPool1d(2)(np.array([[[3.0, 1.0, 2.0, 5.0]]]))
    array([[[2. , 3.5]]])
    """

    _ndim = 1

    count_include_pad: bool

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self._set(kernel_size, stride, padding, 1, ceil_mode)
        self.count_include_pad = count_include_pad

    def forward(self, x: Tensor) -> Tensor:
        return avg_pool1d(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )


class AvgPool2d(_Pool):
    """The mean of each window of (N, C, H, W).

    ``stride`` is ``kernel_size`` if it is left out. Returns (N, C, H', W'), the numbers of windows.

    >>> import nn, numpy as np
    >>> nn.AvgPool2d(2)(np.ones((5, 16, 8, 8))).shape
    (5, 16, 4, 4)
    """

    _ndim = 2

    count_include_pad: bool
    divisor_override: int | None

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._set(kernel_size, stride, padding, 1, ceil_mode)
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, x: Tensor) -> Tensor:
        return avg_pool2d(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,
            self.divisor_override,
        )  # fmt: skip


class _AdaptiveAvgPool(Module):
    output_size: OutputSizes

    def __init__(self, output_size: OutputSizes) -> None:
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Means of ``output_size`` windows that share (N, C, L) out as evenly as they can.

    Returns (N, C, output_size).

    >>> import nn, numpy as np
    >>> nn.AdaptiveAvgPool1d(2)(np.array([[[1.0, 3.0, 5.0, 7.0]]]))
    array([[[2., 6.]]])
    """

    def forward(self, x: Tensor) -> Tensor:
        return adaptive_avg_pool1d(x, self.output_size)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Means of as many windows, which share (N, C, H, W) out as evenly as they can.

    A size of None is that of the input.

    Returns (N, C, height, width), which are the two of ``output_size``.

    >>> import nn, numpy as np
    >>> nn.AdaptiveAvgPool2d((1, None))(np.ones((5, 16, 8, 8))).shape
    (5, 16, 1, 8)
    """

    def forward(self, x: Tensor) -> Tensor:
        return adaptive_avg_pool2d(x, self.output_size)
