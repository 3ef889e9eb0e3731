"""Layer, root-mean-square and group normalisation."""

from __future__ import annotations

import math

import numpy as np

import autograd
from autograd import Tensor
from autograd.typing import Array, ArrayOperand, DTypeLike
from nn.layers.batch_normalization import normalised
from nn.layers.module import Module, Parameter


def layer_norm(
    x: Tensor,
    normalized_shape: int | tuple[int, ...],
    weight: ArrayOperand | None = None,
    bias: ArrayOperand | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + ε) · weight + bias, μ and σ² over the last axes. Ba, Kiros, Hinton (2016).

    x ends in the shape ``normalized_shape``, that of ``weight`` and ``bias``; ``eps`` is ε. Returns
    the shape of x.

    >>> import numpy as np
    >>> from nn.layers import layer_norm
    >>> layer_norm(np.array([[1.0, 3.0]]), 2, eps=0.0)
    array([[-1.,  1.]])
    """
    wanted = _shape(normalized_shape)
    if x.shape[-len(wanted) :] != wanted:
        raise ValueError(f"layer_norm: input {x.shape} does not end in {wanted}")
    axes = tuple(range(-len(wanted), 0))
    mean = autograd.mean(x, axis=axes, keepdims=True)
    var = autograd.mean(autograd.square(x - mean), axis=axes, keepdims=True)
    return normalised(x, mean, var, weight, bias, eps)


def _shape(size: int | tuple[int, ...]) -> tuple[int, ...]:
    return (int(size),) if isinstance(size, int | np.integer) else tuple(size)


class LayerNorm(Module):
    """Normalises each sample over its last axes, ``normalized_shape``.

    (x - μ) / √(σ² + ε) · weight + bias. Returns the shape of the input. Ba et al. (2016).

    >>> import numpy as np
    >>> import nn
    >>> nn.LayerNorm(2)(np.array([[1.0, 3.0]])).data.round(3)
    array([[-1.,  1.]])
    """

    normalized_shape: tuple[int, ...]
    eps: float
    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.normalized_shape, self.eps = _shape(normalized_shape), eps
        shape = self.normalized_shape
        self.weight = Parameter(np.ones(shape), dtype=dtype) if elementwise_affine else None
        with_bias = elementwise_affine and bias
        self.bias = Parameter(np.zeros(shape), dtype=dtype) if with_bias else None

    def forward(self, x: Tensor) -> Tensor:
        return layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}"


def rms_norm(
    x: Tensor,
    normalized_shape: int | tuple[int, ...],
    weight: ArrayOperand | None = None,
    eps: float | None = None,
) -> Tensor:
    """x / √(mean x² + ε) · weight, over the last axes. Zhang and Sennrich (2019).

    x ends in the shape ``normalized_shape``, that of ``weight``. ``eps=None`` is the distance from
    1 to the next number of the dtype. Returns the shape of x.

    >>> import numpy as np
    >>> from nn.layers import rms_norm
    >>> rms_norm(np.array([[3.0, 4.0]]), 2).round(3)
    array([[0.849, 1.131]])
    """
    expected = _shape(normalized_shape)
    if x.shape[-len(expected) :] != expected:
        raise ValueError(f"rms_norm: input {x.shape} does not end in {expected}")
    if eps is None:
        eps = float(np.finfo(x.dtype).eps)
    axes = tuple(range(-len(expected), 0))
    y = x / autograd.sqrt(autograd.mean(autograd.square(x), axis=axes, keepdims=True) + eps)
    return y if weight is None else y * weight


class RMSNorm(Module):
    """Divides each sample by its root mean square over the last axes, ``normalized_shape``.

    Returns the shape of the input. Zhang and Sennrich (2019).

    >>> import numpy as np
    >>> import nn
    >>> nn.RMSNorm(2)(np.array([[3.0, 4.0]])).data.round(3)
    array([[0.849, 1.131]])
    """

    normalized_shape: tuple[int, ...]
    eps: float | None
    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.normalized_shape, self.eps = _shape(normalized_shape), eps
        ones = np.ones(self.normalized_shape)
        self.weight = Parameter(ones, dtype=dtype) if elementwise_affine else None

    def forward(self, x: Tensor) -> Tensor:
        return rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}"


def group_norm(
    x: Tensor,
    num_groups: int,
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + ε) · weight + bias, μ and σ² of a group of channels (axis 1) of one sample.

    x is (N, C, ...), ``num_groups`` divides C, ``weight`` and ``bias`` are (C,), ``eps`` is ε.
    Returns the shape of x. Wu and He (2018).

    >>> import numpy as np
    >>> from nn.layers import group_norm
    >>> group_norm(np.array([[1.0, 3.0, 5.0, 9.0]]), 2, eps=0.0)
    array([[-1.,  1., -1.,  1.]])
    """
    shape = tuple(x.shape)
    if len(shape) < 2 or num_groups < 1 or shape[1] % num_groups:
        raise ValueError(f"group_norm: input {shape} has no channels that divide into {num_groups} "
                         f"groups")  # fmt: skip
    grouped = x.reshape((shape[0], num_groups, math.prod(shape[1:]) // num_groups))
    mean = autograd.mean(grouped, axis=-1, keepdims=True)
    var = autograd.mean(autograd.square(grouped - mean), axis=-1, keepdims=True)
    per_channel = (shape[1],) + (1,) * (len(shape) - 2)
    y = normalised(grouped, mean, var, None, None, eps).reshape(shape)
    if weight is not None:
        y = y * weight.reshape(per_channel)
    return y if bias is None else y + bias.reshape(per_channel)


class GroupNorm(Module):
    """Normalises the channels of each sample (N, C, ...) in ``num_groups`` groups.

    One group is layer normalisation of the whole sample, as many groups as channels is instance
    normalisation.

    Returns the shape of the input. Wu and He (2018).

    >>> import numpy as np
    >>> import nn
    >>> nn.GroupNorm(2, 4)(np.array([[1.0, 3.0, 5.0, 9.0]])).data.round(3)
    array([[-1.,  1., -1.,  1.]])
    """

    num_groups: int
    num_channels: int
    eps: float
    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: {num_channels} channels do not divide into {num_groups} groups"
            )
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.weight = Parameter(np.ones(num_channels), dtype=dtype) if affine else None
        self.bias = Parameter(np.zeros(num_channels), dtype=dtype) if affine else None

    def forward(self, x: Tensor) -> Tensor:
        if len(x.shape) < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"GroupNorm: input {x.shape} has not {self.num_channels} channels on axis 1"
            )
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}"
