"""W42: one prediction, one error, and what each loss makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

import nn.functional as F
from autograd import Tensor
from nn import plots
from optim.examples import Outcome, Table, example, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

TARGET, PREDICTION = 65.1, 62.5
LOSSES: dict[str, Callable[..., Tensor]] = {
    "L1": F.l1_loss,
    "MSE": F.mse_loss,
    "half the square": lambda p, y: F.mse_loss(p, y, half=True),
    "RMSE": F.rmse_loss,
    "Huber, delta 1": F.huber_loss,
    "MSLE": F.msle_loss,
}


@example("W42", "one-error", "One error, and each loss of it")
def one_error() -> Outcome:
    """65.1 - 62.5 = 2.6: the value of each loss, and its gradient by the prediction."""
    values, gradients = {}, {}
    for name, loss_fn in LOSSES.items():
        prediction = Tensor([PREDICTION], name="ŷ")
        loss = loss_fn(prediction, np.array([TARGET]))
        loss.backward()
        values[name], gradients[name] = loss.item(), float(prediction.grad[0])
    error = TARGET - PREDICTION
    table = Table(
        f"y - ŷ = {TARGET} - {PREDICTION} = {error:.1f}",
        ["loss", "value", "gradient by ŷ"],
        [[name, values[name], gradients[name]] for name in LOSSES],
    )

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        line = np.linspace(TARGET - 4, TARGET + 4, 161)
        for i, name in enumerate(("L1", "MSE", "half the square", "Huber, delta 1")):
            curve = [float(LOSSES[name](np.array([p]), np.array([TARGET]))) for p in line]
            axes.plot(line, curve, color=plots.COLOURS[i], label=name)
            axes.plot(PREDICTION, values[name], "o", color=plots.COLOURS[i])
        axes.set(xlabel="prediction ŷ", ylabel="loss", ylim=(-0.3, 10), title="y = 65.1")
        axes.legend()
        axes.grid(alpha=0.3)
        return figure

    notes = ["The prediction is too low, so each gradient is negative: descent raises it. The"
             " square's gradient grows with the error, that of L1 and Huber does not."]  # fmt: skip
    numbers = {"error": error, "values": values, "gradients": gradients}
    return Outcome(numbers, draw, [table], notes)
