"""The report of a classification."""

from __future__ import annotations

from functools import partial

import numpy as np

import nn.metrics as metrics
from autograd.typing import Array
from nn.reports.answers import ClassAnswers
from nn.reports.charts import reliability
from nn.reports.content import (
    Cell,
    Figure,
    Section,
    Table,
    Words,
    convincing,
    fixed,
    in_all,
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
        ("class", "kelas"), ("precision", "presisi"), in_all("recall"), in_all("F1"),
        ("rows", "baris"), ("predicted", "diprediksi"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (name, *fixed(values, 3), str(support), str(predicted))
        for name, *values, support, predicted in zip(
            found.names, scores.precision, scores.recall, scores.f1,
            scores.support, scores.predicted,
        )
    ]  # fmt: skip
    each = Table(("Each class", "Tiap kelas"), columns, rows)
    parts = [first, Section(("Classes", "Kelas"), tables=[each, *_confusions(found, counts)])]
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
    words: dict[str, Words] = {
        "accuracy": ("accuracy", "akurasi"),
        "precision": ("precision, mean of the classes", "presisi, rata-rata kelas"),
        "recall": ("recall, mean of the classes", "recall, rata-rata kelas"),
        "f1": ("F1, mean of the classes", "F1, rata-rata kelas"),
        "log_loss": ("log loss", "kerugian log"),
        "brier": in_all("Brier"),
        "calibration_error": ("calibration error", "galat kalibrasi"),
    }
    note = None
    if found.p is not None:
        p, same = found.p, np.tile(shares, (len(wanted), 1))
        rows["log_loss"] = [metrics.log_loss(part, wanted) for part in (p, same)]
        rows["brier"] = [metrics.brier(part, wanted) for part in (p, same)]
        sure = [_sure(part) for part in (p, same)]
        rows["calibration_error"] = [metrics.calibration_error(s, wanted, BINS) for s in sure]
        note = (
            "The constant answers with the shares of the classes where probabilities are measured; "
            "there less is better.",
            "Jawaban tetap memakai porsi tiap kelas bila yang diukur peluang; di situ lebih kecil "
            "lebih baik.",
        )
    name = found.names[constant]
    shown: tuple[Cell, ...] = (
        "", ("network", "jaringan"), (f"always {name}", f"selalu {name}"),
    )  # fmt: skip
    table = Table(
        ("Scores", "Skor"), shown, [(words[key], *fixed(row)) for key, row in rows.items()], note
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
    return Section(("Result", "Hasil"), [sentence], [table]), numbers


def _sure(p: Array) -> Array:
    """Of two classes the probability of the second, which the curve of reliability is drawn of."""
    return p[:, 1] if p.shape[1] == 2 else p


def _verdict(name: str, right: float, constant: float, gains: Array) -> Words:
    n = len(gains)
    each = (
        f"{right:.1%} of {n:,} rows are right, against {constant:.1%}.",
        f"{right:.1%} dari {n:,} baris benar, dibanding {constant:.1%}.",
    )
    if right < constant:
        begin = (
            f"Worse than always answering {name}: ",
            f"Lebih buruk daripada selalu menjawab {name}: ",
        )
    elif right == constant:
        begin = (
            f"No better than always answering {name}: ",
            f"Tidak lebih baik daripada selalu menjawab {name}: ",
        )
        each = (f"{right:.1%} of {n:,} rows are right either way.",
                f"{right:.1%} dari {n:,} baris benar pada keduanya.")  # fmt: skip
    elif not convincing(gains):
        more = int(gains.sum())
        begin = (
            f"Hardly better than always answering {name}, by {more} of {n:,} rows, which may be "
            "chance: ",
            f"Hampir tidak lebih baik daripada selalu menjawab {name}, selisih {more} dari {n:,} "
            "baris, yang bisa saja kebetulan: ",
        )
    else:
        begin = (
            f"Better than always answering {name}: ",
            f"Lebih baik daripada selalu menjawab {name}: ",
        )
    return tuple(a + b for a, b in zip(begin, each))


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
                (
                    f"It never answers {name}, which is right in {rows:,} rows.",
                    f"Ia tidak pernah menjawab {name}, yang benar pada {rows:,} baris.",
                )
            )
        else:
            sentences.append(
                (
                    f"Of {name} it finds {right:,} of {rows:,} rows.",
                    f"Dari {name} ia menemukan {right:,} dari {rows:,} baris.",
                )
            )
    more = len(sentences) - 3
    if more > 0:
        several = (f"Of {more} more classes it finds less than half.",
                   f"Dari {more} kelas lagi ia menemukan kurang dari separuh.")  # fmt: skip
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
                ("Confusion matrix", "Matriks konfusi"),
                (("true \\ predicted", "benar \\ prediksi"), *found.names),
                [(name, *map(str, row)) for name, row in zip(found.names, counts)],
                ("A row is a class, a column what is answered.",
                 "Baris adalah kelas, kolom adalah jawabannya."),
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
            ("class", "kelas"), ("answered", "dijawab"), ("rows", "baris"),
        )  # fmt: skip
        heading = ("What is confused most", "Yang paling sering tertukar")
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
    said = (of or "surest answer", of or "jawaban terkuat")
    table = Table(
        ("Calibration", "Kalibrasi"),
        (said, ("said", "dikatakan"), ("came true", "terjadi"), ("rows", "baris")),
        rows,
    )
    sure, right = float(p.max(axis=1).mean()), float((found.predicted == found.wanted).mean())
    on_average = (
        f"on average it is {sure:.1%} sure, and right in {right:.1%} of the rows.",
        f"rata-rata keyakinannya {sure:.1%}, dan {right:.1%} dari barisnya benar.",
    )
    if sure - right > 0.05:
        begin = ("It is surer than it is right: ", "Ia lebih yakin daripada benarnya: ")
    elif right - sure > 0.05:
        begin = (
            "It is more often right than it is sure: ",
            "Ia lebih sering benar daripada yakin: ",
        )
    else:
        begin = ("It is about as sure as it is right: ", "Keyakinannya kira-kira sesuai: ")
    sentences: list[Words] = [tuple(a + b for a, b in zip(begin, on_average))]
    if len(found.wanted) < 10 * BINS:
        n = len(found.wanted)
        sentences.append(
            (
                f"{n} rows are few to measure this by.",
                f"{n} baris terlalu sedikit untuk mengukurnya.",
            )
        )
    words = (
        "Reliability: what was said against how often it came true, above the diagonal more often.",
        "Reliabilitas: yang dikatakan terhadap seberapa sering terjadi, di atas diagonal lebih "
        "sering.",
    )
    drawn = Figure(words, partial(reliability, curve))
    numbers: dict[str, object] = {
        "calibration": {
            name: listed(getattr(curve, name))
            for name in ("edges", "predicted", "observed", "rows")
        }
    }
    title = ("How sure it is", "Seberapa yakin")
    return Section(title, sentences, [table], [drawn]), numbers
