"""A graph drawn again for each step of a lesson: what is not computed yet is blank.

The cards are laid out once, with all their numbers, so that nothing moves from frame to frame.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograd.calculus import Quantity
from autograd.graph import Graph
from autograd.render.cards import Cards
from autograd.render.cells import Cells
from autograd.render.circuit import Circuit, as_circuit
from autograd.render.drawing import ID, Drawing
from autograd.render.parts import Card, Line, Mark
from autograd.render.theme import ADVANCE, SIZE, STEP_PAINT
from autograd.render.view import grad_lines, view
from autograd.render.words import columns

#: The width of the text under a picture that is narrower.
_NARROWEST = 620.0
#: A letter of that text is such a part of the width, and not larger than this.
_LETTERS_OF, _LARGEST = 80.0, 28.0
#: SVG makes one space of several.
_SPACE = "\xa0"


@dataclass(frozen=True)
class Known:
    """What a frame shows of a graph.

    ``values`` are the rows whose value is known, ``grads`` the sums that have arrived at rows,
    ``whole`` those rows of them whose gradient is complete. ``flows`` are the local derivatives
    that are shown, as (consumer's row, slot), ``lit`` those of the step. ``row`` is marked.
    """

    values: Collection[int]
    grads: Mapping[int, Quantity] = field(default_factory=dict)
    whole: Collection[int] = ()
    flows: Collection[tuple[int, int]] = ()
    lit: Collection[tuple[int, int]] = ()
    row: int | None = None
    backward: bool = False


class Film:
    """The frames of one graph, ``captions`` under them: the same size for all."""

    def __init__(
        self,
        graph: Graph,
        captions: Sequence[Sequence[str]],
        style: str = "cards",
        lang: str = "en",
        detail: bool | int | None = None,
        engine: str | None = None,
    ) -> None:
        self.graph, self.lang = graph, lang
        self.seen = replace(view(graph, detail, lang), notes=())
        seen = as_circuit(self.seen, graph, lang) if style == "circuit" else self.seen
        self.seen = replace(seen, notes=())
        kind: type[Drawing] = Circuit if style == "circuit" else Cards
        self.drawing = kind(self.seen, "light", False, engine, lang)
        self.drawing.painted = {**self.drawing.painted, **STEP_PAINT}
        width = max(self.drawing.layout.width, _NARROWEST)
        # Larger under a wide picture, of which a screen shows less of each inch.
        size = round(min(max(SIZE, width / _LETTERS_OF), _LARGEST), 1)
        self.drawing.note_key, self.drawing.note_size = "plain", size
        self.drawing.note_height = round(1.5 * size, 1)
        self.places = {row: i for i, card in enumerate(self.seen.cards) for row in card.rows}
        letters = int(width / (size * ADVANCE))
        self.captions = [_wrapped(lines, letters) for lines in captions]
        lines = max(map(len, self.captions), default=0)
        # Lines of one width and of one number, so that all frames have the same size.
        widest = max((columns(line) for text in self.captions for line in text), default=0)
        self.captions = [
            [
                (line + " " * (widest - columns(line))).replace(" ", _SPACE)
                for line in [*text, *[""] * (lines - len(text))]
            ]
            for text in self.captions
        ]

    def frame(self, number: int, known: Known) -> str:
        """The frame over the caption of that number, from 0, as an SVG document."""
        cards = tuple(self._card(card, known) for card in self.seen.cards)
        arrows = tuple(
            replace(
                arrow,
                local=arrow.local if arrow.ends and arrow.ends[1:] in known.flows else "",
                tooltip=arrow.tooltip if arrow.ends and arrow.ends[1:] in known.flows else "",
                lit=arrow.ends is not None and arrow.ends[1:] in known.lit,
            )
            for arrow in self.seen.arrows
        )
        place = None if known.row is None else self.places.get(known.row)
        mark = None if place is None else Mark(place, "mark.back" if known.backward else "mark")
        notes = tuple(self.captions[number])
        title = ", ".join([self.seen.title, *(note.strip() for note in notes[:1])])
        self.drawing.seen = replace(
            self.seen, cards=cards, arrows=arrows, notes=notes, mark=mark, title=title
        )
        body = self.drawing.document()
        return body.replace(ID, f"tg{hashlib.sha256(body.encode()).hexdigest()[:10]}")

    def _card(self, card: Card, known: Known) -> Card:
        computed = [row for row in card.rows if self.graph[row].rule is not None]
        data = all(row in known.values for row in computed)
        swept = [row for row in card.rows if self.graph[row].grad is not None]
        whole = all(row in known.whole for row in swept)
        lines = list(card.lines)
        if card.row is not None and not whole and card.row in known.grads:
            # The sum so far, in the place of the gradient.
            so_far = iter(grad_lines(self.graph[card.row], known.grads[card.row], card.lines))
            lines = [next(so_far) if line.key == "grad" else line for line in lines]
            whole = True
            lines = [_blank(line) if line.key == "terms" else line for line in lines]
        shown = {"data": data, "grad": whole, "terms": whole}
        lines = [line if shown.get(line.key, True) else _blank(line) for line in lines]
        head = f"{card.name} = {card.expression}" if card.expression else card.name
        said = [f"{line.word} {line.text}" for line in lines if line.text]
        return replace(card, lines=tuple(lines), tooltip=head, spoken=", ".join([head, *said]))


def _blank(line: Line) -> Line:
    if line.cells is None:
        return replace(line, text="")
    texts = tuple(("",) * len(row) for row in line.cells.texts)
    levels = tuple((0,) * len(row) for row in line.cells.levels)
    return replace(line, text="", cells=Cells(texts, levels, line.cells.letters))


def _wrapped(lines: Sequence[str], letters: int) -> list[str]:
    """Lines that have room, their later parts indented."""
    parts: list[str] = []
    for line in lines:
        indent = " " * min(len(line) - len(line.lstrip()) + 4, letters // 2)
        parts += textwrap.wrap(
            line, letters, subsequent_indent=indent, replace_whitespace=False,
            drop_whitespace=True, break_on_hyphens=False,
        ) or [""]  # fmt: skip
    return parts
