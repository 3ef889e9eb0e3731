"""Parquet files, and data frames that speak the Arrow PyCapsule protocol, as columns of texts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType

from autograd.calculus import one_line, path_text
from nn.columns.sheets import Sheet, one_blank, unique_names
from nn.paths import existing_file

# arro3 is 12 MB on disk where it is downloaded (pyarrow: 55 MB), has wheels for Linux, macOS and
# Windows, no dependencies and the licences MIT and Apache; nanoarrow (1 MB) does not read Parquet.
_MAGIC = b"PAR1"


def _arro3(called: str) -> ModuleType:
    try:
        import_module("arro3.core")
        import_module("arro3.io")
        return import_module("arro3")
    except ImportError:
        raise ImportError(
            f"{called} needs the packages arro3-core and arro3-io: "
            f"`pip install tracegrad[table]`, or export the table as CSV",
            name="arro3",
        ) from None


def is_frame(source: object) -> bool:
    """Whether it speaks the protocol of Arrow: a table of pandas, polars, pyarrow or DuckDB."""
    return hasattr(source, "__arrow_c_stream__")


def read_frame(source: object) -> Sheet:
    """The sheet in a data frame; its rows count from 1, without its index."""
    called = f"a {type(source).__name__}"
    table = _arro3(called).core.Table.from_arrow(source)
    return _sheet(table, f"the {type(source).__name__}", called)


def read_parquet(path: str | Path) -> Sheet:
    """The sheet in a Parquet file; ValueError where it is damaged or something else."""
    path, file = existing_file(path), path_text(path)
    arro3 = _arro3(f"{file}: Parquet")
    size = path.stat().st_size
    with path.open("rb") as raw:
        begin = raw.read(4)
        raw.seek(max(size - 8, 0))
        footer, end = int.from_bytes(raw.read(4), "little"), raw.read(4)
    if (begin, end) != (_MAGIC, _MAGIC) or footer > size - 12:
        raise ValueError(f"{file}: not a Parquet file, or a damaged one; write it again")
    try:
        with _held_back_stderr():
            table = arro3.io.read_parquet(str(path)).read_all()
    except BaseException as error:  # a panic of Rust is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        why = one_line(str(error))
        raise ValueError(f"{file}: no sound Parquet file ({why:.80}); write it again") from None
    return _sheet(table, file, file)


@contextmanager
def _held_back_stderr() -> Iterator[None]:
    """What is written to the process's stderr in the block comes after it, or not if it fails.

    A panic of Rust writes a trace there, before there is an exception.
    """
    try:
        stderr = os.dup(2)
    except OSError:  # a program without one
        yield
        return
    with TemporaryFile() as held:
        try:
            os.dup2(held.fileno(), 2)
            yield
            held.seek(0)
            os.write(stderr, held.read())
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def _sheet(table: object, path: str, called: str) -> Sheet:
    from arro3.core import DataType

    names, columns = [], []
    for name in table.column_names:  # type: ignore[attr-defined]
        if name.startswith("__index_level_"):  # the index, as pandas writes it
            continue
        column = table.column(name)  # type: ignore[attr-defined]
        try:
            texts = column.cast(DataType.string()).to_pylist()
        except Exception:
            raise ValueError(
                f"{called}: column {name!r} is {one_line(str(column.type))}, which is no column "
                f"of numbers, texts or dates; leave it out"
            ) from None
        names.append(one_blank(name))
        texts = ["" if text is None else one_blank(text) for text in texts]
        filled = [text for text in texts if text not in ("", "NaN")]
        if all(text.endswith(".0") for text in filled):  # whole numbers with gaps, in pandas
            texts = [text.removesuffix(".0") for text in texts]
        columns.append(texts)
    if not columns or not columns[0]:
        raise ValueError(f"{called}: the table is empty")
    return Sheet(path, unique_names(names), columns, range(1, len(columns[0]) + 1), unit="row")
