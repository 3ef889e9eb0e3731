"""Names in a message, as many as a line holds."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.calculus import short

MANY_NAMES = 20


def listed(names: Sequence[str], quoted: bool = False) -> str:
    """The names, as far as a line holds them; one that is not printable as Python writes it."""
    bare = not quoted and all(name.isprintable() for name in names)
    text = ", ".join(f"{name:.40}" if bare else short(name) for name in names[:MANY_NAMES])
    rest = len(names) - MANY_NAMES
    return f"{text} and {rest} more" if rest > 0 else text


def column_place(file: str, header: Sequence[str], name: str) -> int:
    """The place of a column; ValueError, with the names of all, where there is none."""
    if name not in header:
        raise ValueError(f"{file}: no column {short(name)}; the columns are {listed(header)}")
    return list(header).index(name)
