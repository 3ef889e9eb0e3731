"""What a training did, epoch by epoch."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

from nn.metrics import greater_is_better
from nn.notebook import picture_bundle, table
from nn.training.charts import chart
from optim.figures import COLOURS, Place, axes_of, either, pyplot, saved, whole_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class History:
    """One row per epoch: loss, metrics, the same with ``val_`` in front, learning rate, seconds.

    ``stopped`` says why the training ended before its last epoch, or is None.

    >>> from nn import History
    >>> history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    >>> history["loss"], len(history), history.best("loss")
    ([0.5, 0.25], 2, {'epoch': 2, 'loss': 0.25})
    """

    def __init__(self, rows: list[dict[str, float]] | None = None) -> None:
        self.rows: list[dict[str, float]] = [] if rows is None else rows
        self.stopped: str | None = None

    def __len__(self) -> int:
        """How many epochs there are."""
        return len(self.rows)

    def __getitem__(self, name: str) -> list[float]:
        """The column: a number for each epoch, nan where the row has none."""
        if name not in self.names:
            raise KeyError(f"history: no column {name!r}; there are {', '.join(self.names)}")
        return [row.get(name, math.nan) for row in self.rows]

    def __contains__(self, name: str) -> bool:
        """Whether an epoch has a number of that name."""
        return name in self.names

    @property
    def names(self) -> list[str]:
        """What the epochs have numbers for, such as ``loss``."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    @property
    def scores(self) -> list[str]:
        """The names of the loss and the metrics, without ``val_``."""
        names = [name.removeprefix("val_") for name in self.names if name not in _QUIET]
        return list(dict.fromkeys(names))

    @property
    def last(self) -> dict[str, float]:
        """The row of the last epoch."""
        if not self.rows:
            raise IndexError("history: no epoch has been completed")
        return self.rows[-1]

    def best(self, name: str, mode: str = "auto") -> dict[str, float]:
        """The row in which ``name`` is least, or greatest where greater is better."""
        sign = -1.0 if greater_is_better(name, mode) else 1.0
        rows = [row for row in self.rows if not math.isnan(row.get(name, math.nan))]
        if not rows:
            raise KeyError(f"history: no column {name!r}; there are {', '.join(self.names)}")
        return min(rows, key=lambda row: sign * row[name])

    def csv(self) -> str:
        """The rows as CSV, exact to the last bit."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.names, lineterminator="\n")
        if self.rows:
            writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def save(self, path: str | Path) -> None:
        """Write the rows to a CSV file, replaced atomically."""
        from autograd.writing import write_file

        write_file(path, self.csv())

    def __repr__(self) -> str:
        if not self.rows:
            return "History of 0 epochs"
        lines = [described(self.last)]
        if self.stopped:
            lines.append(f"stopped: {self.stopped}")
        return f"History of {len(self)} epochs, the last: " + "; ".join(lines)

    def __str__(self) -> str:
        """A table of some epochs; ``*`` is at the best of each score."""
        if not self.rows:
            return repr(self)
        names, rows = some_epochs(self)
        cells = [names, *rows]
        widths = [max(len(row[i].rstrip("*")) for row in cells) for i in range(len(names))]
        lines = [
            " ".join(
                cell.rjust(width + cell.endswith("*")).ljust(width + 1)
                for cell, width in zip(row, widths)
            ).rstrip()
            for row in cells
        ]
        return "\n".join([*lines, *_endings(self)])

    def plot(self, ax: Place = None, path: str | Path | None = None) -> Figure:
        """Draw each score over the epochs; return the matplotlib figure.

        ``ax`` is as many axes as there are scores, or one for the loss; ``path`` saves the figure
        (.png, .svg or .pdf). Needs matplotlib (``pip install "tracegrad[plot]"``).
        """
        ax, path = either(ax, path)
        names = self.scores
        if not names:
            raise ValueError("curves: the history has no epoch")
        if ax is None:
            _, ax = pyplot().subplots(
                1, len(names), figsize=(4.6 * len(names), 3.6), layout="constrained", squeeze=False
            )
        marker = "o" if len(self) == 1 else None
        given = axes_of(ax, names)
        for axes, name in zip(given, names):
            for column, label, colour, dashes in (
                (name, "training", COLOURS[0], "-"),
                (f"val_{name}", "validation", COLOURS[1], "--"),
            ):
                if column in self:
                    axes.plot(
                        self["epoch"], self[column], dashes, color=colour, label=label,
                        marker=marker,
                    )  # fmt: skip
            axes.set(xlabel="epoch", ylabel=name)
            axes.grid(alpha=0.3)
            axes.legend()
        return saved(whole_figure(given[0]), path)

    def show(self, width: int | None = None) -> None:
        """Print a chart of each score in ``width`` columns, by default those of the terminal.

        Returns None.

        >>> from nn import History
        >>> losses = [0.9, 0.5, 0.3, 0.2, 0.15, 0.12]
        >>> rows = [{"epoch": i, "loss": loss} for i, loss in enumerate(losses, 1)]
        >>> History(rows).show(width=40)
        loss  * training
              0.9 |*
                  |
                  |
                  |
                  |      *
                  |
                  |           *
                  |                 *
             0.12 |                      *     *
                  +-----------------------------
            epoch  1                           6
        * best: loss 0.12, epoch 6 of 6
        """
        curves = (
            [chart(epoch_numbers(self), score_panels(self), width)] if self.scores else [repr(self)]
        )
        print("\n".join([*curves, *_endings(self)]))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the curves, and a table of some epochs."""
        if not self.scores:
            return {"text/plain": repr(self)}
        below = table(*some_epochs(self), "; ".join(_endings(self)))
        return picture_bundle(repr(self), below, score_panels(self), epoch_numbers(self))


