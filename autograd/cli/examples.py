"""``tracegrad examples``: the catalogue, one of its examples, or all of them as pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd.cli.catalogue import demonstrations, entry
from autograd.cli.console import Console, check_no_style
from autograd.cli.drawn import FORMATS as DRAWN
from autograd.cli.drawn import Drawn
from autograd.cli.indonesian import both
from autograd.lessons.worked_examples import EXAMPLES, Example
from autograd.stage import FORMATS, paragraphs_of, rendered, write_all
from autograd.writing import check_style, column, extension, one_line, write_file


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
        for each in EXAMPLES.values():
            console.print(f"{each.code:<4} {each.name:<30} {each.title[place]}")
        console.print("\ntracegrad examples NAME [-o FILE.html|.svg|.tex|.json|.txt]\n", "muted")
        for drawn in demonstrations():
            console.print(f"{drawn.code:<4} {drawn.name:<30} {both(drawn.title)[place]}")
        console.print(f"\ntracegrad examples NAME [-o FILE{'|'.join(DRAWN)}]", "muted")
    elif not isinstance(example := entry(arguments.name), Example):
        if arguments.output is None:
            for kind, text in Drawn.of(example()).paragraphs(arguments.lang):
                console.print(text, kind)
        else:
            suffix = extension(arguments.output, DRAWN)
            check_no_style(arguments.style, arguments.name)
            Drawn.of(example()).write(arguments.output, suffix, arguments.lang)
            console.print(f"wrote {one_line(str(arguments.output))}")
    elif arguments.output is None:
        for kind, text in paragraphs_of(example, arguments.lang, console.ascii):
            console.print(text, kind)
    else:
        suffix = extension(arguments.output, FORMATS)
        check_style(arguments.style, suffix)
        text = rendered(example, suffix, arguments.lang, arguments.quiz, arguments.style)
        write_file(arguments.output, text)
        console.print(f"wrote {one_line(str(arguments.output))}")
    return 0
