"""What a training did, epoch by epoch."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from nn.metrics import greater_is_better
from nn.notebook import picture_bundle, table


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

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the curves, and a table of some epochs."""
        if not self.scores:
            return {"text/plain": repr(self)}
        columns = {"training": "", "validation": "val_"}
        panels = {
            name: {
                label: self[prefix + name]
                for label, prefix in columns.items()
                if prefix + name in self
            }
            for name in self.scores
        }
        step = max(-(-len(self) // _ROWS_SHOWN), 1)
        some = {*range(0, len(self), step), len(self) - 1}
        rows = [[f"{self[name][i]:.4g}" for name in self.names] for i in sorted(some)]
        last = f"stopped: {self.stopped}" if self.stopped else ""
        epochs = self["epoch"] if "epoch" in self else range(1, len(self) + 1)
        return picture_bundle(repr(self), table(self.names, rows, last), panels, epochs)


#: About how many epochs a notebook lists.
_ROWS_SHOWN = 8
#: What the line of an epoch does not show.
_QUIET = ("epoch", "seconds", "lr")


def described(row: dict[str, float]) -> str:
    """The row in a line: ``loss 0.2500  accuracy 0.900``."""
    return "  ".join(f"{name} {value:.4g}" for name, value in row.items() if name not in _QUIET)


def json_row(row: dict[str, float]) -> dict[str, float]:
    """The row in Python's own numbers, as a checkpoint keeps it."""
    return {name: value if isinstance(value, int) else float(value) for name, value in row.items()}
