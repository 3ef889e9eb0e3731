"""A graph as what is shown: its picture, and its computation step by step."""

from __future__ import annotations

import os
import re
import shutil
from functools import cache
from pathlib import Path

from autograd.exports.exhibit import Exhibit
from autograd.exports.formats import DOT, KINDS, Settings, save
from autograd.exports.lessons import of_lessons
from autograd.graph import Graph
from autograd.lessons import FORWARD, Step, Steps, steps
from autograd.render import DARK, LIGHT, clean, document_page, escape, to_dot, to_svg, to_tikz
from autograd.stage import MOST_VALUES
from autograd.writing import check_style, extension


def of_graph(
    graph: Graph,
    lang: str = "en",
    quiz: bool = False,
    title: str | None = None,
    style: str = "cards",
    *,
    detail: bool | int | None = None,
    theme: str = "auto",
    engine: str | None = None,
    steppable: bool = True,
) -> Exhibit:
    """A graph; its steps go back again where it has gradients.

    ``detail``, ``theme``, ``engine`` and ``style`` are those of :func:`to_svg`. The page steps
    where ``steppable``; otherwise, and of very large graphs, it is the picture and the listing.
    """
    lesson = cache(lambda: _lesson(graph))

    def picture() -> str:
        looks = {"detail": detail, "theme": theme, "engine": engine, "style": style}
        return to_svg(graph, lang=lang, **looks)  # type: ignore[arg-type]

    def shown() -> Exhibit:
        return of_lessons([lesson()], lang, quiz, title, style)

    def html() -> str:
        if steppable and graph.swept and len(graph) <= MOST_VALUES:
            return shown().html()
        return _document(graph, picture(), theme)

    def by_graphviz(kind: str) -> bytes | None:
        if shutil.which("dot") is None:
            return None
        content: bytes = to_dot(graph, detail=detail).pipe(format=kind, quiet=True)
        return content

    return Exhibit(
        name=title or clean(graph.output.label)[:80],
        html=html,
        text=lambda: shown().text(),
        latex=lambda: shown().latex(),
        json=lambda: shown().json(),
        picture=picture,
        tikz=lambda: to_tikz(graph),
        frames=lambda most: shown().frames(most),
        count=lambda: len(lesson()),
        pages=lambda: [picture()],
        dot=lambda: str(to_dot(graph, detail=detail).source),
        otherwise=by_graphviz if style == "cards" else None,
    )


def save_graph(
    graph: Graph,
    path: str | os.PathLike[str],
    *,
    detail: bool | int | None = None,
    theme: str = "auto",
    engine: str | None = None,
    style: str = "cards",
    **settings: float | None,
) -> Path:
    """Write ``graph`` to ``path`` in the format of its extension; returns the path.

    .svg .png .pdf .tikz .dot are the picture, .html the picture and a listing; .gif and .mp4 step
    through the graph, .txt .tex .json have its steps. ``detail``, ``theme``, ``engine`` and
    ``style`` are those of :func:`to_svg`; ``settings`` are ``pace`` (seconds of a frame), ``n_up``
    (pictures on a page of A4) and ``limit`` (the most frames). ValueError for another extension,
    OSError for an unwritable path, LayoutError or ImportError where something is not installed.

    >>> from autograd.exports import save_graph
    >>> from autograd import Value, trace
    >>> save_graph(trace(Value(2.0, "x") ** 2), "picture.jpg")
    Traceback (most recent call last):
    ValueError: picture.jpg: extension '.jpg' is not known here; use .html .svg .png ...
    """
    looks = {"detail": detail, "theme": theme, "engine": engine, "style": style}
    suffix = extension(path, (*KINDS, DOT))
    how = Settings.of(settings, *looks, "digits", "fractions")
    if suffix != ".html":  # which has the picture in it
        check_style(style, suffix)
    how.check(suffix)
    return save(of_graph(graph, steppable=False, **looks), path, how)  # type: ignore[arg-type]


def _lesson(graph: Graph) -> Steps:
    """The steps of a graph: forward, and backward where it has gradients."""
    if graph.swept:
        lesson: Steps = steps(graph, gradient=graph.output.grad)
        return lesson
    forward = [
        Step(i, FORWARD, graph[row], graph[row].value)
        for i, row in enumerate(graph.computed.tolist(), 1)
    ]
    return Steps(graph, forward, [None] * len(graph), mode="values")


def _document(graph: Graph, svg: str, theme: str) -> str:
    """One offline page: the picture, to be scrolled, and the listing."""
    title = f"Computation of {clean(graph.output.label)[:80]}"
    listing = "\n".join(clean(line) for line in str(graph).splitlines()[:2000])
    body = f"""<main>
<h1>{escape(title)}</h1>
<div class="scroll" tabindex="0" role="region" aria-label="picture">
{svg}</div>
<pre tabindex="0" aria-label="listing">{escape(listing)}</pre>
</main>"""
    light, dark = (
        f"color:{look['text']};background:{look['background']}" for look in (LIGHT, DARK)
    )
    sheet = (
        f"body{{margin:1rem;font-family:system-ui,sans-serif;{light}}}"
        "h1{font-size:1.1rem}.scroll,pre{overflow-x:auto;max-width:100%}"
    )
    if theme == "auto":
        sheet += f"@media (prefers-color-scheme:dark){{body{{{dark}}}}}"
    inside = re.findall("<style>(.*?)</style>", svg)
    return document_page(title, "en", body, styles=(sheet, *inside))
