"""W52: the paths of batch, mini-batch and single-sample descent on the contours of a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import nn
import optim
from autograd import Tensor
from autograd.typing import Array
from nn.data import DataLoader
from optim.examples import Outcome, Table, column, example
from optim.races import COLOURS, DASHES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

ROWS, SIZES, UPDATES = 64, (64, 8, 1), 80
NAMES = ("batch of all 64", "mini-batch of 8", "single sample")


def rows_of_data() -> tuple[Array, Array]:
    rng = np.random.default_rng(52)
    x = rng.normal(size=(ROWS, 2)) * [1.0, 2.0]
    return x, x @ [1.5, -0.5] + rng.normal(size=ROWS)


def path_of(size: int, lr: float = 0.05) -> Array:
    """The two weights after each update on batches of so many rows."""
    w, loss_fn = Tensor([-1.5, 1.5], name="w"), nn.MSELoss()
    optimizer, path = optim.SGD([w], lr=lr), [w.data.copy()]
    loader = DataLoader(*rows_of_data(), batch_size=size, shuffle=True, seed=2)
    while len(path) <= UPDATES:
        for x, y in loader:
            optimizer.zero_grad()
            loss_fn(x @ w, y).backward()
            optimizer.step()
            path.append(w.data.copy())
    return np.array(path[: UPDATES + 1])


@example("W52", "batch-paths", "Paths of batch, mini-batch and single-sample descent")
def batch_paths() -> Outcome:
    """The paths of three batch sizes on the contours of one loss: 80 updates each."""
    paths = {size: path_of(size) for size in SIZES}
    x, y = rows_of_data()
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    lengths = {size: float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
               for size, path in paths.items()}  # fmt: skip
    ends = {size: float(np.linalg.norm(paths[size][-20:] - best, axis=1).mean()) for size in SIZES}
    rows = [[name, size, size * UPDATES, lengths[size], ends[size]]
            for name, size in zip(NAMES, SIZES)]  # fmt: skip
    columns = ["", "rows", "rows read", "length of the path", "distance at the end"]

    def draw(ax: Axes = None) -> Figure:
        figure, (axes,) = column(4.6, ax=ax)
        a, b = np.meshgrid(np.linspace(-2, 2.9, 80), np.linspace(-1.9, 2.1, 80))
        losses = ((np.stack([a, b], -1) @ x.T - y) ** 2).mean(-1)
        axes.contour(a, b, losses, levels=np.geomspace(losses.min() * 1.01, losses.max(), 14),
                     colors="#999999", linewidths=0.7)  # fmt: skip
        for i in (2, 1, 0):
            look = {"color": COLOURS[i], "ls": DASHES[i], "marker": "os^"[i], "zorder": 5 - i}
            axes.plot(*paths[SIZES[i]].T, lw=2 - 0.4 * i, ms=3.5, markevery=5, label=NAMES[i],
                      **look)  # fmt: skip
        axes.plot(*paths[64][0], "o", color="#000000", mec="white", ms=8, zorder=6, label="start")
        axes.plot(*best, "x", color="#7a0000", ms=10, mew=2.5, zorder=7, label="minimum")
        axes.set(title=f"{UPDATES} updates of two weights, rate 0.05", xlabel="w1", ylabel="w2")
        order = [2, 1, 0, 3, 4]
        handles, labels = axes.get_legend_handles_labels()
        axes.legend([handles[i] for i in order], [labels[i] for i in order], loc="upper right")
        return figure

    notes = [
        "The path of the batch is smooth; it reads all rows for each step. The single sample"
        " reads one, takes the longest way and never rests; the mini-batch stands between them.",
    ]
    return Outcome({"lengths": lengths, "distance at the end": ends}, draw,
                   [Table("", columns, rows)], notes)  # fmt: skip
