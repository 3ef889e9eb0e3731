"""A network that was trained on a table, from the cells of a row on: what is exported of it.

What the table taught is a part of the network: it takes a number for each cell, with nan for one
that is missing, and gives the probabilities of the classes, or the number that is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

import autograd
from autograd import Tensor
from autograd.calculus import Quantity, path_text
from autograd.typing import Array, State
from nn.checkpoints import read_arrays
from nn.columns import Column
from nn.layers import Module
from nn.tables import Network, read_network

#: The numbers of a date.
_DATE = ("year", "month", "day")
_ELAPSED = 3  # the place of the days since the first date among the inputs of a date


@dataclass(frozen=True)
class Field:
    """A column of the table as an input: its name, its kind, and the words that it may have.

    A cell of words is the place of its word, a date the numbers of ``parts``, a hashed text its
    CRC-32 modulo ``buckets``, but for the texts ``gaps``; ``optional`` says whether it may be
    missing. The numbers of the table were from ``low`` to ``high``, and ``start`` is their mean, or
    the mean date.
    """

    name: str
    kind: str
    words: tuple[str, ...] = ()
    optional: bool = False
    parts: tuple[str, ...] = ("",)
    low: float = 0.0
    high: float = 1.0
    start: str = "0"
    buckets: int = 0
    gaps: tuple[str, ...] = ()

    def says(self) -> State:
        """As JSON takes it, for the sources."""
        said: State = {"name": self.name, "kind": self.kind, "optional": self.optional}
        if self.words:
            said["words"] = list(self.words)
        if self.kind == "date":
            said["parts"] = list(self.parts)
        if self.buckets:
            said |= {"buckets": self.buckets, "gaps": list(self.gaps)}
        return said


class TableNetwork(Module):
    """The network of a file that ``tracegrad train`` wrote, with what the table taught around it.

    ``forward`` takes the numbers of the fields, (rows, numbers).
    """

    def __init__(self, path: str | Path) -> None:
        if "tabular" not in read_arrays(path)[1]:
            raise ValueError(
                f"{path_text(path)}: these weights say nothing of the network, which those of "
                f"`tracegrad train` do; load them in Python, and write nn.export(model, file, X)"
            )
        network: Network = read_network(path)
        self.network = network.model
        self._mean, self._std = network.scale.mean, network.scale.std
        self._answers, self.target = network.answers, network.target
        self.classes = None if network.classes is None else [str(c) for c in network.classes]
        self.inputs = network.encoder.inputs
        self._columns = [column.state() for column in network.encoder.columns]
        self.fields: list[Field] = []
        place = 0
        for column in network.encoder.columns:
            part = slice(place, place + len(column.inputs))
            self.fields.append(_field(column, self._mean[part], self._std[part]))
            place = part.stop

    @property
    def count(self) -> int:
        """How many numbers a row has."""
        return sum(len(field.parts) for field in self.fields)

    def forward(self, x: Quantity) -> Tensor:
        place, inputs = 0, []
        for field, state in zip(self.fields, self._columns):
            width = len(field.parts)
            inputs += _ENCODINGS[field.kind](x[:, place : place + width], state)
            place += width
        z = (autograd.concatenate(inputs, axis=1) - self._mean) / self._std
        out = self.network(z)
        if self.classes is not None:
            return autograd.softmax(out, axis=1)
        return out * self._answers.std + self._answers.mean


def _field(column: Column, mean: Array, std: Array) -> Field:
    name, kind, optional, state = column.name, column.kind, column.fill is not None, column.state()
    if kind == "number":
        # Files of earlier versions say no range.
        low, high = float(mean[0] - 3 * std[0]), float(mean[0] + 3 * std[0])
        if state.get("low") is not None:
            low, high = state["low"], state["high"]
        return Field(name, kind, (), optional, ("",), low, high, f"{mean[0]:.4g}")
    if kind == "date":
        parts = (*_DATE, "hour") if state["hour"] else _DATE
        day = datetime.fromisoformat(state["start"]) + timedelta(days=float(mean[_ELAPSED]))
        start = day.isoformat()[: 16 if state["hour"] else 10]
        return Field(name, kind, (), optional, parts, start=start)
    if kind == "hashed":
        gaps = tuple(sorted({*column.words, *column.na}))
        return Field(name, kind, (), optional, start="", buckets=state["buckets"], gaps=gaps)
    words: dict[str, Sequence[str]] = {
        "boolean": state.get("pair", ()),
        "ordinal": state.get("order", ()),
        "category": [*state.get("categories", ()), *state.get("others", ())],
    }
    return Field(name, kind, tuple(map(str, words[kind])), optional)


def _filled(x: Quantity, state: State) -> list[Quantity]:
    """One number, with what takes the place of a missing one, and whether it was."""
    if state["fill"] is None:
        return [x]
    gap = x != x
    filled = autograd.where(gap, state["fill"], x)
    return [filled, autograd.where(gap, 1.0, 0.0)] if state["indicator"] else [filled]


def _category(x: Quantity, state: State) -> list[Quantity]:
    """1 in the input of the category, and 0 in the others; the last is that of a missing one."""
    count = len(state["categories"])
    inputs = [_one_hot(x, count)] if count else []
    return [*inputs, *([autograd.where(x != x, 1.0, 0.0)] if state["indicator"] else [])]


def _hashed(x: Quantity, state: State) -> list[Quantity]:
    """1 in the input of the text, and 0 in the others, as in all for a missing one."""
    one_hot = _one_hot(x, state["buckets"])
    return [one_hot if state["fill"] is not None else one_hot + (x - x)]  # nan where it may not be


def _one_hot(x: Quantity, count: int) -> Quantity:
    return autograd.where(x == np.arange(count, dtype=float), 1.0, 0.0)


def _date(x: Quantity, state: State) -> list[Quantity]:
    """Year, month, weekday, the days since the first date, and the hour."""
    start = datetime.fromisoformat(state["start"])
    gap, is_filled = x[:, :1] != x[:, :1], state["fill"] is not None
    if is_filled:
        middle = start + timedelta(seconds=round(state["fill"] * 86400))
        clock = middle.hour + middle.minute / 60 + middle.second / 3600
        known = [middle.year, middle.month, middle.day, clock][: x.shape[1]]
        x = autograd.where(gap, np.array(known, float), x)
    year, month, day = x[:, :1], x[:, 1:2], x[:, 2:3]
    # The year begins in March, so that the day that some years have more is its last.
    years = year - autograd.where(month < 3, 1.0, 0.0)
    leaps = autograd.floor(years / 4) - autograd.floor(years / 100) + autograd.floor(years / 400)
    days = 365 * years + leaps + autograd.floor((153 * ((month + 9) % 12) + 2) / 5) + day
    midnight = datetime(start.year, start.month, start.day)
    first = _days_of(start.year, start.month, start.day) + (start - midnight) / timedelta(days=1)
    hour = [x[:, 3:4]] if state["hour"] else []
    elapsed = days - first + (hour[0] / 24 if hour else 0.0)
    if is_filled:
        elapsed = autograd.where(gap, state["fill"], elapsed)
    missing = [autograd.where(gap, 1.0, 0.0)] if state["indicator"] else []
    return [year, month, (days + _SHIFT) % 7, elapsed, *hour, *missing]


def _days_of(year: int, month: int, day: int) -> int:
    years = year - (month < 3)
    leap = years // 4 - years // 100 + years // 400
    return 365 * years + leap + (153 * ((month + 9) % 12) + 2) // 5 + day


#: Makes Monday 0 of the days as they are counted here.
_SHIFT = -_days_of(2024, 1, 1) % 7

_ENCODINGS = {
    "number": _filled, "boolean": _filled, "ordinal": _filled, "category": _category,
    "hashed": _hashed, "date": _date,
}  # fmt: skip


def example_rows(fields: Sequence[Field]) -> Array:
    """Two rows that the network can be tried on."""
    dates = [(2020.0, 2021.0), (2.0, 7.0), (29.0, 4.0), (0.0, 12.0)]
    pairs: list[tuple[float, float]] = []
    for field in fields:
        if field.kind == "date":
            pairs += dates[: len(field.parts)]
        else:
            most = float(max(len(field.words), field.buckets) - 1)
            pairs.append((field.low, field.high) if most < 0 else (0.0, most))
    return np.array(pairs).T
