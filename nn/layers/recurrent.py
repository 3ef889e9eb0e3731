"""Recurrent layers over whole sequences: RNN, GRU, LSTM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd
from autograd import Tensor, depends_on
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, DTypeLike, Seed
from nn.layers.cells import (
    GRU_KIND,
    LSTM_KIND,
    Kind,
    Memory,
    plain_kind,
    starting_memory,
    uniform_parameters,
)
from nn.layers.linear import keep_mask, whole
from nn.layers.module import Module, Parameter
from nn.rng import generator

_linear = autograd.linear


class _Recurrent(Module):
    """Layers of one recurrence, each over the outputs of the one below, in one or two directions.

    The parameters of layer k are ``weight_ih_lk`` (n_in, parts * hidden_size), ``weight_hh_lk``
    (hidden_size, parts * hidden_size), ``bias_ih_lk`` and ``bias_hh_lk``, and those of the way back
    end in ``_reverse``: PyTorch's names and its order of the parts, its weights transposed.
    """

    input_size: int
    hidden_size: int
    num_layers: int
    bias: bool
    batch_first: bool
    dropout: float
    bidirectional: bool
    rng: np.random.Generator | None

    def __init__(
        self,
        kind: Kind,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: DTypeLike,
        rng: Seed,
    ) -> None:
        layer = type(self).__name__
        self._kind = kind
        self.input_size = whole(layer, "input_size", input_size)
        self.hidden_size = size = whole(layer, "hidden_size", hidden_size)
        self.num_layers = whole(layer, "num_layers", num_layers)
        if not 0 <= dropout <= 1:
            raise ValueError(
                f"{layer}: dropout is a probability, from 0 to 1, not {short(dropout)}"
            )
        self.bias, self.batch_first, self.dropout = bias, batch_first, dropout
        self.bidirectional = bidirectional
        draws = generator(rng)
        self.rng = None if rng is None else draws
        ends = ("", "_reverse") if bidirectional else ("",)
        n = kind.parts * size
        self._names: list[list[tuple[str, ...]]] = []
        for k in range(self.num_layers):
            n_in = size * len(ends) if k else self.input_size
            shapes = [(n_in, n), (size, n), *[(n,)] * (2 * bias)]
            words = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")[: len(shapes)]
            self._names.append([tuple(f"{word}_l{k}{end}" for word in words) for end in ends])
            for names in self._names[-1]:
                parameters = uniform_parameters(size, shapes, dtype, draws)
                for name, parameter in zip(names, parameters):
                    setattr(self, name, parameter)
        self._transposed = tuple(
            name for pair in self._names for names in pair for name in names[:2]
        )

    def _run(
        self, input: Tensor, hx: tuple[ArrayOperand, ...] | None
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The outputs of the last layer, and what each layer and direction hands on at its end."""
        shape, layer = input.shape, type(self).__name__
        if len(shape) not in (2, 3) or shape[-1] != self.input_size:
            batched = "(N, L, {})" if self.batch_first else "(L, N, {})"
            raise ValueError(
                f"{layer}: input {shape} is not {batched.format(self.input_size)} or "
                f"(L, {self.input_size})"
            )
        time = 1 if self.batch_first and len(shape) == 3 else 0
        if not shape[time]:
            raise ValueError(
                f"{layer}: input {shape} is a sequence without a step; give one or more"
            )
        batch = shape[1 - time : 2 - time] if len(shape) == 3 else ()
        states = (sum(map(len, self._names)), *batch, self.hidden_size)
        dtype = np.result_type(input.dtype, self._parameter(self._names[0][0][0]).dtype)
        starts = starting_memory(layer, hx, self._kind.memories, states, dtype)
        ends: list[Memory] = []
        x = input
        for k, directions in enumerate(self._names):
            if k and self.dropout and depends_on(self, "training"):
                x = x * keep_mask(x.shape, self.dropout, self.rng, x.dtype)
            outputs = []
            for names in directions:
                memory = tuple(start[len(ends)] for start in starts)
                hs, end = self._direction(x, names, memory, time)
                outputs.append(hs)
                ends.append(end)
            x = outputs[0] if len(outputs) == 1 else autograd.concatenate(outputs, axis=-1)
        return x, tuple(autograd.stack(list(last)) for last in zip(*ends))

    def _parameter(self, name: str) -> Parameter:
        parameter: Parameter = self.__dict__[name]
        return parameter

    def _direction(
        self, x: Tensor, names: tuple[str, ...], memory: Memory, time: int
    ) -> tuple[Tensor, Memory]:
        """The outputs of one layer in one direction, as one sequence, and the last memory."""
        w_in, w = self._parameter(names[0]), self._parameter(names[1])
        b_in, b = map(self._parameter, names[2:]) if self.bias else (None, None)
        # The product with the inputs needs no memory: one for all steps.
        projected = _linear(x, w_in, b_in)
        steps = slices(projected if time == 0 else autograd.swapaxes(projected, 0, 1))
        back = names[0].endswith("_reverse")
        hs = []
        for step in reversed(steps) if back else steps:
            memory = self._kind.step(step, memory, w, b)
            hs.append(memory[0])
        return autograd.stack(hs[::-1] if back else hs, axis=time), memory

    def extra_repr(self) -> str:
        settings = [str(self.input_size), str(self.hidden_size)]
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        for name, value in {**usual, "bidirectional": False}.items():
            if getattr(self, name) != value:
                settings.append(f"{name}={getattr(self, name)}")
        return ", ".join(settings)


