"""Dates as people write them; a column decides whether 3/4 is in March or in April."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from autograd.calculus import short
from nn.columns.cells import BadCell

_CLOCK = (
    r"(?:(?:[T ]|, ?)(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[aApP])\.?[mM]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_WEEKDAY = r"(?:[A-Za-z]{2,10}\.?,? )?"
_ISO = re.compile(rf"(?P<y>\d{{4}})(?P<sign>[-/.])(?P<m>\d\d?)(?P=sign)(?P<d>\d\d?){_CLOCK}")
_FIRST_DAY = re.compile(
    rf"{_WEEKDAY}(?P<d>\d\d?)(?:st|nd|rd|th|\.)?[ -](?P<word>[^\W\d]{{3,10}})\.?,?[ -]"
    rf"(?P<y>\d{{4}}|\d\d){_CLOCK}"
)
_FIRST_MONTH = re.compile(
    rf"{_WEEKDAY}(?P<word>[^\W\d]{{3,10}})\.? (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>\d{{4}}){_CLOCK}"
)
_PLAIN = re.compile(
    rf"(?P<a>\d\d?)(?P<sign>[./-]) ?(?P<b>\d\d?)(?P=sign) ?(?P<y>\d{{4}}|\d\d){_CLOCK}"
)
#: The first three letters of months in English, German and Indonesian.
_MONTHS = {
    "jan": 1, "jän": 1, "feb": 2, "mar": 3, "mär": 3, "maa": 3, "apr": 4, "may": 5, "mai": 5,
    "mei": 5, "jun": 6, "jul": 7, "aug": 8, "agu": 8, "agt": 8, "sep": 9, "oct": 10, "okt": 10,
    "nov": 11, "dec": 12, "dez": 12, "des": 12,
}  # fmt: skip
#: The orders of day and month in numbers with a slash or a dash.
ORDERS = ("dmy", "mdy")


def read_date(text: str, order: str) -> datetime | None:
    """The date and time in a cell, on the clock that it shows; None if it is no date."""
    found = _ISO.fullmatch(text)
    if found:
        return _made(found, int(found["m"]), int(found["d"]))
    found = _PLAIN.fullmatch(text)
    if found:
        a, b = int(found["a"]), int(found["b"])
        return _made(found, a, b) if _turned(found, order) else _made(found, b, a)
    found = _FIRST_DAY.fullmatch(text) or _FIRST_MONTH.fullmatch(text)
    if found and (month := _MONTHS.get(found["word"][:3].lower())):
        return _made(found, month, int(found["d"]))
    return None


def _turned(found: re.Match[str], order: str) -> bool:
    """Whether the month comes first; with points it never does."""
    return order == "mdy" and found["sign"] != "."


def _made(found: re.Match[str], month: int, day: int) -> datetime | None:
    year = int(found["y"])
    if len(found["y"]) == 2:  # as POSIX reads them
        year += 1900 if year >= 69 else 2000
    hour = int(found["h"] or 0)
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"] in "pP")
    try:
        return datetime(year, month, day, hour, int(found["mi"] or 0), int(found["s"] or 0))
    except ValueError:
        return None


def looks_like_date(text: str) -> bool:
    return any(read_date(text, order) is not None for order in ORDERS)


def order_of(texts: Sequence[str], missing: Callable[[str], bool]) -> str:
    """Whether the day or the month comes first in a column; BadCell where nothing tells.

    A number above 12 tells, or dates that are sorted in one of the two orders alone.
    """
    told: dict[str, int] = {}
    open_rows = []
    for row, text in enumerate(texts):
        found = None if missing(text) else _PLAIN.fullmatch(text)
        if found is None or found["sign"] == ".":
            continue
        a, b = int(found["a"]), int(found["b"])
        if a > 12 >= b:
            told.setdefault("dmy", row)
        elif b > 12 >= a:
            told.setdefault("mdy", row)
        elif a != b:
            open_rows.append(row)
    if len(told) == 2:
        pair = " and ".join(short(texts[row]) for row in told.values())
        raise BadCell(max(told.values()), f"has days before months and after them, {pair}")
    if told or not open_rows:
        return next(iter(told), "dmy")
    dates = {o: [read_date(texts[row], o) for row in open_rows] for o in ORDERS}
    rising = [o for o in ORDERS if len(open_rows) > 2 and _sorted(dates[o])]
    if len(rising) != 1:
        raise BadCell(
            open_rows[0],
            f"is {short(texts[open_rows[0]])}, and no row tells whether the day or the month comes "
            f"first",
        )
    return rising[0]


def has_order(texts: Sequence[str]) -> bool:
    """Whether there are dates in which the day or the month may be first."""
    return any((found := _PLAIN.fullmatch(text)) and found["sign"] != "." for text in texts)


def _sorted(dates: Sequence[datetime | None]) -> bool:
    known = [date for date in dates if date is not None]
    return known == sorted(known) or known == sorted(known, reverse=True)


def read_dates(
    texts: Sequence[str], missing: Callable[[str], bool], order: str
) -> list[datetime | None]:
    """The dates of a column, None where one is missing; BadCell for what is no date."""
    known: dict[str, datetime | None] = {}
    dates = []
    for row, text in enumerate(texts):
        if text not in known:
            known[text] = None if missing(text) else read_date(text, order)
        if known[text] is None and not missing(text):
            raise BadCell(row, f"is no date: {short(text)}")
        dates.append(known[text])
    return dates
