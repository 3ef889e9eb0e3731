"""W39: what a schedule must meet for stochastic descent to converge, by Robbins and Monro."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from optim.examples.demonstration import Outcome, Table, column, example
from optim.examples.training import SCHEDULES
from optim.kinds import Array
from optim.races import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

#: Sums over [T, 2T) and [2T, 4T) are compared: of a series that converges the second is smaller.
FROM = 1024
#: A sum whose blocks, doubled, shrink no further than this is taken to grow without end.
LEAST = 0.9
#: Below this a block of a series counts as nothing.
NOTHING = 1e-30
#: A longer name of a schedule takes two lines of the picture.
LONGEST_TICK = 12
#: Words on a line hide it.
PLATE = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.8}


def rates_of(schedule: Callable[[int], float]) -> Array:
    return np.array([schedule(t) for t in range(4 * FROM)])


def growth(series: Array) -> float:
    """The sum over the second block for each 1 of the first: 2 of a constant, 1 of 1/t."""
    first, second = series[FROM : 2 * FROM].sum(), series[2 * FROM :].sum()
    return 0.0 if second < NOTHING else float(second / first)


def diverges(series: Array) -> bool:
    """Whether the sum seems to grow without end: its blocks, doubled, do not become smaller."""
    return growth(series) > LEAST


def verdict(row: Sequence[object]) -> str:
    """Whether a schedule meets both conditions, and which it fails first."""
    if row[-1] == "yes":
        return "yes: meets both"
    return "no: Σε is finite" if row[3] == "finite" else "no: Σε² is ∞"


@example("W39", "robbins-monro", "Σε = ∞ and Σε² < ∞: which schedules meet both")
def robbins_monro() -> Outcome:
    """Each schedule's sums of rates and of squared rates, and whether they end."""
    rates = {name: rates_of(schedule) for name, schedule in SCHEDULES.items()}
    rows = []
    for name, series in rates.items():
        far, quiet = diverges(series), not diverges(series**2)
        rows.append([
            name, *(float(series[:n].sum()) for n in (400, 4000)), "∞" if far else "finite",
            *(float((series[:n] ** 2).sum()) for n in (400, 4000)),
            "finite" if quiet else "∞", "yes" if far and quiet else "no",
        ])  # fmt: skip
    columns = ["schedule", "Σε to 400", "to 4,000", "so", "Σε² to 400", "to 4,000", "so",
               "meets both"]  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, (axes,) = column(6.6, ax=ax)
        places = np.arange(len(rows))[::-1]
        hatched = {"color": COLOURS[4], "edgecolor": "#000000", "hatch": "///"}
        bars = ((1, "Σε must be ∞", {"color": COLOURS[0]}), (2, "Σε² must be finite", hatched))
        for power, label, look in bars:
            sizes = [growth(series**power) for series in rates.values()]
            heights = places + (0.19 if power == 1 else -0.19)
            axes.barh(heights, sizes, 0.36, lw=0.6, label=label, **look)
            for height, size, row in zip(heights, sizes, rows):
                axes.text(
                    size + 0.04, height, row[3 * power], va="center", fontsize=8.5, bbox=PLATE
                )
        for place, row in zip(places, rows):
            weight = "bold" if row[-1] == "yes" else "normal"
            axes.text(3.45, place, verdict(row), va="center", ha="right", weight=weight)
        axes.axvline(LEAST, color="#777777", ls="--", lw=1.2)
        axes.text(LEAST, len(rows) - 0.45, f"without end from {LEAST}", ha="center", va="bottom",
                  bbox=PLATE)  # fmt: skip
        compared = (f"sum over steps {2 * FROM:,} to {4 * FROM:,}"
                    f"\nfor each 1 of steps {FROM:,} to {2 * FROM:,}")  # fmt: skip
        names = [fill(str(row[0]), LONGEST_TICK) for row in rows]
        axes.set(yticks=places, yticklabels=names, xlim=(0, 3.5),
                 xticks=(0, 1, 2), ylim=(-0.6, len(rows) + 0.1))  # fmt: skip
        axes.set(xlabel=compared, ylabel="schedule")
        axes.set_title("which of the sums end?", pad=12)
        axes.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.3, -0.11))
        return figure

    notes = [
        "Σε = ∞: the steps must be able to reach any place. Σε² < ∞: the noise that they carry"
        " must end. 1/t meets both; a constant rate keeps the noise, an exponential one may stop"
        " short.",
        "No sum is seen to be infinite. Compared are the sums over the steps from"
        f" {FROM:,} to {2 * FROM:,} and from there to {4 * FROM:,}: where the second is not"
        " smaller, the sum is taken to grow without end.",
        "A schedule that ends at a small rate and keeps it adds equal terms for ever: its sums are"
        " infinite, however little they grow in the table.",
        "1/√t, for which many argue with an average of the weights, just fails the second.",
    ]
    numbers = {
        "meets both": [str(row[0]).replace(" ", "-") for row in rows if row[-1] == "yes"],
        "growth of Σε": {name: growth(series) for name, series in rates.items()},
        "growth of Σε²": {name: growth(series**2) for name, series in rates.items()},
    }
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)
