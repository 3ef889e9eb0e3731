"""What the commands print on: its width, its colours, the letters it can show, its language."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from autograd.writing import Words, column, one_line, words

#: Blue for data and orange for gradients stay apart for every kind of colour blindness; these
#: shades are read on a black ground as well as on a white one, which the first 16 are not.
COLOURS = {
    "heading": "1",
    "forward": "38;5;33",
    "backward": "38;5;166",
    "update": "38;5;133",
    "muted": "2",
    "good": "38;5;29",
}

_PLAIN = str.maketrans(
    {
        "∂": "d", "·": "*", "×": "x", "…": "...", "←": "<-", "→": "->", "Σ": "sum", "α": "lr",
        "σ": "sigma", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "²": "2", "'": "'",
        "▸": "+", "▲": "^", "▼": "v",
    }
)  # fmt: skip


class Console:
    """A stream with what it can do; colours and wrapping only where it is a terminal."""

    stream: TextIO
    terminal: bool
    ascii: bool
    width: int
    coloured: bool

    def __init__(self, stream: TextIO | None = None, lang: str = "en") -> None:
        self.stream = sys.stdout if stream is None else stream
        self.terminal = self.stream.isatty()
        self.ascii = not _encodes(self.stream, "∂·α")
        self._place = column(lang)
        self.measure()
        dumb = os.environ.get("TERM") == "dumb"
        self.coloured = self.terminal and not dumb and not os.environ.get("NO_COLOR")

    def measure(self) -> None:
        """How large the terminal is now: a window is made larger and smaller."""
        size = shutil.get_terminal_size()
        self.height, self.width = size.lines, size.columns if self.terminal else 0

    def print(self, text: str = "", kind: str = "") -> None:
        """``text``, wrapped to the terminal's width, in the colour of ``kind``."""
        lines = [piece for line in text.split("\n") for piece in self.wrapped(line)]
        print("\n".join(self.paint(line, kind) for line in lines), file=self.stream, flush=True)

    def tell(self, text: Words, kind: str = "") -> None:
        """A text that is there in every language, in that of the console."""
        self.print(text[self._place], kind)

    def wrote(self, path: object) -> None:
        """Say that a file has been written."""
        self.tell(words("wrote {file}", file=one_line(str(path))))

    def draw(self, screen: str) -> None:
        """A screen in place of the former one, as :meth:`paint` has painted its lines."""
        print(f"\x1b[2J\x1b[H{screen}", end="", file=self.stream, flush=True)

    def paint(self, text: str, kind: str) -> str:
        line = self.writable(one_line(text))
        code = COLOURS.get(kind)
        return f"\x1b[{code}m{line}\x1b[0m" if code and self.coloured and line else line

    def writable(self, text: str) -> str:
        """``text`` in letters that the stream can show."""
        if not self.ascii:
            return text
        return text.translate(_PLAIN).encode("ascii", "replace").decode()

    def wrapped(self, line: str) -> list[str]:
        """``line`` in pieces that fit, the later ones indented under the first."""
        line = self.writable(line)
        if not self.width or len(line) <= self.width:
            return [line]
        indent = " " * min(len(line) - len(line.lstrip()) + 6, self.width // 2)
        pieces, rest = [], line
        while len(rest) > self.width:
            # A formula breaks before its sign; an early one would leave most of the line empty.
            cut = rest.rfind(" = ", max(len(indent) + 1, self.width // 2), self.width)
            if cut < 0:
                cut = rest.rfind(" ", len(indent) + 1, self.width)
            if cut < 0:
                cut = self.width
            pieces.append(rest[:cut].rstrip())
            rest = indent + rest[cut:].lstrip()
        return [*pieces, rest]


def _encodes(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def complain(message: str) -> None:
    """One line on stderr, whatever the message is made of."""
    line = one_line(" ".join(message.split()))
    print(f"tracegrad: {line}".encode("utf-8", "replace").decode(), file=sys.stderr)


def check_no_style(style: str, name: str) -> None:
    """ValueError where a lesson has no graph that could be drawn in the style."""
    if style != "cards":
        raise ValueError(f"--style {style} is for the graph of a stepped lesson; {name} has none")
