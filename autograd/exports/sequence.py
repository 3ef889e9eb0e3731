"""Several things one after another as one, as the places of a lecture are."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from autograd.exports.bitmaps import size_of
from autograd.exports.exhibit import Exhibit, Make
from autograd.exports.films import PACE
from autograd.exports.paper import text_pages, title_page
from autograd.lessons import latex_heading
from autograd.render import FONTS, clean, columns, escape
from autograd.writing import portable

_LONG_FRAME = (
    "% On slides, input each part from its own file: TeX has no length for a frame of all.\n"
)
#: A drawing is not so high that beamer, which breaks a frame between them, leaves it and all after
#: it out. Where pdfTeX sets it, it is written at once, with the opacities that pgf has for all
#: pages: a frame is kept whole, and memory does not hold the drawings of a lecture.
_DRAWN = r"""\makeatletter
\def\tgdrawn{\leavevmode\ifdim\dimexpr\ht0+\dp0>.65\textheight
\setbox0\hbox{\resizebox*{!}{.65\textheight}{\box0}}\fi
\ifnum0\ifdefined\pdfxform\ifcsname pgf@sys@pdf@possible@resources\endcsname
\ifnum\pdfoutput>0 1\fi\fi\fi>0 \immediate\pdfxform resources{\pgf@sys@pdf@possible@resources}0
\pdfrefxform\pdflastxform\else\box0 \fi}%
\makeatother
"""
#: How many times as long as a step a page with words stays in a film.
READING = 3
#: Pixels of a picture of a poster, of the line over it and between two of them, and how many are
#: beside each other.
_WIDTH, _HEIGHT, _LINE, _GAP, _ACROSS = 640.0, 440.0, 30.0, 24.0, 3


@dataclass(frozen=True)
class Part:
    """``code`` and ``title`` stand over it, and ``where`` beside the code.

    Where ``shown`` is None it has words alone: ``paragraphs``, each a kind and a text, and
    ``latex``, which is to be input.
    """

    code: str
    where: str
    title: str
    shown: Exhibit | None
    paragraphs: Sequence[tuple[str, str]] = ()
    latex: str = ""

    @property
    def name(self) -> str:
        return f"{self.code} {self.title}"

    def beside(self) -> Sequence[str]:
        """The pages after its frames."""
        if self.shown is None:
            return text_pages(self.paragraphs, self.name)
        return self.shown.beside() if self.shown.beside is not None else []

    def text(self) -> str:
        if self.shown is not None:
            return self.shown.text()
        return "\n".join(text for _, text in self.paragraphs) + "\n"


def in_sequence(
    name: str,
    contents: Sequence[str],
    make: Callable[[], Sequence[Part]],
    html: Make,
    json: Make,
) -> Exhibit:
    """What ``make`` makes, when it is asked for: each part after a page with its title.

    ``contents`` are the lines that say what there is. A picture has those of all parts.
    """
    parts = cache(make)

    @cache
    def opening() -> list[str]:
        listed = [("heading", name), ("table", "\n" + "\n".join(contents))]
        return [title_page("", name), *text_pages(listed, name)]

    def frames() -> Iterator[tuple[str, int]]:
        """Each frame, and how many times as long as a step it stays."""
        for page in opening():
            yield page, READING
        for part in parts():
            yield title_page(f"{part.code} · {part.where}", part.title), READING
            if part.shown is not None:
                stays = max(1, round((part.shown.pace or PACE) / PACE))
                for still in part.shown.stills():
                    yield still, stays
            for page in part.beside():
                yield page, READING

    made: list[tuple[str, int]] = []

    def first(most: int) -> list[tuple[str, int]]:
        if len(made) < most:
            made[:] = islice(frames(), most)
        return made[:most]

    def count() -> int:
        steps = sum(part.shown.count() for part in parts() if part.shown is not None)
        return len(opening()) + steps + sum(1 + len(part.beside()) for part in parts())

    def text() -> str:
        return "\n\n".join(["\n".join([name, "", *contents]), *(part.text() for part in parts())])

    def latex() -> str:
        whole = [_LONG_FRAME + latex_heading(name, 0)]
        for part in parts():
            own = "" if part.shown is None else part.shown.latex()
            whole.append(own or f"{latex_heading(part.name, 0)}\n\n{part.latex}")
        return "\n\n".join(whole)

    return Exhibit(
        name=name,
        html=html,
        text=text,
        latex=latex,
        json=json,
        picture=lambda: poster(name, _pictures(parts())),
        tikz=lambda: _DRAWN + "\n\n".join(_drawings(parts())),
        frames=lambda most: [frame for frame, _ in first(most)],
        count=count,
        stays=lambda most: [times for _, times in first(most)],
        long=True,
    )


def _pictures(parts: Sequence[Part]) -> list[tuple[str, str]]:
    return [(part.name, part.shown.picture()) for part in parts if part.shown is not None]


def _drawings(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if part.shown is not None and part.shown.tikz is not None:
            title = portable(latex_heading(part.name, 2))
            drawn = part.shown.tikz().replace(r"\resizebox", r"\setbox0\hbox{\resizebox")
            drawn = drawn.replace(r"\end{tikzpicture}}", r"\end{tikzpicture}}}\tgdrawn")
            yield f"{title}\n\\noindent {drawn}\\par"


def poster(title: str, pictures: Sequence[tuple[str, str]]) -> str:
    """SVG documents with their titles in rows, as one."""
    rows = [pictures[i : i + _ACROSS] for i in range(0, len(pictures), _ACROSS)]
    y, drawn = _GAP + _LINE, [_words(_GAP, _GAP + 18, title, 18, bold=True)]
    for row in rows:
        sizes = [size_of(svg) for _, svg in row]
        zooms = [min(1.0, _WIDTH / width, _HEIGHT / height) for width, height in sizes]
        for i, ((name, svg), (width, height), zoom) in enumerate(zip(row, sizes, zooms)):
            x = _GAP + i * (_WIDTH + _GAP)
            drawn.append(_words(x, y + 18, _fitting(name), 13, bold=True))
            drawn.append(_placed(svg, x, y + _LINE, width * zoom, height * zoom))
        y += _LINE + max(size[1] * zoom for size, zoom in zip(sizes, zooms)) + _GAP
    across = _GAP + _ACROSS * (_WIDTH + _GAP)
    body, said = "\n".join(drawn), escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:g}" height="{y:.1f}" '
        f'viewBox="0 0 {across:g} {y:.1f}" role="img" aria-label="{said}" font-family="{FONTS}">\n'
        f"<title>{said}</title>\n"
        "<style>@media (prefers-color-scheme:dark){.ground{fill:#0d1117}.title{fill:#e6edf3}}"
        '</style>\n<rect class="ground" fill="#ffffff" width="100%" height="100%"/>\n'
        f"{body}\n</svg>\n"
    )


def _placed(svg: str, x: float, y: float, width: float, height: float) -> str:
    """A document within another one.

    A plot, whose letters are paths, is an image of its own: its styles hold for all that is around
    it. Within such an image Typst has no fonts, so that one with texts stands in the other itself.
    """
    where = f'x="{x:g}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    if "<text" not in svg:
        content = base64.b64encode(svg.encode()).decode()
        return f'<image {where} href="data:image/svg+xml;base64,{content}"/>'
    bare = re.sub(r'(<svg\b[^>]*?) width="[^"]*"([^>]*?) height="[^"]*"', r"\1\2", svg, count=1)
    return bare[bare.index("<svg") :].replace("<svg", f"<svg {where}", 1).rstrip()


def _words(x: float, y: float, text: str, size: float, bold: bool = False) -> str:
    weight = ' font-weight="bold"' * bold
    return (
        f'<text class="title" fill="#1f2328" x="{x:g}" y="{y:.1f}" font-size="{size:g}"{weight}>'
        f"{escape(clean(text))}</text>"
    )


def _fitting(text: str) -> str:
    """What a line over a picture has room for."""
    most = int(_WIDTH / (13 * 0.605))
    return text if columns(text) <= most else text[: most - 1].rstrip() + "…"
