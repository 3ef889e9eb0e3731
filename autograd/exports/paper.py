"""Words and tables as pictures, for a page of a document or a frame of a film."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from autograd.render import FONTS, columns, escape

#: Columns of a page that is not made wider by a table, and lines of one.
_COLUMNS, _LINES = 100, 42
_SIZE, _HEIGHT, _MARGIN, _ADVANCE = 13.0, 19.0, 28.0, 0.605
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
    said = escape(title)
    rows = "\n".join(
        f'<text x="{_MARGIN}" y="{_MARGIN + _HEIGHT * (i + 0.75):.1f}" fill="#1f2328"'
        f"{_BOLD * (kind == 'heading')}>"
        f"{escape(line).replace(' ', chr(0xA0))}</text>"
        for i, (kind, line) in enumerate(lines)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}" height="{height:.1f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" role="img" aria-label="{said}" '
        f'font-family="{FONTS}" font-size="{_SIZE}">\n<title>{said}</title>\n'
        f'<rect fill="#ffffff" width="100%" height="100%"/>\n{rows}\n</svg>\n'
    )
