"""W41: which optimizer to use, and whether adaptive ones need no learning rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optim.base import Optimizer
from optim.examples.demonstration import Outcome, Table, example, panels
from optim.races import COLOURS, DASHES, Place, race
from optim.rules import SGD, Adadelta, Adagrad, Adam, RMSprop

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

RATES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
SURFACES = ("ravine", "rosenbrock")
#: A rate works if it leaves this share of the loss at the start, or less.
SHARE = 0.01

Make = Callable[[list[Place], float], Optimizer]
#: The six that Schaul and others compared, and AdaGrad.
CHOICE: dict[str, Make] = {
    "SGD": lambda p, lr: SGD(p, lr),
    "momentum": lambda p, lr: SGD(p, lr, momentum=0.9),
    "RMSProp": lambda p, lr: RMSprop(p, lr, alpha=0.9),
    "RMSProp, momentum": lambda p, lr: RMSprop(p, lr, alpha=0.9, momentum=0.9),
    "Adadelta": lambda p, lr: Adadelta(p, lr),
    "Adam": lambda p, lr: Adam(p, lr),
    "AdaGrad": lambda p, lr: Adagrad(p, lr),
}


def left(name: str, surface: str, steps: int) -> list[float]:
    """The share of the loss at the start that is left, for each rate; inf where it diverged."""
    shares = []
    for rate in RATES:
        result = race(surface, {name: lambda p, rate=rate: CHOICE[name](p, rate)}, steps=steps)
        losses = result.runs[name].losses
        share = float(losses[-1] / losses[0])
        shares.append(share if np.isfinite(share) else np.inf)
    return shares


@example("W41", "which-optimizer", "Which optimizer, and at which rate")
def which_optimizer(steps: int = 120) -> Outcome:
    """Seven optimizers at five rates on two surfaces: where each works, and where it fails."""
    shares = {
        surface: {name: left(name, surface, steps) for name in CHOICE} for surface in SURFACES
    }
    works = {
        surface: {name: sum(s <= SHARE for s in row) for name, row in table.items()}
        for surface, table in shares.items()
    }
    columns = ["", *(f"{rate:g}" for rate in RATES), "rates that work"]
    tables = [
        Table(
            f"{surface}: the share of the loss left after {steps} steps, by rate",
            columns,
            [[name, *row, works[surface][name]] for name, row in shares[surface].items()],
        )
        for surface in SURFACES
    ]

    def draw(ax: Axes = None) -> Figure:
        figure, (line,) = panels(1, 2, (6, 4), ax=ax)
        for axes, surface in zip(line, SURFACES):
            for i, (name, row) in enumerate(shares[surface].items()):
                axes.plot(RATES, np.clip(row, 1e-12, 10), color=COLOURS[i], ls=DASHES[i % 3],
                          marker=".", label=name)  # fmt: skip
            axes.axhline(SHARE, color="black", lw=1, ls=":")
            axes.set(xscale="log", yscale="log", xlabel="learning rate", title=surface,
                     ylabel=f"share of the loss left after {steps} steps")  # fmt: skip
            axes.grid(alpha=0.3)
        line[0].legend(fontsize=8)
        return figure

    best = {surface: min(CHOICE, key=lambda name: min(shares[surface][name]))
            for surface in SURFACES}  # fmt: skip
    notes = [
        f"At its best rate {best['ravine']} leaves least on the ravine, {best['rosenbrock']} on"
        " Rosenbrock's valley: none wins everywhere. Begin with Adam; compare with momentum.",
        "“Adaptive ones need no learning rate” does not hold: each has rates at which it leaves"
        " more than a hundredth, most often because it is far too slow. What adapts is the rate of"
        " each weight relative to the others.",
    ]
    numbers = {"rates that work": works, "best": best, "left": shares}
    return Outcome(numbers, draw, tables, notes)
