"""W57: convexity, by chords of a convex and of a non-convex function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from autograd.lessons import ChordTest, chord_test
from autograd.typing import Array
from nn import plots
from optim.examples import Outcome, Table, column, example

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

SIDE = 1.5


def square(x: Array) -> Array:
    value: Array = x * x
    return value


def wave(x: Array) -> Array:
    """x⁴ - 2x² + x/2: two minima with a hill between them."""
    value: Array = x**4 - 2 * x**2 + x / 2
    return value


FUNCTIONS: dict[str, Callable[[Array], Array]] = {"x²": square, "x⁴ - 2x² + x/2": wave}


def _answer(test: ChordTest) -> str:
    if test:
        return "yes, as far as is seen"
    return f"no: from {test.a:.3g} to {test.b:.3g} the chord lies {-test.gap:.3g} below the graph"


def gaps(f: Callable[[Array], Array], a: float, b: float, t: Array) -> Array:
    """t f(a) + (1-t) f(b) - f(t a + (1-t) b): the chord minus the graph."""
    ends = f(np.array([a, b]))
    return np.asarray(t * ends[0] + (1 - t) * ends[1] - f(t * a + (1 - t) * b))


@example("W57", "convex-chord", "What convex is: every chord above the graph")
def convex_chord(a: float = -1.2, b: float = 1.0, chords: int = 500) -> Outcome:
    """t f(a) + (1-t) f(b) ≥ f(t a + (1-t) b), along the chord from ``a`` to ``b`` of two functions.

    ``chords`` more are tried at random in [-1.5, 1.5].
    """
    t = np.linspace(0, 1, 5)
    tables, numbers = [], dict[str, object]()
    tests = {name: chord_test(f, -SIDE, SIDE, chords) for name, f in FUNCTIONS.items()}
    for name, f in FUNCTIONS.items():
        above = gaps(f, a, b, t)
        rows = [[share, share * a + (1 - share) * b, float(gap + height), float(height), float(gap)]
                for share, gap in zip(t.tolist(), above)
                for height in [f(np.array(share * a + (1 - share) * b))]]  # fmt: skip
        columns = ["t", "ta + (1-t)b", "t f(a) + (1-t) f(b)", "f(ta + (1-t)b)", "chord - graph"]
        tables.append(Table(f"f = {name}, a = {a:g}, b = {b:g}", columns, rows))
        convex = {"x²": "x²"}.get(name, "the wave")
        numbers[f"{convex} is convex"] = bool(tests[name])
        numbers[f"{convex}: chord - graph"] = above
    tables.append(Table(f"is each chord above the graph? {chords} chords", ["f", "answer"],
                        [[name, _answer(test)] for name, test in tests.items()]))  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, both = column(2.9, 2.9, ax=ax)
        line = np.linspace(-SIDE, SIDE, 200)
        for axes, (name, f) in zip(both, FUNCTIONS.items()):
            between = np.linspace(a, b, 101)
            graph, chord = f(between), np.interp(between, [a, b], f(np.array([a, b])))
            axes.plot(line, f(line), color=plots.COLOURS[0], label=f"f = {name}")
            axes.plot([a, b], f(np.array([a, b])), "o--", color=plots.COLOURS[1], label="chord")
            for below, colour, hatch, label in (
                (chord >= graph, plots.COLOURS[2], "", "chord above"),
                (chord < graph, plots.COLOURS[3], "////", "chord below"),
            ):
                if below[1:-1].any():
                    axes.fill_between(between, graph, chord, where=below, color=colour, alpha=0.35,
                                      hatch=hatch, lw=0, label=label)  # fmt: skip
            for x, side in ((a, "a"), (b, "b")):
                axes.annotate(side, (x, f(np.array(x))), (0, 7), textcoords="offset points",
                              ha="center")  # fmt: skip
            answer = "convex" if tests[name] else "not convex"
            axes.set(title=f"{name}: {answer}", xlabel="x", ylabel="f(x)")
            axes.margins(y=0.12)
            axes.legend(loc="upper center")
            axes.grid(alpha=0.3)
        return figure

    notes = [
        "That no chord was found below the graph proves nothing; one that was disproves convexity.",
    ]
    return Outcome(numbers, draw, tables, notes)
