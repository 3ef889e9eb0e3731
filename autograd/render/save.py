"""Writes a picture to a file; the extension says the format."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from autograd.calculus import State, path_text, short
from autograd.render.document import document_page
from autograd.render.dot import to_dot
from autograd.render.layout import LayoutError
from autograd.render.svg import to_svg
from autograd.render.words import clean, escape
from autograd.writing import write_file


def save(
    graph: Any,
    path: str | os.PathLike[str],
    *,
    detail: bool | int | None = None,
    theme: str = "auto",
    engine: str | None = None,
    style: str = "cards",
) -> Path:
    """Write ``graph`` to ``path`` as its extension says: .svg, .html, .dot, .png or .pdf.

    ``detail``, ``theme``, ``engine`` and ``style`` are those of :func:`to_svg`. The file is written
    whole or not at all. ValueError for another extension, OSError for an unwritable path,
    LayoutError when what the kind needs is not installed; each names the remedy. An .html file is
    the picture and the listing; ``steps(graph).html()`` is the page to step through.

    Returns the path.

    >>> from autograd.render import save
    >>> from autograd import Value, trace
    >>> save(trace(Value(2.0, "x") ** 2), "picture.jpg")
    Traceback (most recent call last):
    ValueError: 'picture.jpg': the extension '.jpg' is unknown; use one of .svg, .html, ...
    """
    target = Path(path)
    make = _KINDS.get(target.suffix.lower())
    if make is None:
        raise ValueError(
            f"{path_text(target)!r}: the extension {short(target.suffix)} is unknown; "
            f"use one of {', '.join(_KINDS)}"
        )
    options = {"detail": detail, "theme": theme, "engine": engine, "style": style}
    write_file(target, make(graph, options))
    return target


Options = State


def _svg(graph: Any, options: Options) -> bytes:
    return to_svg(graph, **options).encode()


def _dot(graph: Any, options: Options) -> bytes:
    source: str = to_dot(graph, detail=options["detail"]).source
    return source.encode()


def _html(graph: Any, options: Options) -> bytes:
    """One offline page: the picture, to be scrolled, and the listing."""
    theme = options["theme"]
    title = f"Computation of {clean(graph.output.label)[:80]}"
    svg = to_svg(graph, **options)
    listing = "\n".join(clean(line) for line in str(graph).splitlines()[:2000])
    body = f"""<main>
<h1>{escape(title)}</h1>
<div class="scroll" tabindex="0" role="region" aria-label="picture">
{svg}</div>
<pre tabindex="0" aria-label="listing">{escape(listing)}</pre>
</main>"""
    sheet = _SHEET + (_DARK if theme == "auto" else "")
    inside = re.findall("<style>(.*?)</style>", svg)
    return document_page(title, "en", body, styles=(sheet, *inside)).encode()


_SHEET = (
    "body{margin:1rem;font-family:system-ui,sans-serif;color:#1f2328;background:#fff}"
    "h1{font-size:1.1rem}.scroll,pre{overflow-x:auto;max-width:100%}"
)
_DARK = "@media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}}"


def _png(graph: Any, options: Options) -> bytes:
    return _converted(graph, options, "png", (_png_by_resvg, _png_by_cairo))


def _pdf(graph: Any, options: Options) -> bytes:
    return _converted(graph, options, "pdf", (_pdf_by_cairo,))


def _converted(
    graph: Any, options: Options, kind: str, converters: tuple[Callable[[str], bytes], ...]
) -> bytes:
    """Our picture through the first converter installed, or else Graphviz's own."""
    theme = "light" if options["theme"] == "auto" else options["theme"]
    for convert in converters:
        try:
            return convert(to_svg(graph, **{**options, "theme": theme}, sheet=False))
        except (ImportError, OSError):  # cairosvg without its library raises an OSError
            continue
    from shutil import which

    if which("dot") and options["style"] == "cards":
        content: bytes = to_dot(graph, detail=options["detail"]).pipe(format=kind, quiet=True)
        return content
    wheel = "resvg-py" if kind == "png" else "cairosvg"
    raise LayoutError(
        f"a .{kind} needs a converter: `pip install {wheel}`, or install Graphviz so that `dot` is "
        f"on PATH (https://graphviz.org/download); .svg and .html need neither"
    )


def _png_by_resvg(svg: str) -> bytes:
    return bytes(import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=2))


def _png_by_cairo(svg: str) -> bytes:
    return bytes(import_module("cairosvg").svg2png(bytestring=svg.encode(), scale=2))


def _pdf_by_cairo(svg: str) -> bytes:
    return bytes(import_module("cairosvg").svg2pdf(bytestring=svg.encode()))


_KINDS: dict[str, Callable[[Any, Options], bytes]] = {
    ".svg": _svg,
    ".html": _html,
    ".dot": _dot,
    ".png": _png,
    ".pdf": _pdf,
}
