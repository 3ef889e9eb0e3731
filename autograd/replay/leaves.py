"""The numbers of many Values, read by machine code: where they lie in memory is found by trial.

A Value keeps its number in a slot, as CPython's objects do: a pointer at a fixed distance from the
object, to a float. Python reads a slot in 25 ns, which for hundreds of leaves is more than the
machine code of their network takes.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Array
from autograd.engine import Value
from autograd.replay.c_source import LINES
from autograd.replay.compiler import library

#: For fewer leaves a call of machine code costs more than it saves.
MANY = 24

SOURCE = """\
#include <stddef.h>

/* The number of each leaf, where its slot holds a float; 0 where one holds anything else. */
int read_leaves(char **leaves, ptrdiff_t count, ptrdiff_t slot, ptrdiff_t kind, void *of_floats,
                ptrdiff_t number, double *out) {
  for (ptrdiff_t i = 0; i < count; i++) {
    char *x = *(char **)(leaves[i] + slot);
    if (!x || *(void **)(x + kind) != of_floats) return 0;
    out[i] = *(double *)(x + number);
  }
  return 1;
}
"""


class Leaves:
    """Reads the numbers of leaves at once. They must live as long as this does."""

    def __init__(self, leaves: Sequence[Value], layout: tuple[int, int, int]) -> None:
        slot, kind, number = layout
        # Unlike CDLL it keeps other threads from running, which may assign to the slots.
        loaded = ctypes.PyDLL(None, handle=library(SOURCE, LINES)._handle)
        self._read = loaded.read_leaves
        self._numbers = np.zeros(len(leaves))
        self._arguments = (
            (ctypes.c_void_p * len(leaves))(*map(id, leaves)),
            ctypes.c_ssize_t(len(leaves)),
            ctypes.c_ssize_t(slot),
            ctypes.c_ssize_t(kind),
            ctypes.c_void_p(id(float)),
            ctypes.c_ssize_t(number),
            ctypes.c_void_p(self._numbers.ctypes.data),
        )

    def read(self) -> Array | None:
        """The numbers; None where one of them is no float."""
        return self._numbers.copy() if self._read(*self._arguments) else None


def reader(leaves: Sequence[Value]) -> Leaves | None:
    """What reads these leaves at once; None where they are few, or lie in an unknown way."""
    layout = _layout()
    usual = all(type(leaf).data is Value._data for leaf in leaves)
    few = len(leaves) < MANY
    return None if few or layout is None or not usual else Leaves(leaves, layout)


@functools.cache
def _layout() -> tuple[int, int, int] | None:
    """The distances from a Value to its slot, and from a float to its type and its number."""
    with_a_lock = getattr(sys, "_is_gil_enabled", lambda: True)()
    if sys.implementation.name != "cpython" or not with_a_lock:
        return None
    number = float("0.7310585786300049")
    probe = Value(number)
    try:
        slot = _words(probe).index(id(number))
        kind = _words(number).index(id(float))
        bits = _words(number).index(int(np.float64(number).view(np.uint64)))
    except ValueError:
        return None
    size = ctypes.sizeof(ctypes.c_void_p)
    return slot * size, kind * size, bits * size


def _words(x: object) -> list[int | None]:
    """The memory of an object, a pointer's size at a time."""
    count = type(x).__basicsize__ // ctypes.sizeof(ctypes.c_void_p)
    return list((ctypes.c_void_p * count).from_address(id(x)))
