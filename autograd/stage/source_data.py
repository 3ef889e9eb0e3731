"""The program beside its graph: the lines that the page shows, and the line of each row."""

from __future__ import annotations

from autograd.calculus import State
from autograd.graph import Graph
from autograd.lessons import program
from autograd.render import clean


def source_data(graph: Graph) -> State:
    """``source``: passages of numbered lines, and for each row its passage and line.

    Empty for a graph whose lines were not recorded. No name of a file is in it.
    """
    known = program(graph)
    if known is None:
        return {}
    passages = [
        {"name": passage.name, "lines": [[n, clean(text)] for n, text in passage.lines]}
        for passage in known.passages
    ]
    return {"source": {"passages": passages, "lines": known.lines}}
