"""Tables as people have them, as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nn.columns import Asked, Encoder, Treatment, prepare, read_answers, read_sheet
from nn.data.files import Table


@dataclass(repr=False)
class EncodedTable(Table):
    """A ``Table`` that says what became of the columns of the file.

    ``encoder`` repeats it on another file, ``treatments`` and ``remarks`` say it.
    """

    encoder: Encoder | None = None
    treatments: Sequence[Treatment] = ()
    remarks: Sequence[str] = ()


def read_table(
    source: object,
    target: str | None = None,
    *,
    classification: bool | None = None,
    drop: Sequence[str] = (),
    keep: Sequence[str] = (),
    categorical: Sequence[str] = (),
    hashed: Sequence[str] = (),
    ordinal: Mapping[str, Sequence[str]] | None = None,
    dates: Mapping[str, str] | None = None,
    missing: str | None = None,
    na: Sequence[str] = (),
    separator: str | None = None,
    like: EncodedTable | None = None,
) -> EncodedTable:
    """The table in a file or a data frame as people have it, as numbers.

    ``source`` is the path of a text file with a header (its separator, encoding and decimal sign
    are found out), of a Parquet file, or a data frame of pandas, polars or pyarrow. Numbers stay;
    a boolean is 0 or 1; a category of at most 20 values is an input for each; a date is its year,
    month, weekday and elapsed days. Columns that count the rows, are constant, come twice or hold
    free text are left out unless ``keep`` names them. ``categorical`` takes any number of values,
    ``hashed`` puts them in 32 inputs, ``ordinal`` gives their order ({"size": ["small", "big"]}),
    ``dates`` says whether day or month is first ({"due": "dmy"}), and ``drop`` leaves columns out.
    ``missing`` values, also the texts ``na``, are filled with the "mean" or the "median", with an
    input beside it by "indicator", or their rows "drop" out. ``target`` and ``classification`` are
    as of ``read_csv``. ``like`` repeats what was learnt of another table, a training set's.

    Returns a ``Table``, X of shape (rows, inputs), whose ``treatments`` and ``remarks`` say what
    was done. Raises ValueError, naming line, column and remedy, for what cannot be read.

    >>> import os, tempfile
    >>> from nn.data import read_table
    >>> path = os.path.join(tempfile.mkdtemp(), "people.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("size;city;here;price\\n1,5;Bonn;yes;9\\n2,5;Ulm;no;7,5\\n;Bonn;no;8\\n")
    >>> table = read_table(path)
    >>> table.features
    ['size', 'city=Bonn', 'city=Ulm', 'here=yes']
    >>> table.X.tolist(), table.y.tolist()
    ([[1.5, 1.0, 0.0, 1.0], [2.5, 0.0, 1.0, 0.0], [2.0, 1.0, 0.0, 0.0]], [9.0, 7.5, 8.0])
    """
    if like is not None:
        return _read_like(source, like, na, separator)
    asked = Asked(drop, keep, categorical, hashed, ordinal or {}, dates or {}, na, missing)
    found = prepare(source, target, asked, classification, separator)
    encoder = found.learnt(found.sheet)
    return EncodedTable(
        encoder.encode(found.sheet), found.y, encoder.inputs, found.target, found.classes,
        found.sheet.path, encoder, found.treatments, found.remarks,
    )  # fmt: skip


def _read_like(
    source: object,
    like: EncodedTable,
    na: Sequence[str],
    separator: str | None,
) -> EncodedTable:
    assert like.encoder is not None
    sheet = read_sheet(source, separator)
    sheet, y = read_answers(sheet, like.target, like.classes, na)
    return EncodedTable(
        like.encoder.encode(sheet), y, like.features, like.target, like.classes, sheet.path,
        like.encoder, like.treatments, sheet.remarks,
    )  # fmt: skip
