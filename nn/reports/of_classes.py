"""The report of a classification."""

from __future__ import annotations

from functools import partial

import numpy as np

import nn.metrics as metrics
from autograd.typing import Array
from autograd.writing import Words, in_every_language, joined, words
from nn.reports.answers import ClassAnswers
from nn.reports.charts import reliability
from nn.reports.content import (
    Cell,
    Figure,
    Section,
    Table,
    convincing,
    fixed,
    json_number,
    listed,
)

#: The largest matrix that is printed, and that is on the page; how many pairs are listed instead.
PRINTED, ON_PAGE, PAIRS = 10, 30, 10
BINS = 10


def sections(found: ClassAnswers, y_train: Array | None) -> tuple[list[Section], dict[str, object]]:
    """What is said of the classes, and the numbers."""
    counts = metrics.confusion_matrix(found.predicted, found.wanted, len(found.names))
    scores = metrics.class_scores(found.predicted, found.wanted, len(found.names))
    usual = np.bincount(found.wanted if y_train is None else y_train, minlength=len(found.names))
    constant = int(usual.argmax())
    first, numbers = _against_a_constant(found, constant, usual / usual.sum())
    first.sentences += _left_out(found, scores)
    columns: tuple[Cell, ...] = (
        words("class"), words("precision"), words("recall"), in_every_language("F1"),
        words("rows"), words("predicted"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (name, *fixed(values, 3), str(support), str(predicted))
        for name, *values, support, predicted in zip(
            found.names, scores.precision, scores.recall, scores.f1,
            scores.support, scores.predicted,
        )
    ]  # fmt: skip
    each = Table(words("Each class"), columns, rows)
    parts = [first, Section(words("Classes"), tables=[each, *_confusions(found, counts)])]
    numbers |= {
        "classes": found.names,
        "confusion_matrix": counts.tolist(),
        "per_class": {
            name: listed(getattr(scores, name))
            for name in ("precision", "recall", "f1", "support", "predicted")
        },
    }
    if found.p is not None:
        part, more = _calibrated(found, found.p)
        parts.append(part)
        numbers |= more
    return parts, numbers


def _against_a_constant(
    found: ClassAnswers, constant: int, shares: Array
) -> tuple[Section, dict[str, object]]:
    wanted, always = found.wanted, np.full(len(found.wanted), constant)
    rows = {
        name: [metrics.METRICS[name](part, wanted) for part in (found.predicted, always)]
        for name in ("accuracy", "precision", "recall", "f1")
    }
    called: dict[str, Words] = {
        "accuracy": words("accuracy"),
        "precision": words("precision, mean of the classes"),
        "recall": words("recall, mean of the classes"),
        "f1": words("F1, mean of the classes"),
        "log_loss": words("log loss"),
        "brier": in_every_language("Brier"),
        "calibration_error": words("calibration error"),
    }
    note = None
    if found.p is not None:
        p, same = found.p, np.tile(shares, (len(wanted), 1))
        rows["log_loss"] = [metrics.log_loss(part, wanted) for part in (p, same)]
        rows["brier"] = [metrics.brier(part, wanted) for part in (p, same)]
        sure = [_sure(part) for part in (p, same)]
        rows["calibration_error"] = [metrics.calibration_error(s, wanted, BINS) for s in sure]
        note = words(
            "The constant answers with the shares of the classes where probabilities are measured; "
            "there less is better."
        )
    name = found.names[constant]
    shown: tuple[Cell, ...] = (
        "", words("network"), words("always {name}", name=name),
    )  # fmt: skip
    table = Table(
        words("Scores"), shown, [(called[key], *fixed(row)) for key, row in rows.items()], note
    )
    right, by_constant = rows["accuracy"]
    gains = (found.predicted == wanted).astype(float) - (always == wanted)
    sentence = _verdict(name, right, by_constant, gains)
    numbers: dict[str, object] = {
        "scores": {key: json_number(row[0]) for key, row in rows.items()},
        "baseline": {
            "answer": name, "scores": {key: json_number(row[1]) for key, row in rows.items()}
        },
    }  # fmt: skip
    return Section(words("Result"), [sentence], [table]), numbers


def _sure(p: Array) -> Array:
    """Of two classes the probability of the second, which the curve of reliability is drawn of."""
    return p[:, 1] if p.shape[1] == 2 else p


def _verdict(name: str, right: float, constant: float, gains: Array) -> Words:
    n = len(gains)
    share, rows = f"{right:.1%}", f"{n:,}"
    each = words(
        "{right} of {rows} rows are right, against {constant}.",
        right=share, rows=rows, constant=f"{constant:.1%}",
    )  # fmt: skip
    if right < constant:
        begin = words("Worse than always answering {name}: ", name=name)
    elif right == constant:
        begin = words("No better than always answering {name}: ", name=name)
        each = words("{right} of {rows} rows are right either way.", right=share, rows=rows)
    elif not convincing(gains):
        begin = words(
            "Hardly better than always answering {name}, by {more} of {rows} rows, which may be "
            "chance: ",
            name=name, more=int(gains.sum()), rows=rows,
        )  # fmt: skip
    else:
        begin = words("Better than always answering {name}: ", name=name)
    return joined(begin, each)


def _left_out(found: ClassAnswers, scores: metrics.ClassScores) -> list[Words]:
    """The classes of which less than half the rows are found, the worst three first."""
    worst = np.argsort(scores.recall, kind="stable")
    sentences: list[Words] = []
    for k in worst:
        rows, name = int(scores.support[k]), found.names[k]
        right = round(float(scores.recall[k]) * rows)
        if not rows or 2 * right >= rows:
            continue
        if not scores.predicted[k]:
            sentences.append(
                words(
                    "It never answers {name}, which is right in {rows} rows.",
                    name=name,
                    rows=f"{rows:,}",
                )
            )
        else:
            sentences.append(
                words(
                    "Of {name} it finds {right} of {rows} rows.",
                    name=name,
                    right=f"{right:,}",
                    rows=f"{rows:,}",
                )
            )
    more = len(sentences) - 3
    if more > 0:
        several = words("Of {n} more classes it finds less than half.", n=more)
        return [*sentences[:3], several]
    return sentences


def _confusions(found: ClassAnswers, counts: Array) -> list[Table]:
    n = len(found.names)
    tables = []
    if n <= ON_PAGE:
        share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        levels = np.ceil(share * 4).astype(int)
        levels[~np.eye(n, dtype=bool)] *= -1
        tables.append(
            Table(
                words("Confusion matrix"),
                (words("true \\ predicted"), *found.names),
                [(name, *map(str, row)) for name, row in zip(found.names, counts)],
                words("A row is a class, a column what is answered."),
                levels.tolist(),
                printed=n <= PRINTED,
            )
        )  # fmt: skip
    wrong = counts * ~np.eye(n, dtype=bool)
    places = [divmod(int(k), n) for k in np.argsort(-wrong, axis=None, kind="stable")[:PAIRS]]
    pairs: list[tuple[Cell, ...]] = [
        (found.names[i], found.names[j], str(wrong[i, j])) for i, j in places if wrong[i, j]
    ]
    if n > PRINTED and pairs:
        columns: tuple[Cell, ...] = (
            words("class"), words("answered"), words("rows"),
        )  # fmt: skip
        heading = words("What is confused most")
        tables.append(Table(heading, columns, pairs))
    return tables


def _calibrated(found: ClassAnswers, p: Array) -> tuple[Section, dict[str, object]]:
    curve = metrics.calibration(_sure(p), found.wanted, BINS)
    full = np.flatnonzero(curve.rows)
    rows: list[tuple[Cell, ...]] = [
        (
            f"{curve.edges[k]:.0%} – {curve.edges[k + 1]:.0%}",
            f"{curve.predicted[k]:.1%}",
            f"{curve.observed[k]:.1%}",
            str(curve.rows[k]),
        )
        for k in full
    ]
    of = f"p({found.names[1]})" if p.shape[1] == 2 else ""
    said = in_every_language(of) if of else words("surest answer")
    table = Table(
        words("Calibration"),
        (said, words("said"), words("came true"), words("rows")),
        rows,
    )
    sure, right = float(p.max(axis=1).mean()), float((found.predicted == found.wanted).mean())
    on_average = words(
        "on average it is {sure} sure, and right in {right} of the rows.",
        sure=f"{sure:.1%}", right=f"{right:.1%}",
    )  # fmt: skip
    if sure - right > 0.05:
        begin = words("It is surer than it is right: ")
    elif right - sure > 0.05:
        begin = words("It is more often right than it is sure: ")
    else:
        begin = words("It is about as sure as it is right: ")
    sentences: list[Words] = [joined(begin, on_average)]
    if len(found.wanted) < 10 * BINS:
        n = len(found.wanted)
        sentences.append(words("{n} rows are few to measure this by.", n=n))
    shown = words(
        "Reliability: what was said against how often it came true, above the diagonal more often."
    )
    drawn = Figure(shown, partial(reliability, curve))
    numbers: dict[str, object] = {
        "calibration": {
            name: listed(getattr(curve, name))
            for name in ("edges", "predicted", "observed", "rows")
        }
    }
    title = words("How sure it is")
    return Section(title, sentences, [table], [drawn]), numbers
