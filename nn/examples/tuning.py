"""W43: hyper-parameters tuned on the validation part, by a grid and at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import nn
import optim
from nn.data import moons, train_test_split
from optim.examples import Outcome, Table, example, panels
from optim.figures import colour_bar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

RATES, UNITS, EPOCHS = (0.0003, 0.003, 0.03), (2, 16), 12


@example("W43", "tuning", "Hyper-parameters tuned: a grid, and random tries")
def tuning(seed: int = 0) -> Outcome:
    """The rate and the hidden units chosen by the validation loss; the test rows used once."""
    X, y = moons(300, 0.2, rng=43)
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, rng=seed)
    X, X_val, y, y_val = train_test_split(X, y, test_size=0.25, rng=seed)
    loss_fn = nn.CrossEntropyLoss()

    def trained(rate: float, units: int) -> tuple[nn.Module, float]:
        net = nn.MLP(2, [units, 2], rng=seed)
        nn.fit(net, (X, y), loss_fn, optim.Adam(net.parameters(), lr=rate), EPOCHS,
               batch_size=20, seed=seed, progress=False)  # fmt: skip
        return net, nn.evaluate(net, (X_val, y_val), loss_fn)["loss"]

    rng = np.random.default_rng(seed)
    tries = {
        "grid": [(rate, units) for rate in RATES for units in UNITS],
        "random": [(float(10 ** rng.uniform(-3.5, -1.5)), int(rng.integers(2, 17)))
                   for _ in range(len(RATES) * len(UNITS))],
    }  # fmt: skip
    runs = [(way, *settings, *trained(*settings)) for way, each in tries.items()
            for settings in each]  # fmt: skip
    best = min(runs, key=lambda run: run[-1])
    test = nn.evaluate(best[3], (X_test, y_test), loss_fn, ["accuracy"])
    table = Table(
        f"{len(X)} rows to train, {len(X_val)} to choose by, {len(X_test)} to test",
        ["search", "rate", "hidden units", "validation loss"],
        [[way, rate, units, loss] for way, rate, units, _, loss in runs],
    )

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        losses = [run[-1] for run in runs]
        for i, way in enumerate(tries):
            chosen = [run for run in runs if run[0] == way]
            dots = axes.scatter([run[1] for run in chosen], [run[2] for run in chosen],
                                c=[run[-1] for run in chosen], marker="so"[i], s=90,
                                vmin=min(losses), vmax=max(losses), label=way)  # fmt: skip
        axes.set(xscale="log", xlabel="learning rate", ylabel="hidden units",
                 title="validation loss of each try")  # fmt: skip
        colour_bar(dots, axes)
        axes.legend()
        return figure

    notes = [
        f"Chosen by the validation loss: rate {best[1]:.2g}, {best[2]} hidden units. On the test"
        f" rows, which chose nothing, its accuracy is {test['accuracy']:.3f}.",
        "A grid of two settings tries each rate several times; random tries use as many different"
        " rates as there are tries.",
    ]
    numbers = {"tries": len(runs), "best loss": best[-1], "losses": [run[-1] for run in runs],
               "test accuracy": test["accuracy"]}  # fmt: skip
    return Outcome(numbers, draw, [table], notes)
