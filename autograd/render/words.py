"""Text that came from a program, made safe and short enough for a picture."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

#: Longer names and expressions are cut in the picture; the tooltip has them whole.
LONGEST = 40

# Controls, what XML cannot hold, and marks that change the direction of the text after them.
_DROPPED = {
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0xD800, 0xE000),
    0xFFFE,
    0xFFFF,
    *(0x061C, 0x200E, 0x200F),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
}
_ISOLATE, _END = "⁨", "⁩"


def clean(text: str) -> str:
    """``text`` without control characters; line ends and tabs become spaces."""
    spaced = text.replace("\n", " ").replace("\t", " ") if not text.isprintable() else text
    return "".join(c for c in spaced if ord(c) not in _DROPPED)


def shorten(text: str, longest: int = LONGEST) -> str:
    """``text``, or its two ends around an ellipsis.

    >>> from autograd.render.words import shorten
    >>> shorten("x" * 100, 9)
    'xxxx…xxxx'
    """
    if columns(text) <= longest:
        return text
    longest = max(longest * len(text) // columns(text), 3)
    half = (longest - 1) // 2
    return f"{text[: longest - 1 - half]}…{text[-half:]}"


def isolate(text: str) -> str:
    """``text`` so that right-to-left letters in it do not reorder what stands around it."""
    if text.isascii() or not any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text):
        return text
    return f"{_ISOLATE}{text}{_END}"


def escape(text: str) -> str:
    """``text`` for XML content or an attribute.

    >>> from autograd.render import escape
    >>> escape('<img onerror="x">' + chr(0))
    '&lt;img onerror=&quot;x&quot;&gt;'
    """
    return html.escape(text if text.isprintable() else printable(text), quote=True)


def printable(text: str) -> str:
    """``text`` without what XML cannot hold, line ends kept."""
    return "".join(c for c in text if c == "\n" or c in (_ISOLATE, _END) or ord(c) not in _DROPPED)


def columns(text: str) -> int:
    """How many columns of a fixed pitch ``text`` takes: two for wide letters, none for accents."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    none = sum(unicodedata.combining(c) > 0 or unicodedata.category(c) == "Cf" for c in text)
    return len(text) + wide - none


def span(names: Sequence[str]) -> str:
    """One name for many: the part that counts as a range, or as a star where several parts do.

    >>> from autograd.render.words import span
    >>> span(["x1", "x2", "x10"]), span(["fc1.w0", "fc1.w1", "fc2.w0"]), span(["a", "q"])
    ('x1…10', 'fc*.w*', 'a … q')
    """
    first, last = names[0], names[-1]
    parts = [name.split(".") for name in dict.fromkeys(names)]
    if len({len(part) for part in parts}) > 1 or len(parts) == 1:
        return first if len(parts) == 1 else f"{shorten(first, 18)} … {shorten(last, 18)}"
    columns = [list(dict.fromkeys(column)) for column in zip(*parts)]
    varying = [column for column in columns if len(column) > 1]
    if any(len({stem(part) for part in column}) > 1 for column in varying):
        return f"{shorten(first, 18)} … {shorten(last, 18)}"
    pieces = []
    for column in columns:
        if len(column) == 1:
            pieces.append(column[0])
        elif len(varying) == 1:
            base = stem(column[0])
            numbers = sorted(int(part[len(base) :] or 0) for part in column)
            pieces.append(f"{base}{numbers[0]}…{numbers[-1]}")
        else:
            pieces.append(f"{stem(column[0])}*")
    return ".".join(pieces)


def stem(name: str) -> str:
    """``name`` without the number at its end."""
    return re.sub(r"[0-9]{1,9}$", "", name)
