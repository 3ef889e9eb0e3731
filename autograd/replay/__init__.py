"""Graphs that run again: traced once, then replayed as NumPy statements or plain Python.

``arrays`` has the functions of arrays. The rest is about functions of numbers.

``program`` records a computation over numbers as columns. The passes are ``simplify`` (constants,
equal rows, unused rows), ``sums`` (chains of + and - become sums of products) and ``plan`` (units
that are alike become one statement; ``shapes`` finds the matrix products among them). The
executors are ``numpy_source``, ``straight_line``, ``native`` (with ``c_loops``, ``c_sums``,
``c_lines`` and the ``compiler``), ``points`` for many points at once (with ``array_lines`` and
``c_points``) and, where a nan came up, ``row_by_row``.
``compiled`` traces a function, watched by ``watching``; ``compiling`` has :func:`compile`.
"""

from autograd.replay.compiled import Compiled, GuardError
from autograd.replay.compiling import compile
from autograd.replay.listing import listing_of
from autograd.replay.plan import Elementwise, Statement, Sum
from autograd.replay.replays import Replay
from autograd.replay.standalone import python_functions

__all__ = [
    "compile", "Compiled", "Elementwise", "GuardError", "listing_of", "python_functions",
    "Replay", "Statement", "Sum",
]  # fmt: skip
