"""``tracegrad sheet``: exercises on a computation to print or to hand in, with their solutions."""

from __future__ import annotations

import argparse

from autograd.cli.building import graph_of
from autograd.cli.catalogue import called
from autograd.cli.console import Console
from autograd.formulas import assignments, variables
from autograd.graph import Graph
from autograd.lessons.worked_examples import Example
from autograd.sheets import FORMATS, save, sheet, text
from autograd.writing import column, extension

#: First number and distance of what stands for the numbers that are drawn later: where an
#: expression has no value for some of them, as log(1 - x), it has for others.
STARTS = [(1.25, 1.0), (0.25, 0.125), (-1.25, -1.0), (-0.25, -0.125)]


def run(arguments: argparse.Namespace) -> int:
    if arguments.output is not None:
        extension(arguments.output, FORMATS)
    graph, title = _graph(arguments)
    chosen = sheet(graph, arguments.count, arguments.seed, arguments.blank, title)
    console = Console(lang=arguments.lang)
    if arguments.output is None:
        for solved in (False, True):
            console.print(text(chosen, solved, arguments.lang))
        return 0
    for path in save(chosen, arguments.output, arguments.lang):
        console.wrote(path)
    return 0


def _graph(arguments: argparse.Namespace) -> tuple[Graph, str]:
    """The graph of an example of the catalogue, or of the expression, and what it is called."""
    words = " ".join(arguments.expression.split())
    example = _example(words)
    if example is None:
        return _graph_of_formula(arguments), words
    if arguments.values:
        raise ValueError(f"{example.name} has values of its own; leave {arguments.values[0]} out")
    return example.lesson().scenes[0].steps.graph, example.title[column(arguments.lang)]


def _graph_of_formula(arguments: argparse.Namespace) -> Graph:
    """The graph, with a number for each name without a value: others are drawn later."""
    values = arguments.values
    given = assignments(values)
    names = [name for name in variables(arguments.expression) if name not in given]
    problems: list[ValueError] = []
    for start, distance in STARTS:
        numbers = [f"{name}={start + k * distance}" for k, name in enumerate(names)]
        arguments.values = values + numbers
        try:
            return graph_of(arguments)
        except ValueError as error:
            problems.append(error)
    if len(set(map(str, problems))) == 1:
        raise problems[0]
    raise ValueError(
        f"the numbers that were tried have no result ({problems[0]}); "
        f"give some for which there is one: {names[0]}=..."
    )


def _example(name: str) -> Example | None:
    found = called(name)
    if found is None or isinstance(found, Example):
        return found
    raise ValueError(f"{found.name} is run and drawn; a worksheet needs a graph to compute")
