"""Numbers of a file, as the value of a variable: .csv, .tsv, .txt, .npy, .npz and .json.

A file is data and nothing else: what needs pickle is refused.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograd.calculus import Quantity, one_line, path_text, short
from autograd.formulas.tokens import ExpressionError

SUFFIXES = (".csv", ".tsv", ".txt", ".npy", ".npz", ".json")
#: The most bytes that a file may have, and the most numbers that are taken from it.
MOST_BYTES = 50_000_000
MOST_NUMBERS = 1_000_000


class FileError(ExpressionError):
    """What is wrong with a file of numbers."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path_text(path)}: {message}")


def read_file(name: str) -> Quantity:
    """The numbers of a file, as an array or as nested lists; FileError says what is wrong with it.

    ``weights.npz:W`` is the array W of an archive. A first line of a table that has no number in it
    is its heading. A table with one row or one column has one axis.
    """
    path, key = name, ""
    if not Path(name).is_file() and ":" in Path(name).name:
        path, _, key = name.rpartition(":")
    file = Path(path)
    if not file.is_file():
        what = "is no regular file" if file.exists() else "there is no such file"
        raise FileError(path, f"{what}; give a {' '.join(SUFFIXES)} file of numbers")
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise FileError(path, f"{size:,} bytes, the limit is {MOST_BYTES:,}; save a part of it")
    suffix = file.suffix.lower()
    if key and suffix != ".npz":
        raise FileError(path, f"only an .npz file has arrays by name; leave :{key} out")
    readers: dict[str, Callable[[], Quantity]] = {
        ".npy": lambda: np.load(path, mmap_mode="r", allow_pickle=False),
        ".npz": lambda: _of_archive(path, key),
        ".json": lambda: _of_json(path),
    }
    try:
        numbers = readers.get(suffix, lambda: _of_table(path, file))()
    except ExpressionError:
        raise
    except (ValueError, OSError, EOFError, MemoryError, RecursionError, zipfile.BadZipFile) as err:
        pickled = "ickle" in str(err) or "Python objects" in str(err)
        reason = "pickled objects are not read" if pickled else "not a file of numbers"
        raise FileError(path, f"{reason}; save numbers with numpy.save or as .csv") from None
    return _numeric(path, numbers)


def _numeric(path: str, numbers: Quantity) -> Quantity:
    if isinstance(numbers, list):
        return numbers
    if numbers.dtype.kind not in "fiub":
        raise FileError(path, f"holds {numbers.dtype}, not real numbers; convert it with .astype")
    if numbers.size > MOST_NUMBERS:
        raise FileError(
            path, f"{numbers.size:,} numbers, the limit is {MOST_NUMBERS:,}; save a part of it"
        )
    return np.array(numbers, dtype=float)


def _of_archive(path: str, key: str) -> Quantity:
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
            raise FileError(path, f"unpacks to more than {MOST_BYTES:,} bytes; save a part of it")
    with np.load(path, allow_pickle=False) as arrays:
        names = list(arrays)
        if key not in names and (key or len(names) != 1):
            there = ", ".join(map(one_line, names[:8])) or "none"
            remedy = f"{path_text(path)}:{one_line(names[0])}" if names else "another file"
            what = f"has no array {short(key)}" if key else f"has {len(names)} arrays"
            raise FileError(path, f"{what}: {there}; take one, such as {remedy}")
        return arrays[key or names[0]]


def _of_json(path: str) -> Quantity:
    with open(path, encoding="utf-8-sig") as file:
        value = json.load(file)
    parts = [value]
    count = 0
    while parts:
        part = parts.pop()
        if isinstance(part, list):
            parts += part
        elif isinstance(part, bool) or not isinstance(part, int | float):
            raise FileError(path, f"{short(part)} is no number; write nested lists of numbers")
        count += 1
        if count > MOST_NUMBERS:
            raise FileError(path, f"more than {MOST_NUMBERS:,} numbers; save a part of it")
    return value if isinstance(value, list) else np.asarray(value, dtype=float)


def _of_table(path: str, file: Path) -> Quantity:
    rows: list[list[float]] = []
    first = 0
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        sign = next((one for one in ",;\t" if one in line), None)
        fields = [field.strip().strip('"') for field in line.split(sign)]
        numbers = [_float(field) for field in fields]
        if not rows and not first and all(n is None for n in numbers):
            first = number  # the heading
            continue
        row: list[float] = []
        for i, (one, field) in enumerate(zip(numbers, fields), 1):
            if one is None:
                what = "is empty" if not field else f"{short(field)} is no number"
                raise FileError(path, f"line {number}, column {i}: {what}")
            row.append(one)
        if rows and len(row) != len(rows[0]):
            raise FileError(
                path, f"line {number} has {len(row)} numbers, the first row {len(rows[0])}"
            )
        rows.append(row)
    if not rows:
        raise FileError(path, "there is no number in it")
    table = np.array(rows)
    return table.reshape(-1) if 1 in table.shape else table


def _float(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None
