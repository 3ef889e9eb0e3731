"""W52: the paths of batch, mini-batch and single-sample descent, and a jump out of a minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optim.examples.demonstration import Outcome, Table, example, panels
from optim.kinds import Array
from optim.races import COLOURS, DASHES, Place
from optim.rules import SGD

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS, SIZES = 64, (64, 8, 1)
NAMES = ("batch", "mini-batch of 8", "single sample")


def rows_of_data() -> tuple[Array, Array]:
    rng = np.random.default_rng(52)
    x = rng.normal(size=(ROWS, 2)) * [1.0, 2.0]
    return x, x @ [1.5, -0.5] + rng.normal(size=ROWS)


def path_of(size: int, rounds: int = 80, lr: float = 0.05) -> Array:
    """The two weights after each update on random batches of so many rows."""
    x, y = rows_of_data()
    rng = np.random.default_rng(size)
    place = Place([-1.5, 1.5])
    optimizer, path = SGD([place], lr=lr), [place.data.copy()]
    for _ in range(rounds):
        rows = rng.permutation(ROWS)[:size]
        place.grad = 2 * x[rows].T @ (x[rows] @ place.data - y[rows]) / size
        optimizer.step()
        path.append(place.data.copy())
    return np.array(path)


def wells(w: Array) -> Array:
    """A shallow minimum near w = 0.9 and a deeper one near -1.1."""
    losses: Array = 0.25 * (w**2 - 1) ** 2 + 0.1 * w
    return losses


def jumps(size: int, runs: int = 200, rounds: int = 200, lr: float = 0.1) -> Array:
    """Where ``runs`` descents end that began in the shallow minimum.

    Each row adds its own slope to the one of the wells; the slopes of all rows sum to 0.
    """
    rng = np.random.default_rng(5)
    slopes = rng.normal(size=ROWS)
    slopes = 2 * (slopes - slopes.mean())
    w = np.full(runs, 0.88)
    for _ in range(rounds):
        # Of all rows the noise is 0; of b rows drawn without return it has this mean.
        rows = rng.permuted(np.tile(slopes, (runs, 1)), axis=1)[:, :size]
        w = w - lr * (w**3 - w + 0.1 + rows.mean(axis=1))
    return w


@example("W52", "batch-paths", "Paths of batch, mini-batch and single-sample descent")
def batch_paths() -> Outcome:
    """The paths of three batch sizes on the contours of a loss; a jump out of a shallow minimum."""
    paths = {size: path_of(size) for size in SIZES}
    x, y = rows_of_data()
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    lengths = {size: float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
               for size, path in paths.items()}  # fmt: skip
    ends = {size: float(np.linalg.norm(paths[size][-20:] - best, axis=1).mean()) for size in SIZES}
    out = {size: float((jumps(size) < 0).mean()) for size in SIZES}
    rows = [[name, size, lengths[size], ends[size], f"{out[size]:.0%}"]
            for name, size in zip(NAMES, SIZES)]  # fmt: skip
    columns = ["", "rows", "length of the path", "distance at the end", "left the shallow minimum"]

    def draw() -> Figure:
        figure, ((first, second),) = panels(1, 2, (6, 4.4))
        a, b = np.meshgrid(np.linspace(-2, 3, 80), np.linspace(-2, 2, 80))
        losses = ((np.stack([a, b], -1) @ x.T - y) ** 2).mean(-1)
        first.contour(a, b, losses, levels=np.geomspace(losses.min() * 1.01, losses.max(), 14),
                      colors="#bbbbbb", linewidths=0.8)  # fmt: skip
        for i, (name, path) in enumerate(zip(NAMES, paths.values())):
            first.plot(*path.T, color=COLOURS[i], ls=DASHES[i], lw=1.3, label=name)
        first.set(title="80 updates on one loss", xlabel="w1", ylabel="w2")
        first.legend(fontsize=8)
        w = np.linspace(-1.7, 1.6, 200)
        second.plot(w, wells(w), color="#888888")
        for i, (name, size) in enumerate(zip(NAMES, SIZES)):
            stops = jumps(size, 40)
            second.plot(stops, wells(stops) + 0.03 * (i + 1), ".", color=COLOURS[i], label=name)
        second.set(title="where 40 descents from w = 0.88 end", xlabel="w")
        second.legend(fontsize=8)
        return figure

    notes = [
        "The batch walks straight, the single sample takes the longest way and never rests. Its"
        " noise also has a use: it leaves a shallow minimum, in which the batch stays.",
    ]
    numbers = {"lengths": lengths, "distance at the end": ends, "left": out}
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)
