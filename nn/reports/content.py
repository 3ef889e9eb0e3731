"""What a report consists of: sections of sentences, tables and figures, in every language."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from autograd.calculus import one_line
from autograd.typing import Array
from autograd.writing import Words
from nn.notebook import is_number

if TYPE_CHECKING:
    from rich.table import Table as RichTable

Cell: TypeAlias = str | Words


@dataclass(frozen=True)
class Table:
    """A heading, the names of the columns, the rows; the first column says what a row is of.

    ``levels`` are the shades of a matrix, from -4 to 4, as many as it has cells beside the first
    column. A table that is not ``printed`` is on the page alone, for which it is not too wide.
    """

    title: Words
    columns: tuple[Cell, ...]
    rows: list[tuple[Cell, ...]]
    note: Words | None = None
    levels: list[list[int]] | None = None
    printed: bool = True

    def drawn(self, place: int = 0, plain: bool = False) -> RichTable:
        """The table as rich prints it, numbers on the right; names from data are not markup."""
        from rich import box
        from rich.table import Table as RichTable
        from rich.text import Text

        def text(cell: Cell) -> Text:
            return Text(plain_text(cell if isinstance(cell, str) else cell[place], plain))

        made = RichTable(box=box.ASCII if plain else box.HEAVY_HEAD)
        for i, name in enumerate(self.columns):
            numeric = all(is_number(str(row[i])) for row in self.rows)
            made.add_column(text(name), justify="right" if numeric else "left", overflow="fold")
        for row in self.rows:
            made.add_row(*map(text, row))
        return made

    def __rich__(self) -> RichTable:
        return self.drawn()


@dataclass(frozen=True)
class Figure:
    """A picture: what it shows in words, and its SVG in the language of a place in ``Words``."""

    words: Words
    draw: Callable[[int, bool], str]


@dataclass
class Section:
    """A part of a report."""

    title: Words
    sentences: list[Words] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@dataclass
class Content:
    """All that a report says, and the numbers that it says it of."""

    title: Words
    sections: list[Section]
    numbers: dict[str, object]


_PLAIN = str.maketrans({"²": "2", "–": "-", "±": "+-"})


def plain_text(text: str, plain: bool) -> str:
    """A text on one line, in ASCII if it is to be ``plain``."""
    line = one_line(text)
    return line.translate(_PLAIN).encode("ascii", "replace").decode() if plain else line


def texts(values: Iterable[float]) -> tuple[str, ...]:
    """Numbers of one kind as a table shows them: four digits of the largest, decimals in line."""
    numbers = list(values)
    largest = max(map(abs, numbers), default=0.0)
    if largest and not 1e-4 <= largest < 1e6:
        return tuple(f"{value:.4g}" for value in numbers)
    decimals = max(3 - math.floor(math.log10(largest or 1.0)), 0)
    return tuple(f"{value:.{decimals}f}" for value in numbers)


def fixed(values: Iterable[float], decimals: int = 4) -> tuple[str, ...]:
    """Shares and scores as a table shows them, each with as many decimals."""
    return tuple(
        f"{value:.{decimals}f}" if abs(value) < 1e6 else f"{value:.4g}" for value in values
    )


def listed(values: Array) -> list[object]:
    """Numbers as JSON has them: what is not finite is null."""
    if values.ndim > 1:
        return [listed(row) for row in values]
    return [json_number(value) for value in values.tolist()]


def json_number(value: float) -> float | None:
    """A number that JSON has, None for another."""
    return value if abs(value) < float("inf") else None


def convincing(gains: Array) -> bool:
    """Whether the mean gain of a row is more than chance: above 1.645 standard errors, 5 %."""
    return bool(gains.mean() > 1.645 * gains.std() / len(gains) ** 0.5)
