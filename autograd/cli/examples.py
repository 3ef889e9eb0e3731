"""``tracegrad examples``: the catalogue, one of its examples, or all of them as pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograd.cli.console import Console, extension, write
from autograd.cli.step import FORMATS
from autograd.messages import column
from autograd.render.lessons import paragraphs_of, rendered, write_all
from autograd.worked_examples import EXAMPLES, find


def run(arguments: argparse.Namespace) -> int:
    console = Console()
    if arguments.all:
        if arguments.name is not None:
            raise ValueError("--all and a name exclude each other; leave one of them out")
        if arguments.output is None:
            raise ValueError("--all writes one page per example; say where with -o DIR")
        written = write_all(Path(arguments.output), arguments.lang, arguments.quiz, write)
        console.print(f"wrote {len(written)} pages; open {Path(arguments.output) / 'index.html'}")
    elif arguments.name is None:
        place = column(arguments.lang)
        for example in EXAMPLES.values():
            console.print(f"{example.code:<4} {example.name:<24} {example.title[place]}")
        console.print("\ntracegrad examples NAME [-o FILE.html|.svg|.tex|.json|.txt]", "muted")
    elif arguments.output is None:
        example = find(arguments.name)
        for kind, text in paragraphs_of(example, arguments.lang, console.ascii):
            console.print(text, kind)
    else:
        suffix = extension(arguments.output, FORMATS)
        example = find(arguments.name)
        text = rendered(example, suffix, arguments.lang, arguments.quiz)
        write(arguments.output, text)
        console.print(f"wrote {arguments.output}")
    return 0
