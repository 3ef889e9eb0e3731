"""Columns of texts, as a file or a data frame has them, before anything is known of their kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from autograd.calculus import short


@dataclass(frozen=True)
class Sheet:
    """Columns of stripped texts by name; ``lines`` says where in ``path`` each row is.

    ``separator`` is that of a text file, None elsewhere; ``remarks`` are what was repaired, in
    sentences; ``unit`` is what a row is counted in, a line of a text file or a row.
    """

    path: str
    names: list[str]
    columns: list[list[str]]
    lines: Sequence[int]
    separator: str | None = None
    remarks: list[str] = field(default_factory=list)
    unit: str = "line"

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, name: str) -> list[str]:
        return self.columns[self.names.index(name)]

    def where(self, row: int, name: str) -> str:
        """The place of a cell as messages begin."""
        return f"{self.path}, {self.unit} {self.lines[row]}: column {short(name)}"

    def taken(self, rows: Iterable[int]) -> Sheet:
        """The rows of these indices, in their order."""
        rows = list(rows)
        columns = [[column[i] for i in rows] for column in self.columns]
        return replace(self, columns=columns, lines=[self.lines[i] for i in rows])


def one_blank(text: str) -> str:
    """The text without blanks around it, and with one where it has several."""
    return text if text.isalnum() else " ".join(text.split())


def unique_names(names: Sequence[str]) -> list[str]:
    """Names that are all different: one that comes again gets a number, an empty one its place."""
    taken: set[str] = set()
    found = []
    for place, name in enumerate(names, 1):
        base = name or f"column {place}"
        unique, count = base, 1
        while unique in taken:
            count += 1
            unique = f"{base}.{count}"
        taken.add(unique)
        found.append(unique)
    return found
