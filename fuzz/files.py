"""Damaged files: what was saved loads equal, or an error of one line leaves the model as it was."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally
from nn.data import Table, read_csv, read_table

AREA = "files"

#: A name that is missing from the state of a module is a KeyError, as it says.
REFUSALS = (ValueError, OSError, KeyError)

CSV = "height,weight,kind\n" + "".join(f"{i}.5,{i * i},{'ab'[i % 2]}\n" for i in range(12))

#: What ``nn.data.read_table`` takes: words, dates, gaps, decimal commas.
PEOPLE = "income;city;member;since;kind\n" + "".join(
    f"{f'{i}.{i}00,5 €' * (i != 3)};{('Ulm', 'Bonn')[i % 2]};{('ja', 'nein')[i % 3 > 0]};"
    f"{i + 9}.{i + 1}.2020;{'ab'[i % 2]}\n"
    for i in range(12)
)


def model() -> Any:
    return nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))


def trained() -> tuple[Any, Any]:
    """A model and its optimizer after a step."""
    net = model()
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    nn.CrossEntropyLoss()(net(np.ones((4, 2))), np.array([0, 1, 0, 1])).backward()
    optimizer.step()
    return net, optimizer


@cache
def folder() -> Path:
    """Where the files of this run lie."""
    where = tempfile.TemporaryDirectory(prefix="fuzz-")
    _KEPT.append(where)
    return Path(where.name)


_KEPT: list[Any] = []


@cache
def originals() -> dict[str, bytes]:
    """The sound files by name."""
    net, optimizer = trained()
    where = folder()
    whole = {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}
    for ending in (".safetensors", ".npz"):
        nn.save_weights(where / f"weights{ending}", net)
        nn.save_checkpoint(where / f"checkpoint{ending}", whole)
    (where / "table.csv").write_text(CSV, encoding="utf-8")
    (where / "people.csv").write_text(PEOPLE, encoding="utf-8-sig")
    return {path.name: path.read_bytes() for path in sorted(where.iterdir())}


def damaged(draw: Draw, raw: bytes) -> bytes:
    """The bytes with something changed, taken away, put in, or doubled."""
    at = draw.below(len(raw))
    length = draw.of((1, 1, 2, 8, 64))
    match draw.below(7):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + raw[at + length :]
        case 2:
            return raw[:at] + draw.numbers.bytes(length) + raw[at:]
        case 3:
            return raw[:at] + raw[at : at + length] * 2 + raw[at + length :]
        case 4:
            return raw[:at] + bytes([raw[at] ^ (1 << draw.below(8))]) + raw[at + 1 :]
        case 5:  # the beginning, where the structure is
            at = draw.below(min(len(raw), 400))
            return raw[:at] + bytes([draw.below(256)]) + raw[at + 1 :]
    return raw[:at] + draw.numbers.bytes(length) + raw[at + length :]


def same(a: Any, b: Any) -> bool:
    """Whether two trees of data are equal; a tuple comes back as a list."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return bool(a == b)


def load_weights(path: Path) -> str | None:
    net = model()
    before = net.state_dict()
    try:
        nn.load_weights(path, net)
    except REFUSALS:
        if not same(net.state_dict(), before):
            return "the model is changed although the file was refused"
        raise
    expected = trained()[0].state_dict()
    return None if same(net.state_dict(), expected) else "other weights than those saved, no error"


def load_checkpoint(path: Path) -> str | None:
    net, optimizer = trained()
    whole = {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}
    found = nn.load_checkpoint(path)
    return None if same(found, whole) else "another state than the one saved, no error"


def table_of(path: Path, read: Callable[[Path], Table] = read_csv) -> str | None:
    """A table may hold other numbers than before; what it holds must be a table."""
    table = read(path)
    if not np.isfinite(table.X).all():
        return "a table with a number that is not finite, no error"
    if len(table.X) != len(table.y) or table.X.shape[1] != len(table.features):
        return f"a table of {table.X.shape} with {len(table.y)} targets"
    return None


LOADERS: dict[str, Callable[[Path], str | None]] = {
    "weights": load_weights,
    "checkpoint": load_checkpoint,
    "table": table_of,
    "people": partial(table_of, read=read_table),
}


def fault(path: Path) -> str | None:
    """What is wrong with the way in which a file is read, or refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return LOADERS[path.name.partition(".")[0].partition("-")[0]](path)
    except REFUSALS as error:
        text = str(error.args[0]) if error.args else ""
        if isinstance(error, KeyError) and not text.startswith(str(path)):
            return f"raw {error!r:.200}"
        if not text or "\n" in text:
            return f"the error is not one line: {error!r:.200}"
        if not all(c.isprintable() for c in text):
            return f"the error is not printable: {error!r:.200}"
        return None


def case(seed: int, tally: Tally) -> Finding | None:
    draw = Draw(seed)
    name = draw.of(list(originals()))
    raw = damaged(draw, originals()[name])
    stem, _, ending = name.partition(".")
    path = folder() / f"{stem}-damaged.{ending}"
    path.write_bytes(raw)
    try:
        line = fault(path)
        kind = "wrong"
    except Exception as error:
        line, kind = f"{type(error).__name__}: {error!s:.200}".replace("\n", " "), "crash"
    if line is None:
        return None
    return Finding(AREA, seed, kind, f"[{name}] {line}")
