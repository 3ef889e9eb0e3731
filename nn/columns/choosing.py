"""Which kind each column of a table is, and which columns are left out, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograd.calculus import one_line, short
from nn.columns.cells import (
    AMONG_NUMBERS,
    MISSING,
    BadCell,
    boolean_words,
    number,
    plain,
    read_numbers,
)
from nn.columns.dates import ORDERS, has_order, looks_like_date, order_of, read_dates
from nn.columns.kinds import (
    MISSING_MODES,
    Boolean,
    Category,
    Column,
    Date,
    Hashed,
    Number,
    Ordinal,
)
from nn.columns.listing import column_place, listed
from nn.columns.sheets import Sheet

#: So many categories become inputs of their own unless more are asked for.
MANY_CATEGORIES = 20
#: A share of cells that are numbers above which the others are mistakes, if they are few.
_MOSTLY = 0.8
_MISTAKES = 3
_WORDS_OF_TEXT = 3
_IDENTIFIER = frozenset(
    "id ids idx index key uuid guid rownames rownum rowid rownumber unnamed nr nummer lfd number "
    "no nomor kode".split()
)


@dataclass(frozen=True)
class Asked:
    """What one asks of the columns, by their names; the rest is found out.

    ``ordinal`` names an order of words, empty to take that of the numbers in them; ``dates`` is
    "dmy" or "mdy", which is first, the day or the month; ``na`` are more texts for a missing value.
    """

    drop: Sequence[str] = ()
    keep: Sequence[str] = ()
    categorical: Sequence[str] = ()
    hashed: Sequence[str] = ()
    ordinal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    na: Sequence[str] = ()
    missing: str | None = None

    def check(self, sheet: Sheet, target: str) -> None:
        """ValueError for a column that there is not, or is named for two things."""
        if self.missing is not None and self.missing not in MISSING_MODES:
            raise ValueError(
                f"missing is one of {', '.join(MISSING_MODES)}, not {short(self.missing)}"
            )
        seen: dict[str, str] = {}
        for what in ("drop", "categorical", "hashed", "ordinal", "dates"):
            for name in getattr(self, what):
                column_place(sheet.path, sheet.names, name)
                if name in seen:
                    raise ValueError(
                        f"column {short(name)} is asked for as {seen[name]} and as {what}; "
                        f"choose one"
                    )
                if name == target:
                    raise ValueError(f"column {short(name)} is the target; {what} is for others")
                seen[name] = what
        for name in self.keep:
            column_place(sheet.path, sheet.names, name)
        for name, order in self.dates.items():
            if order not in ORDERS:
                raise ValueError(
                    f"the dates of {short(name)} are dmy or mdy, the day or the month first; "
                    f"not {short(order)}"
                )


@dataclass(frozen=True)
class Treatment:
    """What is done with a column: its ``kind`` and, in words, what becomes of it.

    ``column`` is None where it is left out.
    """

    name: str
    kind: str
    what: str
    column: Column | None = None


def choose(sheet: Sheet, target: str, asked: Asked, sign: str) -> list[Treatment]:
    """The treatment of each column but the target; ``sign`` is the decimal sign of the file.

    Raises ValueError where a column has more categories than are taken unasked, or cells that
    contradict the others, naming the column, the line and the remedy.
    """
    asked.check(sheet, target)
    found, many = [], []
    earlier: dict[tuple[str, ...], str] = {tuple(sheet[target]): target}
    for name in sheet.names:
        if name == target:
            continue
        texts = sheet[name]
        one = _treated(sheet, name, texts, asked, sign)
        if one.kind == "many":
            many.append((name, one.what))
        key = tuple(texts)
        if one.column is not None and key in earlier and not _asked_for(name, asked):
            one = Treatment(name, one.kind, f"left out: the same as {short(earlier[key])}")
        earlier.setdefault(key, name)
        found.append(one)
    if many:
        names = ",".join(name for name, _ in many)
        columns = ", ".join(f"{short(name)} has {count}" for name, count in many[:5])
        rest = f" and {len(many) - 5} columns more" if len(many) > 5 else ""
        raise ValueError(
            f"{sheet.path}: of text, column {columns}{rest} different values, more than "
            f"{MANY_CATEGORIES}; give --hash {_word(names)}, --categorical or --drop"
        )
    used = [one for one in found if one.column is not None]
    rows = [one for one in found if one.kind == "row numbers" and one.column is None]
    if not used and rows:  # of one column alone they are the data
        name = rows[0].name
        kept = replace(asked, keep=[*asked.keep, name])
        found[found.index(rows[0])] = _number(name, sheet[name], kept, sign)
    elif not used:
        why = "; ".join(f"{short(one.name)} is {one.what}" for one in found[:3])
        rows_ = f" in {len(sheet)} row{'s' * (len(sheet) != 1)}"
        raise ValueError(
            f"{sheet.path}: {short(target)} is the only column that can be used{rows_}; nothing to "
            f"learn from" + (f": {why}" if why else "")
        )
    return found


def _word(name: str) -> str:
    """A name as one types it behind an option."""
    return f'"{one_line(name)[:60]}"' if " " in name else one_line(name)[:60]


def _asked_for(name: str, asked: Asked) -> bool:
    every: tuple[Iterable[str], ...] = (
        asked.keep, asked.categorical, asked.hashed, asked.ordinal, asked.dates,
    )  # fmt: skip
    return any(name in names for names in every)


def _treated(sheet: Sheet, name: str, texts: list[str], asked: Asked, sign: str) -> Treatment:
    na = list(asked.na)
    if name in asked.drop:
        return Treatment(name, "", "left out, as asked")
    values = {text for text in texts if text not in MISSING and text not in na}
    if name in asked.hashed:
        return _found(Hashed(name, na), f"{len(values)} values hashed into 32 inputs", texts)
    if name in asked.categorical:
        return _categories(name, values, na, texts)
    if name in asked.ordinal:
        order = list(asked.ordinal[name]) or _natural_order(sheet, name, values)
        unknown = sorted(values - set(order))
        if unknown:
            raise ValueError(
                f"{sheet.path}: column {short(name)} has {short(unknown[0])}, which is not in its "
                f"order {listed(order)}; add it"
            )
        return _found(Ordinal(name, na, order=order), f"in the order {listed(order)}", texts)
    if name in asked.dates:
        return _date(sheet, name, texts, na, asked.dates[name])
    if "+" in values and values | {"-"} == {"+", "-"} and "-" in texts:
        return _found(Boolean(name, na, pair=["-", "+"]), "- is 0, + is 1", texts)
    if not values:
        return Treatment(name, "empty", "left out: every cell is empty")
    if len(values) == 1 and name not in asked.keep:
        only = next(iter(values))
        if only in texts and not any(text not in values for text in texts):
            return Treatment(name, "constant", f"left out: always {short(only, 30)}")
    words = boolean_words({v for v in values if v not in AMONG_NUMBERS})
    if words:
        yes, no = words
        return _found(Boolean(name, na, pair=[no, yes]), f"{no} is 0, {yes} is 1", texts)
    filled = [text for text in texts if text not in AMONG_NUMBERS and text not in na]
    if _mostly(filled, looks_like_date):
        return _date(sheet, name, texts, na, None)
    if filled and not _code(filled) and _mostly(filled, _is_number):
        try:
            return _number(name, texts, asked, sign)
        except BadCell as error:
            raise ValueError(
                f"{sheet.where(error.row, name)} {error.why}; correct it, give --na "
                f"{short(texts[error.row], 30)} if it is a missing value, or --drop {_word(name)}"
            ) from None
    return _text(name, texts, values, na, asked)


def _is_number(text: str) -> bool:
    """Whether it is a number with one of the two decimal signs, or infinite."""
    return plain(text) is not None or any(number(text, sign) is not None for sign in ".,")


def _mostly(texts: Sequence[str], good: Callable[[str], bool]) -> bool:
    """Whether nearly all of the texts are good, and the others of few kinds, as mistakes are."""
    bad: set[str] = set()
    wrong = 0
    verdicts: dict[str, bool] = {}
    for text in texts:
        if text not in verdicts:
            verdicts[text] = good(text)
        if not verdicts[text]:
            bad.add(text)
            wrong += 1
            if len(bad) > _MISTAKES:
                return False
    return bool(texts) and wrong <= (1 - _MOSTLY) * len(texts)


def _code(texts: Sequence[str]) -> bool:
    """Whether they are codes such as 01234: digits of one length, some with a zero in front."""
    lengths = {len(text) for text in texts}
    return (
        len(lengths) == 1
        and lengths != {1}
        and all(text.isdigit() for text in texts)
        and any(text[0] == "0" for text in texts)
    )


def _found(column: Column, what: str, texts: Sequence[str]) -> Treatment:
    gaps = sum(map(column.missing, texts))
    return Treatment(column.name, column.kind, f"{what}, {gaps} missing" if gaps else what, column)


def _number(name: str, texts: list[str], asked: Asked, sign: str) -> Treatment:
    column = Number(name, list(asked.na), decimal=sign)
    values, style = read_numbers(texts, column.missing, sign)
    how = ["decimal comma"] * (style.decimal == ",")
    how += [f"without {style.unit}"] * bool(style.unit) + ["thousands"] * style.grouped
    if name not in asked.keep:
        why = _row_number(name, values.tolist())
        if why:
            return Treatment(name, "row numbers", f"left out: {why}")
        if not len(set(values[values == values].tolist())) > 1 and asked.missing != "indicator":
            return Treatment(name, "constant", f"left out: always {values[values == values][0]:g}")
    return _found(column, ", ".join(["standardised", *how]), texts)


def _row_number(name: str, values: list[float]) -> str:
    """Why a column of numbers says which row it is and nothing else, or nothing."""
    if not all(value.is_integer() for value in values) or len(set(values)) < len(values):
        return ""
    if _called_identifier(name):
        return "all different, and called as identifiers are"
    run = len(values) >= 10 and values[0] in (0, 1) and values == sorted(values)
    return "it counts the rows" if run and values[-1] - values[0] == len(values) - 1 else ""


def _called_identifier(name: str) -> bool:
    parts = re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])", name) or [name]
    return bool(_IDENTIFIER & {part.lower() for part in parts}) or bool(
        re.fullmatch(r"column \d+", name)
    )


def _date(sheet: Sheet, name: str, texts: list[str], na: list[str], order: str | None) -> Treatment:
    column = Date(name, na)
    try:
        order = order or order_of(texts, column.missing)
        read_dates(texts, column.missing, order)
    except BadCell as error:
        raise ValueError(
            f"{sheet.where(error.row, name)} {error.why}; give --dates {_word(name)}=dmy or =mdy, "
            f"or --drop {_word(name)}"
        ) from None
    column = Date(name, na, order=order)
    which = {"dmy": "; the day is first", "mdy": "; the month is first"}[order]
    how = f"year, month, weekday, elapsed{which if has_order(texts) else ''}"
    return _found(column, how, texts)


def _categories(name: str, values: set[str], na: list[str], texts: Sequence[str]) -> Treatment:
    categories = sorted(values)
    column = Category(name, na, categories=categories)
    return _found(column, f"one input for each of {len(categories)}: {listed(categories[:5])}"
                  + (", ..." if len(categories) > 5 else ""), texts)  # fmt: skip


def _text(name: str, texts: list[str], values: set[str], na: list[str], asked: Asked) -> Treatment:
    filled = sum(text in values for text in texts)
    words = sum(len(text.split()) for text in texts if text in values) / filled
    different = len(values) == filled > 2 or len(values) > max(MANY_CATEGORIES, filled / 2)
    if len(values) <= MANY_CATEGORIES and not different:
        return _categories(name, values, na, texts)
    if words >= _WORDS_OF_TEXT:
        return Treatment(name, "text", f"left out: free text, {len(values)} different")
    if different:
        return Treatment(name, "names", f"left out: {len(values)} different in {filled} rows")
    return Treatment(name, "many", str(len(values)))


def _natural_order(sheet: Sheet, name: str, values: set[str]) -> list[str]:
    """The words by the first number in each, where every one has another."""
    numbers = {text: re.search(r"\d+(?:\.\d+)?", text) for text in values}
    keys = {text: float(found[0]) for text, found in numbers.items() if found}
    if len(keys) < len(values) or len(set(keys.values())) < len(values):
        raise ValueError(
            f"{sheet.path}: the order of column {short(name)} is not in its words "
            f"{listed(sorted(values))}; give it, as in --ordinal {_word(name)}=low,medium,high"
        )
    return sorted(values, key=keys.__getitem__)
