"""Evaluate a row of the derivative table by walking its expression tree.

Nothing is compiled: slow, short, and independent of the functions that the engine stamps from the
same text. The stepper computes with it, so that a lesson checks the engine it teaches.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.calculus.rules import COMPARISONS, PRIMITIVES, RULES

_erf = np.vectorize(math.erf, otypes=[float])

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in PRIMITIVES - {"erf"}},
    "erf": _erf,
}


def evaluate(tree: ast.expr, names: Mapping[str, Any]) -> Any:
    """The number or array that ``tree`` stands for, with the operands given by name.

    >>> from autograd.calculus.rules import RULES
    >>> float(evaluate(RULES["square"].value_tree, {"a": 3.0}))
    9.0
    """
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
            if name not in PRIMITIVES:
                rule = RULES[name]
                return _evaluate(rule.value_tree, dict(zip(rule.args, args, strict=True)))
            found = FUNCTIONS[name](*args)
            # A truth value counts 1 or 0, and two of them must subtract as numbers do.
            return found * 1.0 if name in COMPARISONS else found
    raise ValueError(f"{ast.unparse(tree)!r} is not in the dialect of the table")
