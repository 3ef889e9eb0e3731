"""Predict for a table: what ``tracegrad predict`` does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd import softmax
from autograd.typing import Array
from autograd.writing import Words, in_every_language, joined, words
from nn.columns import Sheet, class_codes, read_answers, read_sheet
from nn.metrics import r2, rmse
from nn.tables.files import Network, read_network
from nn.tables.showing import Told
from nn.training import predict

if TYPE_CHECKING:
    from rich.console import Console

#: How many predictions are printed.
_PRINTED = 20


@dataclass(frozen=True)
class Predictions:
    """What a network says of every row: a class and its probability, or a number.

    ``accuracy``, or ``r2``, is that of the rows whose target is known, None where there are none.
    """

    values: list[str] | list[float]
    probabilities: Array | None
    accuracy: float | None
    r2: float | None = None


def predict_table(
    weights: str | Path,
    source: object,
    *,
    separator: str | None = None,
    unseen: str = "refuse",
    output: str | Path | None = None,
    console: Console | None = None,
    lang: str = "en",
) -> Predictions:
    """Predict for the rows of a table with a network that :func:`train_table` wrote.

    The table must have the columns that the network was trained on, in any order; others are
    ignored, but for the target, against which the accuracy or R² is printed. They are encoded as
    they were in training. ``output`` is the CSV file to write. Raises ValueError for a missing
    column, a category that was not there in training (which ``unseen="ignore"`` takes for none of
    the known ones), or a file of weights from elsewhere. What is printed is in the language
    ``lang``; the file has the names of the table.
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
    accuracy, explained = None, None
    score: Words | None = None
    if target in sheet.names and classes is not None:
        known = [place for place, text in enumerate(sheet[target]) if text]
        codes = list(map(class_codes(network.classes or ()), sheet[target]))
        right = [codes[i] == out[i].argmax() for i in known]
        if right:
            accuracy = float(np.mean(right))
            score = joined(words("accuracy"), f" {accuracy:.1%}")
    elif target in sheet.names:
        explained, score = _fit(network, sheet, unseen)
    _report(Told(console, lang), header, rows, score, output)
    return Predictions(values, chances, accuracy, explained)


def _fit(network: Network, sheet: Sheet, unseen: str) -> tuple[float | None, Words | None]:
    """R² of the rows whose target is a known number, and a line that says it."""
    with suppress(ValueError):  # of a target that is no number: the predictions do not need it
        rest, wanted = read_answers(sheet, network.target, None)
        if len(wanted) > 1:
            inputs = network.scale(network.encoder.encode(rest, unseen))
            found = network.answers.undo(predict(network.model, inputs))[:, 0]
            explained = r2(found, wanted)
            measured = f"R² {explained:.3f}, RMSE {rmse(found, wanted):.4g}"
            if len(wanted) == len(sheet):
                return explained, in_every_language(measured)
            return explained, words("{measured} in {n} rows", measured=measured, n=len(wanted))
    return None, None


def _report(
    told: Told,
    header: list[str],
    rows: list[list[str]],
    score: Words | None,
    output: str | Path | None,
) -> None:
    if output is None:
        first = [(str(i), *row) for i, row in enumerate(rows[:_PRINTED], 1)]
        told.table((words("row"), *header), first)
        if len(rows) > _PRINTED:
            n = len(rows) - _PRINTED
            told.say(words("and {n} more; write them all to a file with output", n=n))
    else:
        from autograd.writing import csv_text, is_formula, write_file

        write_file(output, csv_text([header, *rows]))
        told.say(words("wrote {file}: {n} predictions", file=output, n=len(rows)))
        if any(map(is_formula, [*header, *(row[0] for row in rows)])):
            told.say(words("a name that a spreadsheet would compute has an apostrophe in front"))
    if score:
        told.say(score)
