"""Batch normalisation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np

import autograd
from autograd import Tensor, callback, depends_on
from autograd.typing import Array, ArrayOperand, DTypeLike
from nn.layers.module import Module, Parameter


def normalised(
    x: Tensor,
    mean: Tensor | Array,
    var: Tensor | Array,
    weight: ArrayOperand | None,
    bias: ArrayOperand | None,
    eps: float,
) -> Tensor:
    """(x - mean) / √(var + eps) · weight + bias."""
    y = (x - mean) / autograd.sqrt(var + eps)
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


def batch_norm(
    x: Tensor,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + ε) · weight + bias per channel (axis 1), μ and σ² of this batch in training.

    Otherwise μ and σ² are the running averages, which training updates in place:
    r ← (1 - momentum) r + momentum · batch, with the unbiased variance. Ioffe and Szegedy (2015).

    x is (N, C, ...); ``running_mean``, ``running_var``, ``weight`` and ``bias`` are (C,) or None;
    ``eps`` is ε. Returns the shape of x.

    >>> import numpy as np
    >>> from nn.layers import batch_norm
    >>> batch_norm(np.array([[1.0], [3.0]]), training=True, eps=0.0)
    array([[-1.],
           [ 1.]])
    """
    if training and running_mean is not None and running_var is not None:

        def track(mean: Array, unbiased: Array) -> None:
            _average_in(running_mean, mean, momentum)
            _average_in(running_var, unbiased, momentum)

        return _over_batch(x, weight, bias, eps, track)
    if training or running_mean is None or running_var is None:
        return _over_batch(x, weight, bias, eps, None, training)
    return _over_running(x, weight, bias, eps, lambda: running_mean, lambda: running_var)


def _average_in(running: Array, batch: Array, momentum: float) -> None:
    running += momentum * (batch - running)


def _over_batch(
    x: Tensor,
    weight: Tensor | Array | None,
    bias: Tensor | Array | None,
    eps: float,
    track: Callable[[Array, Array], None] | None,
    training: bool = True,
) -> Tensor:
    """Normalised by mean and variance of the batch, which ``track`` takes into its averages."""
    n = math.prod(x.shape) // max(x.shape[1], 1)
    if training and n < 2:
        raise ValueError(
            f"batch_norm: one value per channel (input {x.shape}) has no variance; train with "
            f"larger batches (drop_last=True), or call eval()"
        )
    axes = (0, *range(2, len(x.shape)))
    mean = autograd.mean(x, axis=axes, keepdims=True)
    var = autograd.mean(autograd.square(x - mean), axis=axes, keepdims=True)
    if track is not None:

        def averaged(mean: Array, var: Array) -> None:
            track(mean.reshape(-1), var.reshape(-1) * (n / (n - 1)))

        callback(averaged, mean, var)
    return normalised(x, mean, var, _spread(weight, x), _spread(bias, x), eps)


def _over_running(
    x: Tensor,
    weight: Tensor | Array | None,
    bias: Tensor | Array | None,
    eps: float,
    mean: Callable[[], Array],
    var: Callable[[], Array],
) -> Tensor:
    """Normalised by the running averages as they are at each call."""
    shape = _channels(x)
    means, variances = (callback(lambda one=one: one().reshape(shape)) for one in (mean, var))
    return normalised(x, means, variances, _spread(weight, x), _spread(bias, x), eps)


def _channels(x: Tensor) -> tuple[int, ...]:
    return (1, x.shape[1]) + (1,) * (len(x.shape) - 2)


def _spread(parameter: Tensor | Array | None, x: Tensor) -> ArrayOperand | None:
    """One number for each channel, shaped to meet axis 1."""
    return None if parameter is None else parameter.reshape(_channels(x))


class _BatchNorm(Module):
    """What batch normalisation of sequences and of pictures share."""

    _axes: ClassVar[tuple[str, ...]]

    num_features: int
    eps: float
    momentum: float | None
    affine: bool
    track_running_stats: bool
    weight: Parameter | None
    bias: Parameter | None

    # The running averages, or None where they are not tracked.
    running_mean: Array
    running_var: Array
    num_batches_tracked: Array

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(np.ones(num_features), dtype=dtype) if affine else None
        self.bias = Parameter(np.zeros(num_features), dtype=dtype) if affine else None
        track = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, dtype) if track else None)
        self.register_buffer("running_var", np.ones(num_features, dtype) if track else None)
        self.register_buffer("num_batches_tracked", np.array(0) if track else None)

    def forward(self, x: Tensor) -> Tensor:
        if len(x.shape) not in map(len, self._axes) or x.shape[1] != self.num_features:
            fitting = (", ".join(("N", str(self.num_features), *axes[2:])) for axes in self._axes)
            raise ValueError(
                f"{type(self).__name__}: input {x.shape} is not ({') or ('.join(fitting)})"
            )
        training = depends_on(self, "training")
        if training and self.track_running_stats:
            return _over_batch(x, self.weight, self.bias, self.eps, self._track)
        if training or self.running_mean is None:
            return _over_batch(x, self.weight, self.bias, self.eps, None, training)
        mean, var = (lambda: self.running_mean), (lambda: self.running_var)
        return _over_running(x, self.weight, self.bias, self.eps, mean, var)

    def _track(self, mean: Array, unbiased: Array) -> None:
        """Take the statistics of a batch into the running averages."""
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / float(self.num_batches_tracked)
        _average_in(self.running_mean, mean, momentum or 0.0)
        _average_in(self.running_var, unbiased, momentum or 0.0)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm1d(_BatchNorm):
    """Normalises each of ``num_features`` channels over the batch: input (N, C) or (N, C, L).

    ``momentum=None`` averages all batches equally; ``track_running_stats=False`` always uses the
    batch. In ``eval()`` the running averages are used, so that one sample does not see the others.

    Returns the shape of the input. Ioffe and Szegedy (2015).

    >>> import numpy as np
    >>> import nn
    >>> norm = nn.BatchNorm1d(2)
    >>> x = np.array([[1.0, 10.0], [3.0, 30.0]])
    >>> norm(x).data.round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> norm.running_mean
    array([0.2, 2. ])
    """

    _axes = ("NC", "NCL")


class BatchNorm2d(_BatchNorm):
    """Normalises each of ``num_features`` channels over the batch and the picture: (N, C, H, W).

    The settings are those of ``BatchNorm1d``.

    Returns the shape of the input. Ioffe and Szegedy (2015).

    >>> import numpy as np
    >>> import nn
    >>> norm = nn.BatchNorm2d(3)
    >>> norm(np.ones((5, 3, 8, 8))).shape, norm.running_mean.shape
    ((5, 3, 8, 8), (3,))
    """

    _axes = ("NCHW",)
