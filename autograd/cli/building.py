"""From what was typed to a graph: the expression, its values, its names."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from autograd.cli.console import complain
from autograd.engine import Value
from autograd.graph import Graph, trace
from autograd.lessons import assignments, build

#: Names for what the expression leaves without one, in the order in which they are given out.
LETTERS = "dehkmnpqrstuv"


def loss_of(arguments: argparse.Namespace) -> tuple[dict[str, Value], Callable[[], Value]]:
    """The values of the variables, and a closure that computes the expression from them."""
    values = assignments(arguments.values)
    used = set(re.findall(r"[^\W\d]\w*", arguments.expression))
    leaves = {name: Value(value, name) for name, value in values.items() if name in used}

    def loss() -> Value:
        output = build(arguments.expression, leaves)
        if output._operands():
            _name(output, used)
        return output

    return leaves, loss


def graph_of(arguments: argparse.Namespace) -> Graph:
    """The graph of the expression that was typed; its result is called f."""
    values = assignments(arguments.values)
    output = build(arguments.expression, values)
    used = set(re.findall(r"[^\W\d]\w*", arguments.expression))
    unused = [name for name in values if name not in used]
    if unused:
        complain(f"the expression does not use {', '.join(unused)}")
    graph = trace(output, names={})
    if len(graph) > 1:
        _name(output, used)
        graph = trace(output, names={})
    return graph


def _name(output: Value, used: set[str]) -> None:
    """Call the result f and short intermediate values by letters, where these are free."""
    if output.name is None and "f" not in used:
        output.name = "f"
    free = [letter for letter in LETTERS if letter not in used]
    nodes: dict[int, Value] = {}
    stack = [output]
    while stack:
        node = stack.pop()
        for operand in node._operands():
            if isinstance(operand, Value) and operand._number not in nodes:
                nodes[operand._number] = operand
                stack.append(operand)
    unnamed = [node for _, node in sorted(nodes.items()) if node.name is None and node._operands()]
    if len(unnamed) <= len(free):
        for node, letter in zip(unnamed, free):
            node.name = letter
