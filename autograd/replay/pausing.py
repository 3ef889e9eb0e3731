"""A with statement in which Python's garbage collector is paused, whatever ends it."""

from __future__ import annotations

import gc
from contextlib import AbstractContextManager, nullcontext


class _Pause:
    """The collector is off from the beginning of the with statement until this object is gone.

    All of it is written in C: an interrupt comes before it or after it. The with statement is all
    that holds the object (see ``engine.blocks``), so a traceback that is kept does not.
    """

    __slots__ = ()

    # With a __new__ of its own the class inherits an __init__ that takes any arguments and does
    # nothing.
    def __new__(cls) -> _Pause:
        return object.__new__(cls)

    __enter__ = staticmethod(gc.disable)
    __exit__ = object.__init__
    __del__ = staticmethod(gc.enable)


def paused_collector() -> AbstractContextManager[object]:
    """A block without collections, for what makes many nodes, all of which live, and no cycles.

    The pause is of the process. Whoever finds the collector on turns it off and on again, so a
    block inside another changes nothing, and of two threads the first to end lets it run again.
    """
    return _Pause() if gc.isenabled() else nullcontext()  # type: ignore[return-value]
