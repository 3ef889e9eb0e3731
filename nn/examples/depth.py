"""W56: the loss around a deep network, chaotic without skip connections and tame with them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

import nn
import nn.functional as F
import optim
from autograd import Tensor
from autograd.typing import Array
from autograd.writing import translated
from nn.data import moons
from nn.pictures import LossSurface
from optim.examples import Outcome, Table, column, example
from optim.figures import Parts, relief_parts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

DEPTH, WIDTH = 20, 12


class Deep(nn.Module):
    """Twenty relu layers of one width, each added to what it was given if ``skip`` is true."""

    def __init__(self, skip: bool, rng: np.random.Generator) -> None:
        self.skip = skip
        self.first = nn.Linear(2, WIDTH, rng=rng)
        self.layers = nn.ModuleList([nn.Linear(WIDTH, WIDTH, rng=rng) for _ in range(DEPTH)])
        self.last = nn.Linear(WIDTH, 2, rng=rng)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", rng=rng)
            if skip:  # a sum of so many layers grows otherwise
                layer.weight.data = 0.4 * layer.weight.data

    def forward(self, x: Array | Tensor) -> Tensor:
        h = F.relu(self.first(x))
        for layer in self.layers:
            h = h + F.relu(layer(h)) if self.skip else F.relu(layer(h))
        return self.last(h)


def minima(losses: Array) -> int:
    """How many points inside a grid are lower than their eight neighbours."""
    rows, columns = losses.shape
    shifts = [(i, j) for i in (0, 1, 2) for j in (0, 1, 2) if (i, j) != (1, 1)]
    around = [losses[i : rows - 2 + i, j : columns - 2 + j] for i, j in shifts]
    return int((losses[1:-1, 1:-1] < np.minimum.reduce(around)).sum())


@example("W56", "deep-loss-surfaces", "The loss around a deep network, without and with skips")
def deep_loss_surfaces(resolution: int = 15) -> Outcome:
    """Two trained networks of twenty layers, and the loss on a plane through their weights."""
    X, y = moons(60, 0.15, rng=36)
    loss_fn = nn.CrossEntropyLoss()
    surfaces = {}
    for name, skip in (("without skips", False), ("with skips", True)):
        net = Deep(skip, np.random.default_rng(0))
        nn.fit(net, (X, y), loss_fn, optim.Adam(net.parameters(), lr=0.003), 60, batch_size=60,
               seed=0, progress=False)  # fmt: skip
        surfaces[name] = nn.loss_surface(net, (X, y), loss_fn, resolution=resolution, rng=1)
    middle = resolution // 2
    # How much the logarithm of the loss bends from point to point.
    bends = {name: float(np.abs(np.diff(np.log(s.losses), 2, axis=0)).mean())
             for name, s in surfaces.items()}  # fmt: skip
    rows = [
        (name, float(s.losses[middle, middle]), float(s.losses.max()), minima(s.losses),
         bends[name])
        for name, s in surfaces.items()
    ]  # fmt: skip
    table = Table(
        f"{DEPTH} layers of {WIDTH} relu units",
        ("", "loss at the weights", "largest on the plane", "minima seen", "bend of log L"), rows,
    )  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, both = column(3.7, 3.7, projection="3d", ax=ax)
        heights = {name: np.log10(s.losses) for name, s in surfaces.items()}
        low, high = (f(list(heights.values())) for f in (np.min, np.max))
        for axes, (name, height), word in zip(both, heights.items(), ("chaotic", "tame")):
            x, y = np.meshgrid(surfaces[name].alphas, surfaces[name].betas)
            axes.plot_surface(x, y, height, cmap="viridis", vmin=low, vmax=high, rcount=40,
                              ccount=40, lw=0.2, edgecolor="#777777")  # fmt: skip
            axes.plot([0], [0], [height[middle, middle]], "o", color="#000000", mec="white",
                      zorder=10, label="trained weights")  # fmt: skip
            axes.set(
                title=f"{name}: {word}", xlabel="along d1", ylabel="along d2", zlim=(low, high)
            )
            axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
            axes.set_zlabel("log₁₀ of the loss")
            axes.view_init(elev=30, azim=-60)
            axes.set_box_aspect((1, 1, 0.75), zoom=0.9)
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
        return figure

    notes = [
        "Both networks are trained alike and have as many weights; one adds each layer to its"
        " input, and starts from smaller weights, for such sums grow. Without the sums the loss is"
        " many times larger a short way off, and bends more from point to point.",
    ]
    numbers = {"minima": {row[0]: row[3] for row in rows}, "bends": bends,
               "largest": {row[0]: row[2] for row in rows}}  # fmt: skip
    return Outcome(numbers, draw, [table], notes, partial(_side_by_side, surfaces))


def _side_by_side(surfaces: dict[str, LossSurface], lang: str) -> Parts:
    """Both landscapes on one scale, turned together."""
    words = {"without skips": "chaotic", "with skips": "tame"}
    reliefs = [one.relief(translated(f"{name}: {words[name]}")) for name, one in surfaces.items()]
    return relief_parts(reliefs, lang)
