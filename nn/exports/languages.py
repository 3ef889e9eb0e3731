"""How loops are written in C, Python and JavaScript."""

from __future__ import annotations

import ast
import keyword
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import ClassVar

import numpy as np

from autograd.calculus import (
    FLOAT,
    JAVASCRIPT,
    PRIMITIVES,
    RULES,
    C,
    Dialect,
    Rule,
    constant,
    functions_in_c,
    rules_javascript,
    translate,
)
from autograd.replay import python_functions
from autograd.typing import Array

_WORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int
long register restrict return short signed sizeof static struct switch typedef union unsigned void
volatile while class function let var new this typeof null true false delete export import yield
main math flat shaped quotient nan inf low high slope alpha total at row n x remainder_of
"""
#: What no array and no function of an exported source is called.
RESERVED = {*keyword.kwlist, *_WORDS.split(), *PRIMITIVES, *RULES}


class Language(ABC):
    """One language: its signs, and how it writes numbers, loops and arrays."""

    dialect: ClassVar[Dialect]
    remark: ClassVar[str]  # what begins a comment
    stop: ClassVar[str] = ";"  # what ends a statement
    brace: ClassVar[str] = "}"  # what ends a loop
    indent: ClassVar[str] = "  "

    def __init__(self, single: bool = False) -> None:
        self.real = "float" if single else "double"

    def number(self, value: float) -> str:
        return self.dialect.number(float(value))

    def expression(self, rule: Rule) -> str:
        """The value of a row in the names of its arguments."""
        return translate(rule.value_tree, self.dialect)

    @abstractmethod
    def loop(self, variable: str, n: int) -> str: ...

    @abstractmethod
    def fixed(self, name: str, text: str) -> str:
        """A name for a number."""

    @abstractmethod
    def varied(self, name: str, text: str) -> str:
        """A variable."""

    def when(self, condition: str) -> str:
        """What begins a statement that runs on a condition."""
        return f"if ({condition}) "

    def cast(self, text: str) -> str:
        """A number as it is stored in an array."""
        return _unwrapped(text)

    def integer(self, name: str, text: str) -> str:
        """A name for a whole number, as an index."""
        return self.fixed(name, text)

    def both(self, a: str, b: str) -> str:
        return f"{a} && {b}"

    def either(self, a: str, b: str) -> str:
        return f"{a} || {b}"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({condition} ? {yes} : {no})"

    @abstractmethod
    def array(self, name: str, n: int) -> str: ...

    @abstractmethod
    def table(self, name: str, numbers: Array) -> str: ...

    @abstractmethod
    def functions(self, rules: Sequence[Rule], body: str) -> str:
        """The functions that the rows call and the language lacks, as far as ``body`` uses them."""

    def rows(self, numbers: Array) -> str:
        """All numbers of an array, to the last digit, in lines of a readable length."""
        if numbers.dtype.kind in "iub":
            texts = [str(int(x)) for x in numbers.ravel().tolist()]
        else:
            texts = [self.literal(x) for x in numbers.ravel()]
        lines, line = [], ""
        for text in texts:
            if len(line) + len(text) > 94:
                lines.append(line)
                line = ""
            line += f"{text}, "
        return "".join(f"  {line.rstrip()}\n" for line in [*lines, line] if line)

    def literal(self, x: np.floating) -> str:
        if not np.isfinite(x):
            return self.number(float(x))
        return str(x) if x.dtype.itemsize < 8 else repr(float(x))


class _C(Language):
    dialect = C
    remark = "//"

    def literal(self, x: np.floating) -> str:
        return super().literal(x) + "f" * (self.real == "float" and bool(np.isfinite(x)))

    def loop(self, variable: str, n: int) -> str:
        return f"for (int {variable} = 0; {variable} < {n}; ++{variable}) {{"

    def fixed(self, name: str, text: str) -> str:
        return f"const {self.real} {name} = {text};"

    def varied(self, name: str, text: str) -> str:
        return f"{self.real} {name} = {text};"

    def cast(self, text: str) -> str:
        return f"(float){text}" if self.real == "float" else _unwrapped(text)

    def integer(self, name: str, text: str) -> str:
        return f"const int {name} = (int){text};"

    def array(self, name: str, n: int) -> str:
        return f"{self.real} {name}[{n}];"

    def table(self, name: str, numbers: Array) -> str:
        kind = "int" if numbers.dtype.kind in "iub" else self.real
        return f"static const {kind} {name}[{numbers.size}] = {{\n{self.rows(numbers)}}};\n"

    def functions(self, rules: Sequence[Rule], body: str) -> str:
        return functions_in_c(rules)


def _within(name: str, condition: str, call: str, otherwise: str) -> str:
    return f"{name} = lambda a: math.{call}(a) if {condition} else {otherwise}"


#: Functions that raise in Python where in the others, and in NumPy, they give inf or nan.
_QUIET = {
    "exp": "exp = lambda a: inf if a > 709.782712893384 else math.exp(a)",
    "expm1": "expm1 = lambda a: inf if a > 709.782712893384 else math.expm1(a)",
    "sqrt": _within("sqrt", "a >= 0", "sqrt", "nan"),
    "log1p": _within("log1p", "a > -1", "log1p", "-inf if a == -1 else nan"),
    "arccosh": _within("arccosh", "a >= 1", "acosh", "nan"),
    "arctanh": _within("arctanh", "abs(a) < 1", "atanh", "a * inf if abs(a) == 1 else nan"),
    **{
        name: _within(name, "a > 0", name, "-inf if a == 0 else nan")
        for name in ("log", "log2", "log10")
    },
    **{name: _within(name, "a - a == 0", name, "nan") for name in ("sin", "cos", "tan")},
    **{f"arc{name}": _within(f"arc{name}", "abs(a) <= 1", f"a{name}", "nan")
       for name in ("sin", "cos")},
    **{name: _within(name, "abs(a) < 710.4758600739439", name, beyond)
       for name, beyond in (("sinh", "a * inf"), ("cosh", "abs(a) * inf"))},
    **{
        name: f"{name} = lambda a: math.copysign({call}(a), a) if a - a == 0 else a"
        for name, call in (("floor", "math.floor"), ("ceil", "math.ceil"), ("rint", "round"))
    },
    "remainder": "remainder = lambda a, b: a % b if b else nan",
    "floor_divide": "floor_divide = lambda a, b: a // b if b else quotient(a, b)",
    "pow": '''
def pow(a, b):
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:
        return nan if a else math.copysign(inf, a) if b % 2 == 1 else inf

''',
}  # fmt: skip
_QUOTIENT = "quotient = lambda a, b: a / b if b else a * math.copysign(inf, b)"


class _Quotients(ast.NodeTransformer):
    """A division whose divisor may be 0 is a call of ``quotient``."""

    def visit_BinOp(self, tree: ast.BinOp) -> ast.expr:
        self.generic_visit(tree)
        if not isinstance(tree.op, ast.Div) or _is_positive(tree.right):
            return tree
        return ast.Call(ast.Name("quotient"), [tree.left, tree.right], [])


def _is_positive(tree: ast.expr) -> bool:
    """Whether a divisor is above 0 as it is written, such as ``1 + exp(a)``; nan is no 0."""
    match tree:
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Call(func=ast.Name(id="exp" | "abs"))):
            return _is_positive(left)
    return (constant(tree) or 0) > 0


class _Python(Language):
    dialect = FLOAT
    remark = "#"
    stop = brace = ""
    indent = "    "

    def expression(self, rule: Rule) -> str:
        return translate(_Quotients().visit(deepcopy(rule.value_tree)), self.dialect)

    def number(self, value: float) -> str:
        return repr(value) if math.isfinite(value) else f"math.{value}".replace("math.-", "-math.")

    def loop(self, variable: str, n: int) -> str:
        return f"for {variable} in range({n}):"

    def fixed(self, name: str, text: str) -> str:
        return f"{name} = {text}"

    varied = fixed

    def when(self, condition: str) -> str:
        return f"if {condition}: "

    def integer(self, name: str, text: str) -> str:
        return f"{name} = int({text})"

    def both(self, a: str, b: str) -> str:
        return f"{a} and {b}"

    def either(self, a: str, b: str) -> str:
        return f"{a} or {b}"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    def array(self, name: str, n: int) -> str:
        return f"{name} = [0.0] * {n}"

    def table(self, name: str, numbers: Array) -> str:
        return f"{name} = [\n{self.rows(numbers)}]\n"

    def functions(self, rules: Sequence[Rule], body: str) -> str:
        lines = [(name, f"{name} = math.{name}\n") for name in ("inf", "nan")]
        lines.append(("quotient", f"{_QUOTIENT}\n"))
        for line in python_functions(rules).split("\n"):
            name = line.partition(" = ")[0]
            lines.append((name, f"{_QUIET.get(name, line)}\n"))
        kept: list[str] = []
        for name, line in reversed(lines):  # what a function calls comes before it
            is_named = name.isidentifier()
            if not is_named or re.search(rf"\b{name}\b", "".join([*kept, body])):
                kept.append(line)
        return "".join(reversed(kept)).strip("\n")


#: Powers of 1 and -1 are 1 in C and in NumPy where JavaScript has nan.
_POW = """\
const pow = (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b));
"""


class _JavaScript(Language):
    dialect = replace(JAVASCRIPT, power="pow({}, {})".format)
    remark = "//"

    def number(self, value: float) -> str:
        return "NaN" if math.isnan(value) else super().number(value)

    def loop(self, variable: str, n: int) -> str:
        return f"for (let {variable} = 0; {variable} < {n}; ++{variable}) {{"

    def fixed(self, name: str, text: str) -> str:
        return f"const {name} = {text};"

    def varied(self, name: str, text: str) -> str:
        return f"let {name} = {text};"

    def array(self, name: str, n: int) -> str:
        return f"const {name} = new Float64Array({n});"

    def table(self, name: str, numbers: Array) -> str:
        return f"const {name} = [\n{self.rows(numbers)}];\n"

    def functions(self, rules: Sequence[Rule], body: str) -> str:
        called = set(re.findall(r'R\["(\w+)"\]', body))
        own = [
            rule
            for rule in rules
            if re.search(r"\b(erf|rint|remainder|floor_divide)\(", rule.value)
        ]
        wanted = [replace(RULES[name], partials=()) for name in sorted(called)] + own
        rows = rules_javascript(wanted) if wanted else ""
        return rows + _POW * bool(re.search(r"(?<!\.)\bpow\(", body))


LANGUAGES: dict[str, type[Language]] = {"c": _C, "py": _Python, "js": _JavaScript}


def _unwrapped(text: str) -> str:
    return text[1:-1] if _is_wrapped(text) else text


def _is_wrapped(text: str) -> bool:
    """Whether the first parenthesis is closed by the last one."""
    depth = 0
    for k, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return k == len(text) - 1 and text[0] == "("
    return False
