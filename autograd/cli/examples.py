"""``tracegrad examples``: the catalogue, one of its examples, or all of them as pages.

Examples that are stepped come from ``worked_examples``; those that are run and plotted come from
``nn.examples`` and ``optim.examples``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.cli.console import Console, extension
from autograd.cli.step import FORMATS
from autograd.lessons.worked_examples import EXAMPLES, find
from autograd.stage import paragraphs_of, rendered, write_all
from autograd.writing import column, write_file

if TYPE_CHECKING:
    from optim.examples import Demonstration


def run(arguments: argparse.Namespace) -> int:
    console = Console()
    if arguments.all:
        if arguments.name is not None:
            raise ValueError("--all and a name exclude each other; leave one of them out")
        if arguments.output is None:
            raise ValueError("--all writes one page per example; say where with -o DIR")
        written = write_all(Path(arguments.output), arguments.lang, arguments.quiz)
        console.print(f"wrote {len(written)} pages; open {Path(arguments.output) / 'index.html'}")
    elif arguments.name is None:
        place = column(arguments.lang)
        for example in EXAMPLES.values():
            console.print(f"{example.code:<4} {example.name:<24} {example.title[place]}")
        console.print("\ntracegrad examples NAME [-o FILE.html|.svg|.tex|.json|.txt]\n", "muted")
        for name, (code, _) in demonstrations().items():
            console.print(f"{code:<4} {name}")
        console.print("\ntracegrad examples NAME [-o FILE.svg|.png|.pdf]", "muted")
    elif (demonstrate := _demonstration(arguments.name)) is not None:
        if arguments.output is None:
            console.print(str(demonstrate()))
        else:
            extension(arguments.output, (".svg", ".png", ".pdf"))
            demonstrate().plot(arguments.output)
            console.print(f"wrote {arguments.output}")
    elif arguments.output is None:
        example = find(arguments.name)
        for kind, text in paragraphs_of(example, arguments.lang, console.ascii):
            console.print(text, kind)
    else:
        suffix = extension(arguments.output, FORMATS)
        example = find(arguments.name)
        text = rendered(example, suffix, arguments.lang, arguments.quiz)
        write_file(arguments.output, text)
        console.print(f"wrote {arguments.output}")
    return 0


def demonstrations() -> dict[str, tuple[str, Callable[[], Demonstration]]]:
    """The examples that are run and plotted, by name, with their codes; in the codes' order."""
    import nn.examples as networks
    import optim.examples as descents

    runnable: dict[str, tuple[str, Callable[[], Demonstration]]] = {
        name: (part.CODES.get(name, ""), function)
        for part in (descents, networks)
        for name, function in part.EXAMPLES.items()
        if name not in EXAMPLES  # what is stepped is shown stepped
    }
    order = sorted(runnable, key=lambda name: int(runnable[name][0][1:] or 99))
    return {name: runnable[name] for name in order}


def _demonstration(wanted: str) -> Callable[[], Demonstration] | None:
    for name, (code, function) in demonstrations().items():
        if wanted == name or (code and wanted.upper() == code):
            return function
    return None
