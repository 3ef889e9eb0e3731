"""The losses, activations and initial weights that the lectures name, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

import nn
import nn.functional as F
from autograd import Tensor
from autograd.typing import Array
from nn.layers import ACTIVATIONS
from optim.examples import Outcome, Table, example, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes


@example("W49", "losses", "The losses")
def losses() -> Outcome:
    """The value of each loss for an error or a probability; sums, means and halves."""
    y, guess = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 2.0])
    p, q = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.25, 0.25])
    logits, sign = np.log(p), np.array([1.0, -1.0, 1.0])
    computed = {
        "L1 (MAE)": F.l1_loss(guess, y),
        "MSE": F.mse_loss(guess, y),
        "sum of squares": F.mse_loss(guess, y, reduction="sum"),
        "half the sum of squares": F.mse_loss(guess, y, reduction="sum", half=True),
        "RMSE": F.rmse_loss(guess, y),
        "MSLE": F.msle_loss(guess, y),
        "Huber, delta 1": F.huber_loss(guess, y),
        "BCE of p 0.7 for 1": F.binary_cross_entropy([0.7], [1.0]),
        "BCE from logits": F.binary_cross_entropy_with_logits([np.log(0.7 / 0.3)], [1.0]),
        "cross-entropy, class 0": F.cross_entropy(logits, 0),
        "cross-entropy, one-hot": F.cross_entropy(logits, np.array([1.0, 0.0, 0.0])),
        "cross-entropy from p": F.cross_entropy(p, 0, from_logits=False),
        "KL of q from p": F.kl_div(np.log(p), q, reduction="sum"),
        "hinge": F.hinge_loss(guess - 2, sign),
        "squared hinge": F.squared_hinge_loss(guess - 2, sign),
    }
    numbers = {name: float(value) for name, value in computed.items()}

    def draw(ax: Axes = None) -> Figure:
        figure, axes = panels(1, 3, ax=ax)
        d = np.linspace(-3, 3, 301)
        regression = {
            "|d|": abs(d), "d²": d * d, "½d²": d * d / 2,
            "Huber": F.huber_loss(d, 0 * d, reduction="none"),
        }  # fmt: skip
        chance = np.linspace(0.01, 0.99, 200)
        binary = {
            "y = 1": F.binary_cross_entropy(chance, chance * 0 + 1, reduction="none"),
            "y = 0": F.binary_cross_entropy(chance, chance * 0, reduction="none"),
        }
        ones = np.ones_like(d)
        margin = {
            "hinge": F.hinge_loss(d, ones, reduction="none"),
            "squared hinge": F.squared_hinge_loss(d, ones, reduction="none"),
            "BCE of the logit": F.binary_cross_entropy_with_logits(d, ones, reduction="none"),
        }
        for one, curves, x, label in (
            (axes[0, 0], regression, d, "d = ŷ - y"),
            (axes[0, 1], binary, chance, "predicted probability p"),
            (axes[0, 2], margin, d, "score of the right class"),
        ):
            for i, (name, values) in enumerate(curves.items()):
                one.plot(x, values, color=nn.plots.COLOURS[i], label=name)
            one.set(xlabel=label, ylabel="loss", ylim=(-0.2, 5))
            one.legend()
            one.grid(alpha=0.3)
        return figure

    return Outcome(
        numbers, draw,
        [Table("", ("loss", "value"), [*numbers.items()])],
        ["A batch's loss is the mean over its samples; reduction= names the sum and the per-sample "
         "form. From logits and from probabilities the value is the same; logits cannot saturate."],
    )  # fmt: skip


@example("W50", "activations", "The activations")
def activations() -> Outcome:
    """Each activation with its derivative."""
    x = np.linspace(-4, 4, 401)
    values, slopes = {}, {}
    for name, kind in ACTIVATIONS.items():
        t = Tensor(x)
        out = kind()(t)
        out.sum().backward()
        values[name], slopes[name] = out.data, t.grad
    points = [-2.0, 0.0, 2.0]
    rows = [(name, *(float(np.interp(p, x, values[name])) for p in points),
             float(slopes[name].max())) for name in values]  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, axes = panels(2, 4, (3.2, 2.6), ax=ax)
        for one, name in zip(axes.flat, values):
            one.plot(x, values[name], color=nn.plots.COLOURS[0], label="value")
            one.plot(x, slopes[name], color=nn.plots.COLOURS[1], ls="--", label="derivative")
            one.set(title=name, ylim=(-1.6, 2.6))
            one.grid(alpha=0.3)
        axes[0, 0].legend()
        return figure

    table = Table("", ("activation", "at -2", "at 0", "at 2", "steepest"), rows)
    return Outcome(
        {"steepest": {row[0]: row[4] for row in rows}}, draw, [table],
        ["The sigmoid's slope is at most 1/4: through five such layers a gradient shrinks a "
         "thousandfold. That of relu is 1 wherever it is on."],
    )  # fmt: skip


@example("W51", "initialisation", "Initial weights and the size of the signal")
def initialisation(depth: int = 8, width: int = 200) -> Outcome:
    """How large the signal is after each relu layer, for several initial weights."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, width))
    plans: dict[str, Callable[[Array], Array]] = {
        "N(0, 0.01²)": lambda w: nn.init.normal_(w, std=0.01, rng=rng),
        "N(0, 1)": lambda w: nn.init.normal_(w, std=1.0, rng=rng),
        "Xavier": lambda w: nn.init.xavier_normal_(w, rng=rng),
        "Kaiming": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu", rng=rng),
    }
    sizes: dict[str, list[float]] = {}
    for name, start in plans.items():
        x = X
        sizes[name] = []
        for _ in range(depth):
            x = F.relu(x @ start(np.empty((width, width))))
            sizes[name].append(float(np.sqrt((x**2).mean())))

    def draw(ax: Axes = None) -> Figure:
        figure, axes = panels(1, 1, (4.7, 3.6), ax=ax)
        for i, (name, values) in enumerate(sizes.items()):
            axes[0, 0].plot(range(1, depth + 1), values, nn.plots.MARKERS[i] + "-",
                            color=nn.plots.COLOURS[i], label=name)  # fmt: skip
        axes[0, 0].set(xlabel="layer", ylabel="root mean square", yscale="log")
        axes[0, 0].legend()
        axes[0, 0].grid(alpha=0.3)
        return figure

    rows = [(name, *(values[i] for i in (0, depth // 2 - 1, depth - 1)))
            for name, values in sizes.items()]  # fmt: skip
    table = Table("", ("weights", "layer 1", f"layer {depth // 2}", f"layer {depth}"), rows)
    return Outcome(
        {"last": {name: values[-1] for name, values in sizes.items()}}, draw, [table],
        ["Too small and the signal dies, too large and it explodes; Kaiming's √(2 / n_in) keeps "
         "its size through relu, which halves the variance."],
    )  # fmt: skip
