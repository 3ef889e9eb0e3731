"""The chain rule over a frozen graph, computed from the graph and the two tables alone.

This is a second reading of the tables, independent of the engine's: a plain loop over the rows in
reverse. Tests hold the two, and the stepper's and the tape's, against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd.calculus import ARRAY, RULES, Rule, partial_functions, value_function
from autograd.calculus.array_rules import array_namespace
from autograd.graph.rows import Columns, Row
from autograd.writing import shape_text, summary


class Contribution(NamedTuple):
    """One term of a gradient: what the consumer in row ``consumer`` sends to its operand ``slot``.

    ``local`` is ∂consumer/∂operand, elementwise; None for a structural operation, whose
    adjoint is no product. ``value`` has the operand's shape.
    """

    consumer: int
    slot: int
    upstream: Any
    local: Any
    value: Any


@cache
def _arrays() -> Any:
    """The namespace in which adjoints run over plain arrays: a function per row of both tables."""
    return array_namespace({name: value_function(rule, ARRAY) for name, rule in RULES.items()})


def sweep(graph: Columns, gradient: Any) -> list[Any]:
    """∂output/∂row for every row, None where nothing flows."""
    grads: list[Any] = [None] * len(graph)
    grads[-1] = _seed(graph.output.value, gradient)
    with np.errstate(all="ignore"):
        for consumer in range(len(graph) - 1, -1, -1):
            upstream = grads[consumer]
            if upstream is None or graph[consumer].rule is None:
                continue
            for row, term in _terms(graph, consumer, upstream):
                grads[row] = term.value if grads[row] is None else grads[row] + term.value
    for grad in grads:
        if isinstance(grad, np.ndarray):
            grad.flags.writeable = False
    return grads


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
    with np.errstate(all="ignore"):
        return list(_terms(graph, consumer, upstream))


def local_derivative(graph: Columns, consumer: int, slot: int) -> Any:
    """∂consumer/∂operand at the graph's values, elementwise; None for a structural operation."""
    node = graph[consumer]
    if not isinstance(node.rule, Rule):
        return None
    partial = partial_functions(node.rule, ARRAY)[slot]
    if partial is None:
        return None
    operands = [graph._values[j] for j in node.args]
    with np.errstate(all="ignore"):
        local = partial(None, *_numbers(node.rule, node.value, operands))
    return local if isinstance(node.value, np.ndarray) else float(local)


def _terms(graph: Columns, consumer: int, upstream: Any) -> Iterator[tuple[int, Contribution]]:
    """What row ``consumer`` sends to each operand that wants a gradient, in the operands' order."""
    node = graph[consumer]
    rule, out, args = node.rule, node.value, node.args
    operands = [graph._values[j] for j in args]
    scalar = not isinstance(out, np.ndarray)
    if isinstance(rule, Rule):
        partials = partial_functions(rule, ARRAY)
        numbers = _numbers(rule, out, operands)
        for slot, row in enumerate(args):
            partial = partials[slot]
            if partial is None or not graph._kinds[row]:
                continue
            local = partial(None, *numbers)
            term = _product(upstream, local)
            if scalar:
                yield row, Contribution(consumer, slot, upstream, float(local), float(term))
            else:
                term = _sum_to(np.asarray(term), operands[slot])
                yield row, Contribution(consumer, slot, upstream, local, term)
        return
    attrs = node.attrs
    for slot, row in enumerate(args):
        adjoint = rule.adjoint(slot) if graph._kinds[row] else None
        if adjoint is not None:
            term = np.array(
                adjoint(_arrays(), upstream, out, *operands, **attrs), operands[slot].dtype
            )
            yield row, Contribution(consumer, slot, upstream, None, term)


def _numbers(rule: Rule, out: Any, operands: list[Any]) -> list[Any]:
    """``out`` and the operands as NumPy numbers, so that 1/0 is inf and (-8)**0.5 is nan."""
    kind = out.dtype if isinstance(out, np.ndarray) else np.dtype(float)
    missing = [rule.defaults[name] for name in rule.args[len(operands) :]]
    return [
        number if isinstance(number, np.ndarray) else kind.type(number)
        for number in (out, *operands, *missing)
    ]


