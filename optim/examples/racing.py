"""W25, W26 and W32: a ravine, a race of all optimizers, and second-order methods."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optim.examples.demonstration import Outcome, Table, example, panels
from optim.races import (
    COLOURS,
    ENTRANTS,
    Place,
    Race,
    draw_contours,
    draw_losses,
    draw_path,
    race,
    race_parts,
)
from optim.rules import SGD, Adam, RMSprop
from optim.surfaces import SURFACES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

REACHED = 1e-3


@example("W25", "ravine", "Momentum in a ravine")
def ravine() -> Outcome:
    """Plain descent zig-zags, momentum does not, RMSProp evens out the two directions."""
    result = race(
        "ravine",
        {
            "plain": lambda p: SGD(p, lr=0.038),
            "momentum": lambda p: SGD(p, lr=0.015, momentum=0.8),
            "rmsprop": lambda p: RMSprop(p, lr=0.08, alpha=0.9),
        },
        steps=150,
    )
    rows = []
    for name, run in result.runs.items():
        flips = int((np.diff(np.sign(run.path[:40, 1])) != 0).sum())
        first = np.abs(run.path[1] - run.path[0])
        rows.append([name, run.steps_to(REACHED), flips, first[0], first[1]])
    columns = ["", f"steps to L ≤ {REACHED:g}", "crossings in 40 steps", "first step in x", "in y"]
    place = Place([0.0])
    pushed = SGD([place], lr=0.01, momentum=0.9)
    positions = [0.0]
    for _ in range(100):
        place.grad = np.array([2.0])
        pushed.step()
        positions.append(float(place.data[0]))
    steps = -np.diff(positions)

    def draw(ax: Axes = None) -> Figure:
        figure, ((left, middle, right),) = panels(1, 3, (5, 4), ax=ax)
        draw_contours(left, result.surface)
        for i, (name, run) in enumerate(result.runs.items()):
            draw_path(left, run, i, name)
        left.legend(fontsize=8, loc="lower right")
        draw_losses(middle, result.surface, result.runs)
        middle.axhline(REACHED, color="black", lw=1, ls="--")
        right.plot(steps, color=COLOURS[1], label="step of momentum 0.9, g = 2, η = 0.01")
        right.axhline(0.2, color="black", ls="--", lw=1, label="ηg/(1 - μ) = 0.2")
        right.axhline(0.02, color=COLOURS[0], ls=":", label="ηg = 0.02, plain")
        right.set(xlabel="update", title="under a constant gradient", ylim=(0, 0.25))
        right.legend(fontsize=8)
        return figure

    numbers = {
        "steps to the floor": {row[0]: row[1] for row in rows},
        "crossings": {row[0]: row[2] for row in rows},
        "first steps": {row[0]: (row[3], row[4]) for row in rows},
        "constant gradient": float(steps[-1]),
    }
    live = partial(race_parts, [result])
    return Outcome(numbers, draw, [Table("", columns, rows)], live=live)


RACED = ("bowl", "ravine", "beale", "rosenbrock", "saddle", "himmelblau")
SHOWN = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "lbfgs")


@example("W26", "race", "The race of optimizers")
def race_of_optimizers() -> Outcome:
    """Every optimizer from one start on six surfaces; seven of them drawn."""
    races: dict[str, Race] = {name: race(name, "all") for name in RACED}
    rows = [[name, *(_outcome(races[surface], name) for surface in RACED)] for name in ENTRANTS]
    table = Table("loss above the minimum after 200 steps (saddle: loss)", ["", *RACED], rows)

    def draw(ax: Axes = None) -> Figure:
        figure, grid = panels(2, 3, (5, 4.4), ax=ax)
        for axes, (name, result) in zip(grid.ravel(), races.items()):
            draw_contours(axes, result.surface, labels=False)
            axes.set_title(name, loc="left")
            for i, racer in enumerate(SHOWN):
                draw_path(axes, result.runs[racer], i, racer if name == RACED[0] else None)
            axes.plot(*result.start, "o", color="white", mec="black", ms=8, zorder=6)
        if ax is None:
            figure.legend(loc="outside lower center", ncols=len(SHOWN), handlelength=3.5)
        else:
            grid[0, 0].legend(fontsize=7, handlelength=3)
        return figure

    numbers = {surface: {n: float(r.losses[-1]) for n, r in result.runs.items()}
               for surface, result in races.items()}  # fmt: skip
    notes = ["optim.races.race(surface, optimizers) runs any of them, and plots or animates."]
    live = partial(race_parts, [races[name] for name in ("beale", *RACED)])
    return Outcome(numbers, draw, [table], notes, live)


def _outcome(result: Race, name: str) -> str:
    run = result.runs[name]
    if run.remark:
        return run.remark.removesuffix(" Hessian").removeprefix("stopped: ")
    floor = result.surface.floor()
    return f"{run.losses[-1] - (floor if np.isfinite(floor) else 0):.1e}"


@example("W32", "orders", "First and second order")
def orders() -> Outcome:
    """Newton and L-BFGS beside gradient descent: Rosenbrock's valley, a quadratic, a saddle."""
    field = {
        "gradient descent": ENTRANTS["sgd"],
        "adam": lambda p, s: Adam(p, 0.05),
        "lbfgs": ENTRANTS["lbfgs"],
        "newton": ENTRANTS["newton"],
    }
    names = ("rosenbrock", "ravine", "saddle")
    races: dict[str, Race] = {}
    for name in names:
        surface = SURFACES[name]
        builds = {n: (lambda p, make=make, s=surface: make(p, s)) for n, make in field.items()}
        races[name] = race(name, builds, steps=1000 if name == "rosenbrock" else 200)
    rows = [
        [n, *(races[s].runs[n].steps_to(1e-8) for s in names[:2]), races["saddle"].runs[n].remark]
        for n in field
    ]
    columns = ["", "steps to 1e-8 on rosenbrock", "on a quadratic", "on a saddle"]

    def draw(ax: Axes = None) -> Figure:
        figure, grid = panels(1, 2, (6, 4.4), ax=ax)
        result = races["rosenbrock"]
        draw_contours(grid[0, 0], result.surface)
        for i, (name, run) in enumerate(result.runs.items()):
            draw_path(grid[0, 0], run, i, name)
        grid[0, 0].legend(fontsize=8, loc="upper center")
        draw_losses(grid[0, 1], result.surface, result.runs)
        grid[0, 1].set_xscale("symlog", linthresh=10)
        grid[0, 1].set_xlim(left=0)
        return figure

    numbers = {
        "rosenbrock": {row[0]: row[1] for row in rows},
        "quadratic": {row[0]: row[2] for row in rows},
        "saddle": {row[0]: row[3] for row in rows},
    }
    notes = ["A step of Newton solves with the Hessian; one of L-BFGS may ask for several losses."]
    live = partial(race_parts, [*races.values()])
    return Outcome(numbers, draw, [Table("", columns, rows)], notes, live)
