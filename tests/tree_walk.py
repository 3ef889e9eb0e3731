"""A third engine, to hold the frozen sweep against: it walks the text of the rows as a tree.

Nothing is compiled, and nothing is shared with the library but the texts of the tables and the
adjoints of the structural rows: slow, short, and the chain rule written down once more.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import array_namespace
from autograd.calculus.language import SPECIAL
from autograd.calculus.rules import COMPARISONS, PRIMITIVES
from autograd.calculus.special import scipys
from autograd.graph import Graph, Row

_erf = np.vectorize(math.erf, otypes=[float])

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in PRIMITIVES - {"erf"}},
    "erf": _erf,
}


def evaluate(tree: ast.expr, names: Mapping[str, Any]) -> Any:
    """The number or array that ``tree`` stands for, with the operands given by name."""
    with np.errstate(all="ignore"):
        return _evaluate(tree, names)


def _evaluate(tree: ast.expr, names: Mapping[str, Any]) -> Any:
    match tree:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id="pi") if "pi" not in names:
            return np.pi
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(operand=operand):
            return -_evaluate(operand, names)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _evaluate(left, names), _evaluate(right, names)
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
                case _:
                    return np.power(a, b)
        case ast.Call(func=ast.Name(id=name), args=trees):
            args = [_evaluate(arg, names) for arg in trees]
            if name in SPECIAL:
                return scipys(name)(*args)
            if name not in PRIMITIVES:
                rule = RULES[name]
                return _evaluate(rule.value_tree, dict(zip(rule.args, args, strict=True)))
            found = FUNCTIONS[name](*args)
            # A truth value counts 1 or 0, and two of them must subtract as numbers do.
            return found * 1.0 if name in COMPARISONS else found
    raise ValueError(f"{ast.unparse(tree)!r} is not in the dialect of the table")


def named_values(node: Row) -> dict[str, Any]:
    """The operands of an elementwise node, and ``out``, by the names that its row uses."""
    names: dict[str, Any] = dict(node.rule.defaults)
    names |= zip(node.rule.args, (operand.value for operand in node.operands))
    names["out"] = node.value
    kind = node.value.dtype if isinstance(node.value, np.ndarray) else np.dtype(float)
    return {
        name: value if isinstance(value, np.ndarray) else kind.type(value)
        for name, value in names.items()
    }


def value_of(node: Row) -> Any:
    """What the operands of a computed row give."""
    if isinstance(node.rule, Rule):
        return evaluate(node.rule.value_tree, named_values(node))
    return node.rule.forward(*(o.value for o in node.operands), **node.attrs)


def term(node: Row, slot: int, upstream: Any) -> Any:
    """What ``node`` sends to the operand in ``slot``; None where that is a condition."""
    operand = node.operands[slot].value
    if isinstance(node.rule, Rule):
        tree = node.rule.partial_trees[slot]
        if tree is None:
            return None
        return summed_to(np.shape(operand), product(upstream, evaluate(tree, named_values(node))))
    adjoint = node.rule.adjoint(slot)
    if adjoint is None:
        return None
    found = adjoint(arrays(), upstream, node.value, *(o.value for o in node.operands), **node.attrs)
    return summed_to(np.shape(operand), found)


def product(upstream: Any, local: Any) -> Any:
    """Upstream times local, in which an exact 0 wins over what is not finite."""
    with np.errstate(all="ignore"):
        found = np.asarray(upstream * local)
    return np.where(np.isnan(found) & (np.equal(upstream, 0) | np.equal(local, 0)), 0.0, found)


def summed_to(shape: tuple[int, ...], found: Any) -> Any:
    found = np.asarray(found)
    while found.ndim > len(shape):
        found = found.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and found.shape[axis] != 1:
            found = found.sum(axis=axis, keepdims=True)
    return np.broadcast_to(found, shape)


def gradients(graph: Graph) -> list[Any]:
    """The gradient of every row of a graph whose output is one number; None where nothing flows."""
    found: list[Any] = [None] * len(graph)
    found[-1] = np.ones(np.shape(graph.output.value))
    for index in reversed(range(len(graph))):
        if found[index] is None:
            continue
        for slot, operand in enumerate(graph[index].operands):
            sent = None if operand.kind == "constant" else term(graph[index], slot, found[index])
            if sent is not None:
                before = found[operand.index]
                found[operand.index] = sent if before is None else before + sent
    return found


@cache
def arrays() -> Any:
    """The namespace of adjoints over arrays: its elementwise functions walk the rows."""

    def function(rule: Rule) -> Any:
        return lambda *args: evaluate(
            rule.value_tree, {**rule.defaults, **dict(zip(rule.args, args))}
        )

    return array_namespace({name: function(rule) for name, rule in RULES.items()})
