"""W35: the gradient as the direction of steepest ascent, measured in 360 directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd.lessons import steepest_ascent
from autograd.typing import Array
from nn import plots
from optim.examples import Outcome, Table, column, example

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

POINT = (1.0, -0.5)
FORMULA = "x² + 2y²"


def bowl(p: Array) -> Array:
    """x² + 2y², whose gradient at (1, -0.5) is (2, -2)."""
    value: Array = p[0] ** 2 + 2 * p[1] ** 2
    return value


@example("W35", "steepest-ascent", "What a gradient is: the steepest way up")
def slopes() -> Outcome:
    """The slope in each of 360 directions beside the gradient: |∇f| cos of the angle between.

    The largest slope is in the gradient's direction, the smallest opposite, 0 at right angles.
    """
    ascent = steepest_ascent(bowl, np.array(POINT))
    degrees = np.degrees(ascent.angles)
    towards = float(np.degrees(ascent.gradient_angle)) % 360
    length = float(np.linalg.norm(ascent.gradient))
    chosen = [*range(0, 360, 45)]
    by_angle = Table(
        f"f = {FORMULA} at (1, -0.5), gradient (2, -2): the slope in some of 360 directions",
        ["degrees", "slope", "|gradient| · cos of the angle between"],
        [[a, *(round(float(x), 9) + 0.0 for x in (
            ascent.slopes[a], length * np.cos(np.radians(a - towards))))] for a in chosen],
    )  # fmt: skip
    turned = {"opposite": 180, "at right angles": 90}
    measured = {name: float(ascent.slopes[round(towards + by) % 360])
                for name, by in turned.items()}  # fmt: skip
    found = Table("", ["", "degrees", "slope"], [
        ["steepest of all 360", float(degrees[np.argmax(ascent.slopes)]),
         float(ascent.slopes.max())],
        ["the gradient", towards, length],
        *([name, (towards + by) % 360, round(measured[name], 9) + 0.0]
          for name, by in turned.items()),
    ])  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, (map_, wave) = column(3.7, 2.9, ax=ax)
        x, y = np.meshgrid(np.linspace(-1.6, 3.4, 80), np.linspace(-2.9, 1.3, 80))
        map_.contour(x, y, bowl(np.array([x, y])), levels=14, colors="#999999", linewidths=0.8)
        units = np.array([np.cos(ascent.angles), np.sin(ascent.angles)])
        rays = np.array(POINT)[:, None] + 0.4 * np.maximum(ascent.slopes, 0) * units
        map_.fill(*rays, color=plots.COLOURS[5], alpha=0.5, label="slope up, by direction")
        for sign, name, colour, dash in (
            (1, "gradient: steepest up", plots.COLOURS[1], "-"),
            (-1, "descent: the other way", plots.COLOURS[0], "--"),
        ):
            end = np.array(POINT) + 0.5 * sign * ascent.gradient
            look = {"arrowstyle": "-|>", "lw": 2, "color": colour, "ls": dash}
            map_.annotate("", end, POINT, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})
            map_.plot([], [], dash, lw=2, color=colour, label=name)
        map_.plot(*POINT, "o", color="#000000")
        map_.set(title=f"level lines of f = {FORMULA}", xlabel="x", ylabel="y", aspect="equal")
        map_.legend(loc="lower left", framealpha=0.9)
        wave.plot(degrees, ascent.slopes, color=plots.COLOURS[0])
        wave.axhline(0, color="#777777", lw=0.8)
        marks = (("o", 0, f"gradient: {length:.3f}"), ("s", 180, f"opposite: {-length:.3f}"),
                 ("^", 90, "right angles: 0"), ("^", 270, None))  # fmt: skip
        for i, (marker, by, label) in enumerate(marks):
            angle = (towards + by) % 360
            wave.plot(angle, ascent.slopes[round(angle) % 360], marker, ls="none", ms=9,
                      color=plots.COLOURS[(1, 2, 3, 3)[i]], mec="white", label=label)  # fmt: skip
        wave.set(title="the slope measured in 360 directions", ylabel="slope",
                 xlabel="direction, degrees from the x axis", xticks=range(0, 361, 45),
                 ylim=(-3.3, 3.3))  # fmt: skip
        wave.grid(alpha=0.3)
        wave.legend(loc="upper center")
        return figure

    numbers = {
        "steepest degrees": float(degrees[np.argmax(ascent.slopes)]),
        "degrees of the gradient": towards,
        "steepest slope": float(ascent.slopes.max()),
        "length of the gradient": length,
        **{f"slope {name}": round(slope, 6) + 0.0 for name, slope in measured.items()},
    }
    notes = [
        "The gradient was not used to measure the slopes. Each is |gradient| · cos of the angle"
        " between: largest along the gradient, as far below 0 opposite, 0 at right angles, along"
        " the level line. Descent goes the opposite way.",
    ]
    return Outcome(numbers, draw, [found, by_angle], notes)
