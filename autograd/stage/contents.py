"""The index of a site: its pages in sections, each with a title, a line and a small picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.graph import Graph
from autograd.render import LayoutError, escape, to_svg
from autograd.stage.assembly import asset
from autograd.stage.every_page import spoken
from autograd.stage.reading import reading_page
from autograd.writing import Words, say, sentences_in_each, words

#: How large the picture of an entry is, in pixels.
WIDTH, HEIGHT = 160, 90
#: From so many entries on there is a field to search them.
SEARCHED = 12
#: A graph of more cards is drawn by its first ones alone.
MOST_CARDS = 60


@dataclass(frozen=True)
class Entry:
    """A page in the index: its file, its titles, and what the index says and shows of it."""

    file: str
    title: Words
    code: str = ""
    line: Words | None = None
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """Entries under a heading; one without a title has none."""

    title: Words | None
    entries: Sequence[Entry]


def contents_page(titles: Words, sections: Sequence[Section], lang: str = "en") -> str:
    """The index, with a field that searches codes, titles and lines where there are many."""
    listed = [_section(section, lang) for section in sections]
    count = sum(len(section.entries) for section in sections)
    searched = (
        '<label class="search"><span class="sr" data-say="search">'
        f'{escape(say(lang, "search"))}</span><input type="search" id="search" '
        f'placeholder="{escape(say(lang, "search"))}"></label>'
        '<p id="found" role="status"></p>'
    )
    return reading_page(
        titles,
        [searched, *listed] if count >= SEARCHED else listed,
        lang,
        images=any("<img" in part for part in listed),
        styles=asset("contents.css"),
        script=asset("contents.js"),
        words={"found": words("{n} pages"), "search": sentences_in_each("page")["search"]},
    )


def _section(section: Section, lang: str) -> str:
    heading = f"<h2>{spoken(section.title, lang)}</h2>\n" if section.title else ""
    items = "\n".join(_item(one, lang) for one in section.entries)
    return f'{heading}<ul class="contents">\n{items}\n</ul>'


def _item(one: Entry, lang: str) -> str:
    code = f'<span class="code">{escape(one.code)}</span> ' if one.code else ""
    line = f"<small>{spoken(one.line, lang)}</small>" if one.line else ""
    return (
        f'<li>{one.picture}<div>{code}<a href="{escape(one.file)}">'
        f"{spoken(one.title, lang)}</a>{line}</div></li>"
    )


def graph_sketch(graph: Graph) -> str:
    """A graph in small, as inline SVG: its cards and edges without a word.

    Nothing where no layout engine is installed.
    """
    try:
        picture = to_svg(graph, sheet=False)
    except LayoutError:
        return ""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    assert found is not None
    scale = min(WIDTH / float(found[1]), HEIGHT / float(found[2]), 0.4)
    width, height = (round(float(size) * scale) for size in found.groups())

    def scaled(numbers: str) -> str:
        return re.sub(r"-?[\d.]+", lambda one: f"{float(one[0]) * scale:.0f}", numbers)

    lines = "".join(
        scaled(path) for path in re.findall(r'<path class="line[^>]* d="([^"]*)"', picture)
    )
    cards = re.findall(
        r'<rect class="card([^"]*)"[^>]* x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" '
        r'height="([\d.]+)"',
        picture,
    )
    boxes = "".join(
        f'<rect class="{kind.strip()}" x="{scaled(x)}" '
        f'y="{scaled(y)}" width="{scaled(w)}" height="{scaled(h)}" rx="3"/>'
        for kind, x, y, w, h in cards[:MOST_CARDS]
    )
    return (
        f'<svg class="sketch" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true"><path d="{lines}"/>{boxes}</svg>'
    )
