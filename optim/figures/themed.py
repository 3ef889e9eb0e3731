"""A plot as SVG that turns dark where its reader prefers that, and that a screen reader can name.

matplotlib writes every colour into the element's own style. The light picture stays as it is, for
viewers without style sheets; a sheet in the file replaces each colour for readers of dark pages.
"""

from __future__ import annotations

import hashlib
import math
import re
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The page and the ink of dark pictures, those of graphs.
PAGE, INK = "#0d1117", "#e6edf3"
#: The colours of curves on a dark page, at the same place of the colour circle and lighter.
DARK = {
    "#0072b2": "#4aa3e8", "#d55e00": "#ff7f3f", "#009e73": "#35c79a", "#cc79a7": "#e79cc6",
    "#e69f00": "#f5bd3a", "#56b4e9": "#a5dcff", "#7a0000": "#ff9c9c",
}  # fmt: skip
#: How far a picture shrinks with its page, as a part of its size; then it is scrolled.
LEAST = 0.75
_PIXELS = 96 / 72  # to a point


def svg_of(figure: Figure, title: str = "", description: str = "", words: bool = False) -> str:
    """``figure`` as SVG, with a title, a description, and dark colours beside the light ones.

    With ``words`` its words are text, which a document can be searched for, and which needs the
    fonts of matplotlib; without, they are outlines.

    The same figure gives the same text every time. Its id is a hash of what it shows, so that
    several pictures can stand in one page.
    """
    import html

    from matplotlib import rc_context

    picture = BytesIO()
    settings = {"svg.hashsalt": "tracegrad"} | ({"svg.fonttype": "none"} if words else {})
    with rc_context(settings):
        figure.savefig(picture, format="svg", metadata={"Date": None})
    svg = picture.getvalue().decode()
    name = f"tg{hashlib.sha256(svg.encode()).hexdigest()[:10]}"
    parts = {"title": title, "desc": description}
    inside = "".join(
        f'<{tag} id="{name}-{tag}">{html.escape(text)}</{tag}>'
        for tag, text in parts.items()
        if text
    )
    ids = " ".join(f"{name}-{tag}" for tag, text in parts.items() if text)
    role = f'role="img" aria-labelledby="{ids}"' if ids else 'role="img"'
    svg = re.sub(
        r"<svg\b([^>]*)>",
        lambda root: f'<svg{root[1]} id="{name}" {role}>\n {inside}',
        svg,
        count=1,
    )
    return svg.replace("</style>", f"{_sheet(svg, f'#{name}')}</style>", 1)


def _sheet(svg: str, root: str) -> str:
    """The size on a page and in a window of its own, and the dark colours."""
    used = sorted(set(re.findall(r"(fill|stroke): (#[0-9a-f]{6})", svg)))
    # Without the root in front: the copies that <use> makes of a marker do not stand in it.
    rules = [
        f'[style*="{what}: {colour}"]{{{what}:{dark}!important}}'
        for what, colour in used
        if (dark := dark_colour(colour)) is not None
    ]
    # What has no colour of its own is black: most of the text.
    dark = f"{root}{{fill:{INK};background:{PAGE}}}" + "".join(rules)
    width = re.search(r' width="([\d.]+)pt"', svg)
    assert width is not None
    least = math.floor(float(width[1]) * _PIXELS * LEAST)
    sizes = f"{root}{{max-width:100%;min-width:{least}px;height:auto}}"
    sizes += f"{root}:root{{width:100%;height:100%}}"
    return f"{sizes}@media (prefers-color-scheme:dark){{{dark}}}"


def dark_colour(colour: str) -> str | None:
    """What stands for a light picture's colour on a dark page; None where it stays.

    Greys change places with their opposites. Colours of curves become lighter. Others belong to a
    scale of colours, which is read by its key.

    >>> from optim.figures.themed import dark_colour
    >>> [dark_colour(c) for c in ("#ffffff", "#000000", "#0072b2", "#440154")]
    ['#0d1117', '#e6edf3', '#4aa3e8', None]
    """
    if colour in DARK:
        return DARK[colour]
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    if not red == green == blue:
        return None
    parts = [(int(PAGE[i : i + 2], 16), int(INK[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(
        f"{round(dark + (light - dark) * (255 - red) / 255):02x}" for dark, light in parts
    )
