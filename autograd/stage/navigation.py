"""The links of a page of a site: to the page before it, to the index, to the page after it."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.render import escape
from autograd.writing import LANGUAGES, Words, say


@dataclass(frozen=True)
class Neighbours:
    """What stands around a page of a site: each a file and its title, or None at an end."""

    before: tuple[str, Words] | None
    after: tuple[str, Words] | None


def linked(page: str, around: Neighbours, lang: str = "en") -> str:
    """A page of :func:`autograd.stage.shell`, with links to its neighbours and to the index."""
    return page.replace("<header>\n", f"<header>\n{_navigation(around, lang)}", 1)


def _navigation(around: Neighbours, lang: str) -> str:
    index = ("index.html", ("",) * len(LANGUAGES))
    links = (
        _link("prev", "‹", "lesson before", around.before, lang),
        _link("contents", "≡", "all lessons", index, lang),
        _link("next", "›", "lesson after", around.after, lang),
    )
    return f'<nav class="site">{"".join(links)}</nav>'


def _link(relation: str, sign: str, key: str, target: tuple[str, Words] | None, lang: str) -> str:
    """A link with its title in each language, of which the page speaks one."""
    if target is None:
        return f'<span aria-hidden="true">{sign}</span>'
    href, titles = target
    words = "".join(
        f'<span class="sr" data-lang="{code}" lang="{code}"{"" if code == lang else " hidden"}>'
        f"{escape(': '.join(filter(None, (say(code, key), title))))}</span>"
        for code, title in zip(LANGUAGES, titles)
    )
    shown = f'<span aria-hidden="true">{sign}</span>{words}'
    return f'<a href="{escape(href)}" rel="{relation}">{shown}</a>'
