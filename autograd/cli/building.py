"""From what was typed to a graph: the expression, its values, its names."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from autograd.calculus import short
from autograd.cli.catalogue import called
from autograd.cli.console import complain
from autograd.engine import Node
from autograd.formulas import (
    ExpressionError,
    assignments,
    formula,
    latex_formula,
    leaves,
    used_names,
)
from autograd.graph import Graph, trace


@contextmanager
def typed(arguments: argparse.Namespace) -> Iterator[None]:
    """Read an expression that is in LaTeX, and name what was read in the errors of the block.

    The name of a lesson is no expression: its error says which command has the lesson.
    """
    if not arguments.latex:
        try:
            yield
        except ExpressionError:
            name = arguments.expression.strip()
            if called(name) is None:
                raise
            raise ValueError(
                f"{name} is a lesson, no expression; tracegrad examples {name}"
            ) from None
        return
    arguments.expression = latex_formula(arguments.expression, assignments(arguments.values))
    try:
        yield
    except ExpressionError as error:
        if error.column is None:
            raise
        raise ValueError(f"{error}, in {short(arguments.expression)}") from None


def loss_of(arguments: argparse.Namespace) -> tuple[dict[str, Node], Callable[[], Node]]:
    """The values of the variables, and a closure that computes the expression from them."""
    variables = leaves(arguments.expression, assignments(arguments.values))
    _one_number(formula(arguments.expression, variables))
    return variables, lambda: formula(arguments.expression, variables)


def graph_of(arguments: argparse.Namespace, forward_only: bool = False) -> Graph:
    """The graph of the expression that was typed; its result is called f.

    ValueError for a result that is not one number, which no sweep begins with, unless
    ``forward_only``.
    """
    values = assignments(arguments.values)
    output = formula(arguments.expression, values)
    complain_of_unused(arguments)
    if not forward_only:
        _one_number(output)
    return trace(output, names={})


def complain_of_unused(arguments: argparse.Namespace, remedy: str = "") -> None:
    """Say which names have a value that the expression does not use."""
    used = used_names(arguments.expression)
    unused = [name for name in assignments(arguments.values) if name not in used]
    if unused:
        complain(f"the expression does not use {', '.join(unused)}{remedy}")


def _one_number(output: Node) -> None:
    shape = np.shape(output.data)
    if np.prod(shape, dtype=int) != 1:
        raise ValueError(
            f"the result has shape {shape}, and a sweep begins with one number; write sum(...) or "
            "mean(...) around the expression"
        )
