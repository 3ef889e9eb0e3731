"""W16: a table of errors over one weight, and three ways to its minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optim.examples.demonstration import Outcome, Table, example, panels
from optim.kinds import Array
from optim.races import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

X = np.arange(1.0, 6.0)
TARGETS = 3 * X + 1
WEIGHTS = np.arange(1.0, 6.0)


def half_squares(w: Array) -> Array:
    """½(o - o*)² for o = wx + 1, a row for each weight, a column for each point."""
    errors: Array = (np.multiply.outer(w, X) + 1 - TARGETS) ** 2 / 2
    return errors


@example("W16b", "error-table-drawn", "A table of errors, drawn")
def error_table() -> Outcome:
    """Predictions of o = wx + 1 on o* = 3x + 1, ½(o - o*)² and its sum, and the gradient's sign."""
    predictions = np.multiply.outer(WEIGHTS, X) + 1
    errors = half_squares(WEIGHTS)
    sums = errors.sum(1)
    means = 2 * errors.mean(1)
    gradients = ((predictions - TARGETS) * X).sum(1)
    grid = np.linspace(0, 6, 601)
    exhaustive = float(grid[half_squares(grid).sum(1).argmin()])
    tries = np.random.default_rng(0).uniform(0, 6, 200)
    best_try = float(tries[half_squares(tries).sum(1).argmin()])
    moves = ["raise w" if g < 0 else "lower w" if g > 0 else "stay" for g in gradients]
    points = [f"x={x:g}" for x in X]
    per_weight = list(zip(WEIGHTS, predictions, errors, strict=True))
    tables = [
        Table("predictions wx + 1 (targets " + ", ".join(f"{t:g}" for t in TARGETS) + ")",
              ["w", *points], [[w, *p.tolist()] for w, p, _ in per_weight]),
        Table("½(o - o*)²", ["w", *points, "sum", "mean of squares"],
              [[w, *e.tolist(), s, m]
               for (w, _, e), s, m in zip(per_weight, sums.tolist(), means.tolist())]),
        Table("gradient of the sum, Σ(o - o*)x", ["w", "gradient", "so"],
              list(zip(WEIGHTS.tolist(), gradients.tolist(), moves, strict=True))),
        Table("three ways to the minimum", ["way", "w", "trials"],
              [["exhaustive, 0 to 6 by 0.01", exhaustive, 601], ["random in [0, 6]", best_try, 200],
               ["gradient = 0", 3.0, 1]]),
    ]  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        curve = half_squares(grid).sum(1)
        axes.plot(grid, curve, color=COLOURS[0], label="Σ½(o - o*)²")
        axes.plot(tries, half_squares(tries).sum(1), ".", color="#999999", ms=4, label="random")
        axes.plot(WEIGHTS, sums, "o", color=COLOURS[1], label="the table")
        for w, s, g in zip(WEIGHTS, sums, gradients):
            if g:
                arrow = {"arrowstyle": "->", "color": COLOURS[1], "lw": 2}
                axes.annotate("", (w - 0.4 * np.sign(g), s), (w, s), arrowprops=arrow)
        axes.set(xlabel="w", ylabel="error", title="the gradient's sign says which way to move")
        axes.legend()
        axes.grid(alpha=0.3)
        return figure

    numbers = {
        "sums": sums.tolist(),
        "means of squares": means.tolist(),
        "gradients": gradients.tolist(),
        "exhaustive": exhaustive,
        "random": best_try,
        "moves": moves,
    }
    note = "The lecture labels the sums MSE; the means of the squares stand beside them."
    return Outcome(numbers, draw, tables, [note])
