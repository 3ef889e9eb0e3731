"""The language of the derivative table: what a row holds, and how its text is read.

Rows are written in a small closed dialect: the row's argument names, ``out`` (the value, in a
partial), numbers, ``pi``, ``+ - * / **``, and calls of the functions in :data:`PRIMITIVES` or of
rows further up. A name bound to ``None`` in the partials marks an argument that is a condition,
not a quantity: nothing flows into it; or one whose derivative is refused, for a reason in words.
"""

from __future__ import annotations

import ast
import keyword
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from autograd.calculus.kinds import Attributes, Quantity
from autograd.calculus.quoting import short

#: Functions of the dialect that every reader of the table implements for itself.
PRIMITIVES = frozenset(
    "exp expm1 log log1p log2 log10 sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh "
    "arcsinh arccosh arctanh sqrt cbrt abs sign floor ceil rint erf hypot remainder floor_divide "
    "maximum minimum where equal not_equal greater greater_equal less less_equal".split()
)

#: Functions of the dialect whose values come from SciPy, an extra. The page does not have them.
SPECIAL = frozenset(
    "gamma gammaln digamma polygamma gammainc gammaincc beta betaln betainc erfc erfinv erfcinv "
    "i0 i1 j0 j1".split()
)

#: The methods of Python's operators, by row: both kinds of node get them.
OPERATOR_METHODS: dict[str, tuple[str, ...]] = {
    "add": ("__add__", "__radd__"),
    "sub": ("__sub__", "__rsub__"),
    "mul": ("__mul__", "__rmul__"),
    "div": ("__truediv__", "__rtruediv__"),
    "pow": ("__pow__", "__rpow__"),
    "mod": ("__mod__", "__rmod__"),
    "floor_divide": ("__floordiv__", "__rfloordiv__"),
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
    ``refused`` says, per argument without a derivative, why there is none and what to do; to ask
    for it raises that.

    >>> from autograd.calculus import RULES
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
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def arity(self) -> int:
        return len(self.args)

    @cached_property
    def value_tree(self) -> ast.expr:
        return parse(self.value, self.args)

    @cached_property
    def shown_tree(self) -> ast.expr:
        """The value as a reader sees it."""
        return parse(self.shown or self.value, self.args)

    @cached_property
    def partial_trees(self) -> tuple[ast.expr | None, ...]:
        names = (*self.args, "out")
        return tuple(None if text is None else parse(text, names) for text in self.partials)

    @cached_property
    def is_special(self) -> bool:
        """Whether the value, a derivative, or a row that they call needs SciPy."""
        called = {
            part.func.id
            for tree in (self.value_tree, *self.partial_trees)
            for part in (ast.walk(tree) if tree is not None else ())
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        rows = called - PRIMITIVES - SPECIAL - {self.name}
        return bool(called & SPECIAL) or any(RULES[name].is_special for name in rows)

    def filled(self, operands: tuple[Quantity, ...], named: Attributes) -> tuple[Quantity, ...]:
        """All operands in the row's order: by place, by name, or by default."""
        unknown = [name for name in named if name not in self.args]
        if unknown or len(operands) + len(named) > self.arity:
            raise TypeError(f"{self.name}: takes {', '.join(self.args)}; see its docstring")
        by_name = {**dict(zip(self.args, operands, strict=False)), **named}
        filled = []
        for arg in self.args:
            operand = by_name.get(arg)
            if operand is None:
                operand = self.defaults.get(arg)
            if operand is None:
                raise TypeError(f"{self.name}: the operand {arg!r} is missing")
            filled.append(operand)
        return tuple(filled)

    @property
    def takes_gradient(self) -> bool:
        """Whether gradients flow through such rows; a formula that is only shown has none."""
        return True

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
            name in PRIMITIVES or name in SPECIAL or name in RULES
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


#: Where an argument is tried for which a row names no points.
REAL = (-2.3, -0.6, 0.4, 1.7)
OTHER = (-1.9, -0.35, 0.8, 2.2)
POSITIVE = (0.2, 0.9, 1.6, 3.1)

RULES: dict[str, Rule] = {}


#: What stamped functions call their own: no argument has such a name.
TAKEN = frozenset(
    "F Value current errstate g has_nan mode new new_values next node numbers out pow power".split()
)


def is_variable(name: str) -> bool:
    """Whether a variable of Python can have the name, and Python reads it as it is written.

    >>> from autograd.calculus import is_variable
    >>> is_variable("a"), is_variable("for"), is_variable(chr(0xFF36))
    (True, False, False)
    """
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and unicodedata.normalize("NFKC", name) == name
    )


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
    refused: Mapping[str, str] | None = None,
) -> Rule:
    """Check a row and add it to the table; ``args`` are names in one string."""
    names = tuple(args.split())
    for arg in names:
        if not is_variable(arg) or arg in TAKEN:
            raise ValueError(
                f"row {name!r}: {short(arg)} is no name for an argument here; call it a, b or x"
            )
    if len(partials) != len(names):
        raise ValueError(f"row {name!r}: {len(names)} arguments but {len(partials)} partials")
    samples = (REAL, OTHER, POSITIVE)[: len(names)] if at is None else at
    kept_defaults, reasons = dict(defaults or {}), dict(refused or {})
    forms = shown, shown_partials, reasons
    rule = Rule(name, names, value, partials, samples, kept_defaults, singular, *forms)
    # Both are parsed here once, so that a bad row fails where it is written.
    for tree in (rule.value_tree, *filter(None, rule.partial_trees)):
        functions = [part.func for part in ast.walk(tree) if isinstance(part, ast.Call)]
        for function in functions:
            if isinstance(function, ast.Name) and function.id in names:
                raise ValueError(f"row {name!r}: {function.id} is an argument, and is called")
    RULES[name] = rule
    return rule
