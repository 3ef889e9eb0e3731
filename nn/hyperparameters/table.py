"""The trials of a search: a table that shows itself, and the best of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograd import Tensor
from autograd.calculus import one_line, short
from autograd.typing import State
from nn.hyperparameters.spaces import written
from nn.notebook import table

#: How many trials a printed table has, and how wide a cell is.
_SHOWN = 10
_WIDTH = 28
_WIDTH_OF_ERRORS = 60


@dataclass(frozen=True)
class Trial:
    """One call of the objective: its configuration, its seed, and what came out.

    ``index`` counts from 0; ``budget`` is that of a halving, otherwise None. ``scores`` has the
    numbers by name, or is empty where ``error`` says what was raised.

    >>> from nn.hyperparameters import Trial
    >>> Trial(0, {"lr": 0.1}, 7, None, {"loss": 0.5}).scores
    {'loss': 0.5}
    """

    index: int
    config: State
    seed: int
    budget: int | None
    scores: dict[str, float]
    error: str | None = None


class Trials:
    """What a search has found: ``best``, ``rows``, ``trials``; ``print`` shows a table.

    ``trials`` are in the order of their numbers, of a halving with the smallest budget first.
    ``metric`` is the name of the number that is compared; ``greatest`` says whether more is better.

    >>> from nn.hyperparameters import Trial, Trials
    >>> found = Trials([Trial(0, {"lr": 0.1}, 7, None, {"loss": 0.5})], "loss", False)
    >>> found.best.config, found.rows
    ({'lr': 0.1}, [{'trial': 0, 'lr': 0.1, 'loss': 0.5}])
    """

    trials: list[Trial]
    metric: str
    greatest: bool

    def __init__(self, trials: list[Trial], metric: str, greatest: bool) -> None:
        self.trials, self.metric, self.greatest = trials, metric, greatest

    def __len__(self) -> int:
        """How many there are."""
        return len(self.trials)

    def value(self, trial: Trial) -> float:
        """The number that is compared; nan where there is none."""
        return trial.scores.get(self.metric, math.nan)

    def ranked(self) -> list[Trial]:
        """The best first: those of the greatest budget, by the metric; errors and nan last."""

        def place(trial: Trial) -> tuple[bool, int, float, int]:
            value = self.value(trial)
            order = -value if self.greatest else value
            return math.isnan(value), -(trial.budget or 0), order, trial.index

        return sorted(self.trials, key=place)

    @property
    def best(self) -> Trial:
        """The best trial; ValueError if every one failed."""
        first = next(iter(self.ranked()), None)
        if first is None or math.isnan(self.value(first)):
            why = f", such as: {first.error}" if first is not None and first.error else ""
            raise ValueError(f"search: none of the {len(self)} trials gave a {self.metric}{why}")
        return first

    @property
    def rows(self) -> list[State]:
        """A dict for each trial: its number, configuration, budget, scores, and error."""
        budgets = any(trial.budget is not None for trial in self.trials)
        errors = any(trial.error is not None for trial in self.trials)
        return [
            {"trial": trial.index, **trial.config}
            | ({"budget": trial.budget} if budgets else {})
            | trial.scores
            | ({"error": trial.error} if errors else {})
            for trial in self.trials
        ]

    def csv(self) -> str:
        """The rows as CSV, numbers exact to the last bit."""
        from autograd.writing import csv_text

        names = self._names(self.rows)
        cells = [[_exact(row.get(name)) for name in names] for row in self.rows]
        return csv_text([names, *cells])

    def save(self, path: str | Path) -> None:
        """Write the rows to a CSV file, replaced in one step."""
        from autograd.writing import write_file

        write_file(path, self.csv())

    def _names(self, rows: list[State]) -> list[str]:
        names = dict.fromkeys(name for row in rows for name in row)
        return [
            *(name for name in names if name != "error"),
            *(["error"] if "error" in names else []),
        ]

    def _title(self) -> str:
        failed = sum(math.isnan(self.value(trial)) for trial in self.trials)
        which = "greatest" if self.greatest else "least"
        parts = [f"{len(self)} trials", f"the {which} {self.metric} first"]
        return ", ".join([*parts, *([f"{failed} failed"] if failed else [])])

    def _shown(self) -> tuple[list[str], list[list[str]]]:
        """The first of the ranked trials, as text."""
        ranked = self.ranked()[:_SHOWN]
        rows = Trials(ranked, self.metric, self.greatest).rows
        names = self._names(rows)
        return names, [[_cell(name, row.get(name)) for name in names] for row in rows]

    def __str__(self) -> str:
        names, rows = self._shown()
        widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
        lines = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in [names, *rows]
        ]
        more = [f"and {len(self) - len(rows)} more in .rows"] if len(self) > len(rows) else []
        return "\n".join([self._title(), *lines, *more])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows."""
        names, rows = self._shown()
        return {"text/plain": str(self), "text/html": table(names, rows, self._title())}


def _exact(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else written(value)


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.4g}" if isinstance(value, float) else one_line(written(value))
    width = _WIDTH_OF_ERRORS if name == "error" else _WIDTH
    return text if len(text) <= width else f"{text[: width - 1]}…"


def scores_of(answer: object) -> dict[str, float]:
    """What an objective returned, a number or a dict of numbers, by name."""
    named = answer if isinstance(answer, dict) else {"value": answer}
    scores: dict[str, float] = {}
    for name, value in named.items():
        if isinstance(value, np.generic | np.ndarray | Tensor) and value.size == 1:
            value = value.item()
        if not isinstance(value, int | float):
            raise TypeError(f"{name} is {short(value)}; return a number, or a dict of numbers")
        scores[str(name)] = value if isinstance(value, int) else float(value)
    if not scores:
        raise TypeError("the objective returned an empty dict; return a number, or some by name")
    return scores
