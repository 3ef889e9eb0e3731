"""W59: three ways out of a shallow minimum: a large rate, momentum, the noise of small batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import optim
from autograd import Tensor, exp
from autograd.typing import Array, Numbers
from optim.examples import Outcome, Table, column, example
from optim.races import COLOURS, DASHES, MARKERS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

ROWS, RUNS, UPDATES, START = 64, 50, 120, 1.3


def wells(w: Tensor) -> Tensor:
    """(w + 1)²/4 - 0.6 exp(-8(w - 1)²): a wide valley at -1 and a narrow dent near 0.89."""
    return (w + 1) ** 2 / 4 - 0.6 * exp(-8 * (w - 1) ** 2)


def top_of_the_hill() -> float:
    """Where the loss is highest between the two minima."""
    line = np.linspace(0.2, 0.8, 601)
    return float(line[np.argmax(wells(Tensor(line)).data)])


def descend(start: Numbers, size: int = ROWS, lr: float = 0.05, momentum: float = 0.0) -> Array:
    """Where descents from ``start`` are after each update on batches of ``size`` of the 64 rows.

    Each row adds a slope of its own to that of the wells; the slopes of all rows sum to 0.
    """
    rng = np.random.default_rng(5)
    slopes = rng.normal(size=ROWS)
    slopes = 4 * (slopes - slopes.mean())
    w = Tensor(start, name="w")
    optimizer, path = optim.SGD([w], lr=lr, momentum=momentum), [w.data.copy()]
    for _ in range(UPDATES):
        drawn = rng.permuted(np.tile(slopes, (w.size, 1)), axis=1)[:, :size].mean(axis=1)
        optimizer.zero_grad()
        (wells(w) + drawn * w).sum().backward()
        optimizer.step()
        path.append(w.data.copy())
    return np.array(path)


#: The learning rate and the momentum of descents by all rows.
WAYS = {
    "rate 0.05: stays": (0.05, 0.0),
    "rate 0.6": (0.6, 0.0),
    "momentum 0.9": (0.05, 0.9),
}


@example("W59", "shallow-minimum", "The jump out of a shallow minimum")
def shallow_minimum() -> Outcome:
    """Descent from the same place with a small rate, a large one, momentum, and single rows."""
    hill, starts = top_of_the_hill(), np.full(RUNS, START)
    paths = {name: descend([START], ROWS, *way)[:, 0] for name, way in WAYS.items()}
    runs = {size: descend(starts, size) for size in (ROWS, 8, 1)}
    left = {size: float((many[-1] < hill).mean()) for size, many in runs.items()}
    paths["one row at a time"] = runs[1][:, np.argmin(abs(runs[1][-1] + 1))]
    rows = [[name, float(path[-1]), "the deep one" if path[-1] < hill else "the shallow one"]
            for name, path in paths.items()]  # fmt: skip
    shares = Table(
        f"of {RUNS} descents at rate 0.05 without momentum, after {UPDATES} updates",
        ["rows in a batch", "left the shallow minimum"],
        [[size, f"{share:.0%}"] for size, share in left.items()],
    )

    def draw(ax: Axes = None) -> Figure:
        figure, (curve, time) = column(3.0, 3.2, ax=ax)
        line = np.linspace(-2.3, 2.0, 300)
        curve.plot(line, wells(Tensor(line)).data, color="#777777")
        for i, (name, path) in enumerate(paths.items()):
            look = {"color": COLOURS[i], "ls": DASHES[i % 3], "marker": MARKERS[i]}
            height = wells(Tensor(path)).data
            curve.plot(path[:9], height[:9] + 0.06 * i, ms=4, lw=1.1, **look)
            curve.plot(
                path[-1], height[-1] + 0.06 * i, MARKERS[i], color=COLOURS[i], mec="#000000", ms=9
            )
            time.plot(path, ms=5, markevery=(4 * i, 24), lw=1.4, label=name, **look)
        curve.annotate("shallow", (0.89, 0.35), (0.89, -0.12), ha="center")
        curve.annotate("deep", (-1, 0), (-1, -0.25), ha="center")
        curve.set(title="8 updates; large marks: the ends", xlabel="w", ylabel="loss",
                  ylim=(-0.4, 2.3))  # fmt: skip
        time.axhline(hill, color="#777777", ls=":", lw=1.2, label="top of the hill")
        time.set(title="from w = 1.3: which leave", xlabel="update", ylabel="w")
        time.legend(loc="upper right", ncols=2, bbox_to_anchor=(1, -0.22))
        return figure

    numbers = {
        "ends": {name.partition(":")[0]: float(path[-1]) for name, path in paths.items()},
        "left": left,
    }
    notes = [
        "In the narrow dent the loss bends by 7.6, so that descent leaves it at any rate above"
        " 2/7.6 = 0.26; the wide valley bends by 0.5 and holds rates below 4. Momentum carries the"
        " descent over the hill, and so does the noise of single rows, in most runs; the full"
        " batch has none.",
    ]
    return Outcome(numbers, draw, [Table("", ["", "end", "in"], rows), shares], notes)
