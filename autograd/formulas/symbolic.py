"""SymPy's expressions: as a text of the formulas' grammar, and from a graph back.

SymPy is imported where it is used, and never by a program that does not use it.
"""

from __future__ import annotations

import ast
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from autograd.calculus import COMPARISONS, Function, Quantity, Rule, short
from autograd.formulas.tokens import ExpressionError
from autograd.graph import Graph

#: Functions of SymPy by the name of the row; the others have the same name in both.
_ROWS = {
    "Abs": "abs", "Max": "max", "Min": "min", "ceiling": "ceil", "Mod": "mod",
    "loggamma": "gammaln", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "atan2": "arctan2", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
}  # fmt: skip
_SAME = set(
    "exp log sin cos tan sinh cosh tanh sign floor erf erfc erfinv erfcinv gamma digamma polygamma "
    "beta".split()
)
_RELATIONS = {
    "Equality": "equal", "Unequality": "not_equal", "StrictGreaterThan": "greater",
    "GreaterThan": "greater_equal", "StrictLessThan": "less", "LessThan": "less_equal",
}  # fmt: skip
#: What stands for a function of SymPy that has no row of its own.
_WRITTEN = {
    "sec": "(1 / cos({}))", "csc": "(1 / sin({}))", "cot": "(1 / tan({}))",
    "sech": "(1 / cosh({}))", "csch": "(1 / sinh({}))", "coth": "(1 / tanh({}))",
    "sinc": "sinc(({}) / pi)",
}  # fmt: skip


