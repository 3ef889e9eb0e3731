"""Networks of single numbers, neuron by neuron: micrograd's calls over ``Value``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import mul
from typing import Any

import numpy as np

from autograd import Value, current_scope, enter_scope, leave_scope
from autograd.typing import DTypeLike, Seed
from nn.layers import MLP as ArrayMLP
from nn.layers import Linear, ReLU, Sequential
from nn.layers import Module as ArrayModule
from nn.rng import generator

__all__ = [
    "Layer", "MLP", "Module", "Neuron",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


class Module:
    """Something with parameters that are Values; ``parameters`` returns them as a list.

    >>> from nn.scalar import Module
    >>> Module().parameters()
    []
    """

    def parameters(self) -> list[Value]:
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    """relu(Σ wᵢ xᵢ + b), or without the relu if ``nonlin`` is False.

    ``nin`` is the number of inputs. Weights start uniform in (-1, 1), drawn by ``rng``, a generator
    or a seed, the bias at 0; they are called ``path``.w0, ``path``.w1 and so on. A call takes
    numbers or Values, and returns a Value. The names are micrograd's.

    >>> from nn.scalar import Neuron
    >>> n = Neuron(2, rng=0)
    >>> n, len(n.parameters())
    (ReLUNeuron(2), 3)
    """

    w: list[Value]
    b: Value

    def __init__(
        self, nin: int, nonlin: bool = True, rng: Seed = None, path: str = "neuron"
    ) -> None:
        rng = generator(rng)
        self.w = [Value(rng.uniform(-1, 1), f"{path}.w{i}") for i in range(nin)]
        self.b = Value(0.0, f"{path}.b")
        self.nonlin = nonlin

    def __call__(self, x: Iterable[Value | float]) -> Value:
        x = x if isinstance(x, list) else list(x)
        if len(x) != len(self.w):
            raise ValueError(
                f"Neuron: it has {len(self.w)} weights, but {len(x)} inputs were given"
            )
        act: Value = sum(map(mul, self.w, x), self.b)
        return act.relu() if self.nonlin else act

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """``nout`` neurons that see the same inputs.

    ``nin`` is the number of inputs; ``nonlin``, ``rng`` and ``path`` are those of ``Neuron``. A
    call takes numbers or Values, and returns a Value if ``nout`` is 1, otherwise a list.

    >>> from nn.scalar import Layer
    >>> layer = Layer(2, 3, rng=0)
    >>> len(layer([1.0, -2.0])), len(layer.parameters())
    (3, 9)
    """

    neurons: list[Neuron]

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        rng: Seed = None,
        path: str = "layer",
    ) -> None:
        rng = generator(rng)
        self.neurons = [Neuron(nin, nonlin, rng, f"{path}.n{i}") for i in range(nout)]
        self._scope = path

    def __call__(self, x: Iterable[Value | float]) -> Any:  # Any: a Value, or a list of them
        x = list(x)
        before = current_scope()
        try:
            enter_scope(self._scope)
            out = [neuron(x) for neuron in self.neurons]
        finally:
            leave_scope(before)
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers of neurons, ``nouts`` wide, with relu after all but the last.

    ``nin`` is the number of inputs, ``rng`` a generator or a seed. A call takes numbers or
    Values, and returns a Value if the last layer has one neuron, otherwise a list.

    >>> from nn.scalar import MLP
    >>> model = MLP(3, [4, 4, 1], rng=0)
    >>> out = model([1.0, 2.0, -1.0])
    >>> out.backward()
    >>> len(model.parameters())
    41
    """

    layers: list[Layer]

    def __init__(self, nin: int, nouts: Sequence[int], rng: Seed = None) -> None:
        rng = generator(rng)
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(sizes[i], sizes[i + 1], i != last, rng, f"layer{i}") for i in range(len(nouts))
        ]

    def __call__(self, x: Iterable[Value | float]) -> Any:  # Any: a Value, or a list of them
        out = x
        for i, layer in enumerate(self.layers):
            # A layer of one neuron gives a Value, which the next layer takes as its only input.
            out = layer([out] if i and isinstance(out, Value) else out)
        return out

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def to_module(self, dtype: DTypeLike = np.float64) -> ArrayMLP:
        """The same network over arrays: column j of a weight matrix is neuron j."""
        sizes = [len(layer.neurons) for layer in self.layers]
        module = ArrayMLP(len(self.layers[0].neurons[0].w), sizes, dtype=dtype, rng=0)
        for layer, dense in zip(self.layers, _dense(module), strict=True):
            rows = [[w.data for w in neuron.w] for neuron in layer.neurons]
            dense.weight.data = np.array(rows).T.astype(dtype)
            assert dense.bias is not None
            dense.bias.data = np.array([neuron.b.data for neuron in layer.neurons]).astype(dtype)
        return module

    @classmethod
    def from_module(cls, module: ArrayModule) -> MLP:
        """The same network neuron by neuron, of dense layers with relu between them.

        >>> from nn.scalar import MLP
        >>> import nn
        >>> net = nn.MLP(2, [3, 1], rng=0)
        >>> round(MLP.from_module(net)([1.0, 2.0]).data - float(net([1.0, 2.0]).data[0]), 12)
        0.0
        """
        layers = _dense(module)
        mlp = cls(layers[0].in_features, [dense.out_features for dense in layers], rng=0)
        for layer, dense in zip(mlp.layers, layers, strict=True):
            for j, neuron in enumerate(layer.neurons):
                for i, w in enumerate(neuron.w):
                    w.data = float(dense.weight.data[i, j])
                neuron.b.data = 0.0 if dense.bias is None else float(dense.bias.data[j])
        return mlp

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _dense(module: ArrayModule) -> list[Linear]:
    """The Linear layers of an array network, which must alternate with ReLU."""
    layers = [part for part in module.modules() if not isinstance(part, Sequential)]
    for i, layer in enumerate(layers):
        if not isinstance(layer, ReLU if i % 2 else Linear) or len(layers) % 2 == 0:
            raise TypeError(
                f"nn.scalar: Linear layers with ReLU between them are wanted, layer {i} is a "
                f"{type(layer).__name__}"
            )
    return [layer for layer in layers if isinstance(layer, Linear)]
