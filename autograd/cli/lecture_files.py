"""A lecture, and a place in it, as what files are written of."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache

from autograd.cli.catalogue import entry
from autograd.cli.console import check_no_style
from autograd.cli.drawn import Drawn
from autograd.cli.places import (
    COLUMNS,
    NUMBERS,
    compared,
    lines,
    notes_of,
    page,
    placed,
    placed_drawn,
)
from autograd.exports import (
    Exhibit,
    Part,
    in_sequence,
    of_example,
    table_latex,
    table_lines,
)
from autograd.lectures import Lecture, Place
from autograd.lessons.worked_examples import Example, Table
from autograd.writing import column, escaped, words


def of_place(row: Place, arguments: argparse.Namespace) -> Exhibit:
    """The lesson of a place, with the lecture's numbers and remarks in it."""
    lesson = made(row.lesson)
    if isinstance(lesson, Drawn):
        check_no_style(arguments.style, row.id)
    return _shown(row, lesson, arguments)


def of_places(one: Lecture, arguments: argparse.Namespace) -> Exhibit:
    """A whole lecture: its places in order, each with its lesson where that is shown first."""
    lang = arguments.lang
    return in_sequence(
        f"{one.letter} {one.title}",
        lines(one, column(lang)),
        lambda: list(_parts(one, arguments)),
        html=lambda: page(one, lang),
        json=lambda: json.dumps(asdict(one), ensure_ascii=False, indent=2) + "\n",
    )


@cache
def made(name: str) -> Example | Drawn:
    """The lesson of that name; one that is run has run, once for all of its places."""
    found = entry(name)
    return found if isinstance(found, Example) else Drawn.of(found())


def _shown(row: Place, lesson: Example | Drawn, arguments: argparse.Namespace) -> Exhibit:
    if isinstance(lesson, Drawn):
        return placed_drawn(row, lesson).exhibit(arguments.lang)
    return of_example(placed(row, lesson), arguments.lang, arguments.quiz, arguments.style)


def _parts(one: Lecture, arguments: argparse.Namespace) -> Iterator[Part]:
    place, first = column(arguments.lang), dict[str, str]()
    for row in one.places:
        about = row.id, row.where[place], row.what[place]
        lesson = made(row.lesson)
        if row.lesson not in first:
            first[row.lesson] = row.id
            yield Part(*about, _shown(row, lesson, arguments))
            continue
        facts = lesson.numbers if isinstance(lesson, Drawn) else lesson.lesson().facts
        table = Table(NUMBERS, COLUMNS, compared(row, facts)) if row.numbers else None
        notes = [note[place] for note in notes_of(row)]
        notes.append(words("The lesson is that of {place}.", place=first[row.lesson])[place])
        paragraphs = [("heading", f"{row.id} {row.what[place]}")]
        latex = [escaped(note) for note in notes]
        if table is not None:
            listed = "\n".join(table_lines(table, place))
            paragraphs += [("heading", f"\n{table.title[place]}"), ("table", listed)]
            latex.insert(0, table_latex(table, place))
        paragraphs += [("", f"\n{note}") for note in notes]
        yield Part(*about, None, paragraphs, "\n\n".join(latex))