def is_sympy(thing: object) -> bool:
    """Whether ``thing`` is an expression of SymPy, which is loaded then."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(thing, sympy.Basic)


def variable_name(symbol: object) -> str:
    r"""The name of a symbol of SymPy, as a word: ``w_{1}`` is ``w_1``.

    >>> variable_name("w_{1}"), variable_name("theta_{i,j}"), variable_name("y'")
    ('w_1', 'theta_ij', 'y_prime')
    """
    return re.sub(r"\W", "", str(symbol).replace("'", "_prime"))


def sympy_formula(expression: Quantity) -> str:
    """``expression`` in the grammar of the formulas, its operands in SymPy's order.

    ExpressionError names what has no row here: a matrix, a complex number, a function.
    """
    import sympy

    return Writer(sympy).formula(expression)


class Writer:
    """Writes a tree of SymPy; a product with a negative power is a division."""

    def __init__(self, sympy: Quantity) -> None:
        self.sympy = sympy

    def formula(self, tree: Quantity) -> str:
        sympy = self.sympy
        if not isinstance(tree, sympy.Expr) or isinstance(tree, sympy.MatrixExpr):
            what = type(tree).__name__
            raise ExpressionError(f"{short(str(tree))} is of type {what}; give one expression")
        if tree.has(sympy.Sum, sympy.Product, sympy.Derivative, sympy.Integral, sympy.Limit):
            tree = tree.doit()
        try:
            return self.argument(tree)
        except RecursionError:
            raise ExpressionError("the expression is nested too deep; name its parts") from None

    def argument(self, tree: Quantity) -> str:
        """The text of what stands alone, without brackets around it."""
        return _bare(self.text(tree))

    def name(self, symbol: Quantity) -> str:
        return variable_name(symbol)

    def text(self, tree: Quantity) -> str:
        sympy = self.sympy
        if self.is_e(tree):
            return "exp(1)"
        if isinstance(tree, sympy.Symbol):
            return self.name(tree)
        if tree.is_Number or tree.is_NumberSymbol or tree is sympy.I:
            return self._number(tree)
        if isinstance(tree, sympy.Add):
            return self._sum(tree)
        if isinstance(tree, sympy.Mul):
            return self._product(tree)
        if isinstance(tree, sympy.Pow):
            if _is_negative(tree.exp) and not self.is_e(tree.base):
                return self._product(tree)
            text = self._power(tree.base, tree.exp)
            called = self.is_e(tree.base) or tree.exp == sympy.Rational(1, 2)
            return text if called else f"({text})"
        if isinstance(tree, sympy.Piecewise):
            return self._choice(list(tree.args))
        return self.call(tree)

    def _number(self, number: Quantity) -> str:
        if number is self.sympy.pi:
            return "pi"
        if not number.is_finite or not number.is_real:
            raise ExpressionError(f"{number} is no finite real number; take it out")
        if number.is_Rational and not number.is_Integer:
            return f"({number.p} / {number.q})"
        text = str(number) if number.is_Integer else repr(float(number))
        return f"({text})" if text.startswith("-") else text

    def _sum(self, tree: Quantity) -> str:
        parts = ""
        for term in tree.args:
            negative, text = self._signed(term)
            if parts:
                parts += (" - " if negative else " + ") + _bare(text)
            else:
                parts = f"-{text}" if negative else _bare(text)
        return f"({parts})"

    def _signed(self, term: Quantity) -> tuple[bool, str]:
        """Whether a term begins with a negative number, and its text without that sign."""
        factors = list(term.args) if isinstance(term, self.sympy.Mul) else [term]
        negative = bool(factors[0].is_Number and factors[0].is_negative)
        if negative:
            factors[0] = -factors[0]
        return negative, self._fraction(factors)

    def _product(self, tree: Quantity) -> str:
        negative, text = self._signed(tree)
        return f"(-{text})" if negative else text

    def _fraction(self, factors: list[Quantity]) -> str:
        above: list[str] = []
        below: list[str] = []
        for factor in factors:
            power = isinstance(factor, self.sympy.Pow) and not self.is_e(factor.base)
            if power and _is_negative(factor.exp):
                below.append(self._power(factor.base, -factor.exp))
                continue
            if factor.is_Rational and not factor.is_Integer and len(factors) > 1:
                below.append(str(factor.q))
                factor = self.sympy.Integer(factor.p)
            if factor != 1 or not below:
                raised = power and factor.exp not in (1, self.sympy.Rational(1, 2))
                above.append(self._power(factor.base, factor.exp) if raised else self.text(factor))
        above = above if len(above) < 2 else [part for part in above if part != "1"]
        top = " * ".join(above) or "1"
        if not below:
            return top if len(above) == 1 else f"({top})"
        return f"({top} / {below[0] if len(below) == 1 else '(' + ' * '.join(below) + ')'})"

    def is_e(self, base: Quantity) -> bool:
        return bool(base is self.sympy.E)

    def _power(self, base: Quantity, exponent: Quantity) -> str:
        """A power as a factor of a product, where it needs no brackets."""
        if self.is_e(base):
            return f"exp({self.argument(exponent)})"
        if exponent == 1:
            return self.text(base)
        if exponent == self.sympy.Rational(1, 2):
            return f"sqrt({self.argument(base)})"
        return f"{self.text(base)} ** {self.text(exponent)}"

    def call(self, tree: Quantity) -> str:
        name = type(tree).__name__
        args = [self.argument(arg) for arg in tree.args]
        if name == "log" and len(args) == 2:
            base = tree.args[1]
            if base in (2, 10):
                return f"log{base}({args[0]})"
            return (
                f"log({args[0]})" if base is self.sympy.E else f"(log({args[0]}) / log({args[1]}))"
            )
        if name in ("besseli", "besselj") and str(tree.args[0]) in ("0", "1"):
            return f"{name[-1]}{tree.args[0]}({args[1]})"
        if name in _WRITTEN:
            return _WRITTEN[name].format(args[0])
        if name not in _SAME and name not in _ROWS:
            raise ExpressionError(f"{name}({', '.join(args)}): there is no row for {name} here")
        return f"{_ROWS.get(name, name)}({', '.join(args)})"

    def _choice(self, branches: list[Quantity]) -> str:
        if not branches:
            raise ExpressionError("a Piecewise has no value elsewhere; give it (value, True)")
        value, condition = branches[0].args
        if condition == True:  # noqa: E712  (SymPy's own truth)
            return self.text(value)
        other = self._choice(branches[1:])
        return f"where({self._condition(condition)}, {self.text(value)}, {other})"

    def _condition(self, tree: Quantity) -> str:
        name = type(tree).__name__
        if name in _RELATIONS:
            return f"{_RELATIONS[name]}({self.text(tree.lhs)}, {self.text(tree.rhs)})"
        if name in ("And", "Or", "Not"):
            parts = [self._condition(part) for part in tree.args]
            if name == "Not":
                return f"equal({parts[0]}, 0)"
            joined = parts[0]
            for part in parts[1:]:
                joined = (
                    f"where({joined}, {part}, 0)"
                    if name == "And"
                    else f"where({joined}, 1, {part})"
                )
            return joined
        raise ExpressionError(f"{short(str(tree))} is no condition that is read here")


def _bare(text: str) -> str:
    """``text`` without a pair of brackets around all of it."""
    if not text.startswith("("):
        return text
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return text[1:-1] if i == len(text) - 1 else text
    return text


def _is_negative(exponent: Quantity) -> bool:
    return bool(exponent.is_Number and exponent.is_negative)


def to_sympy(graph: Graph, **assumptions: bool) -> Quantity:
    """The output of a graph of numbers as an expression of SymPy, over a symbol for each leaf.

    ``assumptions`` are those of the symbols: ``real=True``. TypeError for a row over arrays.
    """
    import sympy

    results: list[Quantity] = []
    for row in graph:
        if np.ndim(row.value) or not isinstance(row.rule, Rule | None):
            what = row.op or "an array"
            raise TypeError(
                f"to_sympy: {row.label} is {what} of shape {np.shape(row.value)}; a graph of "
                "single numbers has an expression"
            )
        if row.rule is not None:
            results.append(expression_of(row.rule, [results[i] for i in row.args]))
        elif row.is_literal or row.kind == "constant":
            results.append(_exact(sympy, float(row.value)))
        else:
            results.append(sympy.Symbol(row.label, **assumptions))
    return results[-1]


def expression_of(rule: Rule, operands: Sequence[Quantity], partial: int | None = None) -> Quantity:
    """The value of a row over expressions of SymPy, or its derivative by an operand.

    >>> from sympy import Symbol
    >>> from autograd.calculus import RULES
    >>> a = Symbol("a")
    >>> expression_of(RULES["square"], [a]), expression_of(RULES["square"], [a], 0)
    (a**2, 2*a)
    """
    import sympy

    named = dict(zip(rule.args, operands))
    whole = ast.parse(rule.shown or rule.value, mode="eval").body
    if partial is None:
        return _evaluated(whole, named, sympy)
    tree = rule.partial_trees[partial]
    if tree is None:
        raise TypeError(f"{rule.name} has no derivative by {rule.args[partial]}")
    return _evaluated(tree, {**named, "out": expression_of(rule, operands)}, sympy)


def _exact(sympy: Quantity, number: float) -> Quantity:
    """A number as the short fraction that it is, else as a float."""
    if not np.isfinite(number) or number == math.pi:
        return sympy.pi if number == math.pi else sympy.Float(number)
    fraction = Fraction(number).limit_denominator(100_000)
    same = float(fraction) == number
    return sympy.Rational(fraction.numerator, fraction.denominator) if same else sympy.Float(number)


def _evaluated(tree: ast.expr, operands: Mapping[str, Quantity], sympy: Quantity) -> Quantity:
    """The text of a row over expressions of SymPy."""
    functions = _functions(sympy)

    def truth(part: ast.expr) -> Quantity:
        match part:
            case ast.Call(func=ast.Name(id=name), args=[a, b]) if name in COMPARISONS:
                return functions[name](value(a), value(b))
        return sympy.Ne(value(part), 0)

    def value(part: ast.expr) -> Quantity:
        match part:
            case ast.Constant(value=number):
                return _exact(sympy, float(number))  # type: ignore[arg-type]
            case ast.Name(id=name):
                return operands.get(name, sympy.pi)
            case ast.UnaryOp(operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _OPERATIONS[type(op)](value(left), value(right))
            case ast.Call(func=ast.Name(id="where"), args=[condition, this, other]):
                return sympy.Piecewise((value(this), truth(condition)), (value(other), True))
            case ast.Call(func=ast.Name(id=name), args=args):
                if name in COMPARISONS:
                    return sympy.Piecewise((1, truth(part)), (0, True))
                return functions[name](*map(value, args))
        raise ValueError(f"{ast.unparse(part)!r} is not in the dialect of the table")

    return value(tree)


_OPERATIONS: dict[type[ast.operator], Callable[[Quantity, Quantity], Quantity]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


def _functions(sympy: Quantity) -> dict[str, Function]:
    """What the rows are written with, over expressions of SymPy."""
    reverse = {ours: getattr(sympy, theirs) for theirs, ours in _ROWS.items()}
    return {
        **{name: getattr(sympy, name) for name in _SAME},
        **reverse,
        **{ours: getattr(sympy, theirs) for theirs, ours in _RELATIONS.items()},
        "maximum": sympy.Max,
        "minimum": sympy.Min,
        "sqrt": sympy.sqrt,
        "cbrt": lambda a: sympy.sign(a) * sympy.Abs(a) ** sympy.Rational(1, 3),
        "expm1": lambda a: sympy.exp(a) - 1,
        "log1p": lambda a: sympy.log(1 + a),
        "log2": lambda a: sympy.log(a) / sympy.log(2),
        "log10": lambda a: sympy.log(a) / sympy.log(10),
        "hypot": lambda a, b: sympy.sqrt(a * a + b * b),
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
        "logaddexp": lambda a, b: sympy.log(sympy.exp(a) + sympy.exp(b)),
        "rint": lambda a: _rounded(sympy, a),
        "remainder": sympy.Mod,
        "floor_divide": lambda a, b: sympy.floor(a / b),
        "betaln": lambda a, b: sympy.loggamma(a) + sympy.loggamma(b) - sympy.loggamma(a + b),
        "gammainc": lambda a, x: sympy.lowergamma(a, x) / sympy.gamma(a),
        "gammaincc": lambda a, x: sympy.uppergamma(a, x) / sympy.gamma(a),
        "betainc": lambda a, b, x: sympy.betainc_regularized(a, b, 0, x),
        "i0": lambda a: sympy.besseli(0, a),
        "i1": lambda a: sympy.besseli(1, a),
        "j0": lambda a: sympy.besselj(0, a),
        "j1": lambda a: sympy.besselj(1, a),
        "xlogy": lambda a, b: a * sympy.log(b),
        "xlog1py": lambda a, b: a * sympy.log(1 + b),
    }


def _rounded(sympy: Quantity, a: Quantity) -> Quantity:
    """``a`` to the nearest whole number, a half to the even one."""
    below, half = sympy.floor(a), sympy.Rational(1, 2)
    odd = sympy.And(sympy.Eq(a - below, half), sympy.Eq(sympy.Mod(below, 2), 1))
    return sympy.Piecewise((below + 1, sympy.Or(a - below > half, odd)), (below, True))
