"""``tracegrad examples``: the catalogue, one of its examples, or all of them as pages.

Examples that are stepped come from ``worked_examples``; those that are run and plotted come from
``nn.examples`` and ``optim.examples``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.cli.console import Console, extension
from autograd.cli.step import FORMATS
from autograd.lessons.worked_examples import EXAMPLES, find
from autograd.stage import paragraphs_of, rendered, write_all
from autograd.writing import column, one_line, write_file

if TYPE_CHECKING:
    from optim.examples import Example


def run(arguments: argparse.Namespace) -> int:
    console = Console()
    if arguments.all:
        if arguments.name is not None:
            raise ValueError("--all and a name exclude each other; leave one of them out")
        if arguments.output is None:
            raise ValueError("--all writes one page per example; say where with -o DIR")
        written = write_all(Path(arguments.output), arguments.lang, arguments.quiz)
        page = Path(arguments.output) / "index.html"
        console.print(f"wrote {len(written)} pages; open {one_line(str(page))}")
    elif arguments.name is None:
        place = column(arguments.lang)
        for example in EXAMPLES.values():
            console.print(f"{example.code:<4} {example.name:<24} {example.title[place]}")
        console.print("\ntracegrad examples NAME [-o FILE.html|.svg|.tex|.json|.txt]\n", "muted")
        for each in demonstrations():
            console.print(f"{each.code:<4} {each.name:<24} {each.title}")
        console.print("\ntracegrad examples NAME [-o FILE.svg|.png|.pdf]", "muted")
    elif (demonstrate := _demonstration(arguments.name)) is not None:
        if arguments.output is None:
            console.print(str(demonstrate()))
        else:
            extension(arguments.output, (".svg", ".png", ".pdf"))
            demonstrate().plot(arguments.output)
            console.print(f"wrote {one_line(str(arguments.output))}")
    elif arguments.output is None:
        example = find(arguments.name)
        for kind, text in paragraphs_of(example, arguments.lang, console.ascii):
            console.print(text, kind)
    else:
        suffix = extension(arguments.output, FORMATS)
        example = find(arguments.name)
        text = rendered(example, suffix, arguments.lang, arguments.quiz)
        write_file(arguments.output, text)
        console.print(f"wrote {one_line(str(arguments.output))}")
    return 0


def demonstrations() -> list[Example[...]]:
    """The examples that are run and plotted, in the order of their codes."""
    import nn.examples as networks
    import optim.examples as descents

    runnable = [
        each
        for part in (descents, networks)
        for each in part.EXAMPLES.values()
        if each.name not in EXAMPLES  # what is stepped is shown stepped
    ]
    return sorted(runnable, key=lambda each: int(each.code[1:] or 99))


def _demonstration(wanted: str) -> Example[...] | None:
    for each in demonstrations():
        if wanted == each.name or wanted.upper() == each.code != "":
            return each
    return None
