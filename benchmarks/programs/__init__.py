"""What is measured: each module's `prepare(...)` gives a Program, run in a process of its own."""

from collections.abc import Callable
from dataclasses import dataclass


class Unavailable(Exception):
    """A peer that is not installed or cannot run here, and why."""


@dataclass(frozen=True)
class Program:
    """One contender, ready to run."""

    #: Do the work `times` times over, and wait until it is done.
    run: Callable[[int], None]
    #: What the last run computed, to be compared with the other contenders' before any timing.
    results: Callable[[], dict[str, list[float]]]
    #: Build and return what should be weighed, with the number of nodes in it (memory cases only).
    weigh: Callable[[], tuple[object, int]] | None = None
