"""The picture as TikZ: the same cards and arrows, for LaTeX with the package ``tikz``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from autograd.render.cards import HEAD, PAD, Cards, line_height
from autograd.render.drawing import n
from autograd.render.layout import Point
from autograd.render.parts import Arrow, Card, Line
from autograd.render.theme import LIGHT
from autograd.render.unfilled import Place, unfilled
from autograd.render.view import view
from autograd.writing import escaped, portable

#: Pixels of the layout as points: 13 pixels are letters of 8 points.
SCALE = 0.62
_COLOURS = ("data", "grad", "muted", "card", "border", "parameter")


def to_tikz(graph: Any, blanks: Collection[Place] = ()) -> str:
    """``graph`` drawn left to right as a ``tikzpicture``, no wider than the text around it.

    A document needs ``\\\\usepackage{tikz}``. ``blanks`` are those of :func:`to_svg`. LayoutError
    when no layout engine is installed.

    >>> from autograd import Value, trace
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> picture = to_tikz(trace(x * y, names={}).backward())
    >>> picture.count("rectangle"), r"\\textbf{x}" in picture
    (4, True)
    """
    return _Tikz(unfilled(view(graph), blanks), "light", False, engine=None).document()


class _Tikz(Cards):
    """Writes the layout of the cards in TikZ's words; y points downwards as in the layout."""

    def document(self) -> str:
        lines = [
            rf"\definecolor{{tg{name}}}{{HTML}}{{{LIGHT[name][1:].upper()}}}" for name in _COLOURS
        ]
        lines += [
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            rf"\begin{{tikzpicture}}[x={SCALE}pt,y=-{SCALE}pt,line width=0.5pt,"
            r"every node/.style={inner sep=0pt,font=\ttfamily\fontsize{7.4}{9}\selectfont}]",
        ]
        lines += [self._arrow(a, *path) for a, path in zip(self.seen.arrows, self.paths)]
        for i, card in enumerate(self.seen.cards):
            (x, y), (width, height) = self.layout.centres[i], self.sizes[i]
            lines += self._box_of(card, x - width / 2, y - height / 2, width, height)
        lines += [
            _node("base west", 0, self.layout.height + 18 * (i + 1), note, "tgmuted")
            for i, note in enumerate(self.seen.notes)
        ]
        return portable("\n".join([*lines, r"\end{tikzpicture}}", ""]))

    def _arrow(self, arrow: Arrow, points: Sequence[Point], middle: Point | None) -> str:
        start, *rest = [f"({n(x)},{n(y)})" for x, y in points]
        curves = "".join(
            f" .. controls {a} and {b} .. {end}"
            for a, b, end in zip(rest[::3], rest[1::3], rest[2::3])
        )
        line = rf"\draw[->,tgborder] {start}{curves};"
        if middle is None:
            return line
        label = _node("center", *middle, arrow.local, "tgmuted", "fill=white,inner sep=1pt")
        return f"{line}\n{label}"

    def _box_of(
        self, card: Card, left: float, top: float, width: float, height: float
    ) -> list[str]:
        edge = "tgparameter,line width=1pt" if "parameter" in card.kinds else "tgborder"
        edge += ",dashed" if "constant" in card.kinds else ""
        edge += ",rounded corners=5pt" if not {"interior", "scope"} & {*card.kinds} else ""
        right, parts = left + width, []
        if "output" in card.kinds:  # a double border
            ring = f"({n(left - 4)},{n(top - 4)}) rectangle ({n(right + 4)},{n(top + height + 4)})"
            parts.append(rf"\draw[{edge}] {ring};")
        parts += [
            rf"\draw[draw={edge},fill=tgcard] ({n(left)},{n(top)}) rectangle "
            rf"({n(right)},{n(top + height)});",
            _node("base west", left + PAD, top + 17, _title(card), escape=False),
        ]
        y = top + HEAD
        for line in card.lines:
            parts += self._row(line, left + PAD, right - PAD, y)
            y += line_height(line)
        return parts

    def _row(self, line: Line, left: float, right: float, top: float) -> list[str]:
        colour = f"tg{line.key}" if line.key in ("data", "grad") else "tgmuted"
        parts = [_node("base west", left, top + 14, line.word, "tgmuted")] if line.word else []
        if line.cells is None:
            return [*parts, _node("base east", right, top + 14, line.text, colour)]
        cells = line.cells
        top, left = top + line_height(line) - cells.height - 1, right - cells.width
        for i, row in enumerate(cells.texts):
            for k, text in enumerate(row):
                x, y = left + k * cells.column, top + i * cells.row
                parts.append(
                    rf"\draw[tgborder,line width=0.3pt] ({n(x)},{n(y)}) rectangle "
                    rf"({n(x + cells.column)},{n(y + cells.row)});"
                )
                if text:
                    middle = x + cells.column / 2
                    parts.append(_node("base", middle, y + cells.row - 4, text, colour))
        return parts


def _title(card: Card) -> str:
    name = rf"\textbf{{{escaped(card.name)}}}"
    name += rf"\textcolor{{tgmuted}}{{\ = {escaped(card.expression)}}}" if card.expression else ""
    return name + (rf"\ $\times${card.times}" if card.times > 1 else "")


def _node(
    anchor: str, x: float, y: float, text: str, colour: str = "black", more: str = "",
    escape: bool = True,
) -> str:  # fmt: skip
    options = ",".join(filter(None, (f"anchor={anchor}", f"text={colour}", more)))
    return rf"\node[{options}] at ({n(x)},{n(y)}) {{{escaped(text) if escape else text}}};"
