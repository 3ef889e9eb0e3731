"""A trained network in a file that other programs run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from autograd.calculus import short
from autograd.typing import ArrayOperand
from nn.layers import Module
from nn.paths import new_file
from nn.training import evaluation

#: What the name of a file may end in.
ENDINGS = (".c", ".py", ".js", ".onnx", ".html")


def export(
    model: Module,
    path: str | Path,
    X: ArrayOperand | Sequence[ArrayOperand] | None = None,
    *,
    batch_axis: int | None = 0,
    name: str = "predict",
    overwrite: bool = True,
) -> Path:
    """Write a trained network to a file that runs without this library; the ending says which.

    ``net.c`` has ``void predict(const double *x, double *y)`` in C99, which needs ``math.h``;
    ``net.py`` and ``net.js`` have ``predict(x)`` and need nothing. They compute one row, as the
    network does in evaluation, with all digits of its weights; float32 networks use float in C.
    ``net.onnx`` (it needs the package onnx) takes any number of rows at once, as ``x``, and gives
    ``y``; a network that needs to know how many gets those of the example. ``net.html`` is a page
    with a slider for each number of a row, from its least to its largest in ``X``.

    ``X`` is an example input, (rows, ...), which says the shapes, or a tuple of them for a
    network with several inputs; a network that begins with an ``nn.Linear`` needs none.
    ``batch_axis`` is the axis of its rows, None for a single example without one. ``name`` is the
    function's. With ``overwrite=False`` the file may not be there.

    Returns the path. ValueError for another ending, weights that are not finite, an operation
    that is not exported, and a network that mixes rows.

    >>> import nn, tempfile
    >>> from pathlib import Path
    >>> model = nn.MLP(2, [3, 1], rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = nn.export(model, Path(folder, "net.c"))
    ...     "void predict(const double *x, double *y) {" in path.read_text()
    True
    """
    path = checked(path, overwrite)
    if not isinstance(model, Module):
        raise TypeError(f"export: the first argument is a Module, not {short(model)}")
    _write(model, path, X, batch_axis, name)
    return path


def export_table(
    weights: str | Path,
    path: str | Path,
    *,
    name: str = "predict",
    overwrite: bool = True,
    lang: str = "en",
) -> Path:
    """What :func:`export` does for a file of weights that ``tracegrad train`` wrote.

    The table's columns, their words and their scale are a part of it: ``predict`` of Python and
    JavaScript takes the cells of a row by their names and gives the probability of each class by
    its name, or the number. A page has every language, and begins in ``lang``. Returns the path.
    """
    from nn.exports.tabular import TableNetwork, example_rows

    path = checked(path, overwrite)
    model = TableNetwork(weights)
    _write(model, path, example_rows(model.fields), 0, name, lang)
    return path


def _write(
    model: Module,
    path: Path,
    X: ArrayOperand | Sequence[ArrayOperand] | None,
    batch_axis: int | None,
    name: str,
    lang: str = "en",
) -> None:
    from autograd.writing import write_file
    from nn.exports.cells import about
    from nn.exports.languages import RESERVED
    from nn.exports.networks import example, names_of, one_row
    from nn.exports.onnx_file import onnx_bytes
    from nn.exports.page import answering_page
    from nn.exports.sources import source

    if not name.isidentifier() or not name.isascii() or name in RESERVED:
        raise ValueError(f"export: {short(name)} is no name for a function; use letters and _")
    inputs = example(model, X, batch_axis)
    contents: str | bytes
    with evaluation(model):
        ending = path.suffix.lower()
        if ending == ".onnx":
            names = names_of(model, inputs)
            contents = onnx_bytes(lambda *X: model(*X), inputs, names, batch_axis, about(model))
        elif ending == ".html":
            contents = answering_page(model, inputs, batch_axis, lang)
        else:
            contents = source(one_row(model, inputs, batch_axis, name), ending[1:])
    write_file(path, contents)


def checked(path: str | Path, overwrite: bool) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"export: the second argument is the path of a file, not {short(path)}")
    from autograd.writing import extension

    extension(path, ENDINGS)
    return new_file(path, overwrite)
