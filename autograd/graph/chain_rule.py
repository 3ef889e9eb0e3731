"""The chain rule over a frozen graph: the one sweep that steps, pictures and paths read.

It is a plain loop over the rows in reverse, and reads only the graph and the two tables. The tests
hold it against the live sweep and against oracles that are written without the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.calculus import ARRAY, Rule, partial_functions
from autograd.engine import ARRAYS, fitted, seed, times
from autograd.graph.forward_pass import number, numbers
from autograd.graph.rows import Columns
from autograd.kinds import Quantity


class Contribution(NamedTuple):
    """One term of a gradient: what the consumer in row ``consumer`` sends to its operand ``slot``.

    ``local`` is ∂consumer/∂operand, elementwise; None for a structural operation, whose
    adjoint is no product. ``value`` has the operand's shape.
    """

    consumer: int
    slot: int
    upstream: Quantity
    local: Quantity
    value: Quantity


def sweep(graph: Columns, gradient: Quantity) -> list[Quantity]:
    """∂output/∂row for every row, None where the output does not depend on it."""
    grads = seeded(graph, gradient, "Graph.backward")
    for _ in flow(graph, grads):
        pass
    for grad in grads:
        if isinstance(grad, np.ndarray):
            grad.flags.writeable = False
    return grads


def seeded(graph: Columns, gradient: Quantity, caller: str) -> list[Quantity]:
    """The gradients of all rows before the sweep: only the output's is known."""
    data = graph.output.value
    if isinstance(data, np.ndarray) and gradient is not None and np.ndim(gradient) == 0:
        gradient = np.full(data.shape, gradient)
    return [None] * (len(graph) - 1) + [seed(caller, data, gradient)]


def flow(
    graph: Columns, grads: list[Quantity], also: int | None = None
) -> Iterator[tuple[int, Contribution, Any]]:
    """The sweep, term by term: the operand's row, the term, and the operand's sum before it.

    ``grads`` starts as :func:`seeded` gives it. Each term has been added to it when it is yielded.
    Constants get none, except row ``also``.
    """
    for consumer in range(len(graph) - 1, -1, -1):
        upstream = grads[consumer]
        if upstream is None or graph[consumer].rule is None:
            continue
        for row, term in _terms(graph, consumer, upstream, also):
            before = grads[row]
            grads[row] = term.value if before is None else before + term.value
            yield row, term, before


def contributions(graph: Columns, index: int) -> list[Contribution]:
    if graph._grads is None:
        raise ValueError("the graph has no gradients yet; call graph.backward() and use its result")
    consumers = {consumer for consumer, _ in graph.consumers(index)}
    return [
        term
        for consumer in sorted(consumers, reverse=True)
        for row, term in terms(graph, consumer)
        if row == index
    ]


def terms(graph: Columns, consumer: int) -> list[tuple[int, Contribution]]:
    """What row ``consumer`` of a swept graph sends: (operand's row, contribution) pairs."""
    upstream = graph[consumer].grad
    if upstream is None or graph[consumer].rule is None:
        return []
    return _terms(graph, consumer, upstream)


def local_derivative(graph: Columns, consumer: int, slot: int) -> Quantity:
    """∂consumer/∂operand at the graph's values, elementwise.

    None for a structural operation, and where the operand is a condition.
    """
    node = graph[consumer]
    if not isinstance(node.rule, Rule):
        return None
    partial = partial_functions(node.rule, ARRAY)[slot]
    if partial is None:
        return None
    out, operands = node.value, [graph._values[j] for j in node.args]
    with np.errstate(all="ignore"):
        local = partial(None, number(out, out), *numbers(node.rule, out, operands))
    if not (isinstance(out, np.ndarray) and isinstance(local, np.ndarray)):
        return float(local)
    return local.astype(out.dtype, copy=False)  # comparisons give truth values


def _terms(
    graph: Columns, consumer: int, upstream: Quantity, also: int | None = None
) -> list[tuple[int, Contribution]]:
    """What row ``consumer`` sends to each operand that wants a gradient, in the operands' order."""
    node = graph[consumer]
    rule, out, args = node.rule, node.value, node.args
    operands = [graph._values[j] for j in args]
    pairs = []
    with np.errstate(all="ignore"):
        for slot, row in enumerate(args):
            if not graph._kinds[row] and row != also:
                continue
            if isinstance(rule, Rule):
                local = local_derivative(graph, consumer, slot)
                if local is None:
                    continue
                term = times(upstream, local)
                if isinstance(out, np.ndarray):
                    term = np.asarray(fitted(np.asarray(term), operands[slot]))
                else:
                    term = float(term)
            else:
                local, adjoint = None, rule.adjoint(slot)
                if adjoint is None:
                    continue
                term = adjoint(ARRAYS, upstream, out, *operands, **node.attrs)
                term = np.array(term, operands[slot].dtype)
            pairs.append((row, Contribution(consumer, slot, upstream, local, term)))
    return pairs
