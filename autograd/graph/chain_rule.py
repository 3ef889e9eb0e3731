"""The chain rule over a frozen graph: the one sweep that steps, pictures and paths read.

It is a plain loop over the rows in reverse, and reads only the graph and the two tables. The tests
hold it against the live sweep and against oracles that are written without the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from autograd.calculus import ARRAY, Quantity, Rule, partial_functions
from autograd.engine import ARRAYS, fitted, partial_of_floats, seed, times
from autograd.graph.forward_pass import filled, numbers
from autograd.graph.rows import Columns


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
) -> Iterator[tuple[int, Contribution, Quantity]]:
    """The sweep, term by term: the operand's row, the term, and the operand's sum before it.

    ``grads`` starts as :func:`seeded` gives it. Each term has been added to it when it is yielded.
    Constants get none, except row ``also``.
    """
    for consumer in graph.computed[::-1].tolist():
        upstream = grads[consumer]
        if upstream is None:
            continue
        for row, term in sent(graph, consumer, upstream, also):
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
    return sent(graph, consumer, upstream)


def local_derivative(graph: Columns, consumer: int, slot: int) -> Quantity:
    """∂consumer/∂operand at the graph's values, elementwise.

    None for a structural operation, and where the operand is a condition.
    """
    node = graph[consumer]
    if not isinstance(node.rule, Rule):
        return None
    return _local(node.rule, slot, node.value, [graph._values[j] for j in node.args])


def _local(rule: Rule, slot: int, out: Quantity, operands: Sequence[Quantity]) -> Quantity:
    if not isinstance(out, np.ndarray):
        return partial_of_floats(rule, slot, out, [float(x) for x in filled(rule, operands)])
    partial = partial_functions(rule, ARRAY)[slot]
    if partial is None:
        return None
    with np.errstate(all="ignore"):
        local = partial(None, out, *numbers(rule, out, operands))
    # Comparisons give truth values.
    return local.astype(out.dtype, copy=False) if isinstance(local, np.ndarray) else float(local)


def sent(
    graph: Columns, consumer: int, upstream: Quantity, also: int | None = None
) -> list[tuple[int, Contribution]]:
    """What row ``consumer``, whose gradient is ``upstream``, sends to its operands, in their order.

    Pairs of the operand's row and the term, for each operand that wants a gradient.
    """
    if isinstance(graph._values[consumer], np.ndarray):
        with np.errstate(all="ignore"):
            return _sent(graph, consumer, upstream, also)
    return _sent(graph, consumer, upstream, also)  # floats of Python do not warn


def _sent(
    graph: Columns, consumer: int, upstream: Quantity, also: int | None
) -> list[tuple[int, Contribution]]:
    rule, out = graph.rules[graph._codes[consumer]], graph._values[consumer]
    args = graph.args(consumer)
    operands = [graph._values[j] for j in args]
    pairs = []
    for slot, row in enumerate(args):
        if not graph._kinds[row] and row != also:
            continue
        if isinstance(rule, Rule):
            local = _local(rule, slot, out, operands)
            if local is None:
                continue
            term = times(upstream, local)
            if isinstance(out, np.ndarray):
                term = np.asarray(fitted(np.asarray(term), np.asarray(operands[slot])))
        else:
            local, adjoint = None, rule.adjoint(slot)
            if adjoint is None:
                continue
            term = adjoint(ARRAYS, upstream, out, *operands, **graph._attrs.get(consumer, {}))
            term = np.array(term, operands[slot].dtype)
        pairs.append((row, Contribution(consumer, slot, upstream, local, term)))
    return pairs
