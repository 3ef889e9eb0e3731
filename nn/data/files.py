"""Tables from whole CSV and NPZ files; errors name the line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograd.calculus import one_line, path_text, short
from autograd.typing import Array, State
from nn.columns import column_place, encode, listed, plain
from nn.notebook import table
from nn.paths import existing_file

IRIS = Path(__file__).resolve().parent.parent / "datasets" / "iris.csv"


#: How many rows of a table a notebook shows.
_ROWS_SHOWN = 5


@dataclass(repr=False)
class Table:
    """Features X (rows, columns), targets y, and what the columns and classes are called.

    ``features`` names the columns of X, ``target`` is the name of y, ``path`` the file that they
    are from. ``classes`` is None for a regression; otherwise y holds indices into it. ``read_csv``
    returns it.

    >>> from nn.data import load_iris
    >>> load_iris()
    <Table of 150 rows, 4 features, target 'species' (3 classes)>
    """

    X: Array
    y: Array
    features: list[str]
    target: str
    classes: list[str] | None = None
    path: str = ""

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        target = "a number" if self.classes is None else f"{len(self.classes)} classes"
        return (
            f"<Table of {len(self)} rows, {len(self.features)} features, target {self.target!r} "
            f"({target})>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the first rows."""
        answers = self.y.tolist() if self.classes is None else [self.classes[i] for i in self.y]
        rows = [
            [*(f"{value:g}" for value in row), str(answer)]
            for row, answer in zip(self.X[:_ROWS_SHOWN].tolist(), answers)
        ]
        html = table([*self.features, self.target], rows, repr(self))
        return {"text/plain": repr(self), "text/html": html}


def read_csv(
    path: str | Path, target: str | None = None, classification: bool | None = None
) -> Table:
    """The table in a CSV file with a header line; ``target`` names the column to predict.

    ``path`` is the file. Without ``target`` the last column is taken. A target of text, or of at
    most 20 different whole numbers, is a classification unless ``classification`` says otherwise.
    Returns a ``Table``. Raises ValueError, naming line and column, for missing cells, text among
    the features, nan, 0 rows or one class.

    >>> from nn.data import read_csv
    >>> from nn.data.files import IRIS
    >>> iris = read_csv(IRIS)
    >>> iris.X.shape, iris.features[0], iris.classes
    ((150, 4), 'sepal_length', ['setosa', 'versicolor', 'virginica'])
    """
    path, file = Path(path), path_text(path)
    header, rows = open_rows(path)
    place = column_place(file, header, header[-1] if target is None else target)
    features = [name for i, name in enumerate(header) if i != place]
    if not features:
        raise ValueError(
            f"{file}: {short(header[place])} is the only column; nothing to learn from"
        )
    values, answers = [], []
    for line, row in rows:
        answers.append(row.pop(place).strip())
        values.append(numbers_of(file, line, features, row))
        if not answers[-1]:
            raise ValueError(f"{file}, line {line}: column {short(header[place])} is empty")
    if not values:
        raise ValueError(f"{file}: 0 rows below the header")
    X = np.array(values)
    y, classes = encode(file, header[place], answers, classification)
    return Table(X, y, features, header[place], classes, str(path))


def read_features(
    path: str | Path, features: Sequence[str], target: str
) -> tuple[Array, list[str] | None]:
    """The named columns as an array, in any order, and the texts of the target, if it is a column.

    ``path`` is a CSV file, ``features`` are names in its header. Returns an array (rows, features),
    and a list or None. Columns with other names are ignored. Raises ValueError for those that are
    missing.

    >>> from nn.data import read_features
    >>> from nn.data.files import IRIS
    >>> X, species = read_features(IRIS, ["petal_width", "petal_length"], "species")
    >>> X[0], species[0]
    (array([0.2, 1.4]), 'setosa')
    """
    path, file = Path(path), path_text(path)
    header, rows = open_rows(path)
    missing = [name for name in features if name not in header]
    if missing:
        raise ValueError(
            f"{file}: no column {listed(missing, quoted=True)}, on which the network was trained; "
            f"the columns are {listed(header)}"
        )
    places = [header.index(name) for name in features]
    answer = header.index(target) if target in header else None
    values, answers = [], []
    for line, row in rows:
        values.append(numbers_of(file, line, features, [row[i] for i in places]))
        if answer is not None:
            answers.append(row[answer].strip())
    if not values:
        raise ValueError(f"{file}: 0 rows below the header")
    return np.array(values), answers if answer is not None else None


