"""Activations as modules; the functions themselves are rows of the derivative table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

import numpy as np

import autograd
from autograd import Tensor, Value
from autograd.calculus import short
from autograd.typing import DTypeLike
from nn.layers.module import Module, Parameter

_relu, _sigmoid, _tanh = autograd.relu, autograd.sigmoid, autograd.tanh


class _Activation(Module):
    """A module that is made with its settings first, and called with an array then."""

    def __new__(cls, *settings: object, **named: object) -> Self:
        given = (*settings, *named.values())
        if any(isinstance(setting, Tensor | Value | np.ndarray) for setting in given):
            raise TypeError(
                f"{cls.__name__}: an array stands where settings do; a layer is made first and "
                f"called then: nn.{cls.__name__}()(x)"
            )
        return super().__new__(cls)


class ReLU(_Activation):
    """max(0, x); its derivative at 0 is 0.

    x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.ReLU()(np.array([-2.0, 3.0])).round(4)
    array([0., 3.])
    """

    def __init__(self, inplace: bool = False) -> None:
        _refuse_inplace(inplace, "ReLU")

    def forward(self, x: Tensor) -> Tensor:
        return _relu(x)


class Sigmoid(_Activation):
    """1 / (1 + e⁻ˣ).

    x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.Sigmoid()(np.array([0.0, 2.0])).round(4)
    array([0.5   , 0.8808])
    """

    def __init__(self) -> None:
        """Without settings."""

    def forward(self, x: Tensor) -> Tensor:
        return _sigmoid(x)


class Tanh(_Activation):
    """tanh x.

    x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.Tanh()(np.array([0.0, 2.0])).round(4)
    array([0.   , 0.964])
    """

    def __init__(self) -> None:
        """Without settings."""

    def forward(self, x: Tensor) -> Tensor:
        return _tanh(x)


class LeakyReLU(_Activation):
    """x where x > 0, otherwise ``negative_slope`` x.

    x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.LeakyReLU()(np.array([-2.0, 3.0])).round(4)
    array([-0.02,  3.  ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        _refuse_inplace(inplace, "LeakyReLU")
        self.negative_slope = negative_slope

    def forward(self, x: Tensor) -> Tensor:
        return autograd.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(_Activation):
    """x where x > 0, otherwise α(eˣ - 1). Clevert et al. (2015).

    x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.ELU()(np.array([-2.0, 3.0])).round(4)
    array([-0.8647,  3.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        _refuse_inplace(inplace, "ELU")
        self.alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        return autograd.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class PReLU(_Activation):
    """x where x > 0, otherwise w x with a trained w: one, or one for each channel (axis 1).

    The weight is (num_parameters,) and starts at ``init``. He et al. (2015).

    Input and output are of one shape: it returns that of x.

    >>> import numpy as np
    >>> import nn
    >>> nn.PReLU()(np.array([[-4.0, 2.0]])).data
    array([[-1.,  2.]])
    """

    num_parameters: int
    weight: Parameter

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, dtype: DTypeLike = np.float64
    ) -> None:
        if not isinstance(num_parameters, int | np.integer) or num_parameters < 1:
            raise ValueError(
                f"PReLU: num_parameters must be a whole number from 1, not {short(num_parameters)}"
            )
        self.num_parameters = int(num_parameters)
        self.weight = Parameter(np.full(self.num_parameters, float(init)), dtype=dtype)

    def forward(self, x: Tensor) -> Tensor:
        return prelu(x, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


def prelu(a: Tensor, weight: Tensor) -> Tensor:
    """a where a > 0, otherwise w a, with one weight or one for each channel (axis 1).

    ``a`` is an array of any shape, ``weight`` is (1,) or (C,); returns the shape of ``a``. He et
    al. (2015).

    >>> import numpy as np
    >>> from nn.functional import prelu
    >>> prelu(np.array([[-4.0, -4.0]]), np.array([0.25, 0.5]))
    array([[-1., -2.]])
    """
    shape = np.shape(a)
    if weight.size > 1:
        if shape[1:2] != (weight.size,):
            raise ValueError(f"prelu: input {shape} has not {weight.size} channels on axis 1")
        weight = autograd.reshape(weight, (-1,) + (1,) * (len(shape) - 2))
    elif not shape:
        weight = autograd.reshape(weight, ())
    return autograd.where(a > 0, a, weight * a)


class GELU(_Activation):
    """x Φ(x), Φ the normal distribution function; ``approximate="tanh"`` is the other form.

    x is a number or an array of any shape; returns the same shape. Hendrycks and Gimpel (2016).

    >>> import nn, numpy as np
    >>> nn.GELU()(np.array([-2.0, 3.0])).round(4)
    array([-0.0455,  2.996 ])
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate is 'none' or 'tanh', not {short(approximate)}")
        self.approximate = approximate

    def forward(self, x: Tensor) -> Tensor:
        return autograd.gelu(x, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(_Activation):
    """x σ(x), also called swish.

    x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.SiLU()(np.array([-2.0, 3.0])).round(4)
    array([-0.2384,  2.8577])
    """

    def __init__(self, inplace: bool = False) -> None:
        _refuse_inplace(inplace, "SiLU")

    def forward(self, x: Tensor) -> Tensor:
        return autograd.silu(x)


class Softplus(_Activation):
    """log(1 + e^(βx)) / β, a smooth ReLU.

    ``beta`` is β. x is a number or an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.Softplus()(np.array([-2.0, 3.0])).round(4)
    array([0.1269, 3.0486])
    """

    def __init__(self, beta: float = 1.0) -> None:
        if not beta > 0:
            raise ValueError(f"Softplus: beta must be positive, not {short(beta)}")
        self.beta = beta

    def forward(self, x: Tensor) -> Tensor:
        return softplus(x, self.beta)

    def extra_repr(self) -> str:
        return f"beta={self.beta}"


class Softmax(_Activation):
    """e^xᵢ / Σⱼ e^xⱼ along ``axis``.

    x is an array of any shape; returns the same shape, each slice adding up to 1.

    >>> import nn, numpy as np
    >>> nn.Softmax()(np.array([1.0, 2.0])).round(4)
    array([0.2689, 0.7311])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Tensor) -> Tensor:
        return autograd.softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


class LogSoftmax(_Activation):
    """xᵢ - log Σⱼ e^xⱼ along ``axis``.

    x is an array of any shape; returns the same shape.

    >>> import nn, numpy as np
    >>> nn.LogSoftmax()(np.array([1.0, 2.0])).round(4)
    array([-1.3133, -0.3133])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Tensor) -> Tensor:
        return autograd.log_softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


def softplus(a: Tensor, beta: float = 1.0) -> Tensor:
    """log(1 + e^(βa)) / β, a smooth ReLU. Dugas et al. (2001).

    ``a`` is a number or an array of any shape; returns the same shape. ``beta`` is β.

    >>> import numpy as np
    >>> from nn.functional import softplus
    >>> softplus(np.array([-2.0, 3.0])).round(4)
    array([0.1269, 3.0486])
    """
    return autograd.softplus(a) if beta == 1 else autograd.softplus(a * beta) / beta


def _refuse_inplace(inplace: bool, name: str) -> None:
    if inplace:
        raise ValueError(f"{name}: nothing is computed in place here; leave out inplace=True")


#: The activations by the names that ``nn.MLP`` and the command line take.
ACTIVATIONS: dict[str, Callable[[], Module]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "gelu": GELU,
    "silu": SiLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softplus": Softplus,
}


def activation_module(activation: str | Callable[[], Module]) -> Module:
    """A new module from its name or its class."""
    if isinstance(activation, str):
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"activation {short(activation)} is unknown; use a class, or one of "
                + ", ".join(ACTIVATIONS)
            )
        activation = ACTIVATIONS[activation]
    module = activation()
    if not isinstance(module, Module):
        raise TypeError(f"activation: {short(activation)} returns no Module")
    return module
