"""What a report has beside the answers: the importance of the columns, and the training."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograd.typing import Array
from autograd.writing import Words, words
from nn.metrics import Importance
from nn.notebook import curves
from nn.reports.charts import bars
from nn.reports.content import Cell, Figure, Section, Table, fixed, json_number, listed
from nn.training import History, best_epochs, epoch_numbers, score_panels, some_epochs

#: How many rows go through the network in all, with a column shuffled.
SHUFFLED = 2_000_000
#: How many features are listed, and drawn.
LISTED, DRAWN = 20, 12


def rows_to_shuffle(rows: int, times: int) -> Array:
    """The rows by which importance is measured: all, or as many as take a while."""
    some = max(SHUFFLED // max(times, 1), 200)
    if rows <= some:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, some, replace=False))


def importance_section(found: Importance, measured: Words, used: int, rows: int) -> Section:
    """The features, the most important first."""
    order = np.argsort(-found.mean, kind="stable")
    mean, std = found.mean[order], found.std[order]
    names = [found.names[i] for i in order]
    shown: list[tuple[Cell, ...]] = [
        (name, *fixed(pair)) for name, *pair in zip(names[:LISTED], mean, std)
    ]
    repeats = found.drops.shape[1]
    part: str | Words = ""
    if used != rows:
        part = words(", {used} of {rows} rows", used=f"{used:,}", rows=f"{rows:,}")
    more = len(names) - LISTED
    note = words(
        "By how much {score} falls when the column is shuffled: mean and standard deviation of "
        "{repeats}{part}{also}.",
        score=measured, repeats=repeats, part=part,
        also=words("; {n} more", n=more) if more > 0 else "",
    )  # fmt: skip
    columns: tuple[Cell, ...] = (
        words("feature"),
        words("lost {score}", score=measured),
        "±",
    )
    table = Table(words("Importance"), columns, shown, note)
    told = mean > 2 * std
    sentence: Words = (
        words("No column matters much by itself.")
        if not (told & (mean > 0)).any()
        else words(
            "{name} matters most: without it {score} is {n} lower.",
            name=names[0],
            score=measured,
            n=f"{mean[0]:.3g}",
        )
    )
    figure = Figure(
        words("How much {score} each feature is worth.", score=measured),
        partial(bars, names[:DRAWN], mean[:DRAWN].tolist(), std[:DRAWN].tolist()),
    )
    return Section(words("What it goes by"), [sentence], [table], [figure])


def importance_numbers(found: Importance) -> list[dict[str, object]]:
    """The same for a file."""
    return [
        {
            "feature": found.names[i],
            "mean": json_number(float(found.mean[i])),
            "std": json_number(float(found.std[i])),
            "drops": listed(found.drops[i]),
        }
        for i in np.argsort(-found.mean, kind="stable")
    ]


def history_section(history: History) -> Section:
    """Some epochs of the training, and a curve for each score."""
    names, rows = some_epochs(history)
    cells: list[tuple[Cell, ...]] = [tuple(row) for row in rows]
    sentences: list[Words] = []
    for name, place in list(best_epochs(history).items())[:1]:
        value, epoch = f"{history.rows[place][name]:.4g}", f"{epoch_numbers(history)[place]:g}"
        sentences.append(
            words(
                "{name} is best after epoch {epoch} of {epochs}: {value}.",
                name=words(name),
                epoch=epoch,
                epochs=len(history),
                value=value,
            )
        )
    table = Table(words("Epochs"), tuple(map(words, names)), cells)
    figures = [
        Figure(
            words("{name} over the epochs", name=words(name)),
            partial(_curve, history, name),
        )
        for name in history.scores
    ]
    return Section(words("Training"), sentences, [table], figures)


def _curve(history: History, name: str, place: int, alone: bool) -> str:
    panel = score_panels(history)[name]
    each = map(words, (name, "epoch", "training", "validation", "logarithmic"))
    said = {english: others[place] for english, *others in ((own[0], *own) for own in each)}
    return curves(epoch_numbers(history), {name: panel}, styled=alone, words=said)
