"""What a training and a prediction say on the terminal."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from autograd.calculus import one_line
from nn.columns import Prepared, Treatment
from nn.tables.training import Scores

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

#: How many columns of a table are said before the rest is counted.
_COLUMNS_SAID = 40


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


def text(words: str) -> Text:
    """Text that rich prints unchanged: names from data are not markup, and move no cursor."""
    from rich.text import Text

    return Text(one_line(words))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> RichTable:
    from rich.table import Table as RichTable

    made = RichTable()
    for name in header:
        made.add_column(text(name))
    for row in rows:
        made.add_row(*map(text, row))
    return made


def say(console: Console, line: str) -> None:
    console.print(text(line), soft_wrap=True)


def show_columns(console: Console, found: Prepared) -> None:
    """What each column is and what becomes of it; columns that are treated alike are one row.

    Of a table of plain numbers nothing is said.
    """
    for remark in found.remarks:
        say(console, f"{found.sheet.path}: {remark}")
    if all(one.kind == "number" and one.what == "standardised" for one in found.treatments):
        return
    rows = []
    for (kind, what), group in groupby(found.treatments, lambda one: (one.kind, one.what)):
        rows.append((_names([*group]), kind, what))
    console.print(table(("column", "kind", "what becomes of it"), rows[:_COLUMNS_SAID]))
    if len(rows) > _COLUMNS_SAID:
        say(console, f"and {len(rows) - _COLUMNS_SAID} rows more")


def _names(group: Sequence[Treatment]) -> str:
    if len(group) <= 3:
        return ", ".join(one.name for one in group)
    return f"{group[0].name}, ..., {group[-1].name} ({len(group)})"


def show_scores(console: Console, scores: Scores) -> None:
    rows = [(name, f"{train:.4g}", f"{test:.4g}") for name, (train, test) in scores.items()]
    console.print(table(("", "training", "test"), rows))


def show_folds(console: Console, folds: Sequence[Sequence[Scores]]) -> None:
    """The mean and standard deviation over the folds; of several seeds, the median of each."""
    rows = []
    for name in folds[0][0]:
        cells = []
        for part in (0, 1):
            of_seeds = [[scores[name][part] for scores in of_seed] for of_seed in folds]
            mean = statistics.median(map(statistics.fmean, of_seeds))
            spread = statistics.median(map(statistics.pstdev, of_seeds))
            cells.append(f"{mean:.4g} ± {spread:.2g}")
        rows.append((name, *cells))
    seeds = f", median of {len(folds)} seeds" if len(folds) > 1 else ""
    console.print(table((f"{len(folds[0])} folds{seeds}", "training", "test"), rows))


def show_seeds(console: Console, runs: Sequence[Scores]) -> None:
    """The median of the trainings, and the least and the greatest."""
    rows = []
    for name in runs[0]:
        cells = []
        for part in (0, 1):
            values = sorted(scores[name][part] for scores in runs)
            middle = statistics.median(values)
            cells.append(f"{middle:.4g} ({values[0]:.4g} to {values[-1]:.4g})")
        rows.append((name, *cells))
    console.print(table((f"median of {len(runs)} seeds", "training", "test"), rows))
