"""The shell of every page: its title, the links of its site, its language, its theme, its policy.

Lessons, pages to read, the playground, races and trainings are pages of :func:`shell`. What they
have in common is here and in ``assets/shell.js`` and ``page.css``; each adds what is its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from autograd.calculus import Quantity
from autograd.render import document_page, escape
from autograd.stage.assembly import asset
from autograd.writing import LANGUAGES, Words, column, language_name, say

THEMES = ("auto", "light", "dark")


def shell(
    titles: Words,
    body: str,
    lang: str = "en",
    *,
    kind: str = "",
    styles: str = "",
    script: str = "",
    settings: str = "",
    words: Mapping[str, Words] = {},
    images: bool = False,
) -> str:
    """A whole page, offline and in every language; ``body`` is the HTML in its ``main``.

    ``titles`` has the title in each of LANGUAGES, ``kind`` is the class of ``main``, ``settings``
    the HTML of controls beside those of every page, ``images`` whether it shows ``data:`` URLs. Its
    policy lets in ``styles``, ``<style>`` in the body and ``script``, nothing else: no attribute
    ``style``, no handler in an attribute, no request.

    The text of ``body`` is :func:`spoken`, or ``<b data-say="key">``, where a key is that of a
    sentence or of ``words``; ``data-label`` and ``data-title`` name a label and a tooltip.

    ``script`` stands below ``shell.js``, whose ``say("key")``, ``lang``, ``isDark()``, ``$`` and
    ``all`` it uses, and ends with ``speak()``. ``on("language", act)`` and ``on("theme", act)``
    call ``act`` after a change, the former also in ``speak()``. Colours are the variables of
    ``page.css`` (``--text``, ``--card``, ``--data``); rules in ``@media
    (prefers-color-scheme:dark)`` follow the theme that was chosen on the page.

    >>> from autograd.stage import shell, spoken
    >>> from autograd.writing import LANGUAGES
    >>> hello = {"en": "Hello", "id": "Halo"}
    >>> words = tuple(hello.get(code, "Hello") for code in LANGUAGES)
    >>> page = shell(
    ...     words,
    ...     f"<section><p>{spoken(words)}</p><output id='out'></output></section>",
    ...     styles="#out{color:var(--data)}",
    ...     script='on("language", () => { $("#out").textContent = say("hello"); }); speak();',
    ...     words={"hello": words},
    ... )
    >>> page.count("<main>"), "<script>" in page
    (1, True)
    """
    head = header(titles, lang, settings)
    inside = f' class="{kind}"' if kind else ""
    themes = {f"theme {name}" for name in THEMES}
    said = set(re.findall(r'data-(?:say|label|title)="([^"]+)"', head + body)) | themes
    keys = sorted(said - words.keys())
    table = {
        code: {key: say(code, key) for key in keys}
        | {key: row[column(code)] for key, row in words.items()}
        for code in LANGUAGES
    }
    whole = (
        f"{head}\n<main{inside}>\n{body}\n</main>\n"
        f'<script type="application/json" id="words">{json_inside(table)}</script>'
    )
    code = asset("shell.js") + script
    title = titles[column(lang)]
    sheets = (asset("page.css") + styles, *re.findall(r"<style>(.*?)</style>", body, re.DOTALL))
    return document_page(title, lang, whole, code, sheets, images)


def header(titles: Words, lang: str, settings: str = "") -> str:
    """The title and the controls of a page; ``settings`` are its own."""
    languages = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == lang else ""}>'
        f"{language_name(code)}</option>"
        for code in LANGUAGES
    )
    named = escape(say(lang, "theme auto"))
    return f"""<header>
<h1>{spoken(titles, lang)}</h1>
<div class="settings">
{settings}<label><span class="sr" data-say="language">{escape(say(lang, "language"))}</span>
<select id="lang">{languages}</select></label>
<button type="button" id="theme" title="{named}" aria-label="{named}">◐</button>
</div>
</header>"""


def spoken(words: Words, lang: str = "en", tag: str = "span") -> str:
    """One text in each language, of which the page shows one."""
    if len(set(words)) == 1:
        return f"<{tag}>{escape(words[0])}</{tag}>"
    return "".join(
        f'<{tag} data-lang="{code}" lang="{code}"{"" if code == lang else " hidden"}>'
        f"{escape(text)}</{tag}>"
        for code, text in zip(LANGUAGES, words)
    )


def in_each(words: Words) -> str:
    """Attributes that hold a text in each language; none where all are the same."""
    if len(set(words)) == 1:
        return ""
    return "".join(f' data-{code}="{escape(text)}"' for code, text in zip(LANGUAGES, words))


def json_inside(data: Quantity) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
