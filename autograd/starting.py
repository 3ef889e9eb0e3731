"""Ctrl-C while the command line is still being imported: the program ends without a traceback.

The package is imported before any code of ``autograd.cli`` runs, so that this is the first file
that it imports. A program that imports the library is left alone.
"""

from __future__ import annotations

import os
import sys
from types import TracebackType


def _is_command_line() -> bool:
    """Whether this is ``python -m autograd``, which is "-m" until it is found, or ``tracegrad``."""
    if not sys.argv:
        return False
    if sys.argv[0] == "-m":
        return "autograd" in sys.orig_argv[1:]
    return os.path.splitext(os.path.basename(sys.argv[0]))[0] == "tracegrad"


def _quiet(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)


if _is_command_line():
    sys.excepthook = _quiet
