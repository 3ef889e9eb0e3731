"""A progress bar in a terminal; nothing at all where the output is piped or kept in a file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nn.training.history import described
from nn.training.run import Callback, Run

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

REDRAW = 0.1  # seconds


class ProgressBar(Callback):
    """Epochs done, time left, and the last row of the history, drawn by rich on ``console``."""

    drawn: float
    bar: Progress
    batches: int
    task: TaskID

    saved = False

    def __init__(self, console: Console) -> None:
        self.console = console
        self.drawn = 0.0

    def on_start(self, run: Run) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[scores]}", markup=False),
            console=self.console,
            auto_refresh=False,  # no thread of its own: a training uses the cores it has
        )
        try:
            self.batches = len(run.loader)
        except TypeError:
            self.batches = 0  # a stream
        self.task = self.bar.add_task(
            "", total=run.epochs, completed=run.epoch, epoch=run.epoch, epochs=run.epochs, scores=""
        )
        self.bar.start()

    def on_batch(self, run: Run) -> None:
        now = time.monotonic()
        if self.batches and now - self.drawn > REDRAW:
            self.drawn = now
            done = run.epoch + run.batch / self.batches
            self.bar.update(self.task, completed=done)
            self.bar.refresh()

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        self.bar.update(self.task, completed=run.epoch, epoch=run.epoch, scores=described(row))

    def on_end(self, run: Run) -> None:
        if hasattr(self, "bar"):
            self.bar.refresh()
            self.bar.stop()


def progress_bar(wanted: bool | None) -> list[Callback]:
    """The bar, if it is wanted and there is a terminal to draw it on."""
    import sys

    if wanted is False or not (wanted or (sys.stdout is not None and sys.stdout.isatty())):
        return []
    from rich.console import Console

    console = Console()
    return [ProgressBar(console)] if console.is_terminal else []
