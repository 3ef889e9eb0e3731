"""From the texts of a table to the inputs of a network: what is learnt, and repeated elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from autograd.calculus import path_text, short
from autograd.typing import Array, State
from nn.columns.arrow import is_frame, read_frame, read_parquet
from nn.columns.cells import AMONG_NUMBERS, MISSING, BadCell, read_numbers, usual_sign
from nn.columns.choosing import Asked, Treatment, choose
from nn.columns.kinds import Column, column_from
from nn.columns.listing import column_place, listed
from nn.columns.sheets import Sheet
from nn.columns.targets import class_codes, encode
from nn.columns.text_files import read_text

T = TypeVar("T")


def read_sheet(source: object, separator: str | None = None) -> Sheet:
    """The columns of a text file, a Parquet file or a data frame, as texts."""
    if isinstance(source, Sheet):
        return source
    if is_frame(source):
        return read_frame(source)
    if not isinstance(source, str | Path):
        raise TypeError(
            f"a path or a data frame (pandas, polars, pyarrow) is wanted, not {short(source)}"
        )
    if str(source).lower().endswith((".parquet", ".pq")):
        return read_parquet(source)
    if str(source).lower().endswith((".xlsx", ".xls", ".ods")):
        raise ValueError(f"{path_text(source)}: this is a workbook; save the sheet as CSV first")
    return read_text(source, separator)


@dataclass(frozen=True)
class Encoder:
    """The columns that are used, in the order of their inputs, as the training rows taught them."""

    columns: list[Column]

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs."""
        return [name for column in self.columns for name in column.inputs]

    @property
    def scaled(self) -> Array:
        """For each input, whether it is to be standardised."""
        return np.array([column.scaled for column in self.columns for _ in column.inputs])

    def learnt(
        self, sheet: Sheet, missing: str | None = None, gaps: Collection[str] = ()
    ) -> Encoder:
        """An encoder that knows these rows; without ``missing`` the mean fills where it must.

        ``gaps`` are columns with missing values in other rows, which it is to fill as well.
        """
        mode = missing or "mean"

        def one(column: Column) -> Column:
            always = missing is not None or column.name in gaps
            return column.learnt(sheet[column.name], mode, always)

        return Encoder([_placed(sheet, c, lambda c=c: one(c)) for c in self.columns])  # type: ignore[misc]

    def encode(self, sheet: Sheet, unseen: str = "refuse") -> Array:
        """The inputs (rows, inputs); ValueError, with the line, for what was not learnt.

        With ``unseen="ignore"`` a category that was not among the training rows is none of them.
        """
        missing = [name for name in self.names if name not in sheet.names]
        if missing:
            raise ValueError(
                f"{sheet.path}: no column {listed(missing, quoted=True)}, on which the network was "
                f"trained; the columns are {listed(sheet.names)}"
            )
        parts = [
            _placed(sheet, column, lambda c=column: c.encode(sheet[c.name], unseen))  # type: ignore[misc]
            for column in self.columns
        ]
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(sheet), 0))

    def state(self) -> list[State]:
        """As JSON takes it."""
        return [column.state() for column in self.columns]

    @staticmethod
    def from_state(state: Sequence[State]) -> Encoder:
        """The encoder of a :meth:`state`."""
        return Encoder([column_from(one) for one in state])


def _placed(sheet: Sheet, column: Column, call: Callable[[], T]) -> T:
    try:
        return call()
    except BadCell as error:
        raise ValueError(f"{sheet.where(error.row, column.name)} {error.why}") from None


@dataclass(frozen=True)
class Prepared:
    """A sheet without the rows that cannot be used, its target, and what each column becomes."""

    sheet: Sheet
    target: str
    y: Array
    classes: list[str] | None
    treatments: list[Treatment]
    encoder: Encoder
    missing: str | None
    remarks: list[str]

    @cached_property
    def gaps(self) -> set[str]:
        """The columns in which a row has a missing value."""
        return {c.name for c in self.encoder.columns if any(map(c.missing, self.sheet[c.name]))}

    def learnt(self, rows: Sheet) -> Encoder:
        """The encoder that knows these rows of the sheet, and can encode them all."""
        return self.encoder.learnt(rows, self.missing, self.gaps)


