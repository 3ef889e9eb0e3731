"""The derivative table: one row per elementwise operation, and everything else reads the rows.

A row is text, because most of its readers need text: the scalar node stamps a method from it, the
array node evaluates it over NumPy, higher derivatives evaluate it over nodes, the stepper prints
it, the page emits it as JavaScript, and the tests differentiate it numerically.

Rows are written in a small closed dialect: the row's argument names, ``out`` (the value, in a
partial), numbers, ``pi``, ``+ - * / **``, and calls of the functions in :data:`PRIMITIVES` or of
rows further up. A name bound to ``None`` in the partials marks an argument that is a condition,
not a quantity: nothing flows into it.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

#: Functions of the dialect that every reader of the table implements for itself.
PRIMITIVES = frozenset(
    "exp expm1 log log1p log2 log10 sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh "
    "arcsinh arccosh arctanh sqrt cbrt abs sign floor ceil rint erf hypot maximum minimum where "
    "equal not_equal greater greater_equal less less_equal".split()
)

#: The methods of Python's operators, by row: both kinds of node get them.
OPERATOR_METHODS: dict[str, tuple[str, ...]] = {
    "add": ("__add__", "__radd__"),
    "sub": ("__sub__", "__rsub__"),
    "mul": ("__mul__", "__rmul__"),
    "div": ("__truediv__", "__rtruediv__"),
    "pow": ("__pow__", "__rpow__"),
    "mod": ("__mod__", "__rmod__"),
    "neg": ("__neg__",),
    "abs": ("__abs__",),
}

#: The primitives whose result is a truth value; as a number they count 1 or 0.
COMPARISONS = frozenset("equal not_equal greater greater_equal less less_equal".split())

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}


@dataclass(frozen=True, eq=False)
class Rule:
    """One row: an elementwise operation, its value and one local derivative per argument.

    ``samples`` holds, per argument, the points at which the tests try the row (all combinations);
    ``singular`` pins points where the derivative is a convention: ``(point, partials)``.
    ``shown`` and ``shown_partials`` are what a reader sees where the text that computes stably is
    not the one in the book.

    >>> RULES["tanh"].partials
    ('1 - out * out',)
    """

    name: str
    args: tuple[str, ...]
    value: str
    partials: tuple[str | None, ...]
    samples: tuple[tuple[float, ...], ...]
    defaults: Mapping[str, float] = field(default_factory=dict)
    singular: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = ()
    shown: str | None = None
    shown_partials: tuple[str | None, ...] | None = None

    @property
    def arity(self) -> int:
        return len(self.args)

    @cached_property
    def value_tree(self) -> ast.expr:
        return parse(self.value, self.args)

    @cached_property
    def partial_trees(self) -> tuple[ast.expr | None, ...]:
        names = (*self.args, "out")
        return tuple(None if text is None else parse(text, names) for text in self.partials)

    def filled(self, operands: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """All operands in the row's order: those given, by place or by name, and the defaults."""
        unknown = [name for name in named if name not in self.args]
        if unknown or len(operands) + len(named) > self.arity:
            raise TypeError(f"{self.name}: takes {', '.join(self.args)}; see its docstring")
        given = {**dict(zip(self.args, operands, strict=False)), **named}
        found = []
        for arg in self.args:
            operand = given.get(arg)
            if operand is None:
                operand = self.defaults.get(arg)
            if operand is None:
                raise TypeError(f"{self.name}: the operand {arg!r} is missing")
            found.append(operand)
        return tuple(found)

    @property
    def is_infix(self) -> bool:
        """Whether the value is a single operator over the arguments, so that it prints as one."""
        tree = self.value_tree
        parts = ast.iter_child_nodes(tree)
        return isinstance(tree, (ast.BinOp, ast.UnaryOp)) and all(
            isinstance(part, (ast.Name, ast.Constant, ast.operator, ast.unaryop)) for part in parts
        )


