"""The report of a regression."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

import nn.metrics as metrics
from autograd.typing import Array
from autograd.writing import Words, in_every_language, words
from nn.reports.answers import NumberAnswers
from nn.reports.charts import histogram, scatter
from nn.reports.content import (
    Cell,
    Figure,
    Section,
    Table,
    convincing,
    json_number,
    listed,
    texts,
)

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
#: Into how many parts the predictions are divided, from the least to the greatest.
PARTS = 5
#: How many points of a cloud are drawn.
POINTS = 600


def sections(
    found: NumberAnswers, y_train: Array | None, targets: Sequence[str]
) -> tuple[list[Section], dict[str, object]]:
    """What is said of the numbers, and the numbers."""
    trained = found.wanted if y_train is None else y_train
    mean, median = trained.mean(axis=0), np.median(trained, axis=0)
    first, numbers = _against_a_constant(found, mean, median)
    if found.wanted.shape[1] > 1:
        first.tables.append(_each(found, targets))
    part, more = _residuals(found)
    return [first, part], numbers | more


def _scores(predicted: Array, wanted: Array) -> dict[str, float]:
    return {
        **{name: metrics.METRICS[name](predicted, wanted) for name in ("r2", "rmse", "mae")},
        "largest": float(abs(predicted - wanted).max()),
    }


_WORDS: dict[str, Words] = {
    "r2": in_every_language("R²"),
    "rmse": in_every_language("RMSE"),
    "mae": in_every_language("MAE"),
    "largest": words("largest error"),
}


def _against_a_constant(
    found: NumberAnswers, mean: Array, median: Array
) -> tuple[Section, dict[str, object]]:
    constants = [np.broadcast_to(c, found.wanted.shape) for c in (mean, median)]
    rows = [_scores(part, found.wanted) for part in (found.predicted, *constants)]
    one = found.wanted.shape[1] == 1
    answer = [f" {float(c[0]):.4g}" if one else "" for c in (mean, median)]
    columns: tuple[Cell, ...] = (
        "",
        words("network"),
        words("mean{value}", value=answer[0]),
        words("median{value}", value=answer[1]),
    )
    shown: list[tuple[Cell, ...]] = [
        (word, *texts(row[key] for row in rows)) for key, word in _WORDS.items()
    ]
    table = Table(
        words("Scores"), columns, shown,
        words(
            "In the unit of the target; R² has none: 1 is perfect, 0 is what the mean of these "
            "rows achieves."
        ),
    )  # fmt: skip
    ours, theirs = (((part - found.wanted) ** 2).sum(axis=1) for part in (found.predicted, mean))
    sentence = _verdict(answer[0].strip(), rows[0], rows[1], theirs - ours)
    numbers: dict[str, object] = {
        "scores": {key: json_number(value) for key, value in rows[0].items()},
        "baseline": {
            name: {"answer": listed(c), "scores": {k: json_number(v) for k, v in row.items()}}
            for name, c, row in zip(("mean", "median"), (mean, median), rows[1:])
        },
    }
    return Section(words("Result"), [sentence], [table]), numbers


def _verdict(mean: str, ours: dict[str, float], constant: dict[str, float], gains: Array) -> Words:
    explained = f"R² {ours['r2']:.3f}" if ours["r2"] > -100 else f"R² {ours['r2']:.3g}"
    if gains.sum() < 0:
        begin = words("Worse than always answering the mean")
    elif gains.sum() == 0:
        begin = words("No better than always answering the mean")
    elif not convincing(gains):
        begin = words("Hardly better than always answering the mean, which may be chance")
    else:
        begin = words("Better than always answering the mean")
    return words(
        "{begin}{mean}: RMSE {ours}, against {constant}; {explained}.",
        begin=begin, mean=f", {mean}" if mean else "", ours=f"{ours['rmse']:.4g}",
        constant=f"{constant['rmse']:.4g}", explained=explained,
    )  # fmt: skip


def _each(found: NumberAnswers, targets: Sequence[str]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, *texts(_scores(found.predicted[:, k], found.wanted[:, k]).values()))
        for k, name in enumerate(targets)
    ]
    return Table(words("Each target"), ("", *_WORDS.values()), rows)


def _residuals(found: NumberAnswers) -> tuple[Section, dict[str, object]]:
    predicted, residual = found.predicted.ravel(), (found.wanted - found.predicted).ravel()
    spread = np.quantile(residual, QUANTILES)
    names: dict[float, Words] = {0.0: words("least"), 0.5: words("median"),
                                 1.0: words("greatest")}  # fmt: skip
    quantiles = Table(
        words("Residuals: target less prediction"),
        ("", words("residual")),
        [(names.get(q, f"{q:.0%}"), text) for q, text in zip(QUANTILES, texts(spread))],
    )
    order = np.argsort(predicted, kind="stable")
    groups = np.array_split(order, min(PARTS, len(order)))
    means = [residual[group].mean() for group in groups]
    errors = [(residual[group] ** 2).mean() ** 0.5 for group in groups]
    ends = texts(predicted[[place for group in groups for place in group[[0, -1]]]])
    rows: list[tuple[Cell, ...]] = [
        (f"{low} – {high}", *rest)
        for low, high, *rest in zip(
            ends[::2], ends[1::2], texts(means), texts(errors), (str(len(g)) for g in groups)
        )
    ]
    columns: tuple[Cell, ...] = (
        words("prediction"), words("mean residual"), in_every_language("RMSE"),
        words("rows"),
    )  # fmt: skip
    parts = Table(
        words("Residuals by prediction"), columns, rows,
        words("Means far from 0 show a bend that the network has missed."),
    )  # fmt: skip
    some = np.arange(len(predicted))
    if len(some) > POINTS:
        some = np.sort(np.random.default_rng(0).choice(some, POINTS, replace=False))
    drawn: str | Words = ""
    if len(some) < len(predicted):
        drawn = words(" ({n} of {rows} rows)", n=len(some), rows=f"{len(predicted):,}")
    figures = [
        Figure(
            words("How many rows have which residual."),
            partial(histogram, residual),
        ),
        Figure(
            words("The residual of each row against its prediction{drawn}.", drawn=drawn),
            partial(scatter, predicted[some], residual[some]),
        ),
    ]  # fmt: skip
    mean, error = float(residual.mean()), float(residual.std() / len(residual) ** 0.5)
    sentences: list[Words] = []
    if abs(mean) > 3 * error > 0:
        by = f"{abs(mean):.4g}"
        little = words("It answers too little: by {by} on average.", by=by)
        much = words("It answers too much: by {by} on average.", by=by)
        sentences.append(little if mean > 0 else much)
    numbers: dict[str, object] = {
        "residuals": {
            "mean": mean,
            "std": float(residual.std()),
            "quantiles": {str(q): float(v) for q, v in zip(QUANTILES, spread)},
        }
    }
    return Section(words("Residuals"),
                   sentences, [quantiles, parts], figures), numbers  # fmt: skip
