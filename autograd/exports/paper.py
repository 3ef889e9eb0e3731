"""Words and tables as pictures, for a page of a document or a frame of a film."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from autograd.render import FONTS, columns, escape

#: Columns of a page that is not made wider by a table, and lines of one.
_COLUMNS, _LINES = 100, 42
_SIZE, _HEIGHT, _MARGIN, _ADVANCE = 13.0, 19.0, 28.0, 0.605
#: A page with a title.
_SLIDE = 960.0, 540.0
_BOLD = ' font-weight="bold"'


def text_pages(paragraphs: Iterable[tuple[str, str]], title: str) -> list[str]:
    """Paragraphs, each a kind and a text, as SVG documents; a ``heading`` is bold.

    Lines of a table are as long as they are, others are wrapped.
    """
    lines = [(kind, part) for kind, text in paragraphs for part in _wrapped(kind, text)]
    while lines and not lines[0][1]:
        del lines[0]
    pages = [lines[i : i + _LINES] for i in range(0, len(lines), _LINES)]
    return [_page(page, title) for page in pages]


def title_page(over: str, title: str) -> str:
    """A page of the shape of a slide with a title, and what stands over it, as an SVG document."""
    size = 34.0
    lines = textwrap.wrap(title, int((_SLIDE[0] - 4 * _MARGIN) / (size * _ADVANCE)))
    parts = [(over, 20.0, "#59636e")] + [(line, size, "#1f2328") for line in lines]
    y = (_SLIDE[1] - 1.4 * size * (len(parts) - 1)) / 2
    rows = []
    for text, high, colour in parts:
        rows.append(
            f'<text x="{2 * _MARGIN}" y="{y:.1f}" font-size="{high:g}" fill="{colour}"'
            f"{_BOLD * (high == size)}>{escape(text)}</text>"
        )
        y += 1.4 * size
    return _document(*_SLIDE, f"{over} {title}".strip(), "\n".join(rows))


def _wrapped(kind: str, text: str) -> Iterable[str]:
    for line in text.split("\n"):
        if kind == "table" or columns(line) <= _COLUMNS:
            yield line
        else:
            indent = " " * (len(line) - len(line.lstrip()))
            yield from textwrap.wrap(line, _COLUMNS, subsequent_indent=indent)


def _page(lines: list[tuple[str, str]], title: str) -> str:
    longest = max([_COLUMNS, *(columns(line) for _, line in lines)])
    width = longest * _SIZE * _ADVANCE + 2 * _MARGIN
    height = len(lines) * _HEIGHT + 2 * _MARGIN
    rows = "\n".join(
        f'<text x="{_MARGIN}" y="{_MARGIN + _HEIGHT * (i + 0.75):.1f}" fill="#1f2328"'
        f"{_BOLD * (kind == 'heading')}>"
        f"{escape(line).replace(' ', chr(0xA0))}</text>"
        for i, (kind, line) in enumerate(lines)
        if line
    )
    return _document(width, height, title, rows)


def _document(width: float, height: float, title: str, rows: str) -> str:
    said = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}" height="{height:.1f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" role="img" aria-label="{said}" '
        f'font-family="{FONTS}" font-size="{_SIZE}">\n<title>{said}</title>\n'
        f'<rect fill="#ffffff" width="100%" height="100%"/>\n{rows}\n</svg>\n'
    )
