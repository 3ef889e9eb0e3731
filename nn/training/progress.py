"""How far a training is, as a bar or as lines of text for a log."""

from __future__ import annotations

import time

from nn.training.history import described
from nn.training.run import Callback, Run
from nn.training.screens import Clock, Screen, screen, worded, write_line

REDRAW = 0.1  # seconds between two pictures of a bar
WRITE = 2.0  # and at least between two lines of a log, of which the first and the last are written


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


class ProgressLog(Callback):
    """A line of text for an epoch; of fast ones for some, of a slow one several."""

    clock: Clock
    written: float
    first: int
    batches: int

    saved = False

    def on_start(self, run: Run) -> None:
        self.clock, self.first = Clock(), run.epoch
        self.clock.told(run.epoch, run.epochs)
        self.written = self.clock.started
        self.batches = _batches(run)

    def on_batch(self, run: Run) -> None:
        # The last batch of an epoch is followed by the epoch's own line.
        if time.monotonic() - self.written > WRITE and run.batch != self.batches:
            batch = f"{worded('batch')} {run.batch}"
            part = f"{run.batch / self.batches:4.0%}" if self.batches else batch
            self._write(run, run.epoch + 1, f"loss {run.loss:.4g}", f" {part}")

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        ends = run.epoch in (self.first + 1, run.epochs) or run.stopped
        if ends or time.monotonic() - self.written > WRITE:
            self._write(run, run.epoch, described(row))

    def on_end(self, run: Run) -> None:
        if run.stopped:
            write_line(worded(f"stopped: {run.stopped}"))
        elif run.epoch < run.epochs:
            write_line(worded("ended after {n} of {of} epochs", n=run.epoch, of=run.epochs))

    def _write(self, run: Run, epoch: int, scores: str, part: str = "") -> None:
        self.written = time.monotonic()
        done = run.epoch + (run.batch / self.batches if self.batches else 0)
        where = f"{worded('epoch')} {epoch}/{run.epochs}{part}"
        write_line(f"{where}  {scores}  {timed(*self.clock.told(done, run.epochs))}")


class PiecesDone:
    """How many of some pieces are done, with the best result: as a bar, or lines of a log."""

    def __init__(self, caller: str, wanted: bool | str | None, unit: str) -> None:
        self.screen, self.unit = screen(caller, wanted, unit), unit
        self.clock, self.shown = Clock(), 0.0

    def show(self, done: int, total: int, best: str = "") -> None:
        now, last = time.monotonic(), done == total
        if isinstance(self.screen, str):
            left = self.clock.told(done, total)
            if done and (last or now - self.shown > WRITE):
                write_line(f"{self.unit} {done}/{total}  {best}  {timed(*left)}")
                self.shown = now
        elif self.screen is not None and (last or now - self.shown > REDRAW):
            self.screen.draw(done, total, best)
            self.shown = now

    def close(self) -> None:
        if not isinstance(self.screen, str) and self.screen is not None:
            self.screen.close()


def timed(passed: float, left: float) -> str:
    taken = f"{passed:.1f} s"
    return taken if left < 1 else f"{taken}, {worded('{n} s left', n=f'{left:.0f}')}"


def _batches(run: Run) -> int:
    """How many batches an epoch has, 0 for a stream."""
    try:
        return len(run.loader)
    except TypeError:
        return 0


def progress_bar(wanted: bool | str | None) -> list[Callback]:
    """What shows the progress of ``fit``, as :func:`screen` decides."""
    found = screen("fit", wanted, "epoch")
    if found is None:
        return []
    return [ProgressLog() if isinstance(found, str) else ProgressBar(found)]
