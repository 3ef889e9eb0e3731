"""What a script of mutations must give: numbers and derivatives that are copied when they are made.

All arrays of a script have one shape and all operations are elementwise, so that the derivative of
a node with respect to a parameter is an array of that shape, kept beside the value. Nothing here
is shared, and nothing is computed later than it is written: there is no way to see a mutation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

SHAPE = (3,)


@dataclass(frozen=True)
class Dual:
    """A value, how it moves with each parameter, and the mutations seen before its oldest part."""

    value: Any
    slopes: dict[int, Any]
    born: int

    def clean(self, mutations: int) -> bool:
        """Whether nothing has been mutated since its oldest operand was read."""
        return self.born == mutations


def combined(value: Any, born: int, *terms: tuple[Any, Dual]) -> Dual:
    """The chain rule: a value, and the partials with the operands they belong to."""
    slopes: dict[int, Any] = {}
    for partial, dual in terms:
        for place, slope in dual.slopes.items():
            slopes[place] = slopes.get(place, 0.0) + partial * slope
    return Dual(value, slopes, min([born, *(dual.born for _, dual in terms)]))


@dataclass
class Shadow:
    """The parameters as they must be, their gradients, and how many mutations there were."""

    values: list[Any]
    gradients: list[Any] = field(default_factory=list)
    mutations: int = 0

    def __post_init__(self) -> None:
        self.gradients = [None] * len(self.values)

    def parameter(self, i: int) -> Dual:
        return Dual(self.values[i].copy(), {i: np.ones_like(self.values[i])}, self.mutations)

    def constant(self, value: Any) -> Dual:
        return Dual(np.array(value, float), {}, self.mutations)

    def add_gradients(self, dual: Dual) -> None:
        """What a sweep from the sum of ``dual`` does."""
        for i, slope in dual.slopes.items():
            before = self.gradients[i]
            self.gradients[i] = slope.copy() if before is None else before + slope

    def descend(self, lr: float) -> None:
        """A step of gradient descent."""
        for i, gradient in enumerate(self.gradients):
            if gradient is not None:
                self.values[i] = self.values[i] - lr * gradient
        self.mutations += 1


def add(a: Dual, b: Dual, now: int) -> Dual:
    return combined(a.value + b.value, now, (1.0, a), (1.0, b))


def sub(a: Dual, b: Dual, now: int) -> Dual:
    return combined(a.value - b.value, now, (1.0, a), (-1.0, b))


def mul(a: Dual, b: Dual, now: int) -> Dual:
    return combined(a.value * b.value, now, (b.value, a), (a.value, b))


def tanh(a: Dual, now: int) -> Dual:
    value = np.tanh(a.value)
    return combined(value, now, (1 - value * value, a))


def exp(a: Dual, now: int) -> Dual:
    value = np.exp(-a.value * a.value)
    return combined(value, now, (-2 * a.value * value, a))


def where(mask: Any, a: Dual, b: Dual, now: int) -> Dual:
    mask = mask.astype(float)
    return combined(np.where(mask, a.value, b.value), now, (mask, a), (1 - mask, b))
