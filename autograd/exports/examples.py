"""A worked example as what is shown: its scenes, its tables and its notes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from autograd.exports.exhibit import Exhibit
from autograd.exports.lessons import frames_of
from autograd.exports.paper import text_pages
from autograd.exports.tables import table_cells, table_latex, table_lines
from autograd.lessons import document, jsonable, latex_heading, paragraphs, sections
from autograd.lessons.worked_examples import Example, Lesson
from autograd.render import CELL_PAINT, CIRCUIT_PAINT, FONTS, columns, css, escape, to_svg, to_tikz
from autograd.stage import html
from autograd.writing import LANGUAGES, column, escaped, portable, say

Paragraphs = Iterator[tuple[str, str]]


def of_example(
    example: Example, lang: str = "en", quiz: bool = False, style: str = "cards"
) -> Exhibit:
    """A worked example; ``quiz`` is of the page, ``style`` of the pictures."""
    place, lesson = column(lang), example.lesson()
    parts = lesson.parts

    def frames(most: int) -> Iterator[str]:
        return frames_of(parts, most, lang, style, titled=len(parts) > 1)

    title = f"{example.code} {example.title[place]}"
    return Exhibit(
        name=title,
        html=lambda: html(example, lang, quiz),
        text=lambda: "\n".join(part for _, part in paragraphs_of(example, lang)) + "\n",
        latex=lambda: latex(example, lesson, lang),
        json=lambda: as_json(example, lesson),
        picture=lambda: svg(example, lesson, style, lang),
        tikz=lambda: tikz(lesson, lang),
        frames=frames,
        count=lambda: sum(len(steps) for _, steps in parts),
        beside=lambda: text_pages(_beside(example, lesson, lang), title),
    )


def paragraphs_of(example: Example, lang: str = "en", ascii: bool = False) -> Paragraphs:
    """The whole example as (kind, text): titles, steps, tables, notes."""
    place, lesson = column(lang), example.lesson()
    yield "heading", f"{example.code} {example.title[place]}"
    for title, steps in lesson.parts:
        yield "muted", f"\n-- {title[place]} --\n"
        for paragraph in paragraphs(steps, lang, ascii):
            yield paragraph.kind, paragraph.text
    yield from _beside(example, lesson, lang)


def _beside(example: Example, lesson: Lesson, lang: str) -> Paragraphs:
    """The tables and the notes."""
    place = column(lang)
    for table in lesson.tables:
        yield "heading", f"\n{table.title[place]}"
        yield "table", "\n".join("  " + line for line in table_lines(table, place))
    if example.notes:
        yield "heading", "\n" + say(lang, "notes")
        for note in example.notes:
            yield "", "  " + note[place]


def latex(example: Example, lesson: Lesson, lang: str) -> str:
    place = column(lang)
    parts = [latex_heading(f"{example.code} {example.title[place]}", 0)]
    for title, steps in lesson.parts:
        parts += [latex_heading(title[place], 1), *sections(steps, lang)]
    parts += [table_latex(table, place) for table in lesson.tables]
    parts += [escaped(note[place]) for note in example.notes]
    return "\n\n".join(parts)


def as_json(example: Example, lesson: Lesson) -> str:
    """``code name title scenes tables facts notes``; a scene is a document of its steps."""
    content = {
        "format": "tracegrad-example",
        "version": 2,
        "code": example.code,
        "name": example.name,
        "title": dict(zip(LANGUAGES, example.title)),
        "scenes": [
            {"title": dict(zip(LANGUAGES, scene.title)), **document(scene.steps)}
            for scene in lesson.scenes
        ],
        "tables": [table_cells(table) for table in lesson.tables],
        "facts": {name: jsonable(value) for name, value in lesson.facts.items()},
        "notes": [dict(zip(LANGUAGES, note)) for note in example.notes],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


_LINE = 17.0
_MARGIN = 16.0


def svg(example: Example, lesson: Lesson, style: str, lang: str) -> str:
    """The pictures of all scenes, one under the other, each once; then the tables as text."""
    place = column(lang)
    y, width = _MARGIN, 200.0
    parts: list[str] = []
    drawn: set[str] = set()
    for scene in lesson.scenes:
        graph = scene.graph.backward(scene.steps.gradients[-1])
        picture = to_svg(graph, style=style, sheet=False, lang=lang)
        if picture in drawn:
            continue
        drawn.add(picture)
        if len(lesson.scenes) > 1:
            parts.append(_text(y + 12, scene.title[place], "note"))
            y += _LINE + 4
        view_box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
        assert view_box is not None
        parts.append(picture.replace("<svg ", f'<svg y="{y:.1f}" ', 1))
        width, y = max(width, float(view_box[1])), y + float(view_box[2])
    for table in lesson.tables:
        for line in ["", table.title[place], *("  " + line for line in table_lines(table, place))]:
            y += _LINE
            parts.append(_text(y, line, "name"))
            width = max(width, 7.3 * columns(line) + 2 * _MARGIN)
    size = f'width="{width:.1f}" height="{y + _MARGIN:.1f}"'
    box = f'viewBox="0 0 {width:.1f} {y + _MARGIN:.1f}"'
    body, title = "\n".join(parts), escape(example.title[place])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tracegrad" {size} {box} role="img" '
        f'aria-label="{title}">\n<title>{title}</title>\n'
        f"<style>{css('auto', {**CELL_PAINT, **CIRCUIT_PAINT})}</style>\n"
        f'<rect class="background" fill="#ffffff" width="100%" height="100%"/>\n{body}\n</svg>\n'
    )


def _text(y: float, line: str, kind: str) -> str:
    colour = {"note": "#59636e", "name": "#1f2328"}[kind]
    return (
        f'<text class="{kind}" fill="{colour}" x="{_MARGIN}" y="{y:.1f}" xml:space="preserve" '
        f'font-family="{FONTS}" font-size="12">'
        f"{escape(line)}</text>"
    )


def tikz(lesson: Lesson, lang: str) -> str:
    """The pictures of all scenes, one under the other, each once."""
    drawn: dict[str, str] = {}
    for scene in lesson.scenes:
        picture = to_tikz(scene.graph.backward(scene.steps.gradients[-1]))
        title = latex_heading(scene.title[column(lang)], 2) if len(lesson.scenes) > 1 else ""
        drawn.setdefault(picture, portable(title))
    return "\n\n".join(f"{title}\n\\noindent {picture}" for picture, title in drawn.items())
