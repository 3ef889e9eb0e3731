"""A progress bar in a terminal or a notebook; none where the output is piped or kept in a file."""

from __future__ import annotations

import sys
import time
import warnings
from typing import TYPE_CHECKING, Protocol

from nn.notebook import Output, in_notebook
from nn.training.history import described
from nn.training.run import Callback, Run

if TYPE_CHECKING:
    from rich.console import Console

REDRAW = 0.1  # seconds


class Screen(Protocol):
    """Where a bar is drawn."""

    def draw(self, done: float, epochs: int, scores: str) -> None:
        """``done`` of the ``epochs`` are over; ``scores`` are those of the last one."""

    def close(self) -> None:
        """No more is drawn."""


class ProgressBar(Callback):
    """Epochs done, time left, and the last row of the history."""

    screen: Screen
    drawn: float
    batches: int
    scores: str

    saved = False

    def __init__(self, screen: Screen) -> None:
        self.screen, self.scores, self.drawn = screen, "", 0.0

    def on_start(self, run: Run) -> None:
        try:
            self.batches = len(run.loader)
        except TypeError:
            self.batches = 0  # a stream
        self._draw(run, run.epoch)

    def on_batch(self, run: Run) -> None:
        if self.batches and time.monotonic() - self.drawn > REDRAW:
            self._draw(run, run.epoch + run.batch / self.batches)

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        self.scores = described(row)
        if time.monotonic() - self.drawn > REDRAW:
            self._draw(run, run.epoch)

    def on_end(self, run: Run) -> None:
        self._draw(run, run.epoch)
        self.screen.close()

    def _draw(self, run: Run, done: float) -> None:
        self.screen.draw(done, run.epochs, self.scores)
        self.drawn = time.monotonic()


class Terminal:
    """A bar drawn by rich."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[scores]}", markup=False),
            console=console,
            auto_refresh=False,  # no thread of its own: a training uses the cores it has
        )
        self._task = self._bar.add_task("", epoch=0, epochs=0, scores="")

    def draw(self, done: float, epochs: int, scores: str) -> None:
        self._bar.start()
        self._bar.update(
            self._task, total=epochs, completed=done, epoch=int(done), epochs=epochs, scores=scores
        )
        self._bar.refresh()

    def close(self) -> None:
        self._bar.stop()


class Notebook:
    """A bar in the output of the cell; it stays there, with the time that the training took."""

    def __init__(self) -> None:
        self._output = Output()
        self._started = time.monotonic()
        self._first: float | None = None

    def draw(self, done: float, epochs: int, scores: str) -> None:
        passed = time.monotonic() - self._started
        if self._first is None:
            self._first = done
        computed = done - self._first
        left = passed / computed * (epochs - done) if computed else 0.0
        seconds = f"{left:.0f} s left" if left >= 1 else f"{passed:.1f} s"
        parts = (f"epoch {int(done)}/{epochs}", seconds, scores)
        self._output.show("  ".join(filter(None, parts)), done / epochs if epochs else 1.0)

    def close(self) -> None:
        pass


def progress_bar(wanted: bool | None) -> list[Callback]:
    """The bar, in a notebook or a terminal; none elsewhere, and none if ``wanted`` is False."""
    if wanted is False:
        return []
    if in_notebook():
        return [ProgressBar(Notebook())]
    if not (wanted or (sys.stdout is not None and sys.stdout.isatty())):
        return []
    try:
        from rich.console import Console
    except ImportError:
        missing = "the progress bar needs rich: `pip install rich`"
        warnings.warn(f"{missing}, or say progress=False", stacklevel=3)
        return []

    console = Console()
    return [ProgressBar(Terminal(console))] if console.is_terminal else []
