"""A lesson that is run and drawn, in each format: its words, its tables and its picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from autograd.calculus import Attributes
from autograd.cli.catalogue import facts
from autograd.cli.plots import in_each_language, in_language, small
from autograd.exports import (
    Exhibit,
    figure_tikz,
    table_cells,
    table_latex,
    table_lines,
    text_pages,
)
from autograd.lessons import jsonable, latex_heading
from autograd.lessons.worked_examples import Table
from autograd.render import clean
from autograd.stage import figure, notes_html, reading_page, spoken, table_html
from autograd.writing import LANGUAGES, Words, column, escaped, joined, translated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    import optim.examples

#: Seconds for a table or a note in a film.
READING = 5.0


@dataclass(frozen=True)
class Drawn:
    """A lesson that was run: ``code``, ``title``, ``tables`` and ``notes`` in each language."""

    code: str
    title: Words
    tables: Sequence[Table]
    notes: Sequence[Words]
    run: optim.examples.Demonstration = field(repr=False)

    @classmethod
    def of(cls, run: optim.examples.Demonstration) -> Drawn:
        tables = [
            Table(
                translated(table.title),
                tuple(map(translated, table.columns)),
                [[_cell(cell) for cell in row] for row in table.rows],
            )
            for table in run.tables
        ]
        return cls(
            run.code, translated(run.title), tables, [translated(note) for note in run.notes], run
        )

    @property
    def numbers(self) -> Attributes:
        return dict(facts(self.run.numbers))

    def paragraphs(self, lang: str = "en") -> list[tuple[str, str]]:
        """The whole lesson as (kind, text)."""
        place = column(lang)
        shown = [("heading", f"{self.code} {self.title[place]}")]
        for table in self.tables:
            if table.title[place]:
                shown.append(("heading", f"\n{table.title[place]}"))
            lines = table_lines(table, place)
            shown.append(("table", ("" if table.title[place] else "\n") + "\n".join(lines)))
        return shown + [("", f"\n{note[place]}") for note in self.notes]

    def exhibit(self, lang: str = "en") -> Exhibit:
        """The lesson in that language; its frames are the picture, the tables and the notes."""
        from optim.races import bytes_of, svg_of

        title = f"{self.code} {self.title[column(lang)]}"
        notes = " ".join(note[column(lang)] for note in self.notes)

        @cache
        def told() -> list[str]:
            return text_pages(self.paragraphs(lang), title) if self.tables or self.notes else []

        def with_words(most: int) -> list[str]:
            return [svg_of(self.figure(lang), title, notes, words=True), *told()][:most]

        return Exhibit(
            name=title,
            html=lambda: self.html(lang),
            text=lambda: "\n".join(text for _, text in self.paragraphs(lang)) + "\n",
            latex=lambda: self.latex(lang),
            json=self.json,
            picture=lambda: svg_of(self.figure(lang), self.title[column(lang)], notes),
            tikz=lambda: figure_tikz(self.figure(lang)),
            frames=with_words,
            count=lambda: 1 + len(told()),
            pace=READING,
            otherwise=lambda kind: bytes_of(self.figure(lang), kind),
        )

    def sketch(self) -> str:
        """The picture in small, as HTML for the index of a site."""
        return small(self.run.plot())

    def figure(self, lang: str = "en") -> Figure:
        """The picture, its words in that language where the table has them."""
        return in_language(self.run.plot(), lang)

    def html(self, lang: str = "en") -> str:
        """One offline page with the picture in it."""
        from optim.figures import Parts

        titles = joined(self.code, " ", self.title)
        drawn = figure(in_each_language(self.run.plot()), self.title, lang)
        live = Parts() if self.run.live is None else self.run.live(lang)
        sections = [
            *live.sections,
            drawn,
            *(table_html(table, lang) for table in self.tables),
            self._notes(lang),
        ]
        return reading_page(
            titles, sections, lang, "data:image" in drawn, live.styles, live.script,
            words=live.words,
        )  # fmt: skip

    def _notes(self, lang: str) -> str:
        programs = [note[0] for note in self.notes if "\n" in note[0]]
        words = [note for note in self.notes if "\n" not in note[0]]
        listed = "".join(f"<pre>{spoken((text,), lang)}</pre>" for text in programs)
        return notes_html(words, lang) + listed

    def latex(self, lang: str = "en") -> str:
        """The words and the tables; a comment says how the picture is made."""
        place = column(lang)
        parts = [latex_heading(f"{self.code} {self.title[place]}", 0)]
        parts += [table_latex(table, place) for table in self.tables]
        for note in self.notes:
            text = clean(note[place]) if "\n" not in note[place] else ""
            parts.append(escaped(text) or _listing(note[place]))
        parts.append(f"% the picture: tracegrad examples {self.run.name} -o {self.run.name}.tikz")
        return "\n\n".join(parts)

    def json(self) -> str:
        """``code name title numbers tables notes``."""
        content = {
            "format": "tracegrad-drawn",
            "version": 2,
            "code": self.code,
            "name": self.run.name,
            "title": dict(zip(LANGUAGES, self.title)),
            "numbers": {name: _plain(value) for name, value in self.numbers.items()},
            "tables": [table_cells(table) for table in self.tables],
            "notes": [dict(zip(LANGUAGES, note)) for note in self.notes],
        }
        return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _cell(cell: object) -> object:
    """A cell whose words are in each language; None is what did not happen."""
    cell = "never" if cell is None else cell
    return translated(cell) if isinstance(cell, str) and cell else cell


def _listing(program: str) -> str:
    """A program, its lines as they are."""
    lines = [
        (rf"\hspace*{{{0.5 * (len(line) - len(line.lstrip())):g}em}}" + escaped(line.lstrip()))
        for line in program.split("\n")
    ]
    return r"{\ttfamily\noindent " + "\\\\\n".join(line or "~" for line in lines) + "\n\n}"


def _plain(value: object) -> object:
    """What JSON has of a number of a lesson."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    made = jsonable(value)
    return made if isinstance(made, str | int | float | bool | list | None) else str(made)
