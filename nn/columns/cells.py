"""What the cells of a column say: numbers as they are written, booleans, missing values.

A column is read as a whole: one cell alone does not say whether 1,234 is a number of four digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from autograd.calculus import short
from autograd.typing import Array

#: What stands for a missing value in any column, and in a column that is otherwise of numbers.
MISSING = frozenset(
    ["", "NA", "na", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "<NA>", "NULL", "null",
     "Null", "n.a.", "N.A.", "k.A.", "k. A.", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!",
     "#NAME?", "-", "--", "---", "–", "—", "?", "??", "NaT"]
)  # fmt: skip
AMONG_NUMBERS = MISSING | {
    "none", "None", "NONE", "missing", "Missing", "unknown", "Unknown", "nil", ".", "..", "...",
    "not available", "unbekannt", "keine Angabe", "tidak ada",
}  # fmt: skip

#: Words of yes and no, each pair in lower case.
BOOLEANS = (
    ("yes", "no"), ("true", "false"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("j", "n"),
    ("wahr", "falsch"), ("ya", "tidak"), ("benar", "salah"), ("on", "off"), ("oui", "non"),
    ("si", "no"), ("sí", "no"), ("1", "0"), ("1.0", "0.0"),
)  # fmt: skip

_UNIT = r"[$€£¥₹₩₽₺฿¢]|US\$|USD|EUR|GBP|JPY|CHF|IDR|Rp\.?|kr\.?|SEK|NOK|DKK|AUD|CAD|INR|Fr\.?"
_CELL = re.compile(
    rf"(?P<open>\()?(?P<sign>[+\-−])?\s*(?P<before>{_UNIT})?\s*(?P<inner>[+\-−])?"
    r"(?P<body>\d[\d.,'’ \u00a0\u202f]*|[.,]\d+)(?P<exponent>[eE][+-]?\d{1,3})?"
    rf"\s*(?P<after>%|‰|{_UNIT})?(?P<close>\))?"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{2,3})*[.,'’ \u00a0\u202f]\d{3}")
_SPACES = re.compile(r"['’ \u00a0\u202f]")


class BadCell(Exception):
    """A cell that cannot be read: its row, and why as the end of a sentence."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(why)
        self.row, self.why = row, why


def plain(text: str) -> float | None:
    """The number that Python reads, or None."""
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Style:
    """How the numbers of a column are written: the decimal sign, and the unit around them."""

    decimal: str = "."
    unit: str = ""
    grouped: bool = False


def number(text: str, decimal: str = ".") -> tuple[float, str] | None:
    """The number in a cell and its unit, with the other of comma and point between thousands."""
    found = _CELL.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    body, other = found["body"].strip(), "." if decimal == "," else ","
    whole, _, rest = body.partition(decimal)
    if other in rest or decimal in rest or _SPACES.search(rest):
        return None
    if (other in whole or _SPACES.search(whole)) and not _GROUPED.fullmatch(whole):
        return None
    digits = _SPACES.sub("", whole.replace(other, ""))
    value = float(f"{digits or '0'}.{rest or '0'}{found['exponent'] or ''}")
    negative = bool(found["open"]) or (found["sign"] or found["inner"] or "+") in "-−"
    return -value if negative else value, found["before"] or found["after"] or ""


def decimal_sign(text: str) -> str | None:
    """ "," or "." where the cell tells its decimal sign; "?," or "?." where it may be one."""
    found = _CELL.fullmatch(text)
    body = found["body"].strip() if found else ""
    commas, points = body.count(","), body.count(".")
    if commas and points:
        return "," if body.rindex(",") > body.rindex(".") else "."
    if not commas + points:
        return None
    sign = "," if commas else "."
    if commas + points > 1:
        return "." if commas else ","
    before, _, after = body.partition(sign)
    if len(after) == 3 and 1 <= len(before.lstrip("0")) <= 3:
        return f"?{sign}"
    return sign


#: So many cells with a comma or a point of each column tell the decimal sign of a file.
_ASKED = 1000


def usual_sign(columns: Sequence[Sequence[str]], separator: str | None) -> str:
    """The decimal sign of a file: "," or ".", where its cells tell one and not the other.

    Where they tell none and semicolons separate them, "?,": that is how programs write files where
    the comma is decimal.
    """
    told = set()
    for column in columns:
        signed = (text for text in column if "," in text or "." in text)
        told |= {decimal_sign(text) for text in islice(signed, _ASKED)}
    told &= {",", "."}
    if len(told) == 1:
        return str(told.pop())
    return "?," if separator == ";" and not told else ""


def style_of(texts: Sequence[str], missing: Callable[[str], bool], usual: str) -> Style:
    """The style of a column of numbers; BadCell where its cells are written in two ways.

    ``usual`` is the :func:`usual_sign` of the file, for cells that may be read in two ways.
    """
    signs: dict[str, int] = {}
    units: dict[str, int] = {}
    for row, text in enumerate(texts):
        if missing(text):
            continue
        sign = decimal_sign(text)
        if sign is not None:
            signs.setdefault(sign, row)
        if not (text[-1].isdigit() and text[0] in "0123456789.,+-"):
            found = _CELL.fullmatch(text)
            units.setdefault((found["before"] or found["after"] or "") if found else "", row)
        elif "" not in units:
            units[""] = row
    if "," in signs and "." in signs:
        a, b = texts[signs[","]], texts[signs["."]]
        raise BadCell(
            max(signs[","], signs["."]),
            f"has both a decimal comma ({short(a)}) and a decimal point ({short(b)}); write all "
            f"numbers in one way",
        )
    named = [unit for unit in units if unit]
    if len(named) > 1 or ("%" in named and "" in units):
        a, b = (texts[units[unit]] for unit in list(units)[:2])
        raise BadCell(
            max(list(units.values())[:2]),
            f"is in different units, {short(a)} and {short(b)}; convert them to one",
        )
    if "," in signs or "." in signs:
        decimal = "," if "," in signs else "."
    elif usual == "?,":
        decimal = "," if "?," in signs and "?." not in signs else "."
    else:
        decimal = usual or "."
    grouped = any(sign != decimal for sign in signs if sign[0] != "?") or (
        f"?{'.' if decimal == ',' else ','}" in signs
    )
    return Style(decimal, named[0] if named else "", grouped)


def read_numbers(
    texts: Sequence[str], missing: Callable[[str], bool], usual: str = ""
) -> tuple[Array, Style]:
    """The numbers of a column, nan where one is missing, and how they are written.

    Raises BadCell for the first cell that is no number.
    """
    cells = ["nan" if missing(text) else text for text in texts]
    if usual != ",":  # what Python reads is read as Python reads it
        try:
            values = np.array(list(map(float, cells)), float)
        except ValueError:
            pass
        else:
            return _finite(values, texts, missing), Style()
    style = style_of(texts, missing, usual)
    values = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        if missing(text):
            continue
        found = number(text, style.decimal)
        if found is None:
            raise BadCell(row, f"is {'text' if plain(text) is None else 'unclear'}: {short(text)}")
        values[row] = found[0]
    return _finite(values, texts, missing), style


def _finite(values: Array, texts: Sequence[str], missing: Callable[[str], bool]) -> Array:
    for row in map(int, np.flatnonzero(~np.isfinite(values))):
        if not missing(texts[row]):
            raise BadCell(row, f"is {texts[row]:.40}, which is not finite")
    return values


def boolean_words(values: set[str]) -> tuple[str, str] | None:
    """The words of yes and no that these different texts are, or None."""
    lower = {text.lower() for text in values}
    return next((pair for pair in BOOLEANS if lower == set(pair)), None)
