"""The forward pass of a frozen graph, run again: with other leaves, or to check the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from autograd.calculus import ARRAY, Quantity, Rule, value_function
from autograd.calculus.array_rules import ArrayRule
from autograd.graph.rows import Columns, Row
from autograd.writing import summary


def numbers(rule: Rule, like: Quantity, operands: Sequence[Quantity]) -> list[Quantity]:
    """The operands, and the defaults of those not given, as NumPy numbers of the dtype of ``like``.

    So 1/0 is inf and (-8)**0.5 is nan.
    """
    return [_number(x, like) for x in filled(rule, operands)]


def filled(rule: Rule, operands: Sequence[Quantity]) -> Sequence[Quantity]:
    """The operands, and the defaults of those not given."""
    missing = rule.args[len(operands) :]
    return [*operands, *(rule.defaults[name] for name in missing)] if missing else operands


def _number(x: Quantity, like: Quantity) -> Quantity:
    if isinstance(x, np.ndarray):
        return x
    return like.dtype.type(x) if isinstance(like, np.ndarray) else np.float64(x)


def alike(like: Quantity, value: Quantity) -> Quantity:
    """``value`` as ``like`` is: a float, or an array of its dtype."""
    return np.array(value, dtype=like.dtype) if isinstance(like, np.ndarray) else float(value)


def replay(graph: Columns, changed: Mapping[int, Quantity]) -> list[Quantity]:
    """The value of every row with some leaves changed: the forward pass again."""
    values: list[Quantity] = []
    for node in graph:
        if node.rule is None:
            values.append(changed.get(node.index, node.value))
        else:
            values.append(alike(node.value, _computed(node, [values[j] for j in node.args])))
    return values


def _computed(node: Row, operands: Sequence[Quantity]) -> Quantity:
    """What the rule of ``node`` gives for ``operands``."""
    with np.errstate(all="ignore"):
        if isinstance(node.rule, Rule):
            return value_function(node.rule, ARRAY)(*numbers(node.rule, node.value, operands))
        return node.rule.forward(*operands, **node.attrs)


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
    rule = node.rule
    arity = rule.arity
    fewest = (arity or 1) - (rule.optional if isinstance(rule, ArrayRule) else len(rule.defaults))
    if len(args) < fewest or (arity is not None and len(args) > arity):
        raise ValueError(f"{place} has {len(args)} operands, its rule takes {arity or 'some'}")
    expected = _computed(node, [graph._values[j] for j in args])
    # A value computed in float32 agrees to its own precision.
    loose = 1e-3 if getattr(node.value, "dtype", None) == np.float32 else 1e-8
    if np.shape(expected) != np.shape(node.value) or not np.allclose(
        expected, node.value, rtol=loose, atol=loose * 1e-3, equal_nan=True
    ):
        raise ValueError(
            f"{place} is {summary(node.value)}, its operands give {summary(np.asarray(expected))}; "
            f"was a leaf changed after the forward pass? run it again and trace the new output"
        )
