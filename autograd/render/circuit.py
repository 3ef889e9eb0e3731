"""Pictures as circuits, in the style of slides: gates, wires, values above and gradients below.

A value is its gate and the wire that leaves it. What stands at the wire is laid out together with
the gate as one box, so that no label meets another or a wire; the wire goes through its middle.
"""

from __future__ import annotations

import re
from dataclasses import replace

from autograd.graph import Graph, Row
from autograd.render.cards import line_height
from autograd.render.cells import drawn
from autograd.render.drawing import Drawing, n, text_width
from autograd.render.parts import Card, Line, View
from autograd.render.theme import CIRCUIT_PAINT, SIZE, SMALL
from autograd.render.words import clean, isolate, shorten
from autograd.writing import formatting, say

_GATE = 26.0  # height of a gate, and the width of a round one
_PAD = 9.0  # from a gate's border to its text
_SHORTEST = 58.0  # a wire with room for -0.004552
_GAP = 5.0  # from a wire to what stands at it
_NAME = 17.0  # height of the name of a value over its gate
_LIFT = 6.5  # of that name over the gate and the border of an output
_LONGEST_GATE = 16

_ABOVE = {"data": "data.above"}
_BELOW = {"grad": "grad.below", "terms": "terms.below"}


def as_circuit(seen: View, graph: Graph, lang: str = "en") -> View:
    """The cards of a picture as gates: an operation's symbol in place of its expression.

    No arrow has a label; a pointer that rests on it is told the product.
    """
    cards = [
        card if card.row is None else replace(card, expression=gate_of(graph[card.row]))
        for card in seen.cards
    ]
    arrows = [replace(arrow, local="") for arrow in seen.arrows]
    notes = seen.notes[graph.swept :]  # the first is about cards
    if graph.swept:
        name = isolate(shorten(clean(graph.output.text), 20))
        notes = (say(lang, "wire legend", name=name), *notes)
    return replace(seen, cards=tuple(cards), arrows=tuple(arrows), notes=notes)


def gate_of(row: Row) -> str:
    """What is written in the gate of an operation: its sign or name, and the literals in it.

    >>> from autograd.render.circuit import gate_of
    >>> from autograd import Value, trace
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> [gate_of(trace(z, names={}).output) for z in (x * y, x.exp(), x + 1, 1 / x, x**2, -x)]
    ['*', 'exp', '+ 1', '1 /', '** 2', '-']
    """
    if row.rule is None:
        return ""
    places = [operand.text if operand.is_literal else "·" for operand in row.operands]
    text = formatting.expression(row.rule, places, row.attrs)
    called = re.fullmatch(r"(\w+)\((.*)\)", text)
    if called is not None:  # exp(·), maximum(·, 0), sum(·, axis=0): the rest is in the tooltip
        numbers = [word for word in called[2].split(", ") if re.fullmatch(r"-?[\d.]+", word)]
        return " ".join([called[1], *numbers])
    sign = re.sub(r" ?·(?= )|^·|·$", "", text).strip() or text
    return shorten(clean(sign), _LONGEST_GATE)


class Circuit(Drawing):
    """Gates are round, or as wide as their words; leaves are names at the start of a wire."""

    style = "circuit"
    painted = CIRCUIT_PAINT

    def _size(self, card: Card) -> tuple[float, float]:
        above, below = self._lines(card)
        up = max(sum(map(line_height, above)) + _GAP, _GATE / 2 + _NAME * self._is_gate(card))
        down = max(sum(map(line_height, below)) + _GAP, _GATE / 2)
        # A wire leaves in the middle of the height.
        return round(self._gate(card) + self._wire(card), 1), 2 * max(up, down)

    def _inside(
        self, card: Card, left: float, top: float, width: float, height: float
    ) -> list[str]:
        middle, gate = top + height / 2, self._gate(card)
        right = left + width
        parts = [
            f'<path {self._paint("line")} fill="none" stroke-width="1.4" '
            f'd="M{n(left + gate)} {n(middle)}H{n(right)}"/>',
            *self._border(card, left, middle - _GATE / 2, gate),
        ]
        centre = left + gate / 2
        word = self._word(card)
        if self._is_gate(card):
            y = middle - _GATE / 2 - _LIFT
            parts.append(self._text("name", centre, y, card.name, anchor="middle", size=SMALL))
        parts.append(self._text("name", centre, middle + 4, word, anchor="middle"))
        above, below = self._lines(card)
        y = middle - _GAP - sum(map(line_height, above))
        for line in above:
            parts.append(self._line(line, _ABOVE, right - 4, y))
            y += line_height(line)
        y = middle + _GAP
        for line in below:
            parts.append(self._line(line, _BELOW, right - 4, y))
            y += line_height(line)
        return parts

    def _line(self, line: Line, keys: dict[str, str], right: float, top: float) -> str:
        """A line at the wire, its right upper corner there."""
        if line.cells is not None:
            return drawn(line.cells, line.key, right, top + 1, self.theme)
        size = SMALL if line.key == "terms" else SIZE
        key = keys.get(line.key, "word")
        return self._text(key, right, top + 13, _said(line), anchor="end", size=size)

    def _border(self, card: Card, x: float, y: float, width: float) -> list[str]:
        key, more, r = "card", ' stroke-width="1.4"', _GATE / 2
        if "scope" in card.kinds:
            r = 2.0
        elif "interior" not in card.kinds:
            r = 5.0
        if "parameter" in card.kinds:
            key, more = "card.parameter", ' stroke-width="2.4"'
        elif "constant" in card.kinds:
            more = ' stroke-width="1.2" stroke-dasharray="4 3"'
        parts = []
        if "output" in card.kinds:  # a double border
            key = "card.output"
            ring = self._box("ring", x - 3, y - 3, width + 6, _GATE + 6, r + 3, more)
            parts.append(ring)
        return [*parts, self._box(key, x, y, width, _GATE, r, more)]

    def _lines(self, card: Card) -> tuple[list[Line], list[Line]]:
        """What stands above the wire, and below it; a word says what a position does not."""
        below = [line for line in card.lines if line.key in _BELOW]
        return [line for line in card.lines if line.key not in _BELOW], below

    def _is_gate(self, card: Card) -> bool:
        return bool(card.expression)

    def _word(self, card: Card) -> str:
        word = card.expression or card.name
        return f"{word} ×{card.times}" if card.times > 1 else word

    def _gate(self, card: Card) -> float:
        """The width of a gate, and of the name over it."""
        name = text_width(card.name, SMALL) if self._is_gate(card) else 0.0
        return max(_GATE, text_width(self._word(card)) + 2 * _PAD, name)

    def _wire(self, card: Card) -> float:
        """The length of the wire beside the gate."""
        widths = [
            line.cells.width
            if line.cells
            else text_width(_said(line), SMALL if line.key == "terms" else SIZE)
            for line in card.lines
        ]
        return max([_SHORTEST, *(width + 12 for width in widths)])


def _said(line: Line) -> str:
    """A line's text; a word before it says what its place does not."""
    if line.key in ("data", *_BELOW) or not line.word:
        return line.text
    return f"{line.word} {line.text}"
