"""Where it is shown how far a program is: a bar in a terminal or a notebook, or lines of text.

Where the output is piped or kept in a file there is no bar, and there are lines only on request:
who keeps the output of a script finds in it what the script has written.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from autograd.calculus import one_line, short
from nn.notebook import Output, in_notebook

if TYPE_CHECKING:
    from rich.console import Console

#: Whether this is a part of something whose progress is shown as a whole.
_inside: ContextVar[bool] = ContextVar("inside", default=False)
#: The language in which it is shown.
_language: ContextVar[str] = ContextVar("language", default="en")


class Screen(Protocol):
    """Where a bar is drawn."""

    def draw(self, done: float, total: int, scores: str) -> None:
        """``done`` of ``total`` are over; ``scores`` are those of the last one, or the best."""

    def close(self) -> None:
        """No more is drawn."""


class Clock:
    """The time that has passed, and the time that is left at this pace."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._first: float | None = None

    def told(self, done: float, total: float) -> tuple[float, float]:
        """Seconds that have passed, and that are left; ``done`` counts from its first value on."""
        passed = time.monotonic() - self.started
        if self._first is None:
            self._first = done
        computed = done - self._first
        return passed, passed / computed * (total - done) if computed > 0 else 0.0


class Terminal:
    """A bar drawn by rich; ``unit`` is what is counted."""

    def __init__(self, console: Console, unit: str = "epoch") -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn(unit + " {task.fields[place]}/{task.total:g}"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[scores]}", markup=False),
            console=console,
            auto_refresh=False,  # no thread of its own: a training uses the cores it has
        )
        self._task = self._bar.add_task("", total=0, place=0, scores="")

    def draw(self, done: float, total: int, scores: str) -> None:
        self._bar.update(self._task, total=total, completed=done, place=int(done), scores=scores)
        self._bar.start()
        self._bar.refresh()

    def close(self) -> None:
        self._bar.stop()


class Notebook:
    """A bar in the output of the cell; it stays there, with the time that was taken."""

    def __init__(self, unit: str = "epoch") -> None:
        self._output, self._clock, self._unit = Output(), Clock(), unit

    def draw(self, done: float, total: int, scores: str) -> None:
        passed, left = self._clock.told(done, total)
        seconds = f"{passed:.1f} s" if left < 1 else worded("{n} s left", n=f"{left:.0f}")
        parts = (f"{self._unit} {int(done)}/{total}", seconds, scores)
        self._output.show("  ".join(filter(None, parts)), done / total if total else 1.0)

    def close(self) -> None:
        pass


def write_line(text: str) -> None:
    """A line that is there at once, also in a pipe; a program without a console has no output."""
    if sys.stdout is not None:
        print(one_line(text), flush=True)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """A block in which progress is shown in the language ``lang``."""
    token = _language.set(lang)
    try:
        yield
    finally:
        _language.reset(token)


def worded(text: str, **slots: object) -> str:
    """An English text in the language in which progress is shown, its ``{slots}`` filled."""
    if _language.get() != "en":  # a training in English does not load the languages
        from autograd.writing import column, translated

        text = translated(text)[column(_language.get())]
    return text.format(**slots) if slots else text


@contextmanager
def inside() -> Iterator[None]:
    """A block in which trainings show nothing unless they are asked to: the whole is shown."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def screen(caller: str, wanted: bool | str | None, unit: str) -> Screen | str | None:
    """The bar, in a notebook or a terminal; none elsewhere, and none if ``wanted`` is False.

    "log" where lines are to be written: they are wanted, or the terminal cannot draw.
    """
    if isinstance(wanted, str):
        if wanted != "log":
            raise ValueError(
                f"{caller}: progress is True, False, None or 'log', not {short(wanted)}"
            )
        return wanted
    if wanted is False or (wanted is None and _inside.get()):
        return None
    unit = worded(unit)
    if in_notebook():
        return Notebook(unit)
    if not (wanted or (sys.stdout is not None and sys.stdout.isatty())):
        return None
    try:
        from rich.console import Console
    except ImportError:
        missing = "the progress bar needs rich: `pip install rich`"
        warnings.warn(f"{missing}, or say progress=False", stacklevel=4)
        return None

    console = Console()
    if console.is_dumb_terminal:  # which cannot draw a line anew
        return "log"
    return Terminal(console, unit) if console.is_terminal else None
