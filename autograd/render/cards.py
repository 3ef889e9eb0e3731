"""Pictures of cards: one box per value with its name, expression, data and gradient."""

from __future__ import annotations

from autograd.render.cells import drawn
from autograd.render.drawing import Drawing, n, text_width
from autograd.render.parts import Card, Line
from autograd.render.theme import SIZE, SMALL
from autograd.render.words import escape

PAD = 10.0
HEAD = 25.0
_ROW = 18.0
_NARROWEST = 130.0  # room for -0.004552 beside its word, so that most cards have one width
_STACK = 4.0  # by how much the cards behind a repeated one show


def _head(card: Card) -> str:
    return f"{card.name} = {card.expression}" if card.expression else card.name


def line_height(line: Line) -> float:
    """How much of a card's height a row takes."""
    return _ROW if line.cells is None else max(_ROW if line.word else 0, line.cells.height + 3)


class Cards(Drawing):
    """Leaves are rounded and operations square; data stands above the gradient."""

    def _size(self, card: Card) -> tuple[float, float]:
        head = text_width(_head(card)) + (text_width(f"  ×{card.times}") if card.times > 1 else 0)
        rows = [
            text_width(line.word)
            + text_width(line.text, SMALL if line.key == "terms" else SIZE)
            + (line.cells.width if line.cells else 0)
            + 14
            for line in card.lines
        ]
        stack = _STACK * 2 if card.times > 1 else 0
        wide = max([_NARROWEST - 2 * PAD, head, *rows]) + 2 * PAD
        return round(wide + stack, 1), HEAD + sum(map(line_height, card.lines)) + 6 + stack

    def _inside(
        self, card: Card, left: float, top: float, width: float, height: float
    ) -> list[str]:
        parts = []
        round_ = 2.0 if "interior" in card.kinds or "scope" in card.kinds else 12.0
        if card.times > 1:
            width, height = width - 2 * _STACK, height - 2 * _STACK
            for k in (2, 1):
                shift = _STACK * k
                parts.append(self._box("shadow", left + shift, top + shift, width, height, round_))
        parts += self._frame(card, left, top, width, height, round_)
        return parts + self._words(card, left, top, width)

    def _frame(
        self, card: Card, x: float, y: float, width: float, height: float, r: float
    ) -> list[str]:
        key, more = "card", ' stroke-width="1.2"'
        if "parameter" in card.kinds:
            key, more = "card.parameter", ' stroke-width="2.4"'
        elif "constant" in card.kinds:
            more = ' stroke-width="1.2" stroke-dasharray="4 3"'
        parts = []
        if "output" in card.kinds:  # a double border
            key, more = "card.output", ' stroke-width="1.2"'
            parts.append(self._box("ring", x - 3.5, y - 3.5, width + 7, height + 7, r + 3.5, more))
        parts.append(self._box(key, x, y, width, height, r, more))
        inset = 1.2 if "parameter" in card.kinds else 0.6
        left, right, inner = n(x + inset), n(x + width - inset), max(r - inset, 0)
        top, foot = n(y + inset), n(y + HEAD - 1)
        parts.append(
            f'<path {self._paint("band")} d="M{left} {foot}V{n(y + inset + inner)}'
            f"Q{left} {top} {n(x + inset + inner)} {top}H{n(x + width - inset - inner)}"
            f'Q{right} {top} {right} {n(y + inset + inner)}V{foot}Z"/>'
        )
        return parts

    def _words(self, card: Card, left: float, top: float, width: float) -> list[str]:
        x, y, right = left + PAD, top + 17, left + width - PAD
        name = f'<tspan font-weight="bold">{escape(card.name)}</tspan>'
        if card.expression:
            name += f"<tspan {self._paint('expression')}> = {escape(card.expression)}</tspan>"
        place = f'x="{n(x)}" y="{n(y)}" xml:space="preserve"'
        parts = [f"<text {self._paint('name')} {place}>{name}</text>"]
        if card.times > 1:
            parts.append(self._text("word", right, y, f"×{card.times}", anchor="end"))
        y = top + HEAD
        for line in card.lines:
            middle, y = y + _ROW, y + line_height(line)
            if line.word:
                parts.append(self._text("word", x, middle - 4, line.word))
            if line.cells is not None:
                top = y - line.cells.height - 1
                parts.append(drawn(line.cells, line.key, right, top, self.theme))
                continue
            size = SMALL if line.key == "terms" else SIZE
            parts.append(self._text(line.key, right, y - 4, line.text, anchor="end", size=size))
        return parts
