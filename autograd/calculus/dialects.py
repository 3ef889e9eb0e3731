"""Translate a row of the table into functions over floats, over arrays, and over nodes.

A dialect says how each primitive is written and where its functions live; the walk over the
expression tree is one. (JavaScript and LaTeX are dialects too.)
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import numpy as np

from autograd.calculus.kinds import Array, Function, Numbers, Quantity
from autograd.calculus.rules import COMPARISONS, OPERATORS, PRIMITIVES, RULES, Rule, constant
from autograd.calculus.special import SPECIAL_OF_ARRAYS, SPECIAL_OF_NUMBERS
from autograd.calculus.stamping import stamp

Kind = TypeVar("Kind")

SIGNS = {
    "equal": "==",
    "not_equal": "!=",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
}


@dataclass(frozen=True, eq=False)
class Dialect:
    """How one target writes the table.

    ``template(name, args, trees)`` gives the text of a call, or None for ``name(args)``;
    ``truth`` says how a comparison is written where a number is wanted.
    """

    name: str
    template: Callable[[str, list[str], list[ast.expr]], str | None]
    number: Callable[[float], str]
    truth: Callable[[str], str]
    power: Callable[[str, str], str]


def translate(tree: ast.expr, dialect: Dialect, *, condition: bool = False) -> str:
    """The text of ``tree`` in ``dialect``, every operator in parentheses."""
    folded = constant(tree)
    if folded is not None:
        return dialect.number(folded)
    match tree:
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(operand=operand):
            return f"(-{translate(operand, dialect)})"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return dialect.power(translate(left, dialect), translate(right, dialect))
        case ast.BinOp(left=left, op=op, right=right):
            a, b = translate(left, dialect), translate(right, dialect)
            return f"({a} {OPERATORS[type(op)]} {b})"
        case ast.Call(func=ast.Name(id=name), args=trees):
            # The first argument of `where` is asked for its truth, not for its number.
            args = [
                translate(arg, dialect, condition=name == "where" and place == 0)
                for place, arg in enumerate(trees)
            ]
            text = dialect.template(name, args, trees)
            text = f"{name}({', '.join(args)})" if text is None else text
            return dialect.truth(text) if name in COMPARISONS and not condition else text
    raise ValueError(f"{ast.unparse(tree)!r} is not in the dialect of the table")


def _is_simple(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Name) or constant(tree) is not None


def _float_template(name: str, args: list[str], trees: list[ast.expr]) -> str | None:
    if name == "where":
        return "({1} if {0} else {2})".format(*args)
    if name in SIGNS:
        return f"({args[0]} {SIGNS[name]} {args[1]})"
    if name in ("maximum", "minimum") and all(map(_is_simple, trees)):
        # `a != a` lets a NaN through, as NumPy does.
        sign = ">" if name == "maximum" else "<"
        return "({0} if {0} {sign} {1} or {0} != {0} else {1})".format(*args, sign=sign)
    return None


def _array_template(name: str, args: list[str], trees: list[ast.expr]) -> str | None:
    return f"({args[0]} {SIGNS[name]} {args[1]})" if name in SIGNS else None


def _node_template(name: str, args: list[str], trees: list[ast.expr]) -> str | None:
    return f"F.{name}({', '.join(args)})"


FLOAT = Dialect(
    "float",
    _float_template,
    number=lambda number: repr(float(number)),
    truth=lambda text: f"(1.0 if {text} else 0.0)",
    power=lambda a, b: f"pow({a}, {b})",
)
ARRAY = Dialect("array", _array_template, repr, str, "({} ** {})".format)
NODE = Dialect("node", _node_template, repr, str, "({} ** {})".format)


def _sign(a: float) -> float:
    return 1.0 if a > 0 else -1.0 if a < 0 else a + 0.0  # nan stays nan, -0.0 becomes 0.0


def _maximum(a: float, b: float) -> float:
    return a if a > b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a < b or a != a else b


_erf = np.frompyfunc(math.erf, 1, 1)


def _erf_array(a: Numbers) -> Array:
    kind = np.result_type(a, np.float32) if isinstance(a, np.ndarray | np.generic) else float
    return np.asarray(_erf(a), dtype=kind)


#: Python's float functions raise where NumPy returns nan or inf; the caller falls back on NumPy.
FLOAT_FUNCTIONS: dict[str, Function] = {
    **{
        name: getattr(math, name)
        for name in "exp expm1 log log1p log2 log10 sin cos tan sinh cosh tanh sqrt cbrt erf hypot "
        "pow".split()
    },
    **{f"arc{name}": getattr(math, f"a{name}") for name in "sin cos tan sinh cosh tanh".split()},
    "arctan2": math.atan2,
    "abs": abs,
    "sign": _sign,
    # An integer of Python has no -0.0: the sign is that of the operand.
    "floor": lambda a: math.copysign(math.floor(a), a),
    "ceil": lambda a: math.copysign(math.ceil(a), a),
    "rint": lambda a: math.copysign(round(a), a),
    "remainder": operator.mod,
    "floor_divide": operator.floordiv,
    "maximum": _maximum,
    "minimum": _minimum,
    **SPECIAL_OF_NUMBERS,
}

ARRAY_FUNCTIONS: dict[str, Function] = {
    **{
        name: getattr(np, name)
        for name in "exp expm1 log log1p log2 log10 sin cos tan arcsin arccos arctan arctan2 sinh "
        "cosh tanh arcsinh arccosh arctanh sqrt cbrt abs sign floor ceil rint hypot remainder "
        "floor_divide maximum minimum where".split()
    },
    "erf": _erf_array,
    **SPECIAL_OF_ARRAYS,
}


def _functions(dialect: Dialect) -> Mapping[str, Function]:
    return FLOAT_FUNCTIONS if dialect is FLOAT else ARRAY_FUNCTIONS


def namespace(dialect: Dialect, trees: tuple[ast.expr | None, ...]) -> dict[str, Function]:
    """The functions that ``trees`` call: primitives, and compiled values of the rows they name."""
    functions: dict[str, Function] = {}
    primitives = _functions(dialect)
    for tree in trees:
        for part in ast.walk(tree) if tree is not None else ():
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                name = part.func.id
                if name in primitives:
                    functions[name] = primitives[name]
                elif name not in PRIMITIVES:  # a primitive without a function is written inline
                    functions[name] = value_function(RULES[name], dialect)
    if dialect is FLOAT:
        functions["pow"] = math.pow
    return functions


def _memo(maker: Callable[[Rule, Dialect], Kind]) -> Callable[[Rule, Dialect], Kind]:
    results: dict[tuple[int, str], tuple[Rule, Kind]] = {}

    def function(rule: Rule, dialect: Dialect) -> Kind:
        key = id(rule), dialect.name
        if key not in results:  # with the rule, so that no other rule gets its id
            results[key] = rule, maker(rule, dialect)
        return results[key][1]

    return function


@_memo
def value_function(rule: Rule, dialect: Dialect) -> Function:
    """``value(*args)`` over floats (raising as ``math`` does) or arrays (warning as NumPy does)."""
    text = translate(rule.value_tree, dialect)
    # The name is not the row's own: that would hide the primitive the row may consist of.
    name = f"value_of_{rule.name}"
    source = f"def {name}({', '.join(rule.args)}):\n    return {text}\n"
    function: Function = stamp(source, name, namespace(dialect, (rule.value_tree,)))
    return function


@_memo
def partial_functions(rule: Rule, dialect: Dialect) -> tuple[Function | None, ...]:
    """``partial(F, out, *args)`` per argument, None for a condition; ``F`` is for nodes.

    That of an argument whose derivative is refused raises.
    """
    space = {} if dialect is NODE else namespace(dialect, rule.partial_trees)
    functions: list[Function | None] = []
    for tree, arg in zip(rule.partial_trees, rule.args, strict=True):
        if tree is None:
            functions.append(refusal(rule, arg))
            continue
        name = f"d_{rule.name}_d_{arg}"
        source = (
            f"def {name}(F, out, {', '.join(rule.args)}):\n    return {translate(tree, dialect)}\n"
        )
        functions.append(stamp(source, name, dict(space)))
    return tuple(functions)


def refusal(rule: Rule, arg: str) -> Function | None:
    """What raises in place of the derivative by ``arg``; None where nothing flows into it."""
    reason = rule.refused.get(arg)
    if reason is None:
        return None

    def refuse(*args: Quantity) -> NoReturn:
        raise TypeError(f"{rule.name} has no derivative by {arg}: {reason}")

    return refuse
