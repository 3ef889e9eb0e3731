"""One table as it is, and as people and their programs damage it: with the same numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

Row = list[str]
HEADER = ["income", "rate", "city", "member", "since", "bought"]


def quiet(width: int = 100) -> Any:
    """A console that keeps what it is told in its ``file``."""
    from rich.console import Console

    return Console(file=io.StringIO(), width=width, highlight=False)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(count: int = 60, seed: int = 0) -> list[Row]:
    """Income in money, a rate in percent, a city, yes or no, a date, and two classes."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        income, rate = round(rng.uniform(1000, 90000), 2), round(rng.uniform(0, 99), 1)
        since = date(2001, 1, 1) + timedelta(days=int(rng.integers(9000)))
        city, member = str(rng.choice(["Köln", "Bonn", "Ulm"])), bool(rng.integers(2))
        bought = income + 30000 * member > 50000
        found.append([
            "" if i % 13 == 5 else f"{income:.2f}", f"{rate:.1f}", "" if i % 17 == 3 else city,
            "yes" if member else "no", since.isoformat(), "often" if bought else "never",
        ])  # fmt: skip
    return found


def text(table: list[Row], separator: str = ",", header: Row = HEADER) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([header, *table])
    return out.getvalue()


def _column(table: list[Row], place: int, change: Callable[[int, str], str]) -> list[Row]:
    return [
        [change(k, cell) if i == place else cell for i, cell in enumerate(row)]
        for k, row in enumerate(table)
    ]


def german(number: str) -> str:
    """1234.5 as 1.234,5."""
    if not number:
        return ""
    whole, _, rest = f"{float(number):,.2f}".partition(".")
    return f"{whole.replace(',', '.')},{rest}"


def excel(table: list[Row]) -> bytes:
    """German Excel: semicolons, decimal commas, euros, empty columns, a total, Windows-1252."""
    table = _column(table, 0, lambda _, cell: f"{german(cell)} €" if cell else "")
    table = _column(table, 1, lambda _, cell: cell.replace(".", ","))
    table = _column(table, 3, lambda _, cell: {"yes": "ja", "no": "nein"}[cell])
    table = _column(table, 4, lambda _, cell: ".".join(reversed(cell.split("-"))))
    body = text([[*row, "", ""] for row in table], ";", [*HEADER, "", ""])
    return f"{body}Summe;99.999,00;;;;;;\r\n".encode("cp1252")


def american(table: list[Row]) -> bytes:
    """A BOM, dollars with commas, percent, slashed dates, words for what is missing."""
    absent = ["N/A", "-", "?", "#N/A", "null"]
    table = _column(
        table, 0, lambda k, cell: f"${float(cell):,.2f}" if cell else absent[k % len(absent)]
    )
    table = _column(table, 1, lambda _, cell: f"{cell}%")
    table = _column(table, 2, lambda k, cell: cell or absent[k % len(absent)])

    def slashed(_: int, cell: str) -> str:
        y, m, d = cell.split("-")
        return f"{int(m)}/{int(d)}/{y}"

    return text(_column(table, 4, slashed)).encode("utf-8-sig")


def pasted(table: list[Row]) -> bytes:
    """Two files pasted together: the header again, a title, a row without an end, one too long."""
    half = len(table) // 2
    lines = text(table[:half]).splitlines() + text(table[half:]).splitlines()
    longer = [*table[3], "and", "more"]
    return "\n".join(
        ["Customers 2024", "", *lines[:9], ",".join(longer), *lines[9:], "7.5,1.0", "  ", ""]
    ).encode()


def mixed_dates(table: list[Row]) -> bytes:
    """Tabs, UTF-16, and each date in a way of its own."""

    def turned(k: int, cell: str) -> str:
        one = date.fromisoformat(cell)
        day = f"{one.day} {one:%b} {one.year}"
        ways = [cell, f"{one:%d.%m.%Y}", day, f"{one:%B} {one.day}, {one.year}"]
        return ways[k % len(ways)]

    return text(_column(table, 4, turned), "\t").encode("utf-16")


def quoted(table: list[Row]) -> bytes:
    """Row numbers, a column twice, free text with quotation marks and separators, blanks."""
    notes = ['said "hello", then left', "5' x 7\" frame; sent", "it's fine, thank you", ""]
    wide = [
        [str(k + 1), f" {row[0]} ", *row[1:5], row[1], f"{notes[k % 3]} {k}", row[5]]
        for k, row in enumerate(table)
    ]
    header = ["", *HEADER[:5], "rate", "note", "bought"]
    out = io.StringIO()
    csv.writer(out, delimiter="|", quoting=csv.QUOTE_ALL).writerows([header, *wide])
    return out.getvalue().encode()


DAMAGES: dict[str, Callable[[list[Row]], bytes]] = {
    "excel": excel, "american": american, "pasted": pasted, "mixed dates": mixed_dates,
    "quoted": quoted,
}  # fmt: skip
