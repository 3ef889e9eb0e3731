"""Descent without gradients: try a random change both ways, and go the way that lowers the loss.

The lecture writes W + α(Gp - Gn)δW for a *gain* G that is to grow; for a loss the sign turns.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from optim.base import Saved, WholeVector, arguments, only, short, unrepeatable
from optim.kinds import Array, Closure, Parameters, Rate, State


class RandomDirections(WholeVector):
    """What both methods share: a generator of random numbers, and the loss on either side."""

    rng: np.random.Generator

    uses_gradients: ClassVar[bool] = False

    def __init__(self, params: Parameters, defaults: State) -> None:
        rng = defaults.pop("rng")
        try:
            self.rng = np.random.default_rng(rng)
        except (TypeError, ValueError):
            raise TypeError(
                f"rng: give a seed, an integer from 0, or a generator, not {short(rng)}"
            ) from None
        super().__init__(params, defaults)

    def both_sides(self, closure: Closure | None, x: Array, change: Array) -> tuple[float, float]:
        """The losses at x + change and x - change; after an error x is restored."""

        def loss_at(point: Array) -> float:
            self.assign(point)
            return self.loss(closure)[0]

        try:
            return loss_at(x + change), loss_at(x - change)
        except BaseException:
            self.assign(x)
            raise

    def _state(self) -> dict[int, State]:
        return {0: {"rng": self.rng.bit_generator.state}}

    def _load_state(self, saved: Saved) -> None:
        kind = type(self).__name__
        for i, state in saved.state.items():
            only(("rng",) if i == 0 else (), state, kind)
        if "rng" not in saved.state.get(0, {}):
            raise ValueError(f"the saved state of {kind} has no 'rng'")
        generator, state = self.rng.bit_generator, saved.state[0]["rng"]
        try:
            type(generator)().state = state  # tried on another one: it may fail half-way
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"the saved state 'rng' of {kind} does not fit: {error}") from None
        generator.state = state


class FiniteDifference(RandomDirections):
    """θ ← θ - η(L(θ + δ) - L(θ - δ))δ, with a fresh δ ~ N(0, ``delta``²) in each step.

    On average that is a step of 2·η·delta² against the gradient. ``closure`` returns the loss and
    needs no ``backward()``. Returns the mean of the two losses. ``rng`` is a seed or a generator.

    >>> import numpy as np
    >>> from optim import FiniteDifference
    >>> class Weight:
    ...     data, grad = np.array([3.0, -2.0]), None
    >>> w = Weight()
    >>> optimizer = FiniteDifference([w], lr=5.0, delta=0.1, rng=0)
    >>> losses = [optimizer.step(lambda: (w.data**2).sum()) for _ in range(100)]
    >>> losses[-1] < 0.1 < losses[0]
    True
    """

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1.0,
        delta: float = 0.1,
        *,
        rng: np.random.Generator | int | None = None,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))

    @unrepeatable
    def step(self, closure: Closure | None = None) -> float:
        """Try one random change; move along it by the difference that it makes."""
        rate, x = self.rate(), self.vector()
        random = self.noted("random", self.rng.normal(size=x.size))
        change = self.noted("delta", self.hyper["delta"]) * random
        up, down = self.both_sides(closure, x, change)
        self.assign(x - rate * (up - down) * change)
        self.updates += 1
        return float(up + down) / 2


class ARS(RandomDirections):
    """θ ← θ - η/(bσ)·Σ(L(θ + νδₖ) - L(θ - νδₖ))δₖ over the b best of N directions δₖ ~ N(0, I).

    Augmented random search, version V1-t of Mania, Guy & Recht (2018), for a loss: ``directions``
    is N, ``top`` is b (by default all), ``delta`` is ν, and σ is the standard deviation of the 2b
    losses; a direction is as good as the better of its two ends. Returns the mean of the 2N losses.

    >>> import numpy as np
    >>> from optim import ARS
    >>> class Weight:
    ...     data, grad = np.array([3.0, -2.0]), None
    >>> w = Weight()
    >>> optimizer = ARS([w], lr=0.05, directions=8, top=4, rng=0)
    >>> losses = [optimizer.step(lambda: (w.data**2).sum()) for _ in range(100)]
    >>> losses[-1] < 0.1 < losses[0]
    True
    """

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 0.02,
        delta: float = 0.03,
        directions: int = 8,
        top: int | None = None,
        *,
        rng: np.random.Generator | int | None = None,
        maximize: bool = False,
    ) -> None:
        if top is not None and top > directions:
            raise ValueError(f"top must be at most directions = {directions}, got {top}")
        super().__init__(params, arguments(locals()))

    @unrepeatable
    def step(self, closure: Closure | None = None) -> float:
        """Try all directions; move along the best by the differences that they make."""
        rate, x, hyper = self.rate(), self.vector(), self.hyper
        delta = self.noted("delta", hyper["delta"])
        normal = self.rng.normal(size=(int(hyper["directions"]), x.size))
        changes = [self.noted("change", row) for row in normal]
        losses = [self.both_sides(closure, x, delta * change) for change in changes]
        lower = [float(min(ends)) for ends in losses]
        best = np.argsort(lower)[: int(hyper["top"] or len(changes))].tolist()
        ends = np.stack([loss for k in best for loss in losses[k]])
        spread = np.std(ends)
        if spread > 0:
            total = sum((losses[k][0] - losses[k][1]) * changes[k] for k in best)
            move = total / (len(best) * spread)
            self.assign(x - rate * move)
        else:
            self.assign(x)
        self.updates += 1
        return float(np.mean([float(loss) for pair in losses for loss in pair]))
