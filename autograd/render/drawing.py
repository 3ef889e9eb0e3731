"""What pictures in either style have in common: the document, frames, arrows between boxes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from autograd.render.frames import common_frame
from autograd.render.layout import NO_FRAMES, Frames, Layout, Point, Spacing, layout
from autograd.render.parts import Arrow, Card, View
from autograd.render.theme import (
    ADVANCE,
    CELL_PAINT,
    FONTS,
    NOTHING_MORE,
    SIZE,
    SMALL,
    Painted,
    css,
    paint,
    window_css,
)
from autograd.render.words import columns, escape
from autograd.writing import say

_MARGIN = 16.0
_PLATE = 17.0  # height of the plate behind a local derivative
_FRAME = 16.0  # from a card to the frame of its scope
_ORDERED = {"ordering": "in"}  # operands from top to bottom as the expression reads
ID = "\x00"  # stands for the id until the content, and so its hash, is known
#: Beyond this many, values are not read out one by one.
_MOST_SPOKEN = 300


def text_width(text: str, size: float = SIZE) -> float:
    return columns(text) * size * ADVANCE


def _place(
    seen: View, sizes: Sequence[tuple[float, float]], engine: str | None
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
            boxes.append((text_width(arrow.local, SMALL) + 8, _PLATE))
            halves.append((len(edges), len(edges) + 1, plate))
            edges += [(arrow.tail, plate), (plate, arrow.head)]
        else:
            halves.append((len(edges), None, None))
            edges.append((arrow.tail, arrow.head))
    if any(arrow.local for arrow in seen.arrows):
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


def described(seen: View, lang: str) -> str:
    """What a reader of screens says of the picture."""
    phrases = [card.spoken for card in seen.cards[:_MOST_SPOKEN]]
    if len(seen.cards) > _MOST_SPOKEN:
        phrases.append(say(lang, "and more", n=len(seen.cards) - _MOST_SPOKEN))
    return "; ".join(phrases)


class Drawing(ABC):
    """Writes the parts of one picture; all coordinates are shifted by the margin."""

    #: The class of a style's pictures, and the colours that only they have.
    style = ""
    painted: Painted = NOTHING_MORE
    #: How the lines under the picture are written.
    note_key, note_size, note_height = "note", SMALL, 18.0

    def __init__(
        self, seen: View, theme: str, sheet: bool, engine: str | None, lang: str = "en"
    ) -> None:
        self.seen, self.theme, self.sheet, self.lang = seen, theme, sheet, lang
        self.sizes = [self._size(card) for card in seen.cards]
        self.layout, self.paths = _place(seen, self.sizes, engine)

    @abstractmethod
    def _size(self, card: Card) -> tuple[float, float]:
        """Width and height of a card, for text of a fixed pitch."""

    @abstractmethod
    def _inside(
        self, card: Card, left: float, top: float, width: float, height: float
    ) -> list[str]:
        """What is drawn of a card, in a box with that corner and of that size."""

    def document(self) -> str:
        notes = self.seen.notes
        longest = max((text_width(note, self.note_size) for note in notes), default=0.0)
        width = max(self.layout.width, longest) + 2 * _MARGIN
        below = self.layout.height + _MARGIN
        height = below + _MARGIN + self.note_height * len(notes)
        size = f'width="{n(width)}" height="{n(height)}" viewBox="0 0 {n(width)} {n(height)}"'
        classes = " ".join(filter(None, ("tracegrad", self.style)))
        painted = {**self.painted, **(CELL_PAINT if self._has_cells() else {})}
        window = window_css(self.style, self.theme, n(width), n(height)) if self.style else ""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{classes}" id="{ID}" {size} '
            f'role="img" aria-labelledby="{ID}-title {ID}-desc" font-family="{FONTS}" '
            f'font-size="{n(SIZE)}">',
            f'<title id="{ID}-title">{escape(self.seen.title)}</title>',
            f'<desc id="{ID}-desc">{escape(described(self.seen, self.lang))}</desc>',
            f"<style>{css(self.theme, painted)}{window}</style>" if self.sheet else "",
            f"<defs>{self._marker('head', 'head')}{self._marker('back', 'head.back')}</defs>",
            f'<rect {self._paint("background")} width="{n(width)}" height="{n(height)}"/>',
        ]
        parts += self._frames()
        parts += [self._edge(arrow, *path) for arrow, path in zip(self.seen.arrows, self.paths)]
        parts += [self._card(i, card) for i, card in enumerate(self.seen.cards)]
        parts += [
            self._text(
                self.note_key, _MARGIN, below + self.note_height * (i + 1), note,
                size=self.note_size,
            )
            for i, note in enumerate(notes)
        ]  # fmt: skip
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

    def _paint(self, key: str) -> str:
        return paint(key, self.theme, self.painted)

    def _marker(self, name: str, key: str) -> str:
        return (
            f'<marker id="{ID}-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
            f'<path {self._paint(key)} d="M0 0.5 8 4 0 7.5Z"/></marker>'
        )

    def _text(
        self, key: str, x: float, y: float, text: str, *, anchor: str = "", size: float = SIZE
    ) -> str:
        more = f' text-anchor="{anchor}"' if anchor else ""
        more += f' font-size="{n(size)}"' if size != SIZE else ""
        return f'<text {self._paint(key)} x="{n(x)}" y="{n(y)}"{more}>{escape(text)}</text>'

    def _edge(self, arrow: Arrow, points: Sequence[Point], middle: Point | None) -> str:
        start, *rest = [f"{n(x + _MARGIN)} {n(y + _MARGIN)}" for x, y in points]
        if arrow.ends is None:
            tail, head = arrow.tail, arrow.head
            attributes = f'id="{ID}-e{tail}-{head}"'
        else:
            row, consumer, slot = arrow.ends
            attributes = f'id="{ID}-e{consumer}-{slot}" data-from="{row}" data-to="{consumer}" '
            attributes += f'data-slot="{slot}"'
        parts = [f'<g class="edge" {attributes}>']
        if arrow.tooltip:
            parts.append(f"<title>{escape(arrow.tooltip)}</title>")
        # The gradient flows against the arrow of the value.
        line, width = ("line.lit", 2.4) if arrow.lit else ("line", 1.4)
        marker = f'marker-start="url(#{ID}-back)"' if arrow.lit else f'marker-end="url(#{ID}-head)"'
        parts.append(
            f'<path {self._paint(line)} fill="none" stroke-width="{width}" '
            f'd="M{start}C{" ".join(rest)}" {marker}/>'
        )
        if middle is not None and arrow.local:
            x, y = middle[0] + _MARGIN, middle[1] + _MARGIN
            half = text_width(arrow.local, SMALL) / 2 + 4
            parts.append(
                f'<rect {self._paint("plate")} x="{n(x - half)}" y="{n(y - _PLATE / 2)}" '
                f'width="{n(2 * half)}" height="{n(_PLATE)}"/>'
            )
            parts.append(self._text("local", x, y + 3.7, arrow.local, anchor="middle", size=SMALL))
        return "".join([*parts, "</g>"])

    def _card(self, position: int, card: Card) -> str:
        (x, y), (width, height) = self.layout.centres[position], self.sizes[position]
        left, top = x - width / 2 + _MARGIN, y - height / 2 + _MARGIN
        if card.row is None:
            attributes = f'id="{ID}-g{card.rows[0]}"'
        else:
            attributes = f'id="{ID}-n{card.row}" data-node="{card.row}"'
        parts = [f'<g class="node {" ".join(card.kinds)}" {attributes}>']
        parts.append(f"<title>{escape(card.tooltip)}</title>")
        parts += self._inside(card, left, top, width, height)
        mark = self.seen.mark
        if mark is not None and mark.card == position:
            box = left - 7, top - 7, width + 14, height + 14, 9
            parts.append(self._box(mark.key, *box, ' stroke-width="3"'))
        return "".join([*parts, "</g>"])

    def _box(
        self, key: str, x: float, y: float, width: float, height: float, r: float, more: str = ""
    ) -> str:
        return (
            f'<rect {self._paint(key)} x="{n(x)}" y="{n(y)}" width="{n(width)}" '
            f'height="{n(height)}" rx="{n(r)}"{more}/>'
        )


def n(number: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0").replace("-0.0", "0") if number else "0"
