"""The picture as SVG: one card per value and arrows between them; screen readers can read it.

Elements and their hooks, the same every time for the same content (``ID`` is ``tg`` and a hash)::

    <svg class="tracegrad" id="ID" role="img" aria-labelledby="ID-title ID-desc">
      <title id="ID-title">, <desc id="ID-desc">     what it is; every value, one by one
      <style>, <defs>                                 dark colours; arrow heads ID-head, ID-back
      <rect class="background">
      <g class="edge" id="ID-e{head}-{slot}" data-from="ROW" data-to="ROW" data-slot="N">
        <path class="line">                           marker-end: url(#ID-head)
        <text class="local">                          × local derivative (in a swept graph)
      <g class="node KIND" id="ID-n{row}" data-node="ROW">
        <title>                                       all digits, scope, products: the tooltip
        <rect class="card">, <text class="name">, <text class="expression">
        <text class="data">, <text class="grad">, <text class="terms">   numbers, right-aligned
        <g class="cells data">, <g class="cells grad">  an array's: <rect class="cell">, <text>
      <text class="note">

KIND is constant, leaf, parameter, interior or scope, then ``output`` if it is. A scope (a folded
group) has no ``data-node`` and the id ``ID-g{first row}``. Arrows at folded boxes have ids
``ID-e{tail}-{head}`` (positions) and neither ``data-to`` nor a label. Row numbers are those of the
graph. ``ID-back`` is an arrow head of the gradient's colour, for ``marker-start``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from autograd.render.cells import drawn
from autograd.render.frames import common_frame
from autograd.render.layout import NO_FRAMES, Frames, Layout, Point, Spacing, layout
from autograd.render.theme import ADVANCE, FONTS, SIZE, SMALL, check_theme, css, paint
from autograd.render.view import Arrow, Card, Line, View, view
from autograd.render.words import columns, escape

_PAD = 10.0
_HEAD = 25.0
_ROW = 18.0
_NARROWEST = 130.0  # room for -0.004552 beside its word, so that most cards have one width
_MARGIN = 16.0
_PLATE = 17.0  # height of the plate behind a local derivative
_FRAME = 16.0  # from a card to the frame of its scope
_STACK = 4.0  # by how much the cards behind a repeated one show
_ORDERED = {"ordering": "in"}  # operands from top to bottom as the expression reads
_ID = "\x00"  # stands for the id until the content, and so its hash, is known
#: Beyond this many, values are not read out one by one.
_MOST_SPOKEN = 300


def to_svg(
    graph: Any,
    *,
    detail: bool | int | None = None,
    theme: str = "auto",
    engine: str | None = None,
    style: bool = True,
) -> str:
    """``graph`` drawn left to right as an SVG document.

    ``detail`` True draws every value; None folds a graph of more than 60 values by its scopes and
    one of more than 300 in any case; a number folds scopes of that depth; False folds all.
    ``theme`` is ``light``, ``dark`` or ``auto`` (light, dark where the reader prefers it).
    ``style=False`` leaves out the style sheet, for a page that includes :func:`theme.css` itself.
    LayoutError when no layout engine is installed; ValueError for an unknown theme or engine.

    >>> from autograd import Value, trace
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> svg = to_svg(trace(x * y, names={}).backward())
    >>> ">6</text>" in svg, "× 3" in svg
    (True, True)
    """
    check_theme(theme)
    seen = view(graph, detail)
    sizes = [_size(card) for card in seen.cards]
    plates = [arrow for arrow in seen.arrows if arrow.local]
    placed = _place(seen, sizes, plates, engine)
    body = _Drawing(seen, sizes, placed, theme, style).document()
    digest = hashlib.sha256(body.encode()).hexdigest()
    return body.replace(_ID, f"tg{digest[:10]}")


def _width(text: str, size: float = SIZE) -> float:
    return columns(text) * size * ADVANCE


def _head(card: Card) -> str:
    return f"{card.name} = {card.expression}" if card.expression else card.name


def _size(card: Card) -> tuple[float, float]:
    """Width and height of a card, for text of a fixed pitch."""
    head = _width(_head(card)) + (_width(f"  ×{card.times}") if card.times > 1 else 0)
    rows = [
        _width(line.word)
        + _width(line.text, SMALL if line.key == "terms" else SIZE)
        + (line.cells.width if line.cells else 0)
        + 14
        for line in card.lines
    ]
    stack = _STACK * 2 if card.times > 1 else 0
    wide = max([_NARROWEST - 2 * _PAD, head, *rows]) + 2 * _PAD
    return round(wide + stack, 1), _HEAD + sum(map(_height, card.lines)) + 6 + stack


def _height(line: Line) -> float:
    return _ROW if line.cells is None else max(_ROW if line.word else 0, line.cells.height + 3)


def _place(
    seen: View, sizes: Sequence[tuple[float, float]], plates: Sequence[Arrow], engine: str | None
) -> tuple[Layout, list[tuple[tuple[Point, ...], Point | None]]]:
    """Positions of the cards, and for each arrow its path and the middle of its label.

    A label is laid out as a box on its arrow, so that no two overlap.
    """
    boxes, inside = list(sizes), list(seen.places.inside)
    edges: list[tuple[int, int]] = []
    halves: list[tuple[int, int | None, int | None]] = []
    for arrow in seen.arrows:
        if arrow.local:
            plate = len(boxes)
            inside.append(common_frame(seen.places, arrow.tail, arrow.head))
            boxes.append((_width(arrow.local, SMALL) + 8, _PLATE))
            halves.append((len(edges), len(edges) + 1, plate))
            edges += [(arrow.tail, plate), (plate, arrow.head)]
        else:
            halves.append((len(edges), None, None))
            edges.append((arrow.tail, arrow.head))
    if plates:
        spacing = Spacing(ranks=30.0, boxes=14.0, attributes={} if seen.frames else _ORDERED)
    else:
        folded = any(card.row is None for card in seen.cards)
        spacing = Spacing(ranks=56.0, boxes=18.0, attributes={} if folded else _ORDERED)
    frames = Frames(seen.places.parents, tuple(inside)) if seen.frames else NO_FRAMES
    placed = layout(boxes, edges, engine, spacing, frames)
    paths: list[tuple[tuple[Point, ...], Point | None]] = []
    for first, second, middle in halves:
        points = placed.splines[first]
        if second is None or middle is None:
            paths.append((points, None))
        else:
            paths.append(
                ((*points, *_straight(points[-1], placed.splines[second])), placed.centres[middle])
            )
    return placed, paths


def _straight(start: Point, rest: Sequence[Point]) -> tuple[Point, ...]:
    """The straight Bézier from ``start`` to where ``rest`` begins, then ``rest``."""
    end = rest[0]
    thirds = [
        (start[0] + (end[0] - start[0]) * k / 3, start[1] + (end[1] - start[1]) * k / 3)
        for k in (1, 2)
    ]
    return (*thirds, end, *rest[1:])


class _Drawing:
    """Writes the parts of one picture; all coordinates are shifted by the margin."""

    def __init__(
        self,
        seen: View,
        sizes: Sequence[tuple[float, float]],
        placed: tuple[Layout, list[tuple[tuple[Point, ...], Point | None]]],
        theme: str,
        style: bool,
    ) -> None:
        self.seen, self.sizes = seen, sizes
        self.layout, self.paths = placed
        self.theme, self.style = theme, style

    def document(self) -> str:
        notes = self.seen.notes
        longest = max((_width(note, SMALL) for note in notes), default=0.0)
        width = max(self.layout.width, longest) + 2 * _MARGIN
        below = self.layout.height + _MARGIN
        height = below + _MARGIN + 18 * len(notes)
        size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tracegrad" id="{_ID}" {size} '
            f'role="img" aria-labelledby="{_ID}-title {_ID}-desc" font-family="{FONTS}" '
            f'font-size="{_n(SIZE)}">',
            f'<title id="{_ID}-title">{escape(self.seen.title)}</title>',
            f'<desc id="{_ID}-desc">{escape(self._spoken())}</desc>',
            f"<style>{css(self.theme, self._has_cells())}</style>" if self.style else "",
            f"<defs>{self._marker('head', 'head')}{self._marker('back', 'head.back')}</defs>",
            f'<rect {self._paint("background")} width="{_n(width)}" height="{_n(height)}"/>',
        ]
        parts += self._frames()
        parts += [self._edge(arrow, *path) for arrow, path in zip(self.seen.arrows, self.paths)]
        parts += [self._card(i, card) for i, card in enumerate(self.seen.cards)]
        parts += [
            self._text("note", _MARGIN, below + 18 * (i + 1), note, size=SMALL)
            for i, note in enumerate(notes)
        ]
        return "\n".join([*filter(None, parts), "</svg>\n"])

    def _has_cells(self) -> bool:
        return any(line.cells is not None for card in self.seen.cards for line in card.lines)

    def _frames(self) -> list[str]:
        """A box with a name around the cards of each scope, outer ones first."""
        corners: dict[int, list[float]] = {}
        parents = self.seen.places.parents
        for (x, y), (width, height), frame in zip(
            self.layout.centres, self.sizes, self.seen.places.inside
        ):
            depth = 0.0
            while frame >= 0:
                pad = _FRAME * (1 + depth)
                box = corners.setdefault(frame, [x, y, x, y])
                box[0] = min(box[0], x - width / 2 - pad)
                box[1] = min(box[1], y - height / 2 - pad)
                box[2] = max(box[2], x + width / 2 + pad)
                box[3] = max(box[3], y + height / 2 + pad)
                frame, depth = parents[frame], depth + 1
        parts = []
        for frame in sorted(corners):
            left, top, right, bottom = (edge + _MARGIN for edge in corners[frame])
            name = self._text("frame-name", left + 6, top + 12, self.seen.frames[frame], size=SMALL)
            box_ = self._box(
                "frame", left, top, right - left, bottom - top, 6, ' stroke-width="0.8"'
            )
            parts.append(f'<g class="scope-frame">{box_}{name}</g>')
        return parts

    def _spoken(self) -> str:
        cards = self.seen.cards
        phrases = [card.spoken for card in cards[:_MOST_SPOKEN]]
        if len(cards) > _MOST_SPOKEN:
            phrases.append(f"and {len(cards) - _MOST_SPOKEN} more")
        return "; ".join(phrases)

    def _paint(self, key: str) -> str:
        return paint(key, self.theme)

    def _marker(self, name: str, key: str) -> str:
        return (
            f'<marker id="{_ID}-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
            f'<path {self._paint(key)} d="M0 0.5 8 4 0 7.5Z"/></marker>'
        )

    def _text(
        self, key: str, x: float, y: float, text: str, *, anchor: str = "", size: float = SIZE
    ) -> str:
        more = f' text-anchor="{anchor}"' if anchor else ""
        more += f' font-size="{_n(size)}"' if size != SIZE else ""
        return f'<text {self._paint(key)} x="{_n(x)}" y="{_n(y)}"{more}>{escape(text)}</text>'

    def _edge(self, arrow: Arrow, points: Sequence[Point], middle: Point | None) -> str:
        start, *rest = [f"{_n(x + _MARGIN)} {_n(y + _MARGIN)}" for x, y in points]
        if arrow.ends is None:
            tail, head = arrow.tail, arrow.head
            attributes = f'id="{_ID}-e{tail}-{head}"'
        else:
            row, consumer, slot = arrow.ends
            attributes = f'id="{_ID}-e{consumer}-{slot}" data-from="{row}" data-to="{consumer}" '
            attributes += f'data-slot="{slot}"'
        parts = [f'<g class="edge" {attributes}>']
        if arrow.tooltip:
            parts.append(f"<title>{escape(arrow.tooltip)}</title>")
        parts.append(
            f'<path {self._paint("line")} fill="none" stroke-width="1.4" '
            f'd="M{start}C{" ".join(rest)}" marker-end="url(#{_ID}-head)"/>'
        )
        if middle is not None:
            x, y = middle[0] + _MARGIN, middle[1] + _MARGIN
            half = _width(arrow.local, SMALL) / 2 + 4
            parts.append(
                f'<rect {self._paint("plate")} x="{_n(x - half)}" y="{_n(y - _PLATE / 2)}" '
                f'width="{_n(2 * half)}" height="{_n(_PLATE)}"/>'
            )
            parts.append(self._text("local", x, y + 3.7, arrow.local, anchor="middle", size=SMALL))
        return "".join([*parts, "</g>"])

    def _card(self, position: int, card: Card) -> str:
        (x, y), (width, height) = self.layout.centres[position], self.sizes[position]
        left, top = x - width / 2 + _MARGIN, y - height / 2 + _MARGIN
        if card.row is None:
            attributes = f'id="{_ID}-g{card.rows[0]}"'
        else:
            attributes = f'id="{_ID}-n{card.row}" data-node="{card.row}"'
        parts = [f'<g class="node {" ".join(card.kinds)}" {attributes}>']
        parts.append(f"<title>{escape(card.tooltip)}</title>")
        round_ = 2.0 if "interior" in card.kinds or "scope" in card.kinds else 12.0
        if card.times > 1:
            width, height = width - 2 * _STACK, height - 2 * _STACK
            for k in (2, 1):
                shift = _STACK * k
                parts.append(self._box("shadow", left + shift, top + shift, width, height, round_))
        parts += self._frame(card, left, top, width, height, round_)
        parts += self._words(card, left, top, width)
        return "".join([*parts, "</g>"])

    def _box(
        self, key: str, x: float, y: float, width: float, height: float, r: float, more: str = ""
    ) -> str:
        return (
            f'<rect {self._paint(key)} x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
            f'height="{_n(height)}" rx="{_n(r)}"{more}/>'
        )

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
        left, right, inner = _n(x + inset), _n(x + width - inset), max(r - inset, 0)
        top, foot = _n(y + inset), _n(y + _HEAD - 1)
        parts.append(
            f'<path {self._paint("band")} d="M{left} {foot}V{_n(y + inset + inner)}'
            f"Q{left} {top} {_n(x + inset + inner)} {top}H{_n(x + width - inset - inner)}"
            f'Q{right} {top} {right} {_n(y + inset + inner)}V{foot}Z"/>'
        )
        return parts

    def _words(self, card: Card, left: float, top: float, width: float) -> list[str]:
        x, y, right = left + _PAD, top + 17, left + width - _PAD
        name = f'<tspan font-weight="bold">{escape(card.name)}</tspan>'
        if card.expression:
            name += f"<tspan {self._paint('expression')}> = {escape(card.expression)}</tspan>"
        place = f'x="{_n(x)}" y="{_n(y)}" xml:space="preserve"'
        parts = [f"<text {self._paint('name')} {place}>{name}</text>"]
        if card.times > 1:
            parts.append(self._text("word", right, y, f"×{card.times}", anchor="end"))
        y = top + _HEAD
        for line in card.lines:
            middle, y = y + _ROW, y + _height(line)
            if line.word:
                parts.append(self._text("word", x, middle - 4, line.word))
            if line.cells is not None:
                top = y - line.cells.height - 1
                parts.append(drawn(line.cells, line.key, right, top, self.theme))
                continue
            size = SMALL if line.key == "terms" else SIZE
            parts.append(self._text(line.key, right, y - 4, line.text, anchor="end", size=size))
        return parts


def _n(number: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0").replace("-0.0", "0") if number else "0"
