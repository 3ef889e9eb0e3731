"""What all schedules have: a rate for each update, and how it is drawn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optim.base import COUNT, NONNEGATIVE, Range, check_number, say_arguments
from optim.figures import Place, either, one_axes, saved, whole_figure
from optim.kinds import State
from optim.schedules.glossary import SCHEDULES

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Schedule(ABC):
    """A learning rate for each update; a subclass gives ``rate`` as a formula of t."""

    per_epoch: int = field(default=1, kw_only=True)
    minimum: float = field(default=0.0, kw_only=True)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        say_arguments(cls, SCHEDULES, [*cls.__annotations__, "per_epoch", "minimum"])

    def __post_init__(self) -> None:
        check_number("per_epoch", self.per_epoch, COUNT)
        check_number("minimum", self.minimum, NONNEGATIVE)
        for name, allowed in self.ranges().items():
            check_number(name, getattr(self, name), allowed)

    def ranges(self) -> dict[str, Range]:
        """What each argument may be."""
        return {"lr": NONNEGATIVE}

    @abstractmethod
    def rate(self, t: int) -> float:
        """The formula."""

    def __call__(self, t: int) -> float:
        """The learning rate of update t."""
        if self.per_epoch > 1:
            t = t // self.per_epoch
        return max(self.rate(t), self.minimum)

    def plot(
        self,
        steps: int,
        ax: Place = None,
        path: str | Path | None = None,
        *,
        axes: Axes | None = None,
        **style: object,
    ) -> Axes:
        """Draw the rate over the first ``steps`` updates; return the matplotlib axes.

        ``ax`` (once ``axes``) is the axes to draw in; ``path`` saves the figure.
        """
        return plot_rates(self, steps, ax, path, axes=axes, **style)


def plot_rates(
    schedule: Callable[[int], float],
    steps: int,
    ax: Place = None,
    path: str | Path | None = None,
    *,
    axes: Axes | None = None,
    **style: object,
) -> Axes:
    """Draw any schedule: a rate for each update, held until the next."""
    check_number("steps", steps, COUNT)
    ax, path = either(ax, path)
    axes = one_axes(ax, (6, 3), axes)
    rates = [schedule(t) for t in range(steps)]
    look: State = {"color": "#0072b2", "label": type(schedule).__name__, **style}
    axes.plot(range(steps), rates, drawstyle="steps-post", **look)
    axes.set(xlabel="update", ylabel="learning rate")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    saved(whole_figure(axes), path)
    return axes