def parse(text: str, names: Iterable[str]) -> ast.expr:
    """The expression tree of ``text``, or a ValueError for what the dialect does not have."""
    tree = ast.parse(text, mode="eval").body
    _check(tree, frozenset(names), text)
    return tree


def _check(tree: ast.expr, names: frozenset[str], text: str) -> None:
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return
        case ast.Name(id=name) if name in names or name == "pi":
            return
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, names, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            _check(left, names, text)
            _check(right, names, text)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
            name in PRIMITIVES or name in RULES
        ):
            for arg in args:
                _check(arg, names, text)
        case _:
            raise ValueError(
                f"rule text {text!r}: {ast.unparse(tree)!r} is not in the dialect; use the "
                f"argument names, numbers, pi, + - * / ** and the functions of the table"
            )


def constant(tree: ast.expr) -> float | int | None:
    """The number that ``tree`` stands for if it names no argument, else None.

    Folding these matters for the dtype: ``sqrt(pi)`` must reach an array as a Python float, which
    leaves float32 alone, and not as a NumPy float64, which does not.
    """
    match tree:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id="pi"):
            return math.pi
        case ast.UnaryOp(operand=operand):
            inner = constant(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=op, right=right):
            a, b = constant(left), constant(right)
            if a is None or b is None:
                return None
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
                    return float(a**b)
        case ast.Call(func=ast.Name(id="sqrt" | "log" as name), args=[arg]):
            inner = constant(arg)
            return None if inner is None else float(getattr(math, name)(inner))
    return None


REAL = (-2.3, -0.6, 0.4, 1.7)
OTHER = (-1.9, -0.35, 0.8, 2.2)
POSITIVE = (0.2, 0.9, 1.6, 3.1)
UNIT = (-0.85, -0.3, 0.25, 0.7)
ABOVE_ONE = (1.15, 1.8, 3.2, 6.5)
NONZERO = (-2.1, -0.5, 0.6, 1.9)
CONDITION = (0.0, 1.0)

RULES: dict[str, Rule] = {}


def row(
    name: str,
    args: str,
    value: str,
    *partials: str | None,
    at: tuple[tuple[float, ...], ...] | None = None,
    defaults: Mapping[str, float] | None = None,
    singular: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = (),
    shown: str | None = None,
    shown_partials: tuple[str | None, ...] | None = None,
) -> Rule:
    """Check a row and add it to the table; ``args`` are names in one string."""
    names = tuple(args.split())
    if len(partials) != len(names):
        raise ValueError(f"row {name!r}: {len(names)} arguments but {len(partials)} partials")
    samples = (REAL, OTHER, POSITIVE)[: len(names)] if at is None else at
    shown_forms = shown, shown_partials
    rule = Rule(name, names, value, partials, samples, dict(defaults or {}), singular, *shown_forms)
    # Both are parsed here once, so that a bad row fails where it is written.
    _ = rule.value_tree, rule.partial_trees
    RULES[name] = rule
    return rule


NAN, INF = math.nan, math.inf

# Arithmetic
row("add", "a b", "a + b", "1", "1")
row("sub", "a b", "a - b", "1", "-1")
row("mul", "a b", "a * b", "b", "a")
row("div", "a b", "a / b", "1 / b", "-out / b", at=(REAL, NONZERO))
row(
    "pow",
    "a b",
    "a ** b",
    "where(equal(b, 0), 0, b * a ** (b - 1))",
    # 0**b is flat in b for b >= 0: the logarithm is taken of 1 there.
    "out * log(where(equal(a, 0), where(less(b, 0), 0, 1), a))",
    at=(POSITIVE, OTHER),
    singular=(
        ((0.0, 2.0), (0.0, 0.0)),
        ((0.0, 1.0), (1.0, 0.0)),
        ((0.0, 0.0), (0.0, 0.0)),
        ((0.0, 0.5), (INF, 0.0)),
        ((-2.0, 2.0), (-4.0, NAN)),
        ((-2.0, 0.0), (0.0, NAN)),
    ),
    shown_partials=("b * a ** (b - 1)", "out * log(a)"),
)
row("neg", "a", "-a", "-1")
row("abs", "a", "abs(a)", "sign(a)", singular=(((0.0,), (0.0,)),))
row("reciprocal", "a", "1 / a", "-out * out", at=(NONZERO,), singular=(((0.0,), (-INF,)),))
row("square", "a", "a * a", "2 * a")
row("sqrt", "a", "sqrt(a)", "0.5 / out", at=(POSITIVE,), singular=(((0.0,), (INF,)),))
row("cbrt", "a", "cbrt(a)", "1 / (3 * out * out)", at=(NONZERO,), singular=(((0.0,), (INF,)),))
row("mod", "a b", "a - b * floor(a / b)", "1", "-floor(a / b)", at=(REAL, (-1.3, -0.7, 0.9, 1.1)))

