"""The layers and losses as functions: ``import nn.functional as F``, then ``F.relu(x)``."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

import autograd
from autograd import Tensor, gelu, linear, relu, sigmoid, silu, tanh
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, DTypeLike, Seed
from nn.layers import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    batch_norm,
    bilinear,
    conv1d,
    conv2d,
    embedding,
    group_norm,
    keep_mask,
    layer_norm,
    max_pool1d,
    max_pool2d,
    prelu,
    rms_norm,
    scaled_dot_product_attention,
    softplus,
)
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    msle_loss,
    nll_loss,
    numbers,
    rmse_loss,
    smooth_l1_loss,
    squared_hinge_loss,
)

T = TypeVar("T", Tensor, Array)


def leaky_relu(a: Tensor, negative_slope: float = 0.01) -> Tensor:
    """a where a > 0, otherwise ``negative_slope`` a. Maas et al. (2013).

    ``a`` is a number or an array of any shape; returns the same shape.

    >>> import numpy as np
    >>> from nn.functional import leaky_relu
    >>> leaky_relu(np.array([-2.0, 3.0]))
    array([-0.02,  3.  ])
    """
    return autograd.leaky_relu(a, negative_slope)


def elu(a: Tensor, alpha: float = 1.0) -> Tensor:
    """a where a > 0, otherwise α(eᵃ - 1). Clevert et al. (2015).

    ``a`` is a number or an array of any shape; returns the same shape. ``alpha`` is α.

    >>> import numpy as np
    >>> from nn.functional import elu
    >>> elu(np.array([-2.0, 3.0])).round(4)
    array([-0.8647,  3.    ])
    """
    return autograd.elu(a, alpha)


def softmax(a: Tensor, axis: int = -1, dim: None = None) -> Tensor:
    """e^aᵢ / Σⱼ e^aⱼ along ``axis``. Bridle (1990).

    ``a`` is an array, or a Tensor, of any shape; returns the same shape. PyTorch's ``dim`` is
    refused.

    >>> import numpy as np
    >>> from nn.functional import softmax
    >>> softmax(np.array([1.0, 2.0])).round(4)
    array([0.2689, 0.7311])
    """
    _refuse_dim("softmax", dim)
    return autograd.softmax(a, axis=axis)


def log_softmax(a: Tensor, axis: int = -1, dim: None = None) -> Tensor:
    """aᵢ - log Σⱼ e^aⱼ along ``axis``, for scores of any size.

    ``a`` is an array, or a Tensor, of any shape; returns the same shape. PyTorch's ``dim`` is
    refused.

    >>> import numpy as np
    >>> from nn.functional import log_softmax
    >>> log_softmax(np.array([1000.0, 0.0]))
    array([    0., -1000.])
    """
    _refuse_dim("log_softmax", dim)
    return autograd.log_softmax(a, axis=axis)


def _refuse_dim(name: str, dim: object) -> None:
    """Raise TypeError where PyTorch's name for the axis is used."""
    if dim is not None:
        raise TypeError(f"{name}: use axis= here, not dim=")


def dropout(x: T, p: float = 0.5, training: bool = True, rng: Seed = None) -> T:
    """x with each element 0 with probability p and the others divided by 1 - p.

    x is an array, or a Tensor, of any shape; returns the same shape, and x itself unless
    ``training``. ``rng`` is a generator or a seed. Srivastava et al. (2014).

    >>> import numpy as np
    >>> from nn.functional import dropout
    >>> dropout(np.ones(6), p=0.5, rng=0)
    array([2., 0., 0., 0., 2., 2.])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p is a probability, from 0 to 1, not {short(p)}")
    if not training or p == 0:
        return x
    return x * keep_mask(x.shape, p, rng, x.dtype)


def one_hot(
    target: ArrayOperand, num_classes: int | None = None, dtype: DTypeLike = np.float64
) -> Array:
    """Class indices as rows of 0 with a single 1.

    ``target`` has whole numbers of any shape; ``num_classes`` is by default one more than the
    largest. Returns an array of ``dtype`` and of the shape (..., num_classes).

    >>> from nn.functional import one_hot
    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    y = numbers(target)
    if y.dtype.kind not in "iu":
        raise TypeError(f"one_hot: class indices of dtype {y.dtype}; make them integers")
    classes = (int(y.max()) + 1 if y.size else 0) if num_classes is None else num_classes
    if y.size and not 0 <= y.min() <= y.max() < classes:
        raise IndexError(f"one_hot: indices {y.min()} to {y.max()} do not fit {classes} classes")
    return np.eye(classes, dtype=dtype)[y]


__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d", "batch_norm",
    "bilinear", "binary_cross_entropy", "binary_cross_entropy_with_logits", "conv1d", "conv2d",
    "cross_entropy", "dropout", "elu", "embedding", "gelu", "group_norm", "hinge_loss",
    "huber_loss", "kl_div", "l1_loss", "layer_norm", "leaky_relu", "linear", "log_softmax",
    "max_pool1d", "max_pool2d", "mse_loss", "msle_loss", "nll_loss", "one_hot", "prelu", "relu",
    "rms_norm", "rmse_loss", "scaled_dot_product_attention", "sigmoid", "silu", "smooth_l1_loss",
    "softmax", "softplus", "squared_hinge_loss", "tanh",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
