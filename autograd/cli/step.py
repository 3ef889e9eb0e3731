"""``tracegrad step``: an expression taken apart, in the terminal or into a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd.cli.building import graph_of
from autograd.cli.console import Console, extension, put, write
from autograd.step_text import paragraphs
from autograd.stepper import Steps, steps

FORMATS = (".html", ".txt", ".tex", ".json", ".svg")


def run(arguments: argparse.Namespace) -> int:
    if arguments.output is not None:
        extension(arguments.output, FORMATS)
    wrt = None if arguments.wrt is None else [n.strip() for n in arguments.wrt.split(",")]
    lesson = steps(graph_of(arguments), mode=arguments.mode, lr=arguments.lr, wrt=wrt)
    if arguments.output is not None:
        save(lesson, arguments.output, arguments.lang, arguments.quiz)
        Console().print(f"wrote {arguments.output}")
    elif arguments.interactive:
        from autograd.cli.interactive import walk

        walk(lesson, arguments.lang)
    else:
        show(lesson, Console(), arguments.lang)
    return 0


def show(lesson: Steps, console: Console, lang: str = "en") -> None:
    """Print all steps, in colour where the console has it."""
    for paragraph in paragraphs(lesson, lang, console.ascii):
        console.print(paragraph.text, paragraph.kind)


def save(lesson: Steps, path: str, lang: str = "en", quiz: bool = False) -> None:
    """Write the lesson in the format that the extension of ``path`` names."""
    suffix = extension(path, FORMATS)
    if suffix == ".svg":
        graph = lesson.graph.backward() if lesson.mode == "reverse" else lesson.graph
        put(path, lambda neighbour: graph.save(str(neighbour)))
    elif suffix == ".html":
        write(path, lesson.html(lang=lang, quiz=quiz, title=Path(path).stem))
    elif suffix == ".tex":
        write(path, lesson.latex(lang=lang, document=True))
    elif suffix == ".json":
        write(path, lesson.json() + "\n")
    else:
        write(path, lesson.text(lang=lang) + "\n")