# Exponentials and logarithms
row("exp", "a", "exp(a)", "out")
row("exp2", "a", "2 ** a", "out * log(2)")
row("expm1", "a", "expm1(a)", "out + 1")
row("log", "a", "log(a)", "1 / a", at=(POSITIVE,), singular=(((0.0,), (INF,)),))
row("log1p", "a", "log1p(a)", "1 / (1 + a)", at=(POSITIVE,), singular=(((-1.0,), (INF,)),))
row("log2", "a", "log2(a)", "1 / (a * log(2))", at=(POSITIVE,))
row("log10", "a", "log10(a)", "1 / (a * log(10))", at=(POSITIVE,))
row(
    "logaddexp",
    "a b",
    # Equal infinities have no difference; where the operands are equal it is 0.
    "maximum(a, b) + log1p(exp(-abs(where(equal(a, b), 0, a) - where(equal(a, b), 0, b))))",
    "exp(a - out)",
    "exp(b - out)",
    shown="log(exp(a) + exp(b))",
)

# Trigonometry
row("sin", "a", "sin(a)", "cos(a)")
row("cos", "a", "cos(a)", "-sin(a)")
row("tan", "a", "tan(a)", "1 + out * out", at=(UNIT,))
row("arcsin", "a", "arcsin(a)", "1 / sqrt(1 - a * a)", at=(UNIT,), singular=(((1.0,), (INF,)),))
row("arccos", "a", "arccos(a)", "-1 / sqrt(1 - a * a)", at=(UNIT,), singular=(((1.0,), (-INF,)),))
row("arctan", "a", "arctan(a)", "1 / (1 + a * a)")
row("arctan2", "a b", "arctan2(a, b)", "b / (a * a + b * b)", "-a / (a * a + b * b)")
row("sinh", "a", "sinh(a)", "cosh(a)")
row("cosh", "a", "cosh(a)", "sinh(a)")
row("tanh", "a", "tanh(a)", "1 - out * out")
row("arcsinh", "a", "arcsinh(a)", "1 / sqrt(a * a + 1)")
row("arccosh", "a", "arccosh(a)", "1 / (sqrt(a - 1) * sqrt(a + 1))", at=(ABOVE_ONE,))
row("arctanh", "a", "arctanh(a)", "1 / (1 - a * a)", at=(UNIT,))
row("deg2rad", "a", "a * (pi / 180)", "pi / 180")
row("rad2deg", "a", "a * (180 / pi)", "180 / pi")