def prepare(
    source: object,
    target: str | None = None,
    asked: Asked | None = None,
    classification: bool | None = None,
    separator: str | None = None,
) -> Prepared:
    """Read a table, and decide what becomes of its columns; nothing is learnt of the rows yet."""
    asked = asked or Asked()
    sheet = read_sheet(source, separator)
    if len(sheet.names) == 1 and target in (None, sheet.names[0]):
        raise ValueError(
            f"{sheet.path}: {short(sheet.names[0])} is the only column; nothing to learn from"
        )
    place = column_place(sheet.path, sheet.names, sheet.names[-1] if target is None else target)
    target = sheet.names[place]
    sign = usual_sign(sheet.columns, sheet.separator)
    remarks = [*_said_of(sheet, sign), *sheet.remarks]
    na = set(asked.na)
    answers = sheet.columns[place]
    words = _missing_words(answers) | na
    rows = [i for i, text in enumerate(answers) if text not in words]
    if not rows:
        raise ValueError(f"{sheet.path}: target {short(target)} is empty in every row")
    if len(rows) < len(sheet):
        count = len(sheet) - len(rows)
        first = sheet.lines[next(i for i, text in enumerate(answers) if text in words)]
        remarks.append(
            f"{count} row{'s' * (count > 1)} without a {target} left out, the first in "
            f"{sheet.unit} {first}"
        )
        sheet = sheet.taken(rows)
    treatments = choose(sheet, target, asked, sign)
    encoder = Encoder([one.column for one in treatments if one.column is not None])
    if asked.missing == "drop":
        sheet = _complete(sheet, encoder, remarks)
    texts = _as_python_writes(sheet[target], sign)
    y, classes = encode(sheet.path, target, texts, classification)
    return Prepared(sheet, target, y, classes, treatments, encoder, asked.missing, remarks)


def read_answers(
    sheet: Sheet, target: str, classes: Sequence[str] | None, na: Sequence[str] = ()
) -> tuple[Sheet, Array]:
    """The rows that have a target, and their targets: numbers, or indices into ``classes``.

    Raises ValueError, with the line, for a class that is none of them.
    """
    column_place(sheet.path, sheet.names, target)
    words = _missing_words(sheet[target]) | set(na)
    rows = [i for i, text in enumerate(sheet[target]) if text not in words]
    sheet = sheet.taken(rows) if len(rows) < len(sheet) else sheet
    sign = usual_sign(sheet.columns, sheet.separator)
    texts = _as_python_writes(sheet[target], sign)
    if classes is None:
        return sheet, encode(sheet.path, target, texts, False)[0]
    codes = [*map(class_codes(classes), texts)]
    for row, text in enumerate(texts):
        if codes[row] is None:
            raise ValueError(
                f"{sheet.where(row, target)} is {short(text)}; the classes are {listed(classes)}"
            )
    return sheet, np.array(codes, int)


def _said_of(sheet: Sheet, sign: str) -> list[str]:
    names = {"\t": "a tab", " ": "a blank", ";": "a semicolon", "|": "a bar"}
    said = []
    if sheet.separator not in (None, ","):
        said.append(f"the separator is {names.get(sheet.separator, short(sheet.separator))}")
    if sign == ",":
        said.append("the comma is the decimal sign")
    return said


def _missing_words(answers: Sequence[str]) -> set[str]:
    """The texts that stand for a missing target."""
    filled = [text for text in set(answers) if text not in AMONG_NUMBERS]
    try:
        read_numbers(filled, MISSING.__contains__)
    except BadCell:
        return set(MISSING) - ({"-"} if "+" in filled else set())
    return set(AMONG_NUMBERS)


def _as_python_writes(texts: list[str], sign: str) -> list[str]:
    """Numbers with decimal commas, units and thousands as Python reads them; others unchanged."""
    try:
        values, style = read_numbers(texts, MISSING.__contains__, sign)
    except BadCell:
        return texts
    plain = style.decimal == "." and not style.unit and not style.grouped
    return texts if plain else [f"{value:.17g}" for value in values.tolist()]


def _complete(sheet: Sheet, encoder: Encoder, remarks: list[str]) -> Sheet:
    """The rows in which no column that is used has a missing value."""
    gaps = {i for c in encoder.columns for i, text in enumerate(sheet[c.name]) if c.missing(text)}
    if len(gaps) == len(sheet):
        raise ValueError(
            f"{sheet.path}: every row has a missing value; drop the column that has the most with "
            f"--drop, or give --missing mean"
        )
    if gaps:
        remarks.append(f"{len(gaps)} rows with missing values left out")
    return sheet.taken([i for i in range(len(sheet)) if i not in gaps]) if gaps else sheet
