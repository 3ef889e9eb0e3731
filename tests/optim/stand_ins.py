"""Parameters that keep the engine's side of the packing contract, without the engine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class ArrayParameter:
    """A leaf that holds an array: the first gradient of a sweep goes into the buffer, if any."""

    def __init__(self, data: Any, name: str | None = None, dtype: Any = None) -> None:
        self._data: Array = np.array(data, dtype=dtype or float)
        self.grad: Array | None = None
        self.grad_buffer: Array | None = None
        self.name = name
        self.assignments = 0

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, value: Array) -> None:
        self._data = value
        self.assignments += 1

    def receive(self, gradient: Any) -> None:
        """Add a gradient as a sweep does."""
        if self.grad is not None:
            self.grad += gradient
        elif self.grad_buffer is not None:
            self.grad_buffer[...] = gradient
            self.grad = self.grad_buffer
        else:
            self.grad = np.array(gradient, self._data.dtype)


class NumberParameter:
    """A leaf that holds a float."""

    def __init__(self, data: float, name: str | None = None) -> None:
        self.data = float(data)
        self.grad: float | None = 0.0
        self.name = name

    def receive(self, gradient: float) -> None:
        self.grad = (self.grad or 0.0) + float(gradient)


def array_parameters(*shapes: tuple[int, ...], seed: int = 0) -> list[ArrayParameter]:
    """Parameters of these shapes with normal entries."""
    rng = np.random.default_rng(seed)
    return [ArrayParameter(rng.normal(size=shape)) for shape in shapes]


def feed(parameters: Sequence[Any], gradients: Sequence[Any]) -> None:
    """Give each parameter its gradient; None leaves it without one."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient is not None:
            parameter.receive(gradient)
