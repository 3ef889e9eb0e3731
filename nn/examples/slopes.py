"""W35: the gradient as the direction of steepest ascent, and convexity by chords."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from autograd.lessons import ChordTest, chord_test, steepest_ascent
from autograd.typing import Array
from nn import plots
from optim.examples import Outcome, Table, example, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POINT = (1.0, -0.5)


def bowl(p: Array) -> Array:
    """x² + 2y², whose gradient at (1, -0.5) is (2, -2)."""
    value: Array = p[0] ** 2 + 2 * p[1] ** 2
    return value


def wave(x: Array) -> Array:
    """x⁴ - 2x² + x/2: two minima with a hill between them."""
    value: Array = x**4 - 2 * x**2 + x / 2
    return value


def _answer(test: ChordTest) -> str:
    if test:
        return "yes, as far as is seen"
    return f"no: from {test.a:.3g} to {test.b:.3g} the chord lies {-test.gap:.3g} below the graph"


@example("W35", "steepest-ascent", "What a gradient is: the steepest way up; and what convex is")
def slopes() -> Outcome:
    """The slope in each of 360 directions beside the gradient; chords of two functions."""
    ascent = steepest_ascent(bowl, np.array(POINT))
    degrees = np.degrees(ascent.angles)
    towards = float(np.degrees(ascent.gradient_angle)) % 360
    length = float(np.linalg.norm(ascent.gradient))
    chosen = [*range(0, 360, 45)]
    by_angle = Table(
        "f = x² + 2y² at (1, -0.5), gradient (2, -2): the slope in some of 360 directions",
        ["degrees", "slope", "|gradient| · cos of the angle between"],
        [[a, *(round(float(x), 9) + 0.0 for x in (
            ascent.slopes[a], length * np.cos(np.radians(a - towards))))] for a in chosen],
    )  # fmt: skip
    found = Table("", ["", "degrees", "slope"], [
        ["steepest of all 360", float(degrees[np.argmax(ascent.slopes)]),
         float(ascent.slopes.max())],
        ["the gradient", towards, length],
    ])  # fmt: skip
    tests = {
        "x²": chord_test(lambda x: x * x, -1.5, 1.5, 500),
        "x⁴ - 2x² + x/2": chord_test(wave, -1.5, 1.5, 500),
    }
    chords = Table(
        "is each chord above the graph? 500 chords", ["f", "answer"],
        [[name, _answer(test)] for name, test in tests.items()],
    )  # fmt: skip

    def draw() -> Figure:
        figure, ((left, middle, right),) = panels(1, 3)
        x, y = np.meshgrid(np.linspace(-2, 3.5, 80), np.linspace(-3, 1.5, 80))
        left.contour(x, y, bowl(np.array([x, y])), levels=14, colors="#bbbbbb", linewidths=0.8)
        ends = np.array(POINT)[:, None] + 0.5 * ascent.slopes * np.array(
            [np.cos(ascent.angles), np.sin(ascent.angles)])  # fmt: skip
        rising = ascent.slopes > 0
        left.plot(*ends[:, rising], ".", ms=2, color=plots.COLOURS[0], label="slope each way")
        left.annotate(
            "",
            np.array(POINT) + 0.5 * ascent.gradient,
            POINT,
            arrowprops={"arrowstyle": "->", "lw": 2, "color": plots.COLOURS[1]},
        )
        left.set(title="the gradient points the steepest way up", aspect="equal")
        left.legend(fontsize=8)
        middle.plot(degrees, ascent.slopes, color=plots.COLOURS[0])
        middle.axvline(towards, color=plots.COLOURS[1], ls="--", label="direction of the gradient")
        middle.set(title="slope in 360 directions", xlabel="degrees")
        middle.legend(fontsize=8)
        line = np.linspace(-1.5, 1.5, 120)
        curves: dict[str, Callable[[Array], Array]] = {"x²": np.square, "x⁴ - 2x² + x/2": wave}
        for i, (name, f) in enumerate(curves.items()):
            right.plot(line, f(line), color=plots.COLOURS[i], label=name)
            a, b = (-1.2, 1.0) if i == 0 else (-1.0, 0.95)
            right.plot([a, b], [f(np.array(a)), f(np.array(b))], "o--", ms=4,
                       color=plots.COLOURS[i])  # fmt: skip
        right.set(title="a chord above the graph, and one that cuts it")
        right.legend(fontsize=8)
        return figure

    numbers = {
        "steepest degrees": float(degrees[np.argmax(ascent.slopes)]),
        "degrees of the gradient": towards,
        "steepest slope": float(ascent.slopes.max()),
        "length of the gradient": length,
        "x² is convex": bool(tests["x²"]),
        "the wave is convex": bool(tests["x⁴ - 2x² + x/2"]),
    }
    notes = [
        "Descent goes the opposite way. That no chord was found below the graph proves nothing; one"
        " that was disproves convexity.",
    ]
    return Outcome(numbers, draw, [found, by_angle, chords], notes)
