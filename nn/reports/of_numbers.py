"""The report of a regression."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

import nn.metrics as metrics
from autograd.typing import Array
from nn.reports.answers import NumberAnswers
from nn.reports.charts import histogram, scatter
from nn.reports.content import (
    Cell,
    Figure,
    Section,
    Table,
    Words,
    convincing,
    in_all,
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
    "r2": in_all("R²"),
    "rmse": in_all("RMSE"),
    "mae": in_all("MAE"),
    "largest": ("largest error", "galat terbesar"),
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
        ("network", "jaringan"),
        (f"mean{answer[0]}", f"rata-rata{answer[0]}"),
        (f"median{answer[1]}", f"median{answer[1]}"),
    )
    shown: list[tuple[Cell, ...]] = [
        (word, *texts(row[key] for row in rows)) for key, word in _WORDS.items()
    ]
    table = Table(
        ("Scores", "Skor"), columns, shown,
        ("In the unit of the target; R² has none: 1 is perfect, 0 is what the mean of these rows "
                "achieves.",
         "Dalam satuan target; R² tanpa satuan: 1 sempurna, 0 sama dengan rata-rata baris ini."),
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
    return Section(("Result", "Hasil"), [sentence], [table]), numbers


def _verdict(mean: str, ours: dict[str, float], constant: dict[str, float], gains: Array) -> Words:
    is_it = f", {mean}" if mean else ""
    explained = f"R² {ours['r2']:.3f}" if ours["r2"] > -100 else f"R² {ours['r2']:.3g}"
    each = tuple(
        f": RMSE {ours['rmse']:.4g}, {against} {constant['rmse']:.4g}; {explained}."
        for against in ("against", "dibanding")
    )
    if gains.sum() < 0:
        begin = (
            "Worse than always answering the mean",
            "Lebih buruk daripada selalu menjawab rata-rata",
        )
    elif gains.sum() == 0:
        begin = (
            "No better than always answering the mean",
            "Tidak lebih baik daripada selalu menjawab rata-rata",
        )
    elif not convincing(gains):
        begin = (
            "Hardly better than always answering the mean, which may be chance",
            "Hampir tidak lebih baik daripada selalu menjawab rata-rata, bisa saja kebetulan",
        )
    else:
        begin = (
            "Better than always answering the mean",
            "Lebih baik daripada selalu menjawab rata-rata",
        )
    return tuple(a + is_it + b for a, b in zip(begin, each))


def _each(found: NumberAnswers, targets: Sequence[str]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, *texts(_scores(found.predicted[:, k], found.wanted[:, k]).values()))
        for k, name in enumerate(targets)
    ]
    return Table(("Each target", "Tiap target"), ("", *_WORDS.values()), rows)


def _residuals(found: NumberAnswers) -> tuple[Section, dict[str, object]]:
    predicted, residual = found.predicted.ravel(), (found.wanted - found.predicted).ravel()
    spread = np.quantile(residual, QUANTILES)
    names: dict[float, Words] = {0.0: ("least", "terkecil"), 0.5: in_all("median"),
                                 1.0: ("greatest", "terbesar")}  # fmt: skip
    quantiles = Table(
        ("Residuals: target less prediction", "Residual: target dikurangi prediksi"),
        ("", ("residual", "residual")),
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
        ("prediction", "prediksi"), ("mean residual", "rata-rata residual"), in_all("RMSE"),
        ("rows", "baris"),
    )  # fmt: skip
    parts = Table(
        ("Residuals by prediction", "Residual menurut prediksi"), columns, rows,
        ("Means far from 0 show a bend that the network has missed.",
         "Rata-rata yang jauh dari 0 menandakan lengkungan yang terlewat."),
    )  # fmt: skip
    some = np.arange(len(predicted))
    if len(some) > POINTS:
        some = np.sort(np.random.default_rng(0).choice(some, POINTS, replace=False))
    drawn = "" if len(some) == len(predicted) else f" ({len(some)} of {len(predicted):,} rows)"
    digambar = "" if not drawn else f" ({len(some)} dari {len(predicted):,} baris)"
    figures = [
        Figure(
            ("How many rows have which residual.", "Berapa baris yang residualnya sekian."),
            partial(histogram, residual),
        ),
        Figure(
            (f"The residual of each row against its prediction{drawn}.",
             f"Residual tiap baris terhadap prediksinya{digambar}."),
            partial(scatter, predicted[some], residual[some]),
        ),
    ]  # fmt: skip
    mean, error = float(residual.mean()), float(residual.std() / len(residual) ** 0.5)
    sentences: list[Words] = []
    if abs(mean) > 3 * error > 0:
        less, kurang = ("little", "kecil") if mean > 0 else ("much", "besar")
        sentences.append(
            (
                f"It answers too {less}: by {abs(mean):.4g} on average.",
                f"Jawabannya terlalu {kurang}: rata-rata {abs(mean):.4g}.",
            )
        )
    numbers: dict[str, object] = {
        "residuals": {
            "mean": mean,
            "std": float(residual.std()),
            "quantiles": {str(q): float(v) for q, v in zip(QUANTILES, spread)},
        }
    }
    return Section(("Residuals", "Residual"),
                   sentences, [quantiles, parts], figures), numbers  # fmt: skip
