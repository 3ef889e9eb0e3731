"""W19-W21: a stopping rule, three learning rates, and the minimum that is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from optim.examples.demonstration import Outcome, Table, example, panels
from optim.figures import Parts, Relief, relief_parts
from optim.kinds import Array, State
from optim.races import COLOURS, MARKERS, Place, draw_contours, race, race_parts
from optim.rules import SGD, Descent, GradientDescent, classify_critical_point
from optim.surfaces import SURFACES, Surface

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes


def parabola(w: Array) -> tuple[float, Array]:
    """(w - 1)² + (w - 3)² and its derivative: a minimum of 2 at w = 2."""
    return float((w[0] - 1) ** 2 + (w[0] - 3) ** 2), 4 * w - 8


VALLEY = Surface(
    "valley", "(x² + 10y²)/2",
    lambda x, y: (x * x + 10 * y * y) / 2,
    lambda x, y: (x, 10 * y),
    lambda x, y: (1.0, 0.0, 10.0),
    (-4.0, 1.0), ((0.0, 0.0),), (-5, 5, -2.5, 2.5), 0.17, 0.1,
)  # fmt: skip


def valley(w: Array) -> tuple[float, Array]:
    """The surface and its gradient."""
    return float(VALLEY(*w)), VALLEY.gradient(w)


def descend(
    function: Callable[[Array], tuple[float, Array]],
    start: ArrayLike,
    lr: float,
    limit: int,
    tolerance: float = 1e-6,
) -> tuple[Descent, Array]:
    """The report of a descent, and its path: one row for each evaluation."""
    place, path = Place(start), []
    optimizer = GradientDescent([place], lr, tolerance, limit)

    def closure() -> float:
        path.append(place.data.copy())
        loss, place.grad = function(place.data)
        return float(loss)

    with np.errstate(all="ignore"):
        report = optimizer.minimize(closure)
    return report, np.array(path)


@example("W19", "stopping-rule", "Gradient descent with a stopping rule")
def stopping_rule() -> Outcome:
    """w ← w - η∇L until ‖∇L‖ ≤ ε, k reaches its bound, or the loss diverges."""
    cases = [("η = 0.1", 0.1, 200), ("η = 0.001", 0.001, 200), ("η = 0.6", 0.6, 200)]
    reports: dict[str, Descent] = {
        name: descend(parabola, [1.0], lr, limit, 1e-3)[0] for name, lr, limit in cases
    }
    rows = [
        [name, r.reason, r.steps, r.gradient_norms[-1], r.losses[-1]] for name, r in reports.items()
    ]
    columns = ["", "stopped by", "steps", "‖∇L‖", "L"]
    table = Table("L = (w - 1)² + (w - 3)², w₀ = 1, ε = 0.001, at most 200 steps", columns, rows)

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        for i, (name, report) in enumerate(reports.items()):
            axes.plot(report.gradient_norms, color=COLOURS[i], marker=MARKERS[i], markevery=20,
                      label=f"{name}: {report.reason}, {report.steps} steps")  # fmt: skip
        axes.axhline(1e-3, color="black", ls="--", lw=1, label="ε")
        axes.set(yscale="log", xlabel="step k", ylabel="‖∇L‖", title="until the gradient is small")
        axes.legend()
        axes.grid(alpha=0.3)
        return figure

    numbers: State = {name: (r.reason, r.steps) for name, r in reports.items()}
    first = descend(parabola, [1.0], 0.1, 1)[0].losses
    numbers["losses of the first step"] = tuple(first)
    return Outcome(numbers, draw, [table])


RATES = {
    "curve": {"too small": 0.01, "right": 0.2, "too large": 0.55},
    "surface": {"too small": 0.01, "right": 0.17, "too large": 0.22},
}


@example("W20", "learning-rates", "A learning rate too small, right, too large")
def learning_rates() -> Outcome:
    """Three rates on one curve and on one surface: too small, right, and one that diverges."""
    runs: dict[str, dict[str, tuple[Descent, Array]]] = {}
    for place, rates in RATES.items():
        function, start = (parabola, [-1.0]) if place == "curve" else (valley, VALLEY.start)
        # The tolerance is loose so that the right rate is done within the hundred steps drawn.
        runs[place] = {name: descend(function, start, lr, 100, 1e-3) for name, lr in rates.items()}
    rows = [
        [place, name, RATES[place][name], report.reason, report.steps, report.losses[-1]]
        for place, by_rate in runs.items()
        for name, (report, _) in by_rate.items()
    ]
    table = Table("", ["on a", "rate", "η", "outcome", "steps", "last loss"], rows)

    def draw(ax: Axes = None) -> Figure:
        figure, grid = panels(2, 3, ax=ax)
        window = np.linspace(-3, 7, 200)
        for (place, by_rate), line in zip(runs.items(), grid):
            for i, (name, (report, path)) in enumerate(by_rate.items()):
                look = {"color": COLOURS[i], "marker": MARKERS[i], "ms": 4, "lw": 1.2}
                label = f"{name}: η = {RATES[place][name]:g}, {report.reason}"
                points = path[: 12 if name == "too large" else 40]
                if place == "curve":
                    line[0].plot(points[:, 0], parabola_at(points[:, 0]), label=label, **look)
                else:
                    line[0].plot(*points.T, label=label, **look)
                floor = 2.0 if place == "curve" else 0.0
                losses = np.maximum(np.array(report.losses) - floor, 1e-9)
                line[1].plot(losses, color=COLOURS[i], label=label)
                line[2].plot(report.gradient_norms, color=COLOURS[i], label=name)
            for axes, title in zip(line[1:], ("loss above the minimum", "‖∇L‖")):
                axes.set(yscale="log", xlabel="update", title=title)
                axes.grid(alpha=0.3)
        grid[0, 0].plot(window, parabola_at(window), color="#999999", zorder=0)
        grid[0, 0].set(xlim=(-3, 7), ylim=(0, 40), xlabel="w", title="(w - 1)² + (w - 3)²")
        x, y = np.meshgrid(np.linspace(-5, 5, 100), np.linspace(-2.5, 2.5, 100))
        grid[1, 0].contour(x, y, VALLEY(x, y), levels=14, colors="#aaaaaa", linewidths=0.6)
        grid[1, 0].set(xlim=(-5, 5), ylim=(-2.5, 2.5), xlabel="x", title=VALLEY.formula)
        for line in grid:
            line[1].legend(fontsize=8, loc="lower right")
        return figure

    numbers: State = {
        f"{place}: {name}": (report.reason, report.steps, report.losses[-1])
        for place, by_rate in runs.items()
        for name, (report, _) in by_rate.items()
    }
    note = (
        "On a quadratic of curvature c, descent converges for η < 2/c: 0.5 on the curve (c = 4),"
        " 0.2 on the surface (its steepest c = 10). Beyond it the loss grows without end."
    )
    racers = {name: lambda places, lr=lr: SGD(places, lr) for name, lr in RATES["surface"].items()}
    live = partial(race_parts, [race(VALLEY, racers, steps=100)])
    return Outcome(numbers, draw, [table], [note], live)


def parabola_at(w: Array) -> Array:
    """The curve alone, for drawing."""
    losses: Array = (w - 1) ** 2 + (w - 3) ** 2
    return losses


STARTS: dict[str, list[tuple[float, float]]] = {
    "bowl": [(-2.5, 2.0), (2.0, 2.5), (0.5, -2.5), (2.5, -1.0)],
    "himmelblau": [(-0.5, -1.0), (0.5, 1.0), (-1.0, 2.0), (1.0, -3.0), (-0.2708446, -0.9230385)],
    "rastrigin": [(1.7, -1.4), (0.3, 0.2), (-1.2, 1.6), (-0.6, -0.4)],
    "saddle": [(-2.0, 0.0), (1.5, 0.01), (-1.0, -0.01)],
    "plateau": [(-3.9, 3.9), (2.0, 1.0), (-1.0, 1.5)],
}  # fmt: skip


@example("W21", "landscapes", "Convex and non-convex landscapes")
def landscapes() -> Outcome:
    """From several starts on five surfaces: local minima, a saddle's ridge, a plateau."""
    rows: list[list[object]] = []
    paths: dict[str, list[Array]] = {}
    for name, starts in STARTS.items():
        surface = SURFACES[name]
        paths[name] = []

        def function(w: Array, surface: Surface = surface) -> tuple[float, Array]:
            return float(surface(*w)), surface.gradient(w)

        for start in starts:
            report, path = descend(function, start, surface.rate, 300, 1e-4)
            end = path[-1]
            kind = classify_critical_point(surface.hessian(end)).kind
            if np.abs(surface.hessian(end)).max() < 0.01:
                kind = "plateau"
            elif report.reason != "converged":
                kind = "-"
            elif kind == "minimum" and report.losses[-1] > surface.floor() + 1e-3:
                kind = "local minimum"
            rows.append([name, *start, report.reason, *end.tolist(), report.losses[-1], kind])
            paths[name].append(path)
    columns = ["surface", "from x", "y", "outcome", "to x", "y", "loss", "what is there"]

    def draw(ax: Axes = None) -> Figure:
        figure, ((*line,),) = panels(1, len(paths), (3.4, 3.6), ax=ax)
        for axes, (name, surface_paths) in zip(line, paths.items()):
            draw_contours(axes, SURFACES[name])
            axes.set_title(name, loc="left")
            for i, path in enumerate(surface_paths):
                axes.plot(*path.T, color=COLOURS[i], lw=1.8)
                axes.plot(*path[0], "o", color=COLOURS[i], mec="black", ms=6)
                axes.plot(*path[-1], MARKERS[1], color=COLOURS[i], mec="black", ms=8)
        return figure

    ends = {name: [row[-1] for row in rows if row[0] == name] for name in STARTS}
    numbers = {"what is there": ends, "rows": rows}
    notes = [
        "Circles are starts, squares ends. On a convex surface every start ends at the one minimum;"
        " elsewhere the start decides.",
        "Exactly on the ridge, descent walks into the saddle and stays: the gradient there is 0."
        " A hundredth beside it, it slides off.",
    ]
    live = partial(_landscapes, [*STARTS])
    return Outcome(numbers, draw, [Table("", columns, rows)], notes, live)


def _landscapes(names: Sequence[str], lang: str) -> Parts:
    """Surfaces to turn, each on its own scale, minima marked."""
    from autograd.writing import in_every_language

    reliefs = []
    for name in names:
        surface = SURFACES[name]
        left, right, bottom, top = surface.window
        x, y = np.linspace(left, right, 41), np.linspace(bottom, top, 41)
        title = in_every_language(f"{name}: f = {surface.formula}")
        heights = np.asarray(surface(*np.meshgrid(x, y)))
        across, along, up = map(in_every_language, "xyf")
        reliefs.append(Relief(title, x, y, heights, across, along, up, surface.minima))
    return relief_parts(reliefs, lang, alike=False)
