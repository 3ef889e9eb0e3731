"""Ctrl-C while the command line is still being imported: the program ends without a traceback.

The package is imported before any code of ``autograd.cli`` runs, so that this is the first file
that it imports. Until the command begins, the signal ends the process itself: an exception would be
turned into another one by modules that catch what their imports raise, as NumPy's do. A program
that imports the library is left alone.
"""

from __future__ import annotations

import os
import sys


def _is_command_line() -> bool:
    """Whether this is ``python -m autograd``, which is "-m" until it is found, or ``tracegrad``."""
    if not sys.argv:
        return False
    if sys.argv[0] == "-m":
        return not {"autograd", "tracegrad"}.isdisjoint(sys.orig_argv[1:])
    return os.path.splitext(os.path.basename(sys.argv[0]))[0] == "tracegrad"


def heed_interrupts() -> None:
    """From here on Ctrl-C is a KeyboardInterrupt: the command that runs now handles it."""
    global _waits
    if _waits:
        import signal

        _waits = False
        signal.signal(signal.SIGINT, signal.default_int_handler)


_waits = False
if _is_command_line():
    import signal

    # A program in the background may ignore the signal; that stays.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _waits = True
