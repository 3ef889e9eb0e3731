"""Data of one's own for the page: two numeric columns of a file or of an array, and a target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, State
from nn.columns import Asked, Sheet, encode, listed, prepare
from nn.columns import plain as plain_number
from nn.rng import generator

#: The data that the page makes, those of a regression last; what else one may call them.
DATA = ("moons", "circles", "xor", "spirals", "blobs", "plane", "hills")
ALSO = {"spiral": "spirals", "regression": "plane"}
MOST_ROWS, MOST_CLASSES = 1000, 6

#: A name, a file, arrays X and y, or what was read of a file.
Data = str | Path | tuple[Array, Array] | State


def data_of(
    data: Data, target: str | None, inputs: Sequence[str], seed: int, plain: bool
) -> tuple[str, State | None]:
    """The name of data that the page makes; else ``own``, and what it is given."""
    if isinstance(data, dict):
        return "own", data
    if isinstance(data, tuple):
        return "own", _arrays(*data, seed=seed, plain=plain)
    word = str(data)
    if word in DATA or word in ALSO:
        return ALSO.get(word, word), None
    if "." not in Path(word).name and not Path(word).exists():
        raise ValueError(
            f"live: data {short(word)} are unknown; use one of {', '.join(DATA)}, or a .csv file"
        )
    return "own", read_points(data, target, inputs, seed)


def read_points(
    data: str | Path, target: str | None = None, inputs: Sequence[str] = (), seed: int = 0
) -> State:
    """Two numeric columns of a file, and its target; ``remarks`` say what was done to its rows."""
    prepared = prepare(data, target, Asked(keep=list(inputs)))
    sheet, target_ = prepared.sheet, prepared.target
    numeric = [c for c in prepared.encoder.columns if c.kind == "number"]
    names = [column.name for column in numeric]
    missing = [name for name in inputs if name not in names]
    if missing:
        why = _text_in(sheet, [name for name in sheet.names if name != missing[0]], target_)
        raise ValueError(
            f"{sheet.path}: {short(missing[0])} is no numeric column beside {target_}; there are "
            f"{listed(names) or 'none'}{why}"
        )
    chosen = list(inputs) or names
    if len(chosen) != 2:
        has = f"{len(chosen)} numeric column{'s' * (len(chosen) != 1)} beside {target_}"
        which = f" ({listed(chosen)})" if chosen else ""
        more = "; choose with --inputs A,B" if len(chosen) > 2 else _text_in(sheet, names, target_)
        raise ValueError(
            f"{sheet.path}: a plane has two inputs, and the file has {has}{which}{more}"
        )
    encoder = type(prepared.encoder)([numeric[names.index(name)] for name in chosen])
    X = encoder.learnt(sheet, None, prepared.gaps).encode(sheet)
    gaps = sum(c.missing(text) for c in encoder.columns for text in sheet[c.name])
    filled = [f"{gaps} missing value{'s' * (gaps > 1)} filled with the mean of the column"]
    given = _given(X, prepared.y, prepared.classes, seed, plain=False)
    remarks = [*prepared.remarks, *(filled if gaps else []), *given["remarks"]]
    return given | {"names": chosen, "name": Path(sheet.path).name, "remarks": remarks}


def _text_in(sheet: Sheet, numeric: Sequence[str], target: str) -> str:
    """Where the first column that has no numbers has its first text."""
    for name in sheet.names:
        texts = [] if name in numeric or name == target else sheet[name]
        for row, text in enumerate(texts):
            if text and plain_number(text) is None:
                return (
                    f"; {sheet.unit} {sheet.lines[row]} of column {short(name)} has {short(text)}"
                )
    return ""


def _arrays(X: Array, y: Array, seed: int, plain: bool) -> State:
    X, y = np.asarray(X), np.asarray(y).squeeze()
    if X.ndim != 2 or X.shape[1] != 2 or X.dtype.kind not in "fiub":
        raise ValueError(f"live: X has the shape {X.shape}; a plane has two inputs, (rows, 2)")
    if y.shape != (len(X),):
        raise ValueError(f"live: X has {len(X)} rows and y the shape {y.shape}")
    if not np.isfinite(X).all() or (y.dtype.kind == "f" and not np.isfinite(y).all()):
        raise ValueError("live: X or y is not finite everywhere; drop those rows")
    if y.dtype.kind == "f":
        return _given(X.astype(float), y.astype(float), None, seed, plain)
    codes, classes = encode("live", "y", [str(value) for value in y.tolist()], True)
    return _given(X.astype(float), codes, classes, seed, plain)


def _given(X: Array, y: Array, classes: list[str] | None, seed: int, plain: bool) -> State:
    """What the page reads: standardised points, their targets, and what the axes say."""
    if len(X) < 2:
        raise ValueError(f"live: {len(X)} rows are too few to train on and to hold out")
    if classes is not None and len(classes) > MOST_CLASSES:
        raise ValueError(
            f"live: the page has colours for {MOST_CLASSES} classes, and here are {len(classes)}"
        )
    remarks = []
    if len(X) > MOST_ROWS:  # which rows: the seed says
        remarks.append(f"the page has {MOST_ROWS:,} of the {len(X):,} rows, taken at random")
        rows = np.sort(generator(seed).permutation(len(X))[:MOST_ROWS])
        X, y = X[rows], y[rows]
    middle, scale = np.zeros(2), np.ones(2)
    if not plain:
        middle, spread = X.mean(axis=0), X.std(axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        if classes is None:
            y = (y - y.mean()) / (y.std() or 1.0)
    x = (X - middle) / scale
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.08 * np.where(high > low, high - low, 1.0)
    (x0, y0), (x1, y1) = low - margin, high + margin
    return {
        "x": x[:, 0].tolist(),
        "y": x[:, 1].tolist(),
        "targets": y.tolist(),
        "classes": list(classes or ()),
        "view": [x0, x1, y0, y1],
        "middle": middle.tolist(),
        "scale": scale.tolist(),
        "names": ["x₁", "x₂"],
        "name": "X, y",
        "remarks": remarks,
    }
