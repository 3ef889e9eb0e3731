"""What a training did, epoch by epoch."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from nn.metrics import greater_is_better
from nn.notebook import picture_bundle, table
from nn.training.charts import chart


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

    def epochs(self) -> list[float]:
        """The numbers of the epochs."""
        return self["epoch"] if "epoch" in self else [float(n + 1) for n in range(len(self))]

    def panels(self) -> dict[str, dict[str, list[float]]]:
        """Of each score its columns: that of the training, and that of the validation."""
        columns = {"training": "", "validation": "val_"}
        return {
            name: {
                label: self[prefix + name]
                for label, prefix in columns.items()
                if prefix + name in self
            }
            for name in self.scores
        }

    def watched(self) -> str | None:
        """The score by which an epoch is the best: the first of the validation, or of all."""
        scores = [name for name in self.names if name not in _QUIET]
        found = [name for name in scores if not math.isnan(self._least(name))]
        return next((name for name in found if name.startswith("val_")), next(iter(found), None))

    def _least(self, name: str) -> float:
        return min((value for value in self[name] if not math.isnan(value)), default=math.nan)

    def some(self, most: int = 8) -> tuple[list[str], list[list[str]]]:
        """The names, and about ``most`` epochs as texts, with ``*`` at the best of each score."""
        step = max(-(-len(self) // most), 1)
        shown = {*range(0, len(self), step), len(self) - 1}
        best = {
            name: next(i for i, row in enumerate(self.rows) if row is self.best(name))
            for name in self.names
            if name not in _QUIET and not math.isnan(self._least(name))
        }
        watched = self.watched()
        if watched is not None:
            shown.add(best[watched])
        columns = {name: self[name] for name in self.names}
        rows = [
            [
                (f"{values[i]:.3f}" if name == "seconds" else f"{values[i]:.4g}")
                + ("*" if best.get(name) == i else "")
                for name, values in columns.items()
            ]
            for i in sorted(shown)
        ]
        return self.names, rows

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
        names, rows = self.some()
        cells = [names, *rows]
        widths = [max(len(row[i].rstrip("*")) for row in cells) for i in range(len(names))]
        lines = [
            " ".join(
                cell.rjust(width + cell.endswith("*")).ljust(width + 1)
                for cell, width in zip(row, widths)
            ).rstrip()
            for row in cells
        ]
        return "\n".join([*lines, *self.endings()])

    def endings(self) -> list[str]:
        """Below a table or a chart: which epoch was the best, and why the training ended."""
        name, said = self.watched(), []
        if name is not None:
            row = self.best(name)
            epoch = f"epoch {row['epoch']:g} of " if "epoch" in row else ""
            said.append(f"* best: {name} {row[name]:.4g}, {epoch}{len(self)}")
        return [*said, f"stopped: {self.stopped}"] if self.stopped else said

    def show(self, width: int | None = None) -> None:
        """Print a chart of each score in ``width`` columns, by default those of the terminal.

        Returns None.

        >>> from nn import History
        >>> losses = [0.9, 0.5, 0.3, 0.2, 0.15, 0.12]
        >>> rows = [{"epoch": i, "loss": loss} for i, loss in enumerate(losses, 1)]
        >>> History(rows).show(width=40)  # doctest: +SKIP
        """
        curves = [chart(self.epochs(), self.panels(), width)] if self.scores else [repr(self)]
        print("\n".join([*curves, *self.endings()]))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the curves, and a table of some epochs."""
        if not self.scores:
            return {"text/plain": repr(self)}
        below = table(*self.some(), "; ".join(self.endings()))
        return picture_bundle(repr(self), below, self.panels(), self.epochs())


#: What the line of an epoch does not show.
_QUIET = ("epoch", "seconds", "lr")


def described(row: dict[str, float]) -> str:
    """The row in a line: ``loss 0.2500  accuracy 0.900``."""
    return "  ".join(f"{name} {value:.4g}" for name, value in row.items() if name not in _QUIET)


def json_row(row: dict[str, float]) -> dict[str, float]:
    """The row in Python's own numbers, as a checkpoint keeps it."""
    return {name: value if isinstance(value, int) else float(value) for name, value in row.items()}
