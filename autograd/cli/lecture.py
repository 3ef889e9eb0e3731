"""``tracegrad lecture``: the places of a lecture, or one of them with its lesson."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from autograd.cli.catalogue import entry
from autograd.cli.console import Console
from autograd.cli.lecture_files import of_place, of_places
from autograd.cli.output_files import asked, check_site, leave
from autograd.cli.places import (
    COLUMNS,
    NUMBERS,
    compared,
    facts_and_text,
    lines,
    notes_of,
    titles_of,
)
from autograd.cli.site import of_lecture, write_site
from autograd.exports import table_lines
from autograd.lectures import Lecture, Place, find
from autograd.lessons.worked_examples import Table
from autograd.writing import column, in_every_language, say


def run(arguments: argparse.Namespace) -> int:
    found = _found(" ".join(arguments.place))
    console = Console(lang=arguments.lang)
    place = column(arguments.lang)
    if isinstance(found, Lecture):
        if arguments.output and not Path(arguments.output).suffix:
            check_site(arguments)
            titles = in_every_language(f"{found.letter} {found.title}")
            write_site(of_lecture(found), titles, arguments, console)
        elif asked(arguments):
            leave(of_places(found, arguments), arguments, console)
        else:
            console.print(f"{found.letter} {found.title}\n", "heading")
            for line in lines(found, place):
                console.print(line)
    elif not asked(arguments):
        show(found, console, arguments.lang)
    else:
        leave(of_place(found, arguments), arguments, console)
    return 0


def _found(words: str) -> Lecture | Place:
    """The lecture or the place; ValueError with the command for what is a lesson."""
    if re.fullmatch(r"[Ww]\d+\w?", words):
        lesson = entry(words)
        raise ValueError(f"{lesson.code} is a lesson, no place; tracegrad examples {lesson.code}")
    return find(words)


def show(row: Place, console: Console, lang: str) -> None:
    """Print what the lecture shows, its numbers beside ours, the remarks, then the lesson."""
    place = column(lang)
    numbers, text = facts_and_text(entry(row.lesson), lang, console.ascii)
    console.print(f"{row.id} {titles_of(row)[place]}", "heading")
    rows = compared(row, numbers)
    if rows:
        console.print(f"\n{NUMBERS[place]}", "heading")
        for line in table_lines(Table(NUMBERS, COLUMNS, rows), place):
            console.print(f"  {line}")
    notes = notes_of(row)
    if notes:
        console.print(f"\n{say(lang, 'notes')}", "heading")
        for note in notes:
            console.print(f"  {note[place]}")
    console.print()
    for kind, paragraph in text:
        console.print(paragraph, kind)
