"""The kinds of columns of a table: what each learns of the training rows, and how it encodes.

A column makes one or several inputs of a network out of its cells. ``learnt`` returns one that
knows its rows (a mean, the categories, the first date), ``encode`` gives the inputs, and the fields
of a column are what a file of weights says of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import ClassVar
from zlib import crc32

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, State
from nn.columns.cells import AMONG_NUMBERS, MISSING, BadCell, read_numbers
from nn.columns.dates import read_dates
from nn.columns.listing import listed

MISSING_MODES = ("mean", "median", "indicator", "drop")


@dataclass(frozen=True)
class Column(ABC):
    """A column of the table by its ``name``; ``na`` are more texts that stand for a missing value.

    ``fill`` is what takes the place of a missing value, None where a missing value is refused.
    """

    name: str
    na: list[str] = field(default_factory=list)
    fill: float | None = None
    indicator: bool = False

    kind: ClassVar[str] = ""
    words: ClassVar[frozenset[str]] = AMONG_NUMBERS
    #: Whether its inputs are brought to mean 0 and standard deviation 1.
    scaled: ClassVar[bool] = True

    def missing(self, text: str) -> bool:
        return text in self.words or text in self.na

    @abstractmethod
    def learnt(self, texts: Sequence[str], mode: str, always: bool) -> Column:
        """The column that knows these rows; ``always`` fills also where none of them is missing."""

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs."""
        return [*self.parts, *([f"{self.name}=missing"] if self.indicator else [])]

    @property
    def parts(self) -> list[str]:
        """The names of its inputs but for the one that says that the value is missing."""
        return [self.name]

    @abstractmethod
    def encode(self, texts: Sequence[str], unseen: str = "refuse") -> Array:
        """The inputs, one row for each cell; BadCell for what the column does not know."""

    def state(self) -> State:
        """Its kind and fields, as JSON takes them."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Measured(Column):
    """A column whose cells are a number each."""

    @abstractmethod
    def values(self, texts: Sequence[str]) -> Array:
        """One number for each cell, nan where it is missing; BadCell where there is none."""

    def learnt(self, texts: Sequence[str], mode: str, always: bool) -> Column:
        return self.filled(self.values(texts), mode, always)

    def filled(self, values: Array, mode: str, always: bool) -> Column:
        """The column that knows what takes the place of a missing one of the ``values``."""
        gaps = np.isnan(values)
        if mode == "drop" or not (always or gaps.any()):
            return self
        known = values[~gaps]
        middle = np.median if mode == "median" else np.mean
        fill = float(middle(known)) if len(known) else 0.0
        return replace(self, fill=fill, indicator=mode == "indicator")

    def encode(self, texts: Sequence[str], unseen: str = "refuse") -> Array:
        values = self.values(texts)
        gaps = np.isnan(values)
        if gaps.any():
            if self.fill is None:
                raise BadCell(int(np.flatnonzero(gaps)[0]), _EMPTY)
            values = np.where(gaps, self.fill, values)
        return np.stack([values, gaps], axis=1) if self.indicator else values[:, None]

    def coded(self, texts: Sequence[str], codes: Mapping[str, int], why: str) -> Array:
        """The numbers of the words; ``why`` ends the sentence about a text that is none of them."""
        out = np.full(len(texts), np.nan)
        for row, text in enumerate(texts):
            if text in codes:
                out[row] = codes[text]
            elif not self.missing(text):
                raise BadCell(row, f"is {short(text)}; {why}")
        return out


_EMPTY = "is empty, as none was in training; fill it in, or train with --missing mean"


@dataclass(frozen=True)
class Number(Measured):
    """Numbers from ``low`` to ``high``; ``decimal`` is the usual decimal sign of their file."""

    decimal: str = ""
    low: float | None = None
    high: float | None = None
    kind = "number"

    def learnt(self, texts: Sequence[str], mode: str, always: bool) -> Column:
        values = self.values(texts)
        known = values[~np.isnan(values)]
        if not len(known):
            return self.filled(values, mode, always)
        ranged = replace(self, low=float(known.min()), high=float(known.max()))
        return ranged.filled(values, mode, always)

    def values(self, texts: Sequence[str]) -> Array:
        return read_numbers(texts, self.missing, self.decimal)[0]


@dataclass(frozen=True)
class Boolean(Measured):
    """Two words, the ``pair`` of no and yes, in upper or lower case."""

    pair: list[str] = field(default_factory=list)
    kind = "boolean"
    scaled = False

    def values(self, texts: Sequence[str]) -> Array:
        codes = {word.lower(): i for i, word in enumerate(self.pair)}
        # What is neither word is looked up among the missing ones, and reported, as it stands.
        lower = [text.lower() if text.lower() in codes else text for text in texts]
        return self.coded(lower, codes, f"known are {listed(self.pair)}")

    @property
    def parts(self) -> list[str]:
        return [f"{self.name}={self.pair[1]}"]


@dataclass(frozen=True)
class Ordinal(Measured):
    """Words in an order: their places 0, 1, 2, ..."""

    order: list[str] = field(default_factory=list)
    kind = "ordinal"
    words = MISSING

    def values(self, texts: Sequence[str]) -> Array:
        codes = {word: i for i, word in enumerate(self.order)}
        return self.coded(texts, codes, f"its order is {listed(self.order)}")


@dataclass(frozen=True)
class Category(Column):
    """One input for each of ``categories``, 1 where the cell is that one and 0 elsewhere.

    ``others`` were in the file and not among the training rows: they are all 0. A missing cell is a
    category of its own where the training rows had one.
    """

    categories: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    kind = "category"
    words = MISSING
    scaled = False

    def learnt(self, texts: Sequence[str], mode: str, always: bool) -> Column:
        seen = {text for text in texts if not self.missing(text)}
        indicator = mode != "drop" and (always or any(map(self.missing, texts)))
        every = [*self.categories, *self.others]
        return replace(
            self,
            categories=[name for name in every if name in seen],
            others=[name for name in every if name not in seen],
            fill=0.0 if indicator else None,
            indicator=indicator,
        )

    @property
    def parts(self) -> list[str]:
        return [f"{self.name}={category}" for category in self.categories]

    def encode(self, texts: Sequence[str], unseen: str = "refuse") -> Array:
        out = np.zeros((len(texts), len(self.inputs)))
        places: dict[str, int | None] = {name: i for i, name in enumerate(self.categories)}
        places.update(dict.fromkeys(self.others))
        for row, text in enumerate(texts):
            place = places.get(text, -1)
            if place == -1 and self.missing(text):
                if self.fill is None:
                    raise BadCell(row, _EMPTY)
                place = len(self.categories)
            elif place == -1:
                if unseen == "refuse":
                    known = listed([*self.categories, *self.others])
                    raise BadCell(
                        row,
                        f"is {short(text)}, unseen in training; known are {known}; correct it, or "
                        f"take it for none of them (--unseen ignore)",
                    )
                continue
            if place is not None:
                out[row, place] = 1.0
        return out


@dataclass(frozen=True)
class Hashed(Column):
    """Texts of any number: each is 1 in the input that its hash, modulo ``buckets``, names."""

    buckets: int = 32
    kind = "hashed"
    words = MISSING
    scaled = False

    def learnt(self, texts: Sequence[str], mode: str, always: bool) -> Column:
        return self if mode == "drop" else replace(self, fill=0.0)

    @property
    def parts(self) -> list[str]:
        return [f"{self.name}#{i}" for i in range(self.buckets)]

    def encode(self, texts: Sequence[str], unseen: str = "refuse") -> Array:
        out = np.zeros((len(texts), self.buckets))
        for row, text in enumerate(texts):
            if not self.missing(text):
                out[row, crc32(text.encode()) % self.buckets] = 1.0
            elif self.fill is None:
                raise BadCell(row, _EMPTY)
        return out


@dataclass(frozen=True)
class Date(Measured):
    """Year, month, weekday (0 is Monday) and the days since ``start``; ``hour`` where one is told.

    ``order`` is "dmy" or "mdy". A missing date is that of the mean or the median day.
    """

    order: str = "dmy"
    start: str = ""
    hour: bool = False
    kind = "date"

    def learnt(self, texts: Sequence[str], mode: str, always: bool) -> Column:
        dates = [d for d in read_dates(texts, self.missing, self.order) if d is not None]
        first = min(dates, default=datetime(2000, 1, 1))
        started = replace(
            self, start=first.isoformat(), hour=any(d.hour or d.minute for d in dates)
        )
        return Measured.learnt(started, texts, mode, always)

    def values(self, texts: Sequence[str]) -> Array:
        first = datetime.fromisoformat(self.start)
        dates = read_dates(texts, self.missing, self.order)
        return np.array(
            [np.nan if d is None else (d - first).total_seconds() / 86400 for d in dates]
        )

    @property
    def parts(self) -> list[str]:
        told = ["year", "month", "weekday", "elapsed", *(["hour"] if self.hour else [])]
        return [f"{self.name}.{part}" for part in told]

    def encode(self, texts: Sequence[str], unseen: str = "refuse") -> Array:
        elapsed = super().encode(texts, unseen)
        days = np.datetime64(self.start, "s") + np.round(elapsed[:, 0] * 86400).astype("m8[s]")
        day = days.astype("M8[D]")
        month = day.astype("M8[M]").astype(int)
        parts = [month // 12 + 1970, month % 12 + 1, (day.astype(int) + 3) % 7, elapsed[:, 0]]
        if self.hour:
            parts.append((days - day).astype(int) / 3600)
        return np.column_stack([*parts, elapsed[:, 1:]])


KINDS: dict[str, type[Column]] = {
    kind.kind: kind for kind in (Number, Boolean, Ordinal, Category, Hashed, Date)
}


def column_from(state: State) -> Column:
    """The column that :meth:`Column.state` wrote; ValueError for what it cannot have written."""
    kind = KINDS.get(state.get("kind", ""))
    if kind is None:
        raise ValueError(f"a column of the kind {short(state.get('kind'))}")
    names = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in state.items() if name in names})
