"""Text files of tables as people have them: any encoding and separator, and what Excel leaves."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import partial
from pathlib import Path

from autograd.calculus import one_line, path_text, short
from nn.columns.cells import plain
from nn.columns.sheets import Sheet, one_blank, unique_names
from nn.paths import existing_file

#: How many lines the separator is found out from, and the separators in the order of preference.
_SNIFFED = 200
_USUAL = ",;\t|"
_NEVER = frozenset("\"'_.-()[]{}%$€£#/\\")
#: Rows that say what the others add up to.
_TOTAL = re.compile(
    r"(grand |sub)?(total|sum|summe|gesamt(summe)?|insgesamt|jumlah|average|mean|durchschnitt"
    r"|mittelwert|rata-rata|somme|suma|totaal)s?\b.*",
    re.IGNORECASE,
)
#: A share of ragged rows above which the file, not the row, is at fault.
_RAGGED = 0.2
_SAID = 5

Rows = list[tuple[int, list[str]]]


def read_text(path: str | Path, separator: str | None = None) -> Sheet:
    """The sheet in a text file; ``separator`` is found out unless it is given.

    Raises ValueError for a file that holds no table, OSError for one that is not there.
    """
    path, file = existing_file(path, stream=True), path_text(path)
    remarks: list[str] = []
    text = _decoded(path.read_bytes(), file, remarks)
    if text.lstrip()[:9].lower().startswith(("<!doctype", "<html", "<table", "<?xml", '{"', "[{")):
        raise ValueError(f"{file}: this is no table of text; export it as CSV")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    told = re.fullmatch(r'"?sep=(.)"?', lines[0].strip()) if lines else None
    if told:  # the line with which Excel is told
        separator, lines[0] = separator or told[1], ""
    if not any(line.strip() for line in lines):
        raise ValueError(f"{file}: the file is empty")
    lines = _unwrapped(lines)
    if separator is None:
        separator = _sniffed([line for line in lines if line.strip()][:_SNIFFED])
    if len(separator) != 1:
        raise ValueError(f"{file}: a separator is one character, not {short(separator)}")
    rows = _rows(lines, separator, file, remarks)
    names, rows = _header(rows, file, remarks)
    rows = _even(rows, names, file, remarks)
    _drop_repeated_and_total(rows, names, remarks)
    columns = [[row[i] for _, row in rows] for i in range(len(names))]
    _unquote([*columns, names])
    used = [i for i, name in enumerate(names) if name or any(columns[i])]
    if len(used) < len(names):
        count = len(names) - len(used)
        remarks.append(f"{count} empty column{'s' * (count > 1)} without a name left out")
    if not rows:
        raise ValueError(f"{file}: 0 rows below the header")
    unique = unique_names([names[i] for i in used])
    twice = [new for new, i in zip(unique, used) if names[i] and new != names[i]]
    if twice:
        remarks.append(f"columns of the same name are now called {', '.join(twice)}")
    kept = [columns[i] for i in used]
    return Sheet(file, unique, kept, [line for line, _ in rows], separator, remarks)


def _decoded(raw: bytes, file: str, remarks: list[str]) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = raw.decode("utf-16")
        except UnicodeDecodeError:
            text = "\0"
        remarks.append("read as UTF-16")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
            remarks.append("read as Windows-1252 (Latin-1), for it is not UTF-8")
    if "\0" in text:
        raise ValueError(f"{file}: not a text file; export the table as CSV")
    return text


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines each of which was quoted as a whole, without these quotes."""
    filled = [line for line in lines if line.strip()]
    if not all(re.fullmatch(r'".*"', line.strip()) for line in filled[:_SNIFFED]):
        return lines
    cells = [next(csv.reader([line.strip()]), []) for line in filled[:_SNIFFED]]
    if all(len(row) == 1 for row in cells) and any(sign in cells[0][0] for sign in _USUAL):
        return [next(iter(next(csv.reader([line.strip()]), [])), "") for line in lines]
    return lines


