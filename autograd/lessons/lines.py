"""An equation of a step as it is printed, in any notation."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.calculus import Quantity


@dataclass(frozen=True)
class Line:
    """One equation of a step; ``shapes`` of an array's, ``value`` the array that it ends in.

    ``question`` is the equation without its numbers, ``answer`` the reference of what it comes to,
    ``ref`` that of ``value``; ``sides`` are the parts of ``text``, where a page breaks the line.
    ``note`` is the key of the words beside it.
    """

    text: str
    kind: str
    shapes: str = ""
    value: Quantity = None
    question: str = ""
    answer: str = ""
    ref: str = ""
    sides: tuple[str, ...] = ()
    note: str = ""