def epoch_numbers(history: History) -> list[float]:
    """The numbers of the epochs."""
    return history["epoch"] if "epoch" in history else [n + 1.0 for n in range(len(history))]


def score_panels(history: History) -> dict[str, dict[str, list[float]]]:
    """Of each score its columns: that of the training, and that of the validation."""
    columns = {"training": "", "validation": "val_"}
    return {
        name: {
            label: history[prefix + name]
            for label, prefix in columns.items()
            if prefix + name in history
        }
        for name in history.scores
    }


def best_epochs(history: History) -> dict[str, int]:
    """Of each score the place of its best epoch; that by which a network is chosen comes first.

    That is the first of the validation, or without one the first of all.
    """
    scored = [name for name in history.names if name not in _QUIET]
    places = {id(row): i for i, row in enumerate(history.rows)}
    return {
        name: places[id(history.best(name))]
        for name in sorted(scored, key=lambda name: not name.startswith("val_"))
        if not all(map(math.isnan, history[name]))
    }


def some_epochs(history: History) -> tuple[list[str], list[list[str]]]:
    """The names, and some epochs as texts, with ``*`` at the best of each score."""
    step = max(-(-len(history) // _SHOWN), 1)
    best = best_epochs(history)
    shown = {*range(0, len(history), step), len(history) - 1, *list(best.values())[:1]}
    columns = {name: history[name] for name in history.names}
    rows = [
        [
            (f"{values[i]:.3f}" if name == "seconds" else f"{values[i]:.4g}")
            + ("*" if best.get(name) == i else "")
            for name, values in columns.items()
        ]
        for i in sorted(shown)
    ]
    return history.names, rows


def _endings(history: History) -> list[str]:
    """Below a table or a chart: which epoch was the best, and why the training ended."""
    said = []
    for name, place in list(best_epochs(history).items())[:1]:
        value, epoch = history.rows[place][name], epoch_numbers(history)[place]
        said.append(f"* best: {name} {value:.4g}, epoch {epoch:g} of {len(history)}")
    return [*said, f"stopped: {history.stopped}"] if history.stopped else said


#: About so many epochs are in a table.
_SHOWN = 8
#: What the line of an epoch does not show.
_QUIET = ("epoch", "seconds", "lr")


def described(row: dict[str, float]) -> str:
    """The row in a line: ``loss 0.2500  accuracy 0.900``."""
    return "  ".join(f"{name} {value:.4g}" for name, value in row.items() if name not in _QUIET)


def json_row(row: dict[str, float]) -> dict[str, float]:
    """The row in Python's own numbers, as a checkpoint keeps it."""
    return {name: value if isinstance(value, int) else float(value) for name, value in row.items()}
