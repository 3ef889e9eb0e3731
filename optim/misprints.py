"""Rules as lectures misprint them, each beside the rule that is meant: both run, and differ.

>>> from optim.misprints import MISPRINTS
>>> [(one.place, one.optimizer) for one in MISPRINTS]
[('A30', 'Adam'), ('D21', 'Adam'), ('D21', 'Adam'), ('E12', 'SGD'), ('E29', 'SGD')]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from optim.base import FirstOrder, Optimizer, Rule, arguments
from optim.kinds import Array, Parameters, Rate
from optim.rules import SGD, Adam
from optim.schedules import InverseTime, Schedule

Build: TypeAlias = Callable[..., Optimizer]
Betas: TypeAlias = tuple[float, float]


def overwritten(
    theta: Array, g: Array, m: Array, v: Array, *, t: int, lr: float, betas: Betas, eps: float
) -> tuple[Array, Array, Array]:
    """Adam whose corrected averages take the place of the running ones."""
    beta1, beta2 = betas
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    m = (beta1 * m + (1 - beta1) * g) / c1
    v = (beta2 * v + (1 - beta2) * (g * g)) / c2
    return theta - lr * (m / (np.sqrt(v) + eps)), m, v


def heavy_gradient(
    theta: Array, g: Array, m: Array, v: Array, *, t: int, lr: float, betas: Betas, eps: float
) -> tuple[Array, Array, Array]:
    """Adam whose average weighs the new gradient by β₁ instead of 1 - β₁."""
    beta1, beta2 = betas
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    m = beta1 * m + beta1 * g
    v = beta2 * v + (1 - beta2) * (g * g)
    m_hat, v_hat = m / c1, v / c2
    return theta - lr * (m_hat / (np.sqrt(v_hat) + eps)), m, v


def growing_average(
    theta: Array, g: Array, v: Array, *, lr: float, momentum: float
) -> tuple[Array, Array]:
    """Momentum whose average weighs the new gradient by 1 + μ instead of 1 - μ."""
    v = momentum * v + (1 + momentum) * g
    return theta - lr * v, v


class MisprintedAdam(FirstOrder):
    """Adam's settings for a rule that is none."""

    def __init__(
        self, params: Parameters, lr: Rate, betas: Betas = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        super().__init__(params, arguments(locals()))


class OverwrittenAdam(MisprintedAdam):
    """The listing of lecture A."""

    rule: ClassVar[Rule] = staticmethod(overwritten)


class HeavyAdam(MisprintedAdam):
    """One line of lecture D."""

    rule: ClassVar[Rule] = staticmethod(heavy_gradient)


class GrowingAverage(FirstOrder):
    """One line of lecture E."""

    rule: ClassVar[Rule] = staticmethod(growing_average)

    def __init__(self, params: Parameters, lr: Rate, momentum: float = 0.9) -> None:
        super().__init__(params, arguments(locals()))


@dataclass(frozen=True)
class GrowingRate(Schedule):
    """η/(1 - r·t): it grows until r·t reaches 1.

    >>> from optim.misprints import GrowingRate
    >>> GrowingRate(1.0, decay=0.25)(2)
    2.0
    """

    lr: float
    decay: float

    def rate(self, t: int) -> float:
        return self.lr / (1 - self.decay * t)


@dataclass(frozen=True)
class Misprint:
    """What a lecture prints in place of a rule: ``place`` is its id, ``said`` the difference.

    ``printed`` and ``meant`` build the optimizer that runs each, from parameters and a rate, 0.1 if
    none is given.
    """

    optimizer: str
    place: str
    said: str
    printed: Build
    meant: Build


DECAY = 0.1
MISPRINTS = (
    Misprint(
        "Adam", "A30",
        "the corrected averages overwrite the running ones",
        lambda p, lr=0.1: OverwrittenAdam(p, lr), lambda p, lr=0.1: Adam(p, lr),
    ),
    Misprint(
        "Adam", "D21",
        "the corrections are 1 - β, without the power t",
        lambda p, lr=0.1: Adam(p, lr, bias_correction="fixed"), lambda p, lr=0.1: Adam(p, lr),
    ),
    Misprint(
        "Adam", "D21",
        "the new gradient is weighed by β₁, not by 1 - β₁",
        lambda p, lr=0.1: HeavyAdam(p, lr), lambda p, lr=0.1: Adam(p, lr),
    ),
    Misprint(
        "SGD", "E12",
        "the new value of the average is weighed by 1 + β, not by 1 - β",
        lambda p, lr=0.1: GrowingAverage(p, lr),
        lambda p, lr=0.1: SGD(p, lr, momentum=0.9, momentum_form="average"),
    ),
    Misprint(
        "SGD", "E29",
        "the rate is η/(1 - r·t), not η/(1 + r·t)",
        lambda p, lr=0.1: SGD(p, lr=GrowingRate(lr, DECAY)),
        lambda p, lr=0.1: SGD(p, lr=InverseTime(lr, DECAY)),
    ),
)  # fmt: skip
