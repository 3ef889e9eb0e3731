"""One step of a recurrent network: the formulas, and the cells that hold the weights of one step.

The weights are (n_in, n_out), as in ``Linear``: PyTorch's transposed. The parts of a gated cell lie
side by side on the last axis, in PyTorch's order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import autograd
from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, DTypeLike, Seed
from nn.layers.linear import whole
from nn.layers.module import Module, Parameter
from nn.rng import generator

_linear, _sigmoid, _tanh, _relu = autograd.linear, autograd.sigmoid, autograd.tanh, autograd.relu

#: What one step hands on to the next: (h,), or (h, c) for an LSTM.
Memory = tuple[Tensor, ...]


def tanh_step(x: Tensor, memory: Memory, weight: Tensor, bias: Tensor | None) -> Memory:
    """h' = tanh(x + h W + b); x is the input times its own weights, plus their bias."""
    return (_tanh(x + _linear(memory[0], weight, bias)),)


def relu_step(x: Tensor, memory: Memory, weight: Tensor, bias: Tensor | None) -> Memory:
    """h' = max(0, x + h W + b)."""
    return (_relu(x + _linear(memory[0], weight, bias)),)


def gru_step(x: Tensor, memory: Memory, weight: Tensor, bias: Tensor | None) -> Memory:
    """r, z = σ(...), n = tanh(xₙ + r (h W + b)ₙ), h' = n + z (h - n). Cho et al. (2014)."""
    (h,) = memory
    from_h = _linear(h, weight, bias)
    size = h.shape[-1]
    gates = _sigmoid(x[..., : 2 * size] + from_h[..., : 2 * size])
    r, z = gates[..., :size], gates[..., size:]
    n = _tanh(x[..., 2 * size :] + r * from_h[..., 2 * size :])
    return (n + z * (h - n),)


def lstm_step(x: Tensor, memory: Memory, weight: Tensor, bias: Tensor | None) -> Memory:
    """i, f, o = σ(...), c' = f c + i tanh(...), h' = o tanh(c'). Hochreiter, Schmidhuber (1997)."""
    h, c = memory
    size = h.shape[-1]
    parts = x + _linear(h, weight, bias)
    both = _sigmoid(parts[..., : 2 * size])
    i, f = both[..., :size], both[..., size:]
    c = f * c + i * _tanh(parts[..., 2 * size : 3 * size])
    return _sigmoid(parts[..., 3 * size :]) * _tanh(c), c


@dataclass(frozen=True)
class Kind:
    """A recurrence: its step, the parts that its weights have, the arrays that it hands on."""

    step: Callable[[Tensor, Memory, Tensor, Tensor | None], Memory]
    parts: int = 1
    memories: int = 1


GRU_KIND, LSTM_KIND = Kind(gru_step, parts=3), Kind(lstm_step, parts=4, memories=2)
_PLAIN_KINDS = {"tanh": Kind(tanh_step), "relu": Kind(relu_step)}


def plain_kind(layer: str, nonlinearity: str) -> Kind:
    """The recurrence without gates, by its non-linearity."""
    if nonlinearity not in _PLAIN_KINDS:
        raise ValueError(f"{layer}: nonlinearity is 'tanh' or 'relu', not {short(nonlinearity)}")
    return _PLAIN_KINDS[nonlinearity]


def uniform_parameters(
    size: int, shapes: list[tuple[int, ...]], dtype: DTypeLike, rng: np.random.Generator
) -> list[Parameter]:
    """Parameters of those shapes, uniform in ±1/√size."""
    bound = 1 / math.sqrt(size)
    return [Parameter(rng.uniform(-bound, bound, shape), dtype=dtype) for shape in shapes]


def starting_memory(
    layer: str,
    memory: tuple[ArrayOperand, ...] | None,
    memories: int,
    shape: tuple[int, ...],
    dtype: DTypeLike,
) -> Memory:
    """``memory`` as it was handed in, or zeros; ValueError where a shape does not fit."""
    if memory is None:
        return (Tensor(np.zeros(shape), requires_grad=False, dtype=dtype),) * memories
    if not isinstance(memory, tuple) or len(memory) != memories:
        raise ValueError(f"{layer}: the state is a pair (h, c), not a {type(memory).__name__}")
    nodes = tuple(x if isinstance(x, Tensor) else Tensor(x, requires_grad=False) for x in memory)
    for node in nodes:
        if node.shape != shape:
            raise ValueError(f"{layer}: the state has shape {node.shape}; here it must be {shape}")
    return nodes


