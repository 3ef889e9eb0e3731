"""A worked example in each format: text, LaTeX, JSON, picture, page; and the index of all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograd.calculus import Quantity
from autograd.lessons import document, jsonable, latex_heading, paragraphs, sections, whole
from autograd.lessons.worked_examples import Example, Table
from autograd.render import CELL_PAINT, CIRCUIT_PAINT, columns, css, escape, to_svg
from autograd.stage.every_page import spoken
from autograd.stage.navigation import Neighbours
from autograd.stage.page import pages
from autograd.stage.reading import reading_page
from autograd.writing import LANGUAGES, column, escaped, formatting, say, write_file


def rendered(
    example: Example, suffix: str, lang: str = "en", quiz: bool = False, style: str = "cards"
) -> str:
    """``example`` in the format of a file extension: .html .svg .tex .json .txt.

    ``style`` is that of the pictures in an .svg: see :func:`autograd.render.to_svg`.
    """
    makers: dict[str, Callable[[], str]] = {
        ".html": lambda: html(example, lang, quiz),
        ".svg": lambda: svg(example, style, lang),
        ".tex": lambda: latex(example, lang),
        ".json": lambda: as_json(example),
        ".txt": lambda: text(example, lang),
    }
    return makers[suffix]()


def text(example: Example, lang: str = "en", ascii: bool = False) -> str:
    return "\n".join(part for _, part in paragraphs_of(example, lang, ascii)) + "\n"


def paragraphs_of(
    example: Example, lang: str = "en", ascii: bool = False
) -> Iterator[tuple[str, str]]:
    """The whole example as (kind, text): titles, steps, tables, notes."""
    place, lesson = column(lang), example.lesson()
    yield "heading", f"{example.code} {example.title[place]}"
    for scene in lesson.scenes:
        yield "muted", f"\n-- {scene.title[place]} --\n"
        for paragraph in paragraphs(scene.steps, lang, ascii):
            yield paragraph.kind, paragraph.text
    for table in lesson.tables:
        yield "heading", f"\n{table.title[place]}"
        yield "", "\n".join("  " + line for line in table_lines(table, place))
    if example.notes:
        yield "heading", "\n" + say(lang, "notes")
        for note in example.notes:
            yield "", "  " + note[place]


def table_lines(table: Table, place: int = 0) -> list[str]:
    """A table in columns, numbers to the right."""
    cells = [[_cell(v, place) for v in row] for row in (table.columns, *table.rows)]
    worded = table.worded()
    widths = [max(columns(row[i]) for row in cells) for i in range(len(table.columns))]
    return [
        "  ".join(
            c + " " * (width - columns(c)) if left else " " * (width - columns(c)) + c
            for c, width, left in zip(row, widths, worded)
        ).rstrip()
        for row in cells
    ]


def _cell(value: Quantity, place: int) -> str:
    if isinstance(value, tuple):
        return str(value[place])
    return value if isinstance(value, str) else formatting.summary(value)


def html(
    example: Example, lang: str = "en", quiz: bool = False, around: Neighbours | None = None
) -> str:
    lesson = example.lesson()
    return pages(
        [(scene.title, scene.steps) for scene in lesson.scenes],
        lang,
        quiz,
        tuple(f"{example.code} {words}" for words in example.title),
        lesson.tables,
        example.notes,
        around,
    )


def latex(example: Example, lang: str = "en") -> str:
    place, lesson = column(lang), example.lesson()
    parts = [latex_heading(f"{example.code} {example.title[place]}", 0)]
    for scene in lesson.scenes:
        parts += [latex_heading(scene.title[place], 1), *sections(scene.steps, lang)]
    parts += [table_latex(table, place) for table in lesson.tables]
    parts += [escaped(note[place]) for note in example.notes]
    return whole("\n\n".join(parts))


def table_latex(table: Table, place: int) -> str:
    """A table under its heading."""
    rows = [[_cell(v, place) for v in row] for row in (table.columns, *table.rows)]
    inner = " \\\\\n".join(" & ".join(map(escaped, row)) for row in rows)
    shape = "".join("rl"[left] for left in table.worded())
    return (
        (latex_heading(table.title[place], 2) + "\n\n" if table.title[place] else "")
        + rf"\begin{{tabular}}{{{shape}}}"
        + f"\n{inner}\n"
        + r"\end{tabular}"
    )


def table_cells(table: Table) -> dict[str, Quantity]:
    """A table as JSON has it: its numbers, and words that differ in each language."""
    return {
        "title": dict(zip(LANGUAGES, table.title)),
        "columns": [_of_json(value) for value in table.columns],
        "rows": [[_of_json(value) for value in row] for row in table.rows],
    }


def _of_json(value: Quantity) -> Quantity:
    if not isinstance(value, tuple):
        return jsonable(value)
    return dict(zip(LANGUAGES, value)) if len(set(value)) > 1 else value[0]


def as_json(example: Example) -> str:
    """``code name title scenes tables facts notes``; a scene is a document of its steps."""
    lesson = example.lesson()
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


def svg(example: Example, style: str = "cards", lang: str = "en") -> str:
    """The pictures of all scenes, one under the other, each once; then the tables as text."""
    place, lesson = column(lang), example.lesson()
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
        f'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">'
        f"{escape(line)}</text>"
    )


def write_site(
    examples: Sequence[Example],
    folder: Path,
    lang: str = "en",
    quiz: bool = False,
    heading: str = "examples",
) -> list[Path]:
    """A page for each example, linked to its neighbours, and an index of them; the paths written.

    ``heading`` is the sentence that the index begins with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    links = [(f"{example.name}.html", example.title) for example in examples]
    written = []
    for i, (example, (name, _)) in enumerate(zip(examples, links)):
        around = Neighbours(links[i - 1] if i else None, links[i + 1] if links[i + 1 :] else None)
        write_file(folder / name, html(example, lang, quiz, around))
        written.append(folder / name)
    write_file(folder / "index.html", index(examples, lang, heading))
    return [*written, folder / "index.html"]


def index(examples: Sequence[Example], lang: str = "en", heading: str = "examples") -> str:
    """A page that links the pages of all examples."""
    items = "\n".join(
        f'<li><span class="code">{escape(example.code)}</span> '
        f'<a href="{escape(example.name)}.html">{spoken(example.title, lang)}</a></li>'
        for example in examples
    )
    titles = tuple(say(code, heading) for code in LANGUAGES)
    return reading_page(titles, [f'<ul class="contents">\n{items}\n</ul>'], lang)
