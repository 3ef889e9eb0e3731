"""A progress bar in a terminal or a notebook, and lines of text for a log.

Where the output is piped or kept in a file there is no bar, and there are lines only on request:
who keeps the output of a script finds in it what the script has written.
"""

from __future__ import annotations

import sys
import time
import warnings
from typing import TYPE_CHECKING, Protocol

from autograd.calculus import one_line, short
from nn.notebook import Output, in_notebook
from nn.training.history import described
from nn.training.run import Callback, Run

if TYPE_CHECKING:
    from rich.console import Console

REDRAW = 0.1  # seconds between two pictures of a bar
WRITE = 2.0  # and at least between two lines of a log, of which the first and the last are written


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
        self.batches = _batches(run)
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
        self._bar.update(
            self._task, total=epochs, completed=done, epoch=int(done), epochs=epochs, scores=scores
        )
        self._bar.start()
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


class ProgressLog(Callback):
    """A line of text for an epoch; of fast ones for some, of a slow one several."""

    started: float
    written: float
    first: int
    batches: int

    saved = False

    def on_start(self, run: Run) -> None:
        self.started = self.written = time.monotonic()
        self.first = run.epoch
        self.batches = _batches(run)

    def on_batch(self, run: Run) -> None:
        # The last batch of an epoch is followed by the epoch's own line.
        if time.monotonic() - self.written > WRITE and run.batch != self.batches:
            part = f" {run.batch / self.batches:4.0%}" if self.batches else f" batch {run.batch}"
            self._write(run, f"epoch {run.epoch + 1}/{run.epochs}{part}", f"loss {run.loss:.4g}")

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        ends = run.epoch in (self.first + 1, run.epochs) or run.stopped
        if ends or time.monotonic() - self.written > WRITE:
            self._write(run, f"epoch {run.epoch}/{run.epochs}", described(row))

    def on_end(self, run: Run) -> None:
        if run.stopped:
            _line(f"stopped: {run.stopped}")
        elif run.epoch < run.epochs:
            _line(f"ended after {run.epoch} of {run.epochs} epochs")

    def _write(self, run: Run, where: str, scores: str) -> None:
        self.written = time.monotonic()
        passed = self.written - self.started
        done = run.epoch + (run.batch / self.batches if self.batches else 0) - self.first
        left = passed / done * (run.epochs - self.first - done) if done else 0.0
        ahead = f", {left:.0f} s left" if left >= 1 else ""
        _line(f"{where}  {scores}  {passed:.1f} s{ahead}")


def _batches(run: Run) -> int:
    """How many batches an epoch has, 0 for a stream."""
    try:
        return len(run.loader)
    except TypeError:
        return 0


def _line(text: str) -> None:
    """A line that is there at once, also in a pipe; a program without a console has no output."""
    if sys.stdout is not None:
        print(one_line(text), flush=True)


def progress_bar(wanted: bool | str | None) -> list[Callback]:
    """The bar, in a notebook or a terminal; none elsewhere, and none if ``wanted`` is False.

    With "log" it is lines of text, wherever it runs.
    """
    if isinstance(wanted, str):
        if wanted != "log":
            raise ValueError(f"fit: progress is True, False, None or 'log', not {short(wanted)}")
        return [ProgressLog()]
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
    if console.is_dumb_terminal:  # which cannot draw a line anew
        return [ProgressLog()]
    return [ProgressBar(Terminal(console))] if console.is_terminal else []
