"""``from micrograd.nn import MLP``: networks of Values whose weights Python's ``random`` draws.

After ``random.seed(1337)`` they have the numbers that micrograd gives them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from nn import scalar
from nn.scalar import Module

__all__ = ["MLP", "Layer", "Module", "Neuron"]


class Neuron(scalar.Neuron):
    """relu(Σ wᵢ xᵢ + b), or without the relu if ``nonlin`` is False."""

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        super().__init__(nin, nonlin, rng=0)
        _draw([self])


class Layer(scalar.Layer):
    """``nout`` neurons that see the same inputs; one of them gives a Value, more a list."""

    def __init__(self, nin: int, nout: int, nonlin: bool = True) -> None:
        super().__init__(nin, nout, nonlin, rng=0)
        _draw(self.neurons)


class MLP(scalar.MLP):
    """Layers of neurons, ``nouts`` wide, with relu after all but the last."""

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        super().__init__(nin, nouts, rng=0)
        for layer in self.layers:
            _draw(layer.neurons)


def _draw(neurons: Iterable[scalar.Neuron]) -> None:
    """Weights uniform in (-1, 1), neuron by neuron, as micrograd draws them."""
    for neuron in neurons:
        for w in neuron.w:
            w.data = random.uniform(-1, 1)
