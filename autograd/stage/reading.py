"""A page to read: a heading, sections of text, tables and pictures, in every language at once."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from autograd.render import document_page, escape
from autograd.stage.assembly import asset, sheet
from autograd.stage.page import spoken
from autograd.writing import LANGUAGES, Words, column, language_name, say

#: Pictures of more points than that are broad.
BROAD = 600


def reading_page(
    titles: Words,
    sections: Sequence[str],
    lang: str = "en",
    images: bool = False,
    styles: str = "",
    script: str = "",
) -> str:
    """``sections`` are HTML whose words are :func:`spoken`; the page shows one language.

    ``styles`` are those that it has beside the styles of every page to read, and ``script`` runs
    when its own has run.
    """
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == lang else ""}>'
        f"{language_name(code)}</option>"
        for code in LANGUAGES
    )
    body = (
        f'<header><h1>{spoken(titles, lang)}</h1><div class="settings"><label><span class="sr">'
        f'{escape(say(lang, "language"))}</span><select id="lang">{options}</select></label></div>'
        f'</header>\n<main class="reading">\n'
        + "\n".join(f"<section>{section}</section>" for section in sections if section)
        + "\n</main>"
    )
    style = sheet() + asset("reading.css") + styles
    code = asset("reading.js") + script
    return document_page(titles[column(lang)], lang, body, code, (style,), images)


def figure(pictures: Sequence[str], words: Words, lang: str = "en") -> str:
    """A picture in each language as SVG, with its text for those who do not see it.

    On a phone a broad one is moved from side to side, because it could not be read as a whole.
    """
    size = re.search(r'viewBox="0 0 ([\d.]+) ', pictures[0])
    broad = ' class="broad" tabindex="0"' if size and float(size[1]) > BROAD else ""
    images = (
        f'<img data-lang="{code}" alt="{escape(text)}"{"" if code == lang else " hidden"} '
        f'src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
        for code, text, svg in zip(LANGUAGES, words, pictures, strict=True)
    )
    return f"<figure{broad}>{''.join(images)}</figure>"
