"""Keys as they are pressed, and what each of them does in a lesson."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: What the keys send, as terminals and Windows consoles send it, and the action.
KEYS = {
    "\x1b[C": "next", "\x1bOC": "next", "\xe0M": "next", " ": "next", "\r": "next", "\n": "next",
    "n": "next", "l": "next", "\x1b[B": "next", "j": "next",
    "\x1b[D": "back", "\x1bOD": "back", "\xe0K": "back", "p": "back", "b": "back", "h": "back",
    "\x7f": "back", "\x08": "back", "\x1b[A": "back", "k": "back",
    "\x1b[H": "first", "\x1bOH": "first", "\x1b[1~": "first", "\xe0G": "first", "g": "first",
    "\x1b[F": "last", "\x1bOF": "last", "\x1b[4~": "last", "\xe0O": "last", "G": "last",
    "\x1b[6~": "down", "\xe0Q": "down", "f": "down",
    "\x1b[5~": "up", "\xe0I": "up", "u": "up",
    "o": "fold", "t": "table", "?": "help",
    "q": "quit", "\x1b": "quit", "\x04": "quit", "\x03": "quit",
}  # fmt: skip


@contextmanager
def keyboard() -> Iterator[Iterator[str]]:
    """Keys as they are pressed, without Enter."""
    if sys.platform == "win32":
        import msvcrt

        def pressed() -> Iterator[str]:
            while True:
                key = msvcrt.getwch()
                yield "\xe0" + msvcrt.getwch() if key in "\x00\xe0" else key

        yield pressed()
        return
    import os
    import select
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)

    def typed() -> Iterator[str]:
        while True:
            key = os.read(handle, 1)
            if not key:
                return
            while key[:1] == b"\x1b" and select.select([handle], [], [], 0.05)[0]:
                key += os.read(handle, 1)
                if (key[-1:].isalpha() and key not in (b"\x1bO",)) or key[-1:] == b"~":
                    break
            yield key.decode(errors="ignore")

    try:
        tty.setcbreak(handle)
        yield typed()
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
