"""The result of a race: the path and the losses of each optimizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from optim.base import Optimizer
from optim.kinds import Array
from optim.surfaces import Point, Surface


class Place:
    """The position of an optimizer on a surface: its parameter."""

    def __init__(self, point: ArrayLike) -> None:
        self.data: Array = np.array(point, float)
        self.grad: Array | None = None


#: Makes an optimizer of a parameter, for a surface.
Entrant: TypeAlias = Callable[[list[Place], Surface], Optimizer]


@dataclass(frozen=True)
class Run:
    """One racer: its path (one row a step, the start first), the losses, and what happened."""

    path: Array
    losses: Array
    remark: str = ""

    def steps_to(self, loss: float) -> int | None:
        """The first step at which the loss is as low as this, or None."""
        reached = np.flatnonzero(self.losses <= loss)
        return int(reached[0]) if reached.size else None


@dataclass(frozen=True)
class Results:
    """The runs of several optimizers on one surface, and how each is made."""

    surface: Surface
    start: Point
    steps: int
    runs: dict[str, Run] = field(repr=False)
    entrants: dict[str, Entrant] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        """A table: where each ended, its loss, how far from a minimum, and what happened."""
        width = max(map(len, self.runs))
        lines = [f"{self.surface.name}: {self.surface.formula}, from {self.start}"]
        lines.append(f"{'':{width}}  {'steps':>5}  {'loss':>10}  {'x':>9}  {'y':>9}  from minimum")
        for name, run in self.runs.items():
            x, y = run.path[-1]
            near = self.gap(run)
            gap = f"{'-':>12}" if near is None else f"{near:12.3g}"
            row = f"{len(run.losses) - 1:>5}  {run.losses[-1]:>10.3g}  {x:>9.4g}  {y:>9.4g}  {gap}"
            lines.append(f"{name:{width}}  {row}  {run.remark}".rstrip())
        return "\n".join(lines)

    def gap(self, run: Run) -> float | None:
        """How far from the nearest minimum a run ended; None for a surface without one."""
        x, y = run.path[-1]
        return min((float(np.hypot(x - a, y - b)) for a, b in self.surface.minima), default=None)