def _product(upstream: Any, local: Any) -> Any:
    """Upstream times local, where an exact zero wins over whatever is not finite."""
    term = upstream * local
    if np.isnan(term).any() if isinstance(term, np.ndarray) else term != term:
        term = np.where(np.equal(upstream, 0) | np.equal(local, 0), 0.0, term)
    return term


def _sum_to(term: Any, operand: Any) -> Any:
    """``term`` summed over the axes along which the operand had been stretched, in its dtype."""
    shape = np.shape(operand)
    extra = term.ndim - len(shape)
    axes = [*range(extra)]
    axes += [extra + i for i, n in enumerate(shape) if n == 1 and term.shape[extra + i] != 1]
    total = term.sum(axis=tuple(axes)).reshape(shape) if axes else term
    if total.shape != shape:  # the value was itself stretched against a larger operand
        total = np.broadcast_to(total, shape)
    return np.array(total, dtype=getattr(operand, "dtype", None))


def _seed(output: Any, gradient: Any) -> Any:
    shape = np.shape(output)
    if gradient is None:
        if np.size(output) != 1:
            raise ValueError(
                f"the output has shape {shape_text(shape)}: call backward(gradient) with an "
                f"upstream gradient of that shape, or trace a sum or a mean of it"
            )
        gradient = 1.0
    if not isinstance(output, np.ndarray):
        if np.size(gradient) != 1:
            raise ValueError(
                f"the output is a number, the gradient has shape {shape_text(np.shape(gradient))}; "
                f"give a number"
            )
        return float(np.reshape(gradient, ()))
    if np.shape(gradient) not in ((), shape):
        raise ValueError(
            f"the output has shape {shape_text(shape)}, the gradient "
            f"{shape_text(np.shape(gradient))}; give one of the output's shape"
        )
    return np.array(np.broadcast_to(np.asarray(gradient, dtype=output.dtype), shape))


def validate(graph: Columns) -> None:
    """ValueError for the first row that is out of order, unused, or not what its operands give."""
    with np.errstate(all="ignore"):
        for node in graph:
            if node.rule is not None:
                _validate_row(graph, node)
            elif node.args:
                raise ValueError(f"row {node.index} ({node.label}) has operands but no operation")
    used = np.zeros(len(graph), dtype=bool)
    used[graph._args] = True
    used[-1] = True
    if not used.all():
        lost = graph[int(np.flatnonzero(~used)[0])]
        raise ValueError(f"row {lost.index} ({lost.label}) is not used and is not the output")


def _validate_row(graph: Columns, node: Row) -> None:
    place = f"row {node.index} ({node.label} = {node.op}(...))"
    args = node.args
    if any(not 0 <= j < node.index for j in args):
        raise ValueError(f"{place} uses a row that does not come before it")
    arity = node.rule.arity
    fewest = (arity or 1) - len(getattr(node.rule, "defaults", ()))
    if len(args) < fewest or (arity is not None and len(args) > arity):
        raise ValueError(f"{place} has {len(args)} operands, its rule takes {arity or 'some'}")
    operands = [graph._values[j] for j in args]
    if isinstance(node.rule, Rule):
        expected = value_function(node.rule, ARRAY)(*_numbers(node.rule, node.value, operands)[1:])
    else:
        expected = node.rule.forward(*operands, **node.attrs)
    # A value computed in float32 agrees to its own precision.
    loose = 1e-3 if getattr(node.value, "dtype", None) == np.float32 else 1e-8
    if np.shape(expected) != np.shape(node.value) or not np.allclose(
        expected, node.value, rtol=loose, atol=loose * 1e-3, equal_nan=True
    ):
        raise ValueError(
            f"{place} is {summary(node.value)}, its operands give {summary(np.asarray(expected))}; "
            f"was a leaf changed after the forward pass? run it again and trace the new output"
        )
