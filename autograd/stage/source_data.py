"""The program beside its graph: the lines that the page shows, and the line of each row."""

from __future__ import annotations

from autograd.calculus import State
from autograd.graph import Graph
from autograd.lessons import program
from autograd.render import clean


def source_data(graph: Graph) -> State:
    """``source``: passages of numbered lines, and for each row where in them it was made.

    A row has its passage and line, and where they are known the columns of its expression and its
    turn in a loop. Empty for a graph whose lines were not recorded. No name of a file is in it.
    """
    known = program(graph)
    if known is None:
        return {}
    passages = [
        {"name": passage.name, "lines": [[n, clean(text)] for n, text in passage.lines]}
        for passage in known.passages
    ]
    source = {
        "passages": passages,
        "lines": known.lines,
        "columns": known.columns,
        "turns": known.turns,
    }
    return {"source": source}
