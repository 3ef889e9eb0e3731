"""``tracegrad play``: the playground, a page in which formulas are typed and stepped through."""

from __future__ import annotations

import argparse

from autograd.cli.building import graph_of
from autograd.cli.console import Console
from autograd.formulas import assignments
from autograd.play import playground
from autograd.writing import extension, write_file

#: What the page begins with where nothing is given.
FIRST, VALUES = "d = x + y; f = d * z", ["x=1", "y=-3", "z=4"]


def run(arguments: argparse.Namespace) -> int:
    extension(arguments.output, (".html",))
    if arguments.expression is None:
        arguments.expression, arguments.values = FIRST, VALUES
    graph_of(arguments)  # says what is wrong with it
    page = playground(arguments.expression.strip(), assignments(arguments.values), arguments.lang)
    write_file(arguments.output, page)
    Console(lang=arguments.lang).wrote(arguments.output)
    return 0


def first_page(lang: str = "en") -> str:
    """The playground as it is where nothing is given."""
    return playground(FIRST, assignments(VALUES), lang)
