"""The colours of pictures, light and dark, and their fonts.

Each painted thing has a key such as ``card`` or ``card.parameter``: it is the element's class, and
its colours are written as attributes first, so that a viewer without CSS shows the light picture.
The style sheet holds the dark colours, for readers who prefer them. Data and gradient have colours
that differ for every kind of colour blindness, and a word beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from autograd.calculus import short

LIGHT = {
    "background": "#ffffff",
    "card": "#f6f8fa",
    "band": "#e4e9ef",
    "border": "#7d8590",
    "edge": "#7d8590",
    "text": "#1f2328",
    "muted": "#59636e",
    "data": "#0072b2",
    "grad": "#b34700",
    "parameter": "#00755a",
    "value": "#0a7a2f",
    "slope": "#c4001a",
    "scope": "#eef1f5",
    "none": "none",
    "zero": "#ffffff",
    **dict(zip(("plus1", "plus2", "plus3", "plus4"), ("#e1eefa", "#bddaf4", "#94c3ec", "#6aabe2"))),
    **dict(zip(("less1", "less2", "less3", "less4"), ("#fdeadb", "#fbd0ae", "#f5b27e", "#ea9550"))),
}
DARK = {
    "background": "#0d1117",
    "card": "#20262e",
    "band": "#313a46",
    "border": "#768390",
    "edge": "#8b96a2",
    "text": "#e6edf3",
    "muted": "#a3adb8",
    "data": "#6cb6ff",
    "grad": "#ffa657",
    "parameter": "#4cc9a0",
    "value": "#5fd68a",
    "slope": "#ff9a9a",
    "scope": "#161c24",
    "none": "none",
    "zero": "#0d1117",
    **dict(zip(("plus1", "plus2", "plus3", "plus4"), ("#172c42", "#1c4166", "#20568a", "#2468a6"))),
    **dict(zip(("less1", "less2", "less3", "less4"), ("#38281a", "#563719", "#734714", "#8c550c"))),
}
THEMES = ("auto", "light", "dark")

#: How many colours the cells of an array have for either sign.
LEVELS = 4


def level_key(level: int) -> str:
    """What a cell of a level from -4 to 4 is painted as."""
    sign = "zero" if not level else f"{'plus' if level > 0 else 'less'}{abs(level)}"
    return f"cell.{sign}"


Painted = Mapping[str, Mapping[str, str]]
NOTHING_MORE: Painted = MappingProxyType({})

#: What is painted in which colour: key -> attribute -> name of the colour.
PAINT: Painted = {
    "background": {"fill": "background"},
    "frame": {"fill": "scope", "stroke": "border"},
    "frame-name": {"fill": "muted"},
    "shadow": {"fill": "card", "stroke": "border"},
    "card": {"fill": "card", "stroke": "border"},
    "card.parameter": {"fill": "card", "stroke": "parameter"},
    "card.output": {"fill": "card", "stroke": "text"},
    "ring": {"fill": "none", "stroke": "text"},
    "band": {"fill": "band"},
    "name": {"fill": "text"},
    "expression": {"fill": "text"},
    "word": {"fill": "muted"},
    "plain": {"fill": "text"},
    "data": {"fill": "data"},
    "grad": {"fill": "grad"},
    "terms": {"fill": "grad"},
    "line": {"stroke": "edge"},
    "head": {"fill": "edge"},
    "head.back": {"fill": "grad"},
    "plate": {"fill": "background"},
    "local": {"fill": "grad"},
    "note": {"fill": "muted"},
}
#: And in a picture with the cells of arrays.
CELL_PAINT: Painted = {
    "number": {"fill": "text"},
    **{level_key(n): {"fill": level_key(n)[5:]} for n in range(-LEVELS, LEVELS + 1)},
}
#: And in a circuit: green values above a wire and red gradients below it, as on slides.
CIRCUIT_PAINT: Painted = {
    "data.above": {"fill": "value"},
    "grad.below": {"fill": "slope"},
    "terms.below": {"fill": "slope"},
}
#: And in a picture of a step: its card and, where a gradient flows, its arrows.
STEP_PAINT: Painted = {
    "mark": {"fill": "none", "stroke": "data"},
    "mark.back": {"fill": "none", "stroke": "grad"},
    "line.lit": {"stroke": "grad"},
}

#: A fixed pitch: the width of a text is known without its font.
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SIZE = 12.0
SMALL = 10.5
#: The widest advance of the fonts above, as a part of the size.
ADVANCE = 0.605


def paint(key: str, theme: str, more: Painted = NOTHING_MORE) -> str:
    """The attributes of an element painted as ``key``: its class, then its colours."""
    colours = DARK if theme == "dark" else LIGHT
    painted = PAINT.get(key) or more.get(key) or CELL_PAINT[key]
    attributes = [f'{name}="{colours[colour]}"' for name, colour in painted.items()]
    return " ".join([f'class="{key.replace(".", " ")}"', *attributes])


def css(theme: str, more: Painted = NOTHING_MORE) -> str:
    """The style sheet of a picture; ``auto`` turns dark where the reader prefers it.

    ``more`` is what the picture has beside cards: cells of arrays, or what a circuit paints.
    """
    sheet = "svg.tracegrad{max-width:none}.tracegrad .hidden{display:none}"
    if theme == "auto":
        sheet += f"@media (prefers-color-scheme:dark){{{_rules(DARK, {**PAINT, **more})}}}"
    return sheet


def window_css(style: str, theme: str, width: str, height: str) -> str:
    """How a picture fills a window of its own: enlarged where there is room, else scrolled."""
    root = f"svg.{style}:root"
    dark, light = (f"{root}{{background:{colours['background']}}}" for colours in (DARK, LIGHT))
    sheet = f"{root}{{width:100%;height:100%;min-width:{width}px;min-height:{height}px}}"
    if theme == "auto":
        return f"{sheet}@media (prefers-color-scheme:dark){{{dark}}}"
    return sheet + (dark if theme == "dark" else light)


def cell_css() -> str:
    """The light colours of cells, for a page that changes their levels."""
    return _rules(LIGHT, CELL_PAINT)


def _rules(colours: Mapping[str, str], painted: Mapping[str, Mapping[str, str]]) -> str:
    return "".join(
        f".tracegrad .{key}{{{';'.join(f'{a}:{colours[c]}' for a, c in attributes.items())}}}"
        for key, attributes in painted.items()
    )


def check_theme(theme: str) -> str:
    if theme not in THEMES:
        raise ValueError(f"theme {short(theme)} is unknown; use one of {', '.join(THEMES)}")
    return theme
