"""A learning rate that falls when a metric stops improving."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from optim.base import (
    COUNT,
    NONNEGATIVE,
    WHOLE,
    Range,
    check_choice,
    check_number,
    loss_number,
    unrepeatable,
)
from optim.figures import Place, either, saved, whole_figure
from optim.kinds import State, StateLike
from optim.schedules.schedule import plot_rates

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

_SHRINKS = Range("in [0, 1)", lambda x: 0 <= x < 1)
_REAL = Range("and not nan", lambda x: not math.isnan(x))
_STATE = ("rate", "best", "bad", "rest")


class ReduceOnPlateau:
    """η ← max(η·factor, minimum) after more than ``patience`` calls of ``step`` without progress.

    Progress is a metric below best - threshold·|best| (above best + threshold·|best| with
    ``mode="max"``), whatever the sign of the metric; a NaN is none. For ``cooldown`` calls after a
    cut none are counted. It is passed as ``lr``, alone or under ``warmup``; ``step`` is called once
    an epoch, say, with the validation loss. An optimizer's ``state_dict`` holds its state.

    ``lr`` is the first rate, ``minimum`` the least. ``step`` returns the rate.

    >>> from optim import ReduceOnPlateau
    >>> rate = ReduceOnPlateau(1.0, factor=0.5, patience=1)
    >>> [rate.step(loss) for loss in (-1.0, -2.0, -2.0, -2.0, -3.0)]
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    factor: float
    patience: int
    threshold: float
    cooldown: int
    mode: str
    minimum: float
    rate: float
    bad: int
    rest: int

    def __init__(
        self,
        lr: float,
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        cooldown: int = 0,
        *,
        mode: str = "min",
        minimum: float = 0.0,
    ) -> None:
        check_number("lr", lr, NONNEGATIVE)
        check_number("factor", factor, _SHRINKS)
        check_number("patience", patience, WHOLE)
        check_number("threshold", threshold, NONNEGATIVE)
        check_number("cooldown", cooldown, WHOLE)
        check_number("minimum", minimum, NONNEGATIVE)
        check_choice("mode", mode, ("min", "max"))
        self.factor, self.patience, self.threshold = factor, patience, threshold
        self.cooldown, self.mode, self.minimum = cooldown, mode, minimum
        self.rate = max(float(lr), minimum)
        self.best: float | None = None
        self.bad = 0
        self.rest = 0

    def __call__(self, t: int) -> float:
        """The learning rate now, whatever the number of the update."""
        return self.rate

    @unrepeatable
    def step(self, metric: object) -> float:
        """Take note of a metric; return the rate from now on."""
        value = loss_number(metric)
        if self._better(value):
            self.best, self.bad = value, 0
        else:
            self.bad += 1
        if self.rest:
            self.rest, self.bad = self.rest - 1, 0
        if self.bad > self.patience:
            self.rate = max(self.rate * self.factor, self.minimum)
            self.rest, self.bad = self.cooldown, 0
        return self.rate

    def _better(self, value: float) -> bool:
        if self.best is None:
            return not math.isnan(value)
        margin = self.threshold * abs(self.best)
        if self.mode == "min":
            return value < self.best - margin
        return value > self.best + margin

    def state_dict(self) -> State:
        """The rate, the best metric, and the two counters."""
        return {name: getattr(self, name) for name in _STATE}

    def load_state_dict(self, state_dict: StateLike) -> None:
        """Restore them."""
        if set(state_dict) != set(_STATE):
            raise ValueError(f"this is no state of ReduceOnPlateau: {sorted(state_dict)}")
        check_number("rate", state_dict["rate"], NONNEGATIVE)
        if state_dict["best"] is not None:
            check_number("best", state_dict["best"], _REAL)
        for name in ("bad", "rest"):
            check_number(name, state_dict[name], WHOLE)
        for name in _STATE:
            setattr(self, name, state_dict[name])

    def plot(
        self,
        metrics: Iterable[float],
        ax: Place = None,
        path: str | Path | None = None,
        *,
        axes: Axes | None = None,
        **style: object,
    ) -> Axes:
        """Draw the rates that a copy of this schedule would take for a list of metrics.

        ``ax`` (once ``axes``) is the axes to draw in; ``path`` saves the figure.
        """
        copy = ReduceOnPlateau(
            self.rate, self.factor, self.patience, self.threshold, self.cooldown,
            mode=self.mode, minimum=self.minimum,
        )  # fmt: skip
        rates = [copy.step(metric) for metric in metrics]
        check_number("the number of metrics", len(rates), COUNT)
        ax, path = either(ax, path)
        look: State = {"label": "plateau", **style}
        axes = plot_rates(rates.__getitem__, len(rates), ax, axes=axes, **look)
        axes.set(xlabel="call of step")
        saved(whole_figure(axes), path)
        return axes
