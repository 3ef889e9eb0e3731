"""Pictures to be filled in: some values and gradients are lines to write on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from autograd.render.cells import Cells
from autograd.render.parts import Card, Line, View

#: The value (``data``) or the gradient (``grad``) of a row.
Place = tuple[int, str]
#: A line to write a number on.
GAP = "________"


def unfilled(seen: View, places: Collection[Place]) -> View:
    """The picture without the numbers at ``places``, and without what would give them away.

    Where a gradient is left out, local derivatives and sums of terms are left out as well.
    """
    if not places:
        return seen
    grads = any(key == "grad" for _, key in places)
    cards = tuple(_card(card, places, grads) for card in seen.cards)
    arrows = tuple(
        replace(arrow, local="" if grads else arrow.local, tooltip="") for arrow in seen.arrows
    )
    # The notes speak of what is left out.
    return replace(seen, cards=cards, arrows=arrows, notes=() if grads else seen.notes)


def _card(card: Card, places: Collection[Place], grads: bool) -> Card:
    lines = tuple(
        _line(line) if (card.row, line.key) in places else line
        for line in card.lines
        if not (grads and line.key == "terms")
    )
    head = f"{card.name} = {card.expression}" if card.expression else card.name
    known = [f"{line.word} {line.text}" for line in lines if line.text.strip("_")]
    return replace(card, lines=lines, tooltip=head, spoken=", ".join([head, *known]))


def _line(line: Line) -> Line:
    if line.cells is None or not line.cells.letters:
        return replace(line, text=GAP, cells=None)
    texts = tuple(("",) * len(row) for row in line.cells.texts)
    levels = tuple((0,) * len(row) for row in line.cells.levels)
    return replace(line, cells=Cells(texts, levels, max(line.cells.letters, 6)))
