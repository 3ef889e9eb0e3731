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
        return self.text()

    def text(self, lang: str = "en") -> str:
        """A table: where each ended, its loss, how far from a minimum, and what happened."""
        from autograd.writing import column, translated, words

        place = column(lang)
        about, start = f"{self.surface.name}: {self.surface.formula}", f"{self.start}"
        lines = [words("{about}, from {start}", about=about, start=start)[place]]
        steps, loss, distance = (
            w[place] for w in (words("steps"), words("loss"), words("from minimum"))
        )
        rows = [("", steps, loss, "x", "y", distance, "")]
        for name, run in self.runs.items():
            near, (x, y) = self.gap(run), run.path[-1]
            numbers = f"{run.losses[-1]:.3g}", f"{x:.4g}", f"{y:.4g}"
            gap, remark = "-" if near is None else f"{near:.3g}", translated(run.remark)[place]
            rows.append((name, f"{len(run.losses) - 1}", *numbers, gap, remark))
        # A column is as wide as its numbers may be, or as its name.
        least = 0, 5, 10, 9, 9, 12, 0
        widths = [max(few, *map(len, cells)) for few, cells in zip(least, zip(*rows))]
        for first, *between, last in rows:
            cells = [f"{cell:>{width}}" for cell, width in zip(between, widths[1:])]
            lines.append("  ".join([f"{first:{widths[0]}}", *cells, last]).rstrip())
        return "\n".join(lines)

    def gap(self, run: Run) -> float | None:
        """How far from the nearest minimum a run ended; None for a surface without one."""
        x, y = run.path[-1]
        return min((float(np.hypot(x - a, y - b)) for a, b in self.surface.minima), default=None)
