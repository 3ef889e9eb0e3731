"""The learning-rate range test: the rate grows, and the test finds where the loss falls fastest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optim.averages import weighted_average
from optim.base import COUNT, POSITIVE, Optimizer, check_number, loss_number
from optim.figures import Place, either, one_axes, saved, whole_figure
from optim.kinds import Array, Closure

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes


@dataclass(frozen=True)
class RangeTest:
    """The rates tried, the loss at each, smoothed, and the rate where it falls fastest."""

    rates: Array
    losses: Array
    smoothed: Array
    suggestion: float

    def plot(
        self, ax: Place = None, path: str | Path | None = None, *, axes: Axes | None = None
    ) -> Axes:
        """Draw loss over rate, with the suggestion marked; return the matplotlib axes.

        ``ax`` (once ``axes``) is the axes to draw in; ``path`` saves the figure.
        """
        ax, path = either(ax, path)
        axes = one_axes(ax, (6, 3.5), axes)
        axes.plot(self.rates, self.losses, color="#999999", lw=0.8, label="loss")
        axes.plot(self.rates, self.smoothed, color="#0072b2", label="smoothed")
        label = f"suggestion {self.suggestion:.2g}"
        axes.axvline(self.suggestion, color="#b34700", ls="--", label=label)
        low, high = self.smoothed.min(), self.smoothed[0]
        spread = max(high - low, 1e-12)
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        axes.set_ylim(low - 0.1 * spread, high + 0.5 * spread)
        axes.grid(alpha=0.3)
        axes.legend()
        saved(whole_figure(axes), path)
        return axes


def find_lr(
    optimizer: Optimizer,
    closure: Closure,
    start: float = 1e-7,
    stop: float = 10.0,
    steps: int = 100,
    smoothing: float = 0.8,
) -> RangeTest:
    """Try rates from ``start`` to ``stop``, each larger by the same factor, one update at each.

    ``closure`` sets the gradients to zero, computes the loss (of the next batch, say), calls
    ``backward()`` and returns the loss. The test ends early when the loss is four times its best
    or no longer finite. The suggestion is the rate at which the smoothed loss falls fastest over
    the logarithm of the rate. Parameters and optimizer are restored (Smith 2017).

    ``steps`` is how many rates are tried, ``smoothing`` the weight of the past in the mean of the
    losses. Returns a ``RangeTest``: ``suggestion``, and ``plot``.

    >>> import numpy as np
    >>> from optim import SGD, find_lr
    >>> class Weight:
    ...     data, grad = np.array([3.0]), None
    >>> w = Weight()
    >>> def closure():
    ...     w.grad = 2 * w.data
    ...     return float(w.data[0] ** 2)
    >>> 0.001 < find_lr(SGD([w], lr=0.1), closure).suggestion < 1
    True
    """
    check_number("start", start, POSITIVE)
    check_number("stop", stop, POSITIVE)
    check_number("steps", steps, COUNT)
    if not start < stop or steps < 3:
        raise ValueError(f"needs start < stop and 3 steps or more, got {start}, {stop}, {steps}")
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    data = [np.array(p.data) if isinstance(p.data, np.ndarray) else p.data for p in parameters]
    state, own_rates = optimizer.state_dict(), [g["lr"] for g in optimizer.param_groups]
    rates = np.geomspace(start, stop, int(steps))
    losses: list[float] = []
    try:
        with np.errstate(all="ignore"):
            for rate in rates:
                for group in optimizer.param_groups:
                    group["lr"] = float(rate)
                loss = loss_number(optimizer.step(closure))
                if not np.isfinite(loss) or (losses and loss > 4 * max(min(losses), 1e-12)):
                    break
                losses.append(loss)
    finally:
        for group, lr in zip(optimizer.param_groups, own_rates):
            group["lr"] = lr
        for parameter, value in zip(parameters, data):
            parameter.data = value
        optimizer.load_state_dict(state)
        optimizer.zero_grad()
    if len(losses) < 3:
        raise ValueError(
            f"the loss was not finite, or grew at once, from the rate {start:g}: start lower"
        )
    smoothed = weighted_average(losses, smoothing)
    tried = rates[: len(losses)]
    slopes = np.gradient(smoothed, np.log(tried))
    fastest = int(np.argmin(slopes[: int(np.argmin(smoothed)) + 1]))
    return RangeTest(tried, np.array(losses), smoothed, float(tried[fastest]))
