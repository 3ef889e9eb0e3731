"""The places of lectures: their texts and pages, and their lessons with the printed numbers."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from autograd.calculus import Attributes
from autograd.cli.catalogue import entry
from autograd.cli.drawn import Drawn
from autograd.exports import paragraphs_of
from autograd.lectures import Lecture, Number, Place, lecture
from autograd.lessons.worked_examples import Example, Table
from autograd.render import escape
from autograd.stage import reading_page, spoken
from autograd.writing import Words, in_every_language, joined, translated, words

if TYPE_CHECKING:
    from autograd.cli.catalogue import Entry

NUMBERS: Words = words("what the lecture prints, and ours")
COLUMNS: tuple[str | Words, ...] = ("", words("printed"), words("here"))
#: What a number of a lesson is called here, where its name in the lesson is too short to say it.
NAMES = (
    (r"updates: (\d+)", "updates an epoch, in batches of {}"),
    (r"left: (\d+)", "share that leaves the minimum, in batches of {}"),
    (r"ends: (.+)", "end of the descent, {}"),
    (r"steepest: (.+)", "steepest slope of {}"),
    (r"forms: (.+)", "rates, {}"),
    (r"(\d): (.+)", "part {}: {}"),
)


# -- a lecture ------------------------------------------------------------------------------------


def lines(whole: Lecture, place: int = 0) -> list[str]:
    """The places of a lecture, a line each."""
    width = min(max(len(row.where[place]) for row in whole.places), 30)
    return [
        f"{row.id:<4} {row.where[place]:<{width}}  {row.what[place]}  [{row.lesson}]"
        for row in whole.places
    ]


def page(one: Lecture, lang: str, in_site: bool = False) -> str:
    """A page of the places of a lecture; ``in_site`` each is linked to the page of its lesson."""
    rows = "\n".join(_row(each, lang, in_site) for each in one.places)
    titles = in_every_language(f"{one.letter} {one.title}")
    return reading_page(titles, [f'<table class="places">\n{rows}\n</table>'], lang)


def _row(row: Place, lang: str, in_site: bool) -> str:
    printed = "".join(
        f"<small>{spoken(name_of(number), lang)}: {escape(' '.join(number.printed))}</small>"
        for number in row.numbers
        if number.by_lecture
    )
    notes = "".join(spoken(note, lang, "small") for note in notes_of(row))
    shown = f"<code>tracegrad lecture {row.id}</code>"
    if in_site:
        lesson = entry(row.lesson)
        title = lesson.title if isinstance(lesson, Example) else translated(lesson.title)
        shown = f'<a href="{lesson.name}.html">{spoken(title, lang)}</a>'
    return (
        f'<tr id="{row.id}"><td>{row.id}</td><td>{spoken(row.where, lang)}</td>'
        f"<td>{spoken(row.what, lang)}{printed}{notes}</td>"
        f"<td>{shown}</td></tr>"
    )


# -- a place --------------------------------------------------------------------------------------


def notes_of(row: Place) -> tuple[Words, ...]:
    """Why our numbers differ from the printed ones, and the remark."""
    reasons = tuple(number.reason for number in row.numbers if number.reason is not None)
    return (*reasons, *([row.remark] if row.remark is not None else []))


def titles_of(row: Place) -> Words:
    return joined(lecture(row.id[0]).title, ", ", row.where, ": ", row.what)


def name_of(number: Number) -> Words:
    """What a number is called beside the one that the lecture prints."""
    for pattern, called in NAMES:
        if (found := re.fullmatch(pattern, number.fact)) is not None:
            return translated(called.format(*found.groups()))
    return translated(number.fact)


def compared(row: Place, numbers: Attributes) -> list[tuple[Words, str, str]]:
    """Each number: its name, as the lecture prints it, and ours."""

    def cells(number: Number) -> tuple[Words, str, str]:
        printed = " ".join(number.printed) if number.by_lecture else "-"
        return name_of(number), printed, number.ours(numbers)

    return [cells(number) for number in row.numbers]


def facts_and_text(
    lesson: Entry, lang: str, ascii: bool
) -> tuple[Attributes, list[tuple[str, str]]]:
    """The numbers of a lesson, and its text as (kind, paragraph)."""
    if isinstance(lesson, Example):
        return lesson.lesson().facts, list(paragraphs_of(lesson, lang, ascii))
    drawn = Drawn.of(lesson())
    return drawn.numbers, drawn.paragraphs(lang)


def placed_drawn(row: Place, lesson: Drawn) -> Drawn:
    """A lesson that was run as that of a place."""
    table = Table(NUMBERS, COLUMNS, compared(row, lesson.numbers))
    return dataclasses.replace(
        lesson,
        code=row.id,
        title=titles_of(row),
        tables=(*((table,) if row.numbers else ()), *lesson.tables),
        notes=(*notes_of(row), *lesson.notes),
    )


def placed(row: Place, example: Example) -> Example:
    """A stepped example as the lesson of a place."""
    made = example.lesson()
    table = Table(NUMBERS, COLUMNS, compared(row, made.facts))
    lesson = dataclasses.replace(made, tables=(*((table,) if row.numbers else ()), *made.tables))
    return dataclasses.replace(
        example,
        code=row.id,
        title=titles_of(row),
        make=lambda: lesson,
        notes=(*notes_of(row), *example.notes),
    )
