"""Predict for a table: what ``tracegrad predict`` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd import softmax
from autograd.typing import Array
from nn.columns import class_codes, read_sheet
from nn.tables.files import read_network
from nn.tables.showing import say, table, terminal
from nn.training import predict

if TYPE_CHECKING:
    from rich.console import Console

#: How many predictions are printed.
_PRINTED = 20


@dataclass(frozen=True)
class Predictions:
    """What a network says of every row: a class and its probability, or a number."""

    values: list[str] | list[float]
    probabilities: Array | None
    accuracy: float | None


def predict_table(
    weights: str | Path,
    source: object,
    *,
    separator: str | None = None,
    unseen: str = "refuse",
    output: str | Path | None = None,
    console: Console | None = None,
) -> Predictions:
    """Predict for the rows of a table with a network that :func:`train_table` wrote.

    The table must have the columns that the network was trained on, in any order; others are
    ignored, but for the target, against which the accuracy is printed. They are encoded as they
    were in training. ``output`` is the CSV file to write. Raises ValueError for a missing column, a
    category that was not there in training (which ``unseen="ignore"`` takes for none of the known
    ones), or a file of weights from elsewhere.
    """
    network = read_network(weights)
    sheet = read_sheet(source, separator)
    out = predict(network.model, network.scale(network.encoder.encode(sheet, unseen)))
    target, classes = network.target, network.classes
    chances = None
    if classes is None:
        numbers = network.answers.undo(out)[:, 0]
        values: list[str] | list[float] = numbers.tolist()
        header, rows = [target], [[repr(value)] for value in values]
    else:
        chances = softmax(out, axis=1)
        values = labels = [str(classes[k]) for k in out.argmax(axis=1)]
        header = [target, *(f"p({name})" for name in classes)]
        rows = [[v, *(f"{p:.6f}" for p in chance)] for v, chance in zip(labels, chances)]
    accuracy = None
    if target in sheet.names and classes is not None:
        codes = map(class_codes(network.classes or ()), sheet[target])
        accuracy = float(np.mean([a == b for a, b in zip(codes, out.argmax(axis=1))]))
    _report(terminal(console), header, rows, accuracy, output)
    return Predictions(values, chances, accuracy)


def _report(
    console: Console,
    header: list[str],
    rows: list[list[str]],
    accuracy: float | None,
    output: str | Path | None,
) -> None:
    if output is None:
        first = [(str(i), *row) for i, row in enumerate(rows[:_PRINTED], 1)]
        console.print(table(("row", *header), first))
        if len(rows) > _PRINTED:
            say(console, f"and {len(rows) - _PRINTED} more; write them all to a file with output")
    else:
        from autograd.writing import csv_text, is_formula, write_file

        write_file(output, csv_text([header, *rows]))
        say(console, f"wrote {output}: {len(rows)} predictions")
        if any(map(is_formula, [*header, *(row[0] for row in rows)])):
            say(console, "a name that a spreadsheet would compute has an apostrophe in front")
    if accuracy is not None:
        say(console, f"accuracy {accuracy:.1%}")