def slices(x: Tensor) -> list[Tensor]:
    """x[0], x[1], ...: of halves, and those of halves.

    The adjoint of an index is as large as what is indexed: n indices of the whole would cost n²,
    these cost n log n.
    """
    n = len(x)
    if n <= 4:
        return [x[i] for i in range(n)]
    return [*slices(x[: n // 2]), *slices(x[n // 2 :])]


class _OfOneState(_Recurrent):
    """A recurrence whose memory is its output."""

    if TYPE_CHECKING:

        def __call__(  # type: ignore[override]
            self, input: Tensor | Array, hx: ArrayOperand | None = None
        ) -> tuple[Tensor, Tensor]: ...

    def forward(self, input: Tensor, hx: ArrayOperand | None = None) -> tuple[Tensor, Tensor]:
        outputs, (state,) = self._run(input, None if hx is None else (hx,))
        return outputs, state


class RNN(_OfOneState):
    """h_t = tanh(x_t W + b + h_(t-1) W' + b') along a sequence, in ``num_layers`` layers.

    Input (L, N, input_size), or (N, L, input_size) for ``batch_first``, or (L, input_size), and a
    state (layers * directions, N, hidden_size), which is 0 if it is left out. Returns the outputs
    of the last layer at every step, and the state after the last step. ``dropout`` acts on the
    outputs of all layers but the last; ``nonlinearity`` is "tanh" or "relu". Elman (1990).

    >>> import numpy as np
    >>> import nn
    >>> outputs, state = nn.RNN(3, 4, num_layers=2, batch_first=True)(np.ones((5, 7, 3)))
    >>> outputs.shape, state.shape
    ((5, 7, 4), (2, 5, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        self.nonlinearity = nonlinearity
        super().__init__(
            plain_kind("RNN", nonlinearity), input_size, hidden_size, num_layers, bias, batch_first,
            dropout, bidirectional, dtype, rng,
        )  # fmt: skip


class GRU(_OfOneState):
    """Gated recurrent units along a sequence; shapes and arguments are those of :class:`RNN`.

    r = σ(x W_r + h W'_r), z = σ(x W_z + h W'_z), n = tanh(x W_n + r (h W'_n)), and
    h = (1 - z) n + z h, each product with its bias. Cho et al. (2014).

    Returns the outputs and the state, as RNN does.

    >>> import numpy as np
    >>> import nn
    >>> outputs, state = nn.GRU(3, 4, bidirectional=True)(np.ones((7, 5, 3)))
    >>> outputs.shape, state.shape
    ((7, 5, 8), (2, 5, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        super().__init__(
            GRU_KIND, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, dtype, rng,
        )  # fmt: skip


class LSTM(_Recurrent):
    """Long short-term memory along a sequence; arguments are those of :class:`RNN`.

    i, f, o = σ(x W + h W') and g = tanh(x W + h W') with weights of their own, each product with
    its bias; c = f c + i g and h = o tanh(c). The state is a pair (h, c), each of the shape that
    RNN's has. Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (1999).

    Returns the outputs, and the state after the last step.

    >>> import numpy as np
    >>> import nn
    >>> outputs, (h, c) = nn.LSTM(3, 4)(np.ones((7, 5, 3)))
    >>> outputs.shape, h.shape, c.shape
    ((7, 5, 4), (1, 5, 4), (1, 5, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        if proj_size:
            raise ValueError("LSTM: proj_size is not supported here; put a Linear after the layer")
        super().__init__(
            LSTM_KIND, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, dtype, rng,
        )  # fmt: skip

    if TYPE_CHECKING:

        def __call__(  # type: ignore[override]
            self, input: Tensor | Array, hx: tuple[ArrayOperand, ArrayOperand] | None = None
        ) -> tuple[Tensor, tuple[Tensor, Tensor]]: ...

    def forward(
        self, input: Tensor, hx: tuple[ArrayOperand, ArrayOperand] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        outputs, (h, c) = self._run(input, hx)
        return outputs, (h, c)