def open_rows(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header, and the lines below it with their numbers."""
    existing_file(path, stream=True)
    file = path_text(path)

    def lines() -> Iterator[tuple[int, list[str]]]:
        try:
            with path.open(newline="", encoding="utf-8-sig") as text:
                reader = csv.reader(text)
                for row in reader:
                    if row and not all(not cell.strip() for cell in row):
                        yield reader.line_num, row
        except UnicodeDecodeError:
            raise ValueError(f"{file}: not a text file in UTF-8; export it as CSV") from None
        except csv.Error as error:
            raise ValueError(f"{file}: not a CSV file: {one_line(str(error))}") from None

    rows = lines()
    _, header = next(rows, (0, []))
    header = [name.strip() for name in header]
    if not header:
        raise ValueError(f"{file}: the file is empty")
    if all(plain(name) is not None for name in header):
        raise ValueError(f"{file}: the first line holds numbers; a header with names is needed")
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise ValueError(f"{file}: two columns are called {short(twice)}; rename one")

    def checked() -> Iterator[tuple[int, list[str]]]:
        for line, row in rows:
            if len(row) != len(header):
                raise ValueError(
                    f"{file}, line {line}: {len(row)} cells, the header has {len(header)}"
                )
            yield line, row

    return header, checked()


def numbers_of(file: str, line: int, names: Sequence[str], cells: Sequence[str]) -> list[float]:
    """One line of numbers; what is missing, text or not finite is an error."""
    row = []
    for name, cell in zip(names, cells, strict=True):
        number = plain(cell)
        if number is None:
            what = "is empty" if not cell.strip() else f"is text: {short(cell.strip())}"
            raise ValueError(
                f"{file}, line {line}: column {short(name)} {what}; fill it in or drop it"
            )
        if not math.isfinite(number):
            raise ValueError(
                f"{file}, line {line}: column {short(name)} is {cell.strip():.40}; fill or drop"
            )
        row.append(number)
    return row


def read_npz(path: str | Path) -> State:
    """The arrays of an ``.npz`` file by name; nothing in it is unpickled.

    ``path`` is the file. Returns a dictionary. Raises ValueError for a file that is damaged or no
    NPZ, or holds Python objects.

    >>> import os, tempfile
    >>> import numpy as np
    >>> from nn.data import read_npz
    >>> path = os.path.join(tempfile.mkdtemp(), "points.npz")
    >>> np.savez(path, X=np.ones((3, 2)), y=np.arange(3))
    >>> {name: array.shape for name, array in read_npz(path).items()}
    {'X': (3, 2), 'y': (3,)}
    """
    path = existing_file(path)
    try:
        # Opened here: NumPy leaves a damaged file open.
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception as error:
        why = one_line(str(error))
        raise ValueError(f"{path_text(path)}: not a sound NPZ file ({why:.80})") from None


def load_iris() -> Table:
    """Fisher's irises (1936): 150 flowers, 4 lengths in cm, 3 species; it ships with the library.

    Returns a ``Table``.

    >>> from nn.data import load_iris
    >>> iris = load_iris()
    >>> iris.X.shape, iris.y[:3], iris.classes
    ((150, 4), array([0, 0, 0]), ['setosa', 'versicolor', 'virginica'])
    """
    return read_csv(IRIS)
