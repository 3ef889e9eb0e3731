"""What a training and a prediction say on the terminal."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from autograd.calculus import one_line
from autograd.writing import Words, column, joined, translated, words
from nn.columns import Prepared, Treatment
from nn.tables.training import Scores

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Cell: TypeAlias = str | Words

#: How many columns of a table are said before the rest is counted.
_COLUMNS_SAID = 40
#: What the scores are of.
_PARTS = words("training"), words("test")


def terminal(console: Console | None = None) -> Console:
    """The console that is given, or that of the terminal."""
    if console is not None:
        return console
    try:
        from rich.console import Console
    except ImportError:
        raise ImportError("the tables need rich: `pip install rich`", name="rich") from None

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise  # rich would end the program with status 1

    return Terminal(highlight=False)


def text(line: str) -> Text:
    """Text that rich prints unchanged: names from data are not markup, and move no cursor."""
    from rich.text import Text

    return Text(one_line(line))


class Told:
    """A console that is told texts in every language, and prints them in one."""

    def __init__(self, console: Console | None, lang: str = "en") -> None:
        self.place = column(lang)
        self.console = terminal(console)

    def say(self, line: Words) -> None:
        self.console.print(text(line[self.place]), soft_wrap=True)

    def table(self, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> None:
        from rich.table import Table as RichTable

        made = RichTable()
        for name in header:
            made.add_column(self._cell(name))
        for row in rows:
            made.add_row(*map(self._cell, row))
        self.console.print(made)

    def _cell(self, cell: Cell) -> Text:
        return text(cell if isinstance(cell, str) else cell[self.place])


def show_columns(told: Told, found: Prepared) -> None:
    """What each column is and what becomes of it; columns that are treated alike are one row.

    Of a table of plain numbers nothing is said.
    """
    for remark in found.remarks:
        told.say(joined(f"{found.sheet.path}: ", translated(remark)))
    if all(one.kind == "number" and one.what == "standardised" for one in found.treatments):
        return
    rows = []
    for (kind, what), group in groupby(found.treatments, lambda one: (one.kind, one.what)):
        rows.append((_names([*group]), translated(kind), translated(what)))
    told.table((words("column"), words("kind"), words("what becomes of it")), rows[:_COLUMNS_SAID])
    if len(rows) > _COLUMNS_SAID:
        told.say(words("and {n} rows more", n=len(rows) - _COLUMNS_SAID))


def _names(group: Sequence[Treatment]) -> str:
    if len(group) <= 3:
        return ", ".join(one.name for one in group)
    return f"{group[0].name}, ..., {group[-1].name} ({len(group)})"


def show_scores(told: Told, scores: Scores) -> None:
    rows = [(translated(name), f"{a:.4g}", f"{b:.4g}") for name, (a, b) in scores.items()]
    told.table(("", *_PARTS), rows)


def show_folds(told: Told, folds: Sequence[Sequence[Scores]]) -> None:
    """The mean and standard deviation over the folds; of several seeds, the median of each."""
    rows: list[tuple[Cell, ...]] = []
    for name in folds[0][0]:
        cells = []
        for part in (0, 1):
            of_seeds = [[scores[name][part] for scores in of_seed] for of_seed in folds]
            mean = statistics.median(map(statistics.fmean, of_seeds))
            spread = statistics.median(map(statistics.pstdev, of_seeds))
            cells.append(f"{mean:.4g} ± {spread:.2g}")
        rows.append((translated(name), *cells))
    first = words("{n} folds", n=len(folds[0]))
    if len(folds) > 1:
        first = joined(first, words("median of {n} seeds", n=len(folds)), between=", ")
    told.table((first, *_PARTS), rows)


def show_seeds(told: Told, runs: Sequence[Scores]) -> None:
    """The median of the trainings, and the least and the greatest."""
    rows: list[tuple[Cell, ...]] = []
    for name in runs[0]:
        cells = []
        for part in (0, 1):
            values = sorted(scores[name][part] for scores in runs)
            middle, least, most = (
                f"{value:.4g}" for value in (statistics.median(values), values[0], values[-1])
            )
            cells.append(
                words("{middle} ({least} to {most})", middle=middle, least=least, most=most)
            )
        rows.append((translated(name), *cells))
    told.table((words("median of {n} seeds", n=len(runs)), *_PARTS), rows)
