"""W22 and W23: the size of a batch, and data that does not fit in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import nn
import optim
from autograd.typing import Array
from nn.data import DataLoader, count_batches
from optim.examples import Outcome, Table, column, example, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

ROWS, SIZES = 1153, (1153, 128, 1)


def _noise(batch_size: int, X: Array, y: Array) -> float:
    """The root mean square error of a batch's gradient, relative to the norm of the full one."""
    net = nn.Linear(3, 1, rng=0)
    loss_fn = nn.MSELoss()

    def gradient(x: Array, t: Array) -> Array:
        net.zero_grad()
        loss_fn(net(x), t).backward()
        return net.weight.grad.copy()

    full = gradient(X, y)
    full_batches = DataLoader(X, y, batch_size=batch_size, drop_last=True)
    parts = [gradient(x, t) for x, t in full_batches]
    spread = np.sqrt(np.mean([((part - full) ** 2).sum() for part in parts]))
    return float(spread / np.linalg.norm(full))


def _losses(batch_size: int, X: Array, y: Array, updates: int) -> Array:
    """The full loss after each update."""
    net = nn.Linear(3, 1, rng=0)
    optimizer, loss_fn = optim.SGD(net.parameters(), lr=0.02), nn.MSELoss()
    loader = DataLoader(X, y, batch_size=batch_size, shuffle=True, seed=0)
    losses: list[float] = []
    while len(losses) < updates:
        for x, t in loader:
            optimizer.zero_grad()
            loss_fn(net(x), t).backward()
            optimizer.step()
            losses.append(float(((nn.predict(net, X) - y) ** 2).mean()))
            if len(losses) == updates:
                break
    return np.array(losses)


@example("W22", "batch-sizes", "Batch, mini-batch and single-sample descent")
def batch_sizes() -> Outcome:
    """The same rows in one batch, in batches of 128 and one by one: three levels of noise."""
    rng = np.random.default_rng(22)
    X = rng.normal(size=(ROWS, 3))
    y = X @ [[2.0], [-1.0], [0.5]] + rng.normal(size=(ROWS, 1))
    counts = {size: count_batches(ROWS, size) for size in SIZES}
    noise = {size: _noise(size, X, y) for size in SIZES}
    curves = {size: _losses(size, X, y, 120) for size in SIZES}
    table = Table(
        f"{ROWS} rows",
        ("batch", "updates an epoch", "rows in the last", "noise of a gradient"),
        [(s, counts[s].updates_per_epoch, counts[s].last_batch, noise[s]) for s in SIZES],
    )

    batches = [(f"X{{{k + 1}}}", first, min(first + 128, ROWS) - 1, min(128, ROWS - first))
               for k, first in enumerate(range(0, ROWS, 128))]  # fmt: skip
    split = Table(
        f"{ROWS} rows in batches of 128, counted from 0",
        ("batch", "first row", "last row", "rows"), batches,
    )  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, (falling, bars) = column(3.2, 2.6, ax=ax)
        names = ("all rows (batch)", "128 rows (mini-batch)", "1 row (stochastic)")
        for i, (size, name) in enumerate(zip(SIZES, names)):
            falling.plot(curves[size], color=nn.plots.COLOURS[i], label=name, lw=1.4)
        falling.set(xlabel="update", ylabel="loss over all rows", title="120 updates")
        falling.legend()
        falling.grid(alpha=0.3)
        drawn = bars.bar([str(size) for size in SIZES], list(noise.values()),
                         color=nn.plots.COLOURS[:3])  # fmt: skip
        bars.bar_label(drawn, fmt="%.3g")
        bars.set(xlabel="rows in a batch", title="noise of a gradient, relative to the full one",
                 ylabel="root mean square")  # fmt: skip
        bars.margins(y=0.15)
        return figure

    return Outcome(
        {
            "batches": {name: (first, last) for name, first, last, _ in batches},
            "updates": {size: counts[size].updates_per_epoch for size in SIZES},
            "last batch": counts[128].last_batch,
            "noise": noise,
            "final loss": {size: float(curves[size][-20:].mean()) for size in SIZES},
            "wobble": {size: float(curves[size][-60:].std()) for size in SIZES},
        },
        draw, [table, split],
        ["1153 rows in batches of 128 are X{1} to X{9}, full, and a last one of a single row. The "
         "second goes from row 128 to row 255, not 256: batches share no row.",
         "An update costs as much as its batch has rows; a gradient of b rows strays from the full "
         "one in proportion to 1/√b."],
    )  # fmt: skip


def anonymous_megabytes() -> float | None:
    """The anonymous memory of this process in megabytes (Linux), else None."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    for line in status.read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return None


def stream_file(path: Path, rows: int, features: int, chunk: int = 100_000) -> None:
    """Write rows of x and, in the last column, y = sign(Σx) as class 0 or 1, a chunk at a time."""
    rng = np.random.default_rng(23)
    with path.open("wb") as file:
        for start in range(0, rows, chunk):
            x = rng.standard_normal((min(chunk, rows - start), features), np.float32)
            y = (x.sum(axis=1, keepdims=True) > 0).astype(np.float32)
            file.write(np.hstack([x, y]).tobytes())


def train_streamed(path: Path, features: int, batch_size: int = 1000) -> tuple[int, float]:
    """One epoch through a file of :func:`stream_file`; the updates, and the last mean loss."""
    rows = nn.data.memory_map(path, (-1, features + 1), np.float32)
    net = nn.MLP(features, [16, 1], dtype=np.float32, rng=0)
    optimizer, loss_fn = optim.Adam(net.parameters(), lr=0.01), nn.BCEWithLogitsLoss()
    updates, recent = 0, 0.0
    for batch in DataLoader(rows, batch_size=batch_size):
        optimizer.zero_grad()
        loss = loss_fn(net(batch[:, :-1]), batch[:, -1:])
        loss.backward()
        optimizer.step()
        recent = 0.95 * recent + 0.05 * loss.item() if updates else loss.item()
        updates += 1
    return updates, recent


@example("W23", "streaming", "A file read batch by batch")
def streaming(rows: int = 300_000, features: int = 40) -> Outcome:
    """Mini-batches of 1,000 from a file that is never in memory as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.f32"
        stream_file(path, rows, features)
        size = path.stat().st_size / 2**20
        before = anonymous_megabytes()
        updates, loss = train_streamed(path, features)
        after = anonymous_megabytes()
    growth = None if before is None or after is None else max(after - before, 0.0)
    paper = count_batches(50_000_000, 1000)
    rows_of_table = [
        ("this run", rows, 1000, updates, size, growth),
        ("on paper", str(paper.rows), 1000, paper.updates_per_epoch, "-", "-"),
    ]
    table = Table(
        "", ("", "rows", "batch", "updates an epoch", "file, MB", "memory added, MB"), rows_of_table
    )

    def draw(ax: Axes = None) -> Figure:
        figure, axes = panels(1, 1, (4.7, 3.2), ax=ax)
        bars = axes[0, 0].bar(["the file", "memory added"], [size, growth or 0.0],
                              color=nn.plots.COLOURS[:2])  # fmt: skip
        axes[0, 0].bar_label(bars, fmt="%.1f")
        axes[0, 0].set_ylabel("megabytes")
        axes[0, 0].margins(y=0.15)
        return figure

    return Outcome(
        {
            "file MB": size, "memory added MB": growth, "updates": updates, "loss": loss,
            "updates for 50 million rows": paper.updates_per_epoch,
        },
        draw, [table],
        ["The file is memory-mapped: a batch is read when it is indexed, and the system forgets "
         "its pages when it needs them for something else."],
    )  # fmt: skip
