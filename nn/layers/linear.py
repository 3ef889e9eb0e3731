"""Dense layers and the small ones around them."""

from __future__ import annotations

import math

import numpy as np

import autograd
from autograd import Tensor, callback, depends_on
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, DTypeLike, Seed
from nn.layers.module import Module, Parameter
from nn.rng import generator

_linear = autograd.linear


def whole(layer: str, what: str, size: object) -> int:
    """A size of a layer, or ValueError that names both."""
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        raise ValueError(f"{layer}: {what} must be a whole number from 1, not {short(size)}")
    return int(size)


class Linear(Module):
    """x W + b: x (..., n_in), W (n_in, n_out), b (n_out,), as in every lecture.

    PyTorch keeps Wᵀ; the initial values are its own, uniform in ±1/√n_in for weight and bias.

    Returns (..., n_out).

    >>> import nn, numpy as np
    >>> layer = nn.Linear(3, 2)
    >>> layer(np.ones((5, 3))).shape, layer.weight.shape
    ((5, 2), (3, 2))
    """

    in_features: int
    out_features: int
    weight: Parameter
    bias: Parameter | None

    _transposed = ("weight",)

    def __init__(
        self,
        n_in: int,
        n_out: int,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        self.in_features = whole("Linear", "n_in", n_in)
        self.out_features = whole("Linear", "n_out", n_out)
        rng, bound = generator(rng), 1 / math.sqrt(n_in)
        self.weight = Parameter(rng.uniform(-bound, bound, (n_in, n_out)), dtype=dtype)
        self.bias = Parameter(rng.uniform(-bound, bound, n_out), dtype=dtype) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        try:
            return _linear(x, self.weight, self.bias)
        except ValueError:
            if not np.shape(x)[-1:] == (self.in_features,):
                raise ValueError(self._misfit(x)) from None
            raise

    def _misfit(self, x: Tensor) -> str:
        path = (self.weight.name or "weight").rpartition(".")[0]
        layer = f"Linear {path!r}" if path else "Linear"
        shape = np.shape(x)
        return f"{layer}: input {shape} has not {self.in_features} features on its last axis"

    def extra_repr(self) -> str:
        bias = "" if self.bias is not None else ", bias=False"
        return f"{self.in_features}, {self.out_features}{bias}"


class Bilinear(Module):
    """x₁ᵀ W x₂ + b for each of n_out outputs: x₁ (..., n_in1) and x₂ (..., n_in2).

    The weight is (n_out, n_in1, n_in2), as in PyTorch; weight and bias start uniform in ±1/√n_in1.

    Returns (..., n_out).

    >>> import numpy as np
    >>> import nn
    >>> nn.Bilinear(3, 4, 2)(np.ones((5, 3)), np.ones((5, 4))).shape
    (5, 2)
    """

    in1_features: int
    in2_features: int
    out_features: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        self.in1_features = n = whole("Bilinear", "in1_features", in1_features)
        self.in2_features = m = whole("Bilinear", "in2_features", in2_features)
        self.out_features = outputs = whole("Bilinear", "out_features", out_features)
        rng, bound = generator(rng), 1 / math.sqrt(n)
        self.weight = Parameter(rng.uniform(-bound, bound, (outputs, n, m)), dtype=dtype)
        self.bias = Parameter(rng.uniform(-bound, bound, outputs), dtype=dtype) if bias else None

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        bias = "" if self.bias is not None else ", bias=False"
        return f"{self.in1_features}, {self.in2_features}, {self.out_features}{bias}"


def bilinear(
    input1: Tensor, input2: Tensor, weight: Tensor, bias: ArrayOperand | None = None
) -> Tensor:
    """x₁ᵀ W x₂ + b for each matrix W of ``weight``, (n_out, n_in1, n_in2).

    ``input1`` is (..., n_in1), ``input2`` (..., n_in2), ``bias`` (n_out,). Returns (..., n_out).

    >>> import numpy as np
    >>> from nn.layers import bilinear
    >>> bilinear(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.ones((1, 2, 2)))
    array([21.])
    """
    outputs, n, m = weight.shape
    shapes = np.shape(input1), np.shape(input2)
    if shapes[0][-1:] != (n,) or shapes[1][-1:] != (m,) or shapes[0][:-1] != shapes[1][:-1]:
        raise ValueError(
            f"bilinear: inputs {shapes[0]} and {shapes[1]} must be (..., {n}) and (..., {m})"
        )
    # One product for all outputs, (..., n) @ (n, n_out * m).
    columns = autograd.reshape(autograd.swapaxes(weight, 0, 1), (n, outputs * m))
    products = autograd.reshape(autograd.matmul(input1, columns), (*shapes[0][:-1], outputs, m))
    out = autograd.sum(products * autograd.expand_dims(input2, -2), axis=-1)
    return out if bias is None else out + bias


class Identity(Module):
    """x: a place holder. Takes and ignores any arguments.

    Returns its input.

    ``args`` and ``kwargs`` are the ones it ignores.

    >>> import nn
    >>> nn.Identity()(3.0)
    3.0
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def forward(self, x: Tensor) -> Tensor:
        return x


class Flatten(Module):
    """The axes from ``start`` to ``end`` as one: (N, 8, 8) becomes (N, 64).

    Returns an array of as many elements.

    >>> import nn, numpy as np
    >>> nn.Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    start_axis: int
    end_axis: int

    def __init__(self, start_axis: int = 1, end_axis: int = -1) -> None:
        self.start_axis, self.end_axis = start_axis, end_axis

    def forward(self, x: Tensor) -> Tensor:
        ndim = len(x.shape)
        start, end = self.start_axis % ndim, self.end_axis % ndim
        if end < start:
            raise ValueError(
                f"Flatten: axis {self.end_axis} lies before axis {self.start_axis} in {x.shape}"
            )
        length = math.prod(x.shape[start : end + 1])
        return x.reshape((*x.shape[:start], length, *x.shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_axis={self.start_axis}, end_axis={self.end_axis}"


class Dropout(Module):
    """In training each element is 0 with probability p, and the others grow by 1/(1 - p).

    So the expectation stays, and ``eval()`` needs no change: it passes x through. Srivastava et al.
    (2014), in the "inverted" form.

    ``rng`` is a seed or a generator. Returns the shape of x.

    >>> import nn, numpy as np
    >>> drop = nn.Dropout(0.5, rng=0)
    >>> drop(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    >>> drop.eval()(np.ones(6))
    array([1., 1., 1., 1., 1., 1.])
    """

    rng: np.random.Generator | None

    def __init__(self, p: float = 0.5, rng: Seed = None) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: p is a probability, from 0 to 1, not {short(p)}")
        self.p = p
        self.rng = None if rng is None else generator(rng)

    def forward(self, x: Tensor) -> Tensor:
        if not depends_on(self, "training") or self.p == 0:
            return x
        return x * keep_mask(x.shape, self.p, self.rng, x.dtype)

    def extra_repr(self) -> str:
        return f"p={self.p}"


def keep_mask(shape: tuple[int, ...], p: float, rng: Seed, dtype: DTypeLike) -> Array:
    """0 with probability p, otherwise 1/(1 - p): what dropout multiplies by, drawn anew."""
    return callback(_drawn_mask, shape, p, rng, dtype)  # type: ignore[no-any-return]


def _drawn_mask(shape: tuple[int, ...], p: float, rng: Seed, dtype: DTypeLike) -> Array:
    if p == 1:
        return np.zeros(shape, dtype)
    kept = np.asarray(generator(rng).random(shape) >= p)
    mask: Array = kept.astype(dtype) * np.asarray(1 / (1 - p), dtype)[()]
    return mask
