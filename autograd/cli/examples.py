"""``tracegrad examples``: the catalogue, one of its examples, or all of them as pages.

The lessons of a folder take the place of the catalogue with ``--dir``.
"""

from __future__ import annotations

import argparse

from autograd.calculus import path_text
from autograd.cli.catalogue import demonstrations, entry
from autograd.cli.console import Console, check_no_style
from autograd.cli.drawn import Drawn
from autograd.cli.every_format import write_formats
from autograd.cli.lesson_files import lessons_of_folder
from autograd.cli.output_files import asked, check_site, leave
from autograd.cli.site import catalogue, of_folder, write_site
from autograd.exports import KINDS, of_example, paragraphs_of
from autograd.lessons.worked_examples import EXAMPLES, Example, named
from autograd.writing import column, sentences_in_each, translated


def run(arguments: argparse.Namespace) -> int:
    console = Console(lang=arguments.lang)
    if arguments.formats is not None and (arguments.name is not None or not _many(arguments)):
        raise ValueError("--formats goes with --all or --dir DIR; one lesson is NAME -o FILE")
    if arguments.dir is not None:
        return _of_folder(arguments, console)
    if arguments.all:
        if arguments.name is not None:
            raise ValueError("--all and a name exclude each other; leave one of them out")
        if arguments.output is None:
            raise ValueError("--all writes one page per example; say where with -o DIR")
        if arguments.formats is not None:
            write_formats(arguments, console)
            return 0
        check_site(arguments)
        write_site(catalogue(), sentences_in_each("page")["examples"], arguments, console)
    elif arguments.name is None:
        _list(list(EXAMPLES.values()), arguments, console)
        console.print()
        place = column(arguments.lang)
        for drawn in demonstrations():
            console.print(f"{drawn.code:<4} {drawn.name:<30} {translated(drawn.title)[place]}")
        console.print(f"\ntracegrad examples NAME [-o FILE{'|'.join(KINDS)}]", "muted")
    elif isinstance(example := entry(arguments.name), Example):
        show_example(example, arguments, console)
    elif asked(arguments):
        check_no_style(arguments.style, arguments.name)
        leave(Drawn.of(example()).exhibit(arguments.lang), arguments, console)
    else:
        for kind, text in Drawn.of(example()).paragraphs(arguments.lang):
            console.print(text, kind)
    return 0


def _many(arguments: argparse.Namespace) -> bool:
    return arguments.all or arguments.dir is not None


def _of_folder(arguments: argparse.Namespace, console: Console) -> int:
    """The lessons of a folder: listed, written as a site, or one of them shown."""
    lessons = lessons_of_folder(arguments.dir)
    if arguments.name is not None:
        command = f"tracegrad examples --dir {path_text(arguments.dir)}"
        lesson = named(arguments.name, lambda: lessons, listed_by=command)
        show_example(lesson, arguments, console)
    elif arguments.formats is not None:
        if arguments.output is None:
            raise ValueError("--formats writes files; say where with -o DIR")
        write_formats(arguments, console)
    elif arguments.output is not None:
        check_site(arguments)
        titles = sentences_in_each("page")["lessons"]
        write_site(of_folder(arguments.dir, lessons), titles, arguments, console)
    else:
        _list(lessons, arguments, console)
    return 0


def _list(examples: list[Example], arguments: argparse.Namespace, console: Console) -> None:
    place = column(arguments.lang)
    for each in examples:
        console.print(f"{each.code:<4} {each.name:<30} {each.title[place]}")


def show_example(example: Example, arguments: argparse.Namespace, console: Console) -> None:
    """Print an example, or write it in the format that the extension of the output names."""
    if not asked(arguments):
        for kind, text in paragraphs_of(example, arguments.lang, console.ascii):
            console.print(text, kind)
        return
    words = arguments.lang, arguments.quiz, arguments.style
    leave(of_example(example, *words), arguments, console)
