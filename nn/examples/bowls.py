"""W58: a bowl and a saddle in three dimensions; both have gradient 0 in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from autograd import Tensor, critical_point
from nn import plots
from optim.examples import Outcome, Table, column, example
from optim.surfaces import SURFACES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

NAMES = ("bowl", "saddle")
SIDE = 2.0


def height_of(name: str) -> Callable[[Tensor], Tensor]:
    """A surface as a function of one array."""
    return lambda p: SURFACES[name](p[0], p[1])


@example("W58", "bowl-and-saddle", "A bowl and a saddle: gradient 0 in both")
def bowl_and_saddle() -> Outcome:
    """Gradient, Hessian and its eigenvalues at (0, 0) of a bowl and of a saddle, drawn in 3-D."""

    points = {name: critical_point(height_of(name), np.zeros(2)) for name in NAMES}
    rows = [[name, SURFACES[name].formula, *points[name].eigenvalues.tolist(), points[name].verdict]
            for name in NAMES]  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, both = column(3.6, 3.6, projection="3d", ax=ax)
        ticks = np.linspace(-SIDE, SIDE, 17)
        x, y = np.meshgrid(ticks, ticks)
        line = np.linspace(-SIDE, SIDE, 60)
        zero = np.zeros_like(line)
        for axes, name in zip(both, NAMES):
            f = SURFACES[name]
            axes.plot_surface(
                x, y, f(x, y), cmap="viridis", alpha=0.55, lw=0.3, edgecolor="#777777"
            )
            for i, (a, b, label) in enumerate(((line, zero, "along x"), (zero, line, "along y"))):
                bend = "up" if f.second(0, 0)[2 * i] > 0 else "down"
                axes.plot(a, b, f(a, b), color=plots.COLOURS[(1, 6)[i]], ls=("-", "--")[i], lw=2.4,
                          zorder=9, label=f"{label}: bends {bend}")  # fmt: skip
            axes.plot([0], [0], [0], "o", color="#000000", mec="white", ms=7, zorder=10,
                      label="gradient 0")  # fmt: skip
            axes.set(title=f"{name}: f = {f.formula}, a {points[name].verdict}")
            axes.set(xlabel="x", ylabel="y", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
            axes.set_zlabel("f")
            axes.view_init(elev=28, azim=-58)
            axes.set_box_aspect((1, 1, 0.75), zoom=0.95)
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
        return figure

    numbers = {
        name: {
            "gradient": point.gradient,
            "eigenvalues": point.eigenvalues,
            "what is there": point.verdict,
        }
        for name, point in points.items()
    }
    notes = [
        "Where the gradient is 0 only the second derivatives tell: both eigenvalues of the Hessian"
        " above 0 make a minimum, one on either side a saddle. Descent that starts exactly on the"
        " saddle's ridge ends in the middle.",
    ]
    columns = ["surface", "f", "λ₁", "λ₂", "what is in the middle"]
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)
