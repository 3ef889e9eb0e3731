"""A page to read: a heading, sections of text, tables and pictures, in every language at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.stage.assembly import asset
from autograd.stage.every_page import shell
from autograd.writing import Words


def reading_page(
    titles: Words,
    sections: Sequence[str],
    lang: str = "en",
    images: bool = False,
    styles: str = "",
    script: str = "",
    settings: str = "",
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
        words=words, images=images,
    )  # fmt: skip