def _sniffed(lines: list[str]) -> str:
    """The separator with which the most lines have as many cells as the header."""

    def score(sign: str) -> tuple[float, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        except csv.Error:
            return 0.0, 0
        usual, times = Counter(counts).most_common(1)[0]
        if usual < 2:
            return 0.0, 0
        header = counts[0] == usual or counts[0] == 1  # a title may stand above the header
        return (times / len(counts)) * (1.0 if header else 0.4), usual

    others = sorted({sign for sign in lines[0] if not sign.isalnum()} - _NEVER - {" ", *_USUAL})
    scores = {sign: score(sign) for sign in [*_USUAL, *others, " "]}
    best = max(scores, key=lambda sign: (round(scores[sign][0], 2), sign != " "))
    if scores[best][0] < 0.5:
        return ","
    # A comma may be in every cell, as the decimal one; the header says which of two it is.
    usual = [sign for sign in _USUAL if scores[sign][0] >= 0.9 * scores[best][0]]
    return max(usual, key=lambda sign: lines[0].count(sign)) if usual else best


def _rows(lines: list[str], separator: str, file: str, remarks: list[str]) -> Rows:
    """The cells of each line that has any, with the number of the line."""
    if separator == " ":
        lines = [line.strip() for line in lines]
    reader = partial(csv.reader, delimiter=separator, skipinitialspace=True)

    def parsed() -> Rows:
        cells = reader(f"{line}\n" for line in lines)
        return [(cells.line_num, row) for row in cells]

    def line_by_line() -> Rows:
        return [(number, row) for number, line in enumerate(lines, 1) for row in reader([line])]

    try:
        rows = parsed()
        if any("\n" in cell for _, row in rows for cell in row):
            # An unclosed quotation mark swallows the lines below it.
            single = line_by_line()
            if _misfits(single) < _misfits(rows) or (
                _misfits(single) == _misfits(rows) and len(single) > len(rows)
            ):
                number = next(n for n, row in rows if any("\n" in cell for cell in row))
                remarks.append(f"a quotation mark is not closed near line {number}")
                rows = single
    except csv.Error as error:
        raise ValueError(f"{file}: not a CSV file: {one_line(str(error))}") from None
    stripped = ((number, [one_blank(cell) for cell in row]) for number, row in rows)
    return [(number, row) for number, row in stripped if any(row)]


def _misfits(rows: Rows) -> int:
    counts = Counter(len(row) for _, row in rows if any(row))
    return sum(counts.values()) - max(counts.values(), default=0)


def _header(rows: Rows, file: str, remarks: list[str]) -> tuple[list[str], Rows]:
    """The names, and the rows below them; a title above the header is left out."""
    usual = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    first = 0
    while usual > 1 and first < len(rows) - 1 and sum(map(bool, rows[first][1])) == 1:
        first += 1
    if first:
        remarks.append(f"{first} line{'s' * (first > 1)} above the header left out")
    names = rows[first][1]
    if all(plain(name.replace(",", ".")) is not None for name in names if name):
        raise ValueError(f"{file}: the first line holds numbers; a header with names is needed")
    if usual == len(names) + 1 and len(rows) > first + 1:  # as R writes the names of rows
        names = ["", *names]
    return names, rows[first + 1 :]


def _even(rows: Rows, names: list[str], file: str, remarks: list[str]) -> Rows:
    """Rows of as many cells as there are names; what cannot be is left out, and said."""
    width = len(names)
    found, long, short_ones = [], [], []
    for line, row in rows:
        if len(row) == width:
            found.append((line, row))
            continue
        if len(row) > width and any(row[width:]):
            long.append((line, len(row)))
            continue
        if len(row) < width:
            short_ones.append((line, len(row)))
        found.append((line, (row + [""] * (width - len(row)))[:width]))
    if len(long) > max(1, _RAGGED * len(rows)):
        line, cells = long[0]
        raise ValueError(
            f"{file}, line {line}: {cells} cells, the header has {width}, and so in {len(long)} "
            f"lines; put quotation marks around cells that hold the separator"
        )
    for few, what in ((long, "too many cells left out"), (short_ones, "too few cells filled up")):
        if few:
            some = ", ".join(str(line) for line, _ in few[:_SAID])
            more = f" and {len(few) - _SAID} more" if len(few) > _SAID else ""
            remarks.append(
                f"{len(few)} row{'s' * (len(few) > 1)} with {what}: line{'s' * (len(few) > 1)} "
                f"{some}{more}"
            )
    return found


def _drop_repeated_and_total(rows: Rows, names: list[str], remarks: list[str]) -> None:
    again = [line for line, row in rows if row == names]
    if again:
        rows[:] = [(line, row) for line, row in rows if row != names]
        remarks.append(f"the header is there again, in line {again[0]}; left out")
    while len(rows) > 2:
        line, row = rows[-1]
        first = next(i for i, cell in enumerate(row) if cell)
        usual = any(_TOTAL.fullmatch(other[first]) for _, other in rows[:-3])
        if usual or not _TOTAL.fullmatch(row[first]):
            return
        rows.pop()
        remarks.append(f"line {line} begins with {short(row[first])}, a total; left out")


def _unquote(columns: list[list[str]]) -> None:
    """Take away quotation marks of another kind that are around every cell of a column."""
    for column in columns:
        for a, b in ("''", "“”", "„“", "«»"):
            filled = [cell for cell in column if cell]
            if filled and all(len(c) > 1 and c[0] == a and c[-1] == b for c in filled):
                column[:] = [cell[1:-1].strip() for cell in column]