class _Cell(Module):
    """The weights of one step."""

    input_size: int
    hidden_size: int
    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None = None
    bias_hh: Parameter | None = None

    _transposed = ("weight_ih", "weight_hh")

    def __init__(
        self,
        kind: Kind,
        input_size: int,
        hidden_size: int,
        bias: bool,
        dtype: DTypeLike,
        rng: Seed,
    ) -> None:
        layer = type(self).__name__
        self._kind = kind
        self.input_size = whole(layer, "input_size", input_size)
        self.hidden_size = size = whole(layer, "hidden_size", hidden_size)
        n = kind.parts * size
        shapes = [(input_size, n), (size, n), *[(n,)] * (2 * bias)]
        parameters = uniform_parameters(size, shapes, dtype, generator(rng))
        self.weight_ih, self.weight_hh = parameters[:2]
        if bias:
            self.bias_ih, self.bias_hh = parameters[2:]

    def _next(self, input: Tensor, memory: tuple[ArrayOperand, ...] | None) -> Memory:
        layer, shape, kind = type(self).__name__, input.shape, self._kind
        if len(shape) not in (1, 2) or shape[-1] != self.input_size:
            raise ValueError(
                f"{layer}: input {shape} is not (N, {self.input_size}) or ({self.input_size},)"
            )
        x = _linear(input, self.weight_ih, self.bias_ih)
        states = (*shape[:-1], self.hidden_size)
        before = starting_memory(layer, memory, kind.memories, states, x.dtype)
        return kind.step(x, before, self.weight_hh, self.bias_hh)

    def extra_repr(self) -> str:
        bias = "" if self.bias_ih is not None else ", bias=False"
        return f"{self.input_size}, {self.hidden_size}{bias}"


class RNNCell(_Cell):
    """h' = tanh(x W + b + h W' + b'): x (N, input_size) and h (N, hidden_size), or without N.

    ``nonlinearity`` is "tanh" or "relu"; h is 0 if it is left out. All parameters start uniform in
    ±1/√hidden_size.

    Returns the next h.

    >>> import numpy as np
    >>> import nn
    >>> nn.RNNCell(3, 4)(np.ones((2, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        self.nonlinearity = nonlinearity
        kind = plain_kind("RNNCell", nonlinearity)
        super().__init__(kind, input_size, hidden_size, bias, dtype, rng)

    def forward(self, input: Tensor, hx: ArrayOperand | None = None) -> Tensor:
        return self._next(input, None if hx is None else (hx,))[0]


class GRUCell(_Cell):
    """One step of a gated recurrent unit, its parts in the order r, z, n; see :class:`nn.GRU`.

    x is (N, input_size) and h (N, hidden_size), 0 if it is left out. Returns the next h.

    >>> import numpy as np
    >>> import nn
    >>> nn.GRUCell(3, 4)(np.ones((2, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        super().__init__(GRU_KIND, input_size, hidden_size, bias, dtype, rng)

    def forward(self, input: Tensor, hx: ArrayOperand | None = None) -> Tensor:
        return self._next(input, None if hx is None else (hx,))[0]


class LSTMCell(_Cell):
    """One step of an LSTM, its parts in the order i, f, g, o: (h, c) from x and (h, c).

    x is (N, input_size), h and c are (N, hidden_size), 0 if they are left out. Returns the next h
    and c.

    >>> import numpy as np
    >>> import nn
    >>> h, c = nn.LSTMCell(3, 4)(np.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        super().__init__(LSTM_KIND, input_size, hidden_size, bias, dtype, rng)

    if TYPE_CHECKING:

        def __call__(  # type: ignore[override]
            self, input: Tensor | Array, hx: tuple[ArrayOperand, ArrayOperand] | None = None
        ) -> tuple[Tensor, Tensor]: ...

    def forward(
        self, input: Tensor, hx: tuple[ArrayOperand, ArrayOperand] | None = None
    ) -> tuple[Tensor, Tensor]:
        h, c = self._next(input, hx)
        return h, c
