"""A page to read: a heading, sections of text, tables and pictures, in every language at once."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence

from autograd.render import escape
from autograd.stage.assembly import asset
from autograd.stage.every_page import shell
from autograd.stage.navigation import Neighbours
from autograd.writing import LANGUAGES, Words

#: Pictures of more points than that are broad.
BROAD = 600


def reading_page(
    titles: Words,
    sections: Sequence[str],
    lang: str = "en",
    images: bool = False,
    styles: str = "",
    script: str = "",
    settings: str = "",
    around: Neighbours | None = None,
    words: Mapping[str, Words] = {},
) -> str:
    """A page of ``sections``, HTML whose words are :func:`spoken`; it shows one language.

    The rest is as of :func:`autograd.stage.shell`, the shell of all pages, but that ``speak()``
    follows the ``script``.

    >>> from autograd.stage import reading_page
    >>> from autograd.writing import LANGUAGES, Words
    >>> notes = ("Notes",) * len(LANGUAGES)
    >>> reading_page(notes, ["<p>The first.</p>", "<p>The second.</p>"]).count("<section>")
    2
    """
    body = "\n".join(f"<section>{section}</section>" for section in sections if section)
    return shell(
        titles, body, lang, kind="reading", styles=asset("reading.css") + styles,
        script=f"{asset('reading.js')}{script}\nspeak();\n", settings=settings,
        around=around, words=words, images=images,
    )  # fmt: skip


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
