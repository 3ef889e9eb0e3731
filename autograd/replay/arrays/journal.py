"""What callbacks gave before a branch: a call that takes the other branch does not repeat them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Array, Function, Quantity
from autograd.engine import ProgramLine


class Journal:
    """The callbacks of one call of a compiled function, and their results.

    Where a guard fails, the function runs again from its beginning, in another program or as it
    is. Up to that guard it takes the same steps, so what has been drawn is given again, and what
    has been written is not written twice.
    """

    def __init__(self) -> None:
        self.entries: list[tuple[ProgramLine, Quantity]] = []
        self.position = 0

    def begin(self) -> None:
        """Forget everything: a new call."""
        self.entries, self.position = [], 0

    def rewind(self) -> None:
        """The same call begins again."""
        self.position = 0

    def call(self, line: ProgramLine, function: Function, *arrays: Quantity) -> Quantity:
        """What ``function(*arrays)`` gave in this call, or gives now."""
        if self.position == len(self.entries):
            result = function(*arrays)
            # A later callback may write into what this one gave.
            kept = result.copy() if isinstance(result, np.ndarray) else result
            self.entries.append((line, kept))
        else:
            known, result = self.entries[self.position]
            if known != line:
                raise RuntimeError(
                    f"compile: a branch came out otherwise, and the function called back in {line} "
                    f"before it, no longer in {known}; it takes the same steps up to a branch"
                )
        self.position += 1
        return result


class Reads:
    """The arrays that a traced function read as they are, and whether a callback changed them.

    A callback that returns nothing waits until the branches behind it have come out as traced. One
    that returns an array is called at once, and so is what waits before it: a function that
    starts again would read the arrays as they are by then.
    """

    def __init__(self) -> None:
        self._copies: dict[int, tuple[Array, Array]] = {}
        self._waiting = False
        #: An array that is not what it was when the function read it.
        self.moved: Array | None = None

    def called(self, returns: bool) -> None:
        """A callback was called."""
        self._waiting = True
        if returns:
            self._look()

    def read(self, arrays: Sequence[Array]) -> None:
        """Operations take these arrays, which are no results of the function's own."""
        if arrays:
            self._look()
        for array in arrays:
            self._copies.setdefault(id(array), (array, array.copy()))

    def _look(self) -> None:
        if self._waiting and self.moved is None:
            for array, copy in self._copies.values():
                if not np.array_equal(array, copy, equal_nan=array.dtype.kind in "fc"):
                    self.moved = array
        self._waiting = False
