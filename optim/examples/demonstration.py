"""The result of a runnable example: numbers by name, tables of them, notes and a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, ParamSpec

import numpy as np

from optim.figures import (
    Parts,
    Place,
    axes_of,
    checked,
    deep,
    either,
    pyplot,
    save_figure,
    whole_figure,
)
from optim.kinds import Array, State

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Table:
    """Numbers side by side."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def __str__(self) -> str:
        cells = [list(map(_cell, row)) for row in (self.columns, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(c.rjust(w) for c, w in zip(row, widths)).rstrip() for row in cells]
        return "\n".join([self.title, *lines] if self.title else lines)


@dataclass(frozen=True, eq=False)
class Demonstration:
    """A worked example, run: ``numbers`` by name, ``tables``, ``notes``, and ``plot()``."""

    code: str
    name: str
    title: str
    numbers: State = field(repr=False)
    draw: Callable[..., Figure] = field(repr=False)
    tables: Sequence[Table] = field(default=(), repr=False)
    notes: Sequence[str] = field(default=(), repr=False)
    live: Callable[[str], Parts] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The title, the tables and the notes, as plain text."""
        return "\n\n".join([self.title, *map(str, self.tables), *self.notes])

    def plot(self, ax: Place = None, path: str | Path | None = None) -> Figure:
        """Draw it; return the matplotlib figure.

        ``ax`` is a matplotlib Axes or, where the picture has several, one for each, row by row;
        ``path`` saves the figure (.svg, .png or .pdf).
        """
        ax, path = either(ax, path)
        target = None if path is None else checked(path)
        figure = self.draw(ax=ax)
        if target is not None:
            save_figure(figure, target, self.title, " ".join(self.notes))
        return figure


class Outcome(NamedTuple):
    """What the function of an example returns: the parts of its :class:`Demonstration`."""

    numbers: State
    #: Draws it in a new figure, or in the axes that ``ax=`` has.
    draw: Callable[..., Figure]
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    #: What its page shows beside the picture, in a language: a race that runs, a surface to turn.
    live: Callable[[str], Parts] | None = None


Settings = ParamSpec("Settings")

#: The width in inches of a picture for a telephone: 422 pixels, of which it shows 360.
WIDTH = 4.4


@dataclass(frozen=True)
class Example(Generic[Settings]):
    """A runnable example: its number in the catalogue, its name and its title; a call runs it."""

    code: str
    name: str
    title: str
    outcome: Callable[Settings, Outcome]

    def __call__(self, *args: Settings.args, **options: Settings.kwargs) -> Demonstration:
        return Demonstration(self.code, self.name, self.title, *self.outcome(*args, **options))


def example(
    code: str, name: str, title: str
) -> Callable[[Callable[Settings, Outcome]], Example[Settings]]:
    """Decorate the function of an example."""
    return lambda outcome: Example(code, name, title, outcome)


def panels(
    rows: int, columns: int, size: tuple[float, float] = (4.5, 3.6), ax: Place = None
) -> tuple[Figure, Array]:
    """A figure and its axes, as a rows × columns array: those of ``ax``, or new ones."""
    if ax is not None:
        given = axes_of(ax, rows * columns)
        return whole_figure(given[0]), np.array(given, object).reshape(rows, columns)
    whole = (columns * size[0], rows * size[1])
    figure, axes = pyplot().subplots(
        rows, columns, figsize=whole, layout="constrained", squeeze=False
    )
    return figure, axes


def column(
    *heights: float, projection: str | None = None, ax: Place = None
) -> tuple[Figure, Array]:
    """A figure of axes one above the other, of those heights in inches, or the axes of ``ax``.

    It is so narrow that a telephone shows it whole, with text that is read.
    """
    if ax is not None:
        given = axes_of(ax, len(heights))
        if projection == "3d":
            deep(given)
        return whole_figure(given[0]), np.array(given, object)
    size = (WIDTH, sum(heights))
    with pyplot().rc_context({"font.size": 10, "axes.titlesize": 10.5, "legend.fontsize": 9}):
        figure, axes = pyplot().subplots(
            len(heights), figsize=size, height_ratios=heights, layout="constrained",
            squeeze=False, subplot_kw={"projection": projection},
        )  # fmt: skip
    return figure, axes[:, 0]


def _cell(value: object) -> str:
    if value is None:
        return "never"
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:.4g}"