# Activations
row(
    "sigmoid",
    "a",
    # exp is only ever taken of what is not positive: no overflow at either end.
    "exp(minimum(a, 0)) / (1 + exp(-abs(a)))",
    "out * (1 - out)",
    singular=(((1000.0,), (0.0,)), ((-1000.0,), (0.0,))),
    shown="1 / (1 + exp(-a))",
)
row(
    "softplus",
    "a",
    "maximum(a, 0) + log1p(exp(-abs(a)))",
    "sigmoid(a)",
    singular=(((1000.0,), (1.0,)), ((-1000.0,), (0.0,))),
    shown="log(1 + exp(a))",
)
row("relu", "a", "maximum(a, 0)", "greater(a, 0)", singular=(((0.0,), (0.0,)),))
row(
    "leaky_relu",
    "a slope",
    "where(greater(a, 0), a, slope * a)",
    "where(greater(a, 0), 1, slope)",
    "where(greater(a, 0), 0, a)",
    at=(REAL, (0.01, 0.3)),
    defaults={"slope": 0.01},
    singular=(((0.0, 0.1), (0.1, 0.0)),),
)
row(
    "elu",
    "a alpha",
    "where(greater(a, 0), a, alpha * expm1(minimum(a, 0)))",
    "where(greater(a, 0), 1, alpha * exp(minimum(a, 0)))",
    "where(greater(a, 0), 0, expm1(minimum(a, 0)))",
    at=(REAL, (0.7, 1.0)),
    defaults={"alpha": 1.0},
    singular=(((0.0, 0.7), (0.7, 0.0)),),
    shown="where(greater(a, 0), a, alpha * (exp(a) - 1))",
)
row("erf", "a", "erf(a)", "2 / sqrt(pi) * exp(-a * a)")
row(
    "gelu",
    "a",
    "0.5 * a * (1 + erf(a * sqrt(0.5)))",
    "0.5 * (1 + erf(a * sqrt(0.5))) + a * exp(-0.5 * a * a) / sqrt(2 * pi)",
)
row(
    "gelu_tanh",
    "a",
    "0.5 * a * (1 + tanh(sqrt(2 / pi) * (a + 0.044715 * a * a * a)))",
    "0.5 * (1 + tanh(sqrt(2 / pi) * (a + 0.044715 * a * a * a)))"
    " + 0.5 * a * (1 - tanh(sqrt(2 / pi) * (a + 0.044715 * a * a * a)) ** 2)"
    " * sqrt(2 / pi) * (1 + 0.134145 * a * a)",
)
row("silu", "a", "a * sigmoid(a)", "sigmoid(a) * (1 + a * (1 - sigmoid(a)))")

# Choices
row(
    "maximum",
    "a b",
    "maximum(a, b)",
    "where(equal(a, b), 0.5, greater(a, b))",
    "where(equal(a, b), 0.5, less(a, b))",
    singular=(((1.5, 1.5), (0.5, 0.5)),),
)
row(
    "minimum",
    "a b",
    "minimum(a, b)",
    "where(equal(a, b), 0.5, less(a, b))",
    "where(equal(a, b), 0.5, greater(a, b))",
    singular=(((1.5, 1.5), (0.5, 0.5)),),
)
row(
    "where",
    "c a b",
    "where(c, a, b)",
    None,
    "not_equal(c, 0)",
    "equal(c, 0)",
    at=(CONDITION, REAL, OTHER),
)
row(
    "clip",
    "a low high",
    "minimum(maximum(a, low), high)",
    "greater_equal(a, low) * less_equal(a, high)",
    "less(a, low)",
    "greater(a, high)",
    at=(REAL, (-0.9, -1.4), (0.9, 1.3)),
    defaults={"low": -INF, "high": INF},
    singular=(((1.0, -1.0, 1.0), (1.0, 0.0, 0.0)), ((-1.0, -1.0, 1.0), (1.0, 0.0, 0.0))),
)
row(
    "hypot",
    "a b",
    "hypot(a, b)",
    "where(equal(out, 0), 0, a / out)",
    "where(equal(out, 0), 0, b / out)",
    singular=(((0.0, 0.0), (0.0, 0.0)),),
    shown="sqrt(a * a + b * b)",
    shown_partials=("a / out", "b / out"),
)

# Flat almost everywhere
row("sign", "a", "sign(a)", "0")
row("floor", "a", "floor(a)", "0")
row("ceil", "a", "ceil(a)", "0")
row("round", "a", "rint(a)", "0")
