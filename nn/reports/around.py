"""What a report has beside the answers: the importance of the columns, and the training."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograd.typing import Array
from nn.metrics import Importance
from nn.notebook import curves
from nn.reports.charts import bars
from nn.reports.content import Cell, Figure, Section, Table, Words, fixed, json_number, listed
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
    part = "" if used == rows else f", {used:,} of {rows:,} rows"
    bagian = "" if used == rows else f", {used:,} dari {rows:,} baris"
    more = len(names) - LISTED
    also, juga = (f"; {more} more", f"; {more} lagi") if more > 0 else ("", "")
    note = (
        f"By how much {measured[0]} falls when the column is shuffled: mean and standard deviation "
        f"of {repeats}{part}{also}.",
        f"Seberapa {measured[1]} turun bila kolomnya diacak: rata-rata dan simpangan baku dari "
        f"{repeats}{bagian}{juga}.",
    )
    columns: tuple[Cell, ...] = (
        ("feature", "fitur"),
        (f"lost {measured[0]}", f"{measured[1]} turun"),
        "±",
    )
    table = Table(("Importance", "Pentingnya fitur"), columns, shown, note)
    told = mean > 2 * std
    sentence: Words = (
        ("No column matters much by itself.", "Tidak ada kolom yang penting sendirian.")
        if not (told & (mean > 0)).any()
        else (
            f"{names[0]} matters most: without it {measured[0]} is {mean[0]:.3g} lower.",
            f"{names[0]} paling penting: tanpanya {measured[1]} turun {mean[0]:.3g}.",
        )
    )
    figure = Figure(
        (
            f"How much {measured[0]} each feature is worth.",
            f"Seberapa {measured[1]} bergantung pada tiap fitur.",
        ),
        partial(bars, names[:DRAWN], mean[:DRAWN].tolist(), std[:DRAWN].tolist()),
    )
    return Section(("What it goes by", "Dasar jawabannya"), [sentence], [table], [figure])


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
            (
                f"{name} is best after epoch {epoch} of {len(history)}: {value}.",
                f"{name} terbaik setelah epoch {epoch} dari {len(history)}: {value}.",
            )
        )
    table = Table(("Epochs", "Epoch"), tuple(names), cells)
    figures = [
        Figure(
            (f"{name} over the epochs", f"{name} selama epoch"),
            partial(_curve, history, name),
        )
        for name in history.scores
    ]
    return Section(("Training", "Pelatihan"), sentences, [table], figures)


#: The words of a curve in each language.
_WORDS = (
    {},
    {"training": "pelatihan", "validation": "validasi", "logarithmic": "logaritmik"},
)  # type: tuple[dict[str, str], ...]


def _curve(history: History, name: str, place: int, alone: bool) -> str:
    panel = score_panels(history)[name]
    return curves(epoch_numbers(history), {name: panel}, styled=alone, words=_WORDS[place])
