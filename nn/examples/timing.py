"""W60: how long a row and an epoch take by the size of the batch, measured where it runs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

import nn
import optim
from autograd.typing import Array
from optim.examples import Outcome, Table, column, example
from optim.races import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

ROWS, FEATURES = 1024, 20
SIZES = (1, 4, 16, 64, 256, 1024)
#: How many updates are timed: an epoch of single rows is reckoned from a part of it.
MOST_UPDATES, FEWEST_UPDATES = 64, 16


def seconds_a_row(size: int, x: Array, y: Array, rounds: int = 5) -> float:
    """The shortest time of forward, backward and update, for each row of a batch."""
    net, loss_fn = nn.MLP(FEATURES, [32, 1], rng=0), nn.MSELoss()
    optimizer = optim.SGD(net.parameters(), lr=0.01)
    batches = [(x[k : k + size], y[k : k + size]) for k in range(0, ROWS, size)][:MOST_UPDATES]
    batches *= max(1, FEWEST_UPDATES // len(batches))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for rows, target in batches:
            optimizer.zero_grad()
            loss_fn(net(rows), target).backward()
            optimizer.step()
        times.append((time.perf_counter() - start) / (size * len(batches)))
    return min(times)


def three_digits(value: float) -> str:
    """A measured number without a power of ten.

    >>> from nn.examples.timing import three_digits
    >>> three_digits(2663.5), three_digits(9.449)
    ('2,660', '9.45')
    """
    return f"{float(f'{value:.3g}'):,g}"


def conclusion(gain: Mapping[int, float]) -> list[str]:
    """What the measured times say: how many times faster than alone a row is, by batch size."""
    sizes = sorted(gain)
    best = max(sizes, key=lambda size: gain[size])
    if best == sizes[0]:
        return [
            "In this run no batch was faster than single rows: the machine had other work to do."
            " Run it again."
        ]
    fastest = (
        f"In this run a row took the shortest time in a batch of {best}:"
        f" {three_digits(gain[best])} times faster than alone."
    )
    if best == sizes[-1]:
        return [fastest]
    return [f"{fastest} Larger batches did not make it faster: there the arithmetic takes the time,"
            " or the machine had other work to do."]  # fmt: skip


@example("W60", "batch-timing", "Wall time by the size of a batch: what vectorisation gains")
def batch_timing() -> Outcome:
    """The time of a row and of an epoch for six batch sizes, measured on this machine."""
    rng = np.random.default_rng(60)
    x = rng.normal(size=(ROWS, FEATURES))
    y = x[:, :1] - x[:, 1:2]
    row = {size: seconds_a_row(size, x, y) for size in SIZES}
    gain = {size: row[1] / each for size, each in row.items()}
    table = Table(
        f"{ROWS:,} rows, {FEATURES}-32-1 network, on this machine",
        ("batch", "updates an epoch", "microseconds a row", "milliseconds an epoch", "faster"),
        [
            (s, ROWS // s, 1e6 * t, 1e3 * t * ROWS, f"{three_digits(gain[s])}×")
            for s, t in row.items()
        ],
    )

    def draw(ax: Axes = None) -> Figure:
        figure, axes = column(3.0, 3.0, ax=ax)
        parts = (
            (1e6, "microseconds a row", "time of one row"),
            (1e3 * ROWS, "milliseconds an epoch", f"time of one epoch of {ROWS:,} rows"),
        )
        for axis, (scale, unit, title) in zip(axes, parts):
            times = [scale * t for t in row.values()]
            axis.plot(SIZES, times, "o-", color=COLOURS[0], label="measured here")
            axis.plot(SIZES, [times[0] / s for s in SIZES], ":", color="#777777",
                      label="if an update cost the same")  # fmt: skip
            for size, each in zip(SIZES, times):
                axis.annotate(three_digits(each), (size, each), (0, 7), textcoords="offset points",
                              ha="center", fontsize=9)  # fmt: skip
            axis.set(xscale="log", yscale="log", xlabel="rows in a batch", ylabel=unit, title=title,
                     xticks=SIZES, xticklabels=[str(s) for s in SIZES])  # fmt: skip
            axis.minorticks_off()
            axis.set_ylim(min(times) / 4, max(times) * 3)
            axis.grid(alpha=0.3)
            axis.set_xlim(0.5, 2048)
        axes[-1].legend(loc="upper center", bbox_to_anchor=(0.5, -0.2))
        return figure

    notes = [
        "An update has a cost of its own, whatever its rows: in a large batch many rows share it,"
        " for all are computed in one product of matrices. That is vectorisation.",
        *conclusion(gain),
        "It is the time of an epoch, not of a training: a large batch makes fewer updates.",
    ]
    numbers = {"seconds a row": row, "gain": gain,
               "updates": {size: ROWS // size for size in SIZES}}  # fmt: skip
    return Outcome(numbers, draw, [table], notes)
