"""What a picture consists of: cards with lines, and the arrows between them."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.render.cells import Cells
from autograd.render.layout import NO_FRAMES, Frames


@dataclass(frozen=True)
class Line:
    """A row of a card: a word on the left and what it says on the right, painted as ``key``.

    An array has ``cells`` in place of a text, or below it.
    """

    word: str
    text: str
    key: str
    cells: Cells | None = None


@dataclass(frozen=True)
class Card:
    """One box: ``row`` is its value's row in the graph, None for a folded group."""

    name: str
    expression: str
    lines: tuple[Line, ...]
    tooltip: str
    spoken: str
    kinds: tuple[str, ...]
    rows: tuple[int, ...]
    row: int | None = None
    times: int = 1


@dataclass(frozen=True)
class Arrow:
    """From card ``tail`` to card ``head``; ``ends`` are (operand's row, consumer's row, slot)."""

    tail: int
    head: int
    ends: tuple[int, int, int] | None = None
    local: str = ""
    tooltip: str = ""
    lit: bool = False


@dataclass(frozen=True)
class Mark:
    """The card of a step: a ring around it, painted as ``key``."""

    card: int
    key: str


@dataclass(frozen=True)
class View:
    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    title: str
    notes: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    places: Frames = NO_FRAMES
    mark: Mark | None = None
