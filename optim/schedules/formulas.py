"""Learning rates as functions of the update number t, which starts at 0.

A schedule is passed in place of a learning rate: ``SGD(params, lr=Cosine(0.1, steps=1000))``. Where
a lecture counts epochs, ``per_epoch`` is the number of updates in one: the schedule then sees
⌊t / per_epoch⌋. ``minimum`` is a floor. Schedules are immutable; one may serve several groups. A
formula computes on nodes as well as on numbers, so that a lesson can show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optim.base import (
    COUNT,
    FRACTION,
    NONNEGATIVE,
    POSITIVE,
    UNIT,
    WHOLE,
    Range,
    check_number,
    short,
)
from optim.kinds import State
from optim.schedules.schedule import Schedule
from optim.schedules.waves import half_wave, root

ABOVE_ONE = Range("above 1 and finite", lambda x: 1 < x < math.inf)


@dataclass(frozen=True)
class Constant(Schedule):
    """η.

    >>> from optim import Constant
    >>> Constant(0.1)(1000)
    0.1
    """

    lr: float

    def rate(self, t: int) -> float:
        return self.lr


@dataclass(frozen=True)
class StepDecay(Schedule):
    """ηγ^⌊t/S⌋: "times 0.1 every 100 epochs" is ``StepDecay(lr, 100, 0.1, per_epoch=n)``.

    >>> from optim import StepDecay
    >>> [StepDecay(1.0, every=2, gamma=0.5)(t) for t in range(6)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    lr: float
    every: int
    gamma: float = 0.1

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "every": COUNT, "gamma": UNIT}

    def rate(self, t: int) -> float:
        rate: float = self.lr * self.gamma ** (t // self.every)
        return rate


@dataclass(frozen=True)
class MultiStep(Schedule):
    """η times γ for every milestone that t has reached.

    >>> from optim import MultiStep
    >>> [MultiStep(1.0, milestones=[1, 3], gamma=0.5)(t) for t in range(5)]
    [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    lr: float
    milestones: Sequence[int]
    gamma: float = 0.1

    def ranges(self) -> dict[str, Range]:
        for milestone in self.milestones:
            check_number("milestones", milestone, WHOLE)
        return {"lr": NONNEGATIVE, "gamma": UNIT}

    def rate(self, t: int) -> float:
        rate: float = self.lr * self.gamma ** sum(t >= m for m in self.milestones)
        return rate


@dataclass(frozen=True)
class Exponential(Schedule):
    """ηγᵗ; the lectures' γ = 0.95 is per epoch.

    >>> from optim import Exponential
    >>> Exponential(1.0, 0.5)(3)
    0.125
    """

    lr: float
    gamma: float

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "gamma": UNIT}

    def rate(self, t: int) -> float:
        rate: float = self.lr * self.gamma**t
        return rate


@dataclass(frozen=True)
class InverseTime(Schedule):
    """η/(1 + r·t).

    >>> from optim import InverseTime
    >>> InverseTime(1.0, decay=0.5)(2)
    0.5
    """

    lr: float
    decay: float

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "decay": NONNEGATIVE}

    def rate(self, t: int) -> float:
        return self.lr / (1 + self.decay * t)


@dataclass(frozen=True)
class InverseSqrt(Schedule):
    """ηk/√(t+1); with ``warmup`` W, η(t+1)/W up to t+1 = W and then η√(W/(t+1)), times k.

    >>> from optim import InverseSqrt
    >>> InverseSqrt(1.0)(3), InverseSqrt(1.0, warmup=4)(1), InverseSqrt(1.0, warmup=4)(15)
    (0.5, 0.5, 0.5)
    """

    lr: float
    k: float = 1.0
    warmup: int = 0

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "k": POSITIVE, "warmup": WHOLE}

    def rate(self, t: int) -> float:
        n = t + 1
        if self.warmup:
            return self.lr * self.k * min(n / self.warmup, root(self.warmup / n))
        return self.lr * self.k / root(n)


@dataclass(frozen=True)
class Polynomial(Schedule):
    """(η - e)(1 - min(t, N)/N)ᵖ + e: from η to ``end`` in N ``steps``.

    >>> from optim import Polynomial
    >>> Polynomial(1.0, steps=4, power=2)(2)
    0.25
    """

    lr: float
    steps: int
    power: float = 1.0
    end: float = 0.0

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "steps": COUNT, "power": POSITIVE, "end": NONNEGATIVE}

    def rate(self, t: int) -> float:
        left = 1 - min(t, self.steps) / self.steps
        rate: float = (self.lr - self.end) * left**self.power + self.end
        return rate


@dataclass(frozen=True)
class Cosine(Schedule):
    """e + (η - e)(1 + cos(π·min(t, T)/T))/2: half a wave down to ``end``, and then flat.

    >>> from optim import Cosine
    >>> Cosine(1.0, steps=10)(5)
    0.5
    """

    lr: float
    steps: int
    end: float = 0.0

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "steps": COUNT, "end": NONNEGATIVE}

    def rate(self, t: int) -> float:
        return half_wave(self.lr, self.end, min(t, self.steps) / self.steps)


@dataclass(frozen=True)
class CosineWarmRestarts(Schedule):
    """The cosine again and again, each cycle ``mult`` times as long as the last (SGDR, 2017).

    >>> from optim import CosineWarmRestarts
    >>> [round(CosineWarmRestarts(1.0, first=2, mult=2)(t), 2) for t in range(7)]
    [1.0, 0.5, 1.0, 0.85, 0.5, 0.15, 1.0]
    """

    lr: float
    first: int
    mult: int = 1
    end: float = 0.0

    def ranges(self) -> dict[str, Range]:
        return {"lr": NONNEGATIVE, "first": COUNT, "mult": COUNT, "end": NONNEGATIVE}

    def rate(self, t: int) -> float:
        length = self.first
        if self.mult == 1:
            t = t % length
        while t >= length:
            t, length = t - length, length * self.mult
        return half_wave(self.lr, self.end, t / length)


@dataclass(frozen=True)
class Cyclic(Schedule):
    """base + (max - base)·max(0, 1 - x)·s: up in S = ``half`` updates, down in S (Smith 2017).

    c = ⌊1 + t/2S⌋ is the cycle, x = |t/S - 2c + 1|; s is 1, 2^-(c-1) for ``"triangular2"``, or γᵗ
    for ``"exp_range"``.

    >>> from optim import Cyclic
    >>> [Cyclic(0.0, 1.0, half=2)(t) for t in range(6)]
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.5]
    """

    base_lr: float
    max_lr: float
    half: int
    mode: str = "triangular"
    gamma: float = 1.0

    def ranges(self) -> dict[str, Range]:
        modes = ("triangular", "triangular2", "exp_range")
        if self.mode not in modes:
            raise ValueError(f"mode must be one of {', '.join(modes)}, got {short(self.mode)}")
        return {"base_lr": NONNEGATIVE, "max_lr": NONNEGATIVE, "half": COUNT, "gamma": UNIT}

    def rate(self, t: int) -> float:
        cycle = 1 + t // (2 * self.half)
        x = abs(t / self.half - 2 * cycle + 1)
        scale = {"triangular": 1.0, "triangular2": 0.5 ** (cycle - 1), "exp_range": self.gamma**t}
        return self.base_lr + (self.max_lr - self.base_lr) * max(0.0, 1 - x) * scale[self.mode]


@dataclass(frozen=True)
class OneCycle(Schedule):
    """max/25 → max at 30 % of ``steps`` → max/(25·10⁴) at the end, by cosines (Smith & Topin 2018).

    ``.momentum`` is the schedule of the momentum, which goes the other way: pass it beside this
    one, ``SGD(params, lr=cycle, momentum=cycle.momentum)`` or ``Adam(..., betas=(cycle.momentum,
    0.999))``.

    >>> from optim import OneCycle
    >>> cycle = OneCycle(1.0, steps=101)
    >>> round(cycle(0), 2), round(cycle(29), 2), cycle.momentum(0)
    (0.04, 1.0, 0.95)
    """

    max_lr: float
    steps: int
    up: float = 0.3
    start_divisor: float = 25.0
    end_divisor: float = 1e4
    low_momentum: float = 0.85
    high_momentum: float = 0.95

    def ranges(self) -> dict[str, Range]:
        return {
            "max_lr": NONNEGATIVE,
            "steps": COUNT,
            "up": UNIT,
            "start_divisor": POSITIVE,
            "end_divisor": POSITIVE,
            "low_momentum": FRACTION,
            "high_momentum": FRACTION,
        }

    def rate(self, t: int) -> float:
        start = self.max_lr / self.start_divisor
        return self._anneal(t, start, self.max_lr, start / self.end_divisor)

    def momentum(self, t: int) -> float:
        """The momentum of update t: high where the rate is low."""
        if self.per_epoch > 1:
            t = t // self.per_epoch
        return self._anneal(t, self.high_momentum, self.low_momentum, self.high_momentum)

    def _anneal(self, t: int, start: float, top: float, end: float) -> float:
        peak, last = self.up * self.steps - 1, self.steps - 1
        if t <= peak:
            return half_wave(start, top, t / peak) if peak > 0 else top
        return half_wave(top, end, min((t - peak) / (last - peak), 1.0) if last > peak else 1.0)


@dataclass(frozen=True)
class Warmup(Schedule):
    """A straight line up to another schedule, which then begins; made by :func:`warmup`."""

    then: Callable[[int], float]
    steps: int
    start: float = 0.0

    def ranges(self) -> dict[str, Range]:
        if not callable(self.then):
            raise TypeError(f"schedule must be a number or a schedule, got {short(self.then)}")
        return {"steps": COUNT, "start": NONNEGATIVE}

    def rate(self, t: int) -> float:
        if t >= self.steps:
            return self.then(t - self.steps)
        return self.start + (self.then(0) - self.start) * t / self.steps

    def step(self, metric: object) -> float:
        """Pass a metric on to a schedule that is driven by one."""
        if not hasattr(self.then, "step"):
            raise TypeError(f"{type(self.then).__name__} is not driven by a metric")
        return float(self.then.step(metric))

    def state_dict(self) -> State:
        """The state of the schedule that follows, where it has one."""
        return dict(self.then.state_dict()) if hasattr(self.then, "state_dict") else {}

    def load_state_dict(self, state_dict: State) -> None:
        """Restore it."""
        if hasattr(self.then, "load_state_dict"):
            self.then.load_state_dict(state_dict)


def warmup(schedule: Callable[[int], float] | float, steps: int, start: float = 0.0) -> Warmup:
    """A line from the rate ``start`` to the schedule's first rate in ``steps``, then the schedule.

    ``schedule`` is a rate or a schedule, ``steps`` a number of updates. Returns a schedule.

    >>> from optim import StepDecay, warmup
    >>> rate = warmup(StepDecay(1.0, every=2, gamma=0.5), steps=4, start=0.2)
    >>> [round(rate(t), 2) for t in range(8)]
    [0.2, 0.4, 0.6, 0.8, 1.0, 1.0, 0.5, 0.5]
    """
    return Warmup(schedule if callable(schedule) else Constant(schedule), steps, start)
