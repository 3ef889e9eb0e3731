"""W39: what a schedule must meet for stochastic descent to converge, by Robbins and Monro."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optim.examples.demonstration import Outcome, Table, example, panels
from optim.examples.training import SCHEDULES
from optim.kinds import Array
from optim.races import COLOURS, DASHES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Sums over [T, 2T) and [2T, 4T) are compared: of a series that converges the second is smaller.
FROM = 1024
#: Below this a block of a series counts as nothing.
NOTHING = 1e-30


def rates_of(schedule: Callable[[int], float]) -> Array:
    return np.array([schedule(t) for t in range(4 * FROM)])


def growth(series: Array) -> float:
    """The sum over the second block for each 1 of the first: 2 of a constant, 1 of 1/t."""
    first, second = series[FROM : 2 * FROM].sum(), series[2 * FROM :].sum()
    return 0.0 if second < NOTHING else float(second / first)


def diverges(series: Array) -> bool:
    """Whether the sum seems to grow without end: its blocks, doubled, do not become smaller."""
    return growth(series) > 0.9


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

    def draw() -> Figure:
        figure, ((left, right),) = panels(1, 2, (6, 4))
        shown = ("constant", "exponential", "inverse time", "inverse square root", "cosine")
        for axes, power, title in ((left, 1, "Σε: must grow without end"),
                                   (right, 2, "Σε²: must not")):  # fmt: skip
            for i, name in enumerate(shown):
                axes.plot(np.cumsum(rates[name] ** power), color=COLOURS[i], ls=DASHES[i % 3],
                          label=name)  # fmt: skip
            axes.set(xscale="log", yscale="log", xlabel="step", title=title)
            axes.legend(fontsize=8)
            axes.grid(alpha=0.3)
        return figure

    notes = [
        "Σε = ∞: the steps must be able to reach any place. Σε² < ∞: the noise that they carry"
        " must end. 1/t meets both; a constant rate keeps the noise, an exponential one may stop"
        " short.",
        "No sum is seen to be infinite. Compared are the sums over the steps from"
        f" {FROM:,} to {2 * FROM:,} and from there to {4 * FROM:,}: where the second is not"
        " smaller, the sum is taken to grow without end.",
        "1/√t, for which many argue with an average of the weights, just fails the second.",
    ]
    numbers = {
        "meets both": [str(row[0]).replace(" ", "-") for row in rows if row[-1] == "yes"],
        "growth of Σε": {name: growth(series) for name, series in rates.items()},
        "growth of Σε²": {name: growth(series**2) for name, series in rates.items()},
    }
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)
