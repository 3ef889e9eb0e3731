"""How loops are written in C, Python and JavaScript."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Sequence
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
main math flat shaped nan inf low high slope alpha total at row n x remainder_of
"""
#: What no array and no function of an exported source is called.
RESERVED = {*keyword.kwlist, *_WORDS.split(), *PRIMITIVES, *RULES}


class Language:
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

    def loop(self, variable: str, n: int) -> str:
        raise NotImplementedError

    def fixed(self, name: str, text: str) -> str:
        """A name for a number."""
        raise NotImplementedError

    def varied(self, name: str, text: str) -> str:
        """A variable."""
        raise NotImplementedError

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

    def array(self, name: str, n: int) -> str:
        raise NotImplementedError

    def table(self, name: str, numbers: Array) -> str:
        raise NotImplementedError

    def functions(self, rules: Sequence[Rule], body: str) -> str:
        """The functions that the rows call and the language lacks, as far as ``body`` uses them."""
        raise NotImplementedError

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


#: Functions of Python's math that raise where the others, and NumPy, give inf or nan.
_QUIET = {
    "exp": "exp = lambda a: math.inf if a > 709.782712893384 else math.exp(a)",
    "log": "log = lambda a: math.log(a) if a > 0 else -math.inf if a == 0 else math.nan",
    "sqrt": "sqrt = lambda a: math.sqrt(a) if a >= 0 else math.nan",
    **{
        name: f"{name} = lambda a: math.copysign({call}(a), a) if a - a == 0 else a"
        for name, call in (("floor", "math.floor"), ("ceil", "math.ceil"), ("rint", "round"))
    },
}


class _Python(Language):
    dialect = FLOAT
    remark = "#"
    stop = brace = ""
    indent = "    "

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
        lines = [("inf", "inf = math.inf\n"), ("nan", "nan = math.nan\n")]
        for line in python_functions(rules).split("\n"):
            name = line.partition(" = ")[0]
            lines.append((name, f"{_QUIET.get(name, line)}\n"))
        kept: list[str] = []
        for name, line in reversed(lines):  # what a function calls comes before it
            is_named = name.isidentifier()
            if not is_named or re.search(rf"\b{name}\b", "".join([*kept, body])):
                kept.append(line)
        return "".join(reversed(kept)).strip("\n")


class _JavaScript(Language):
    dialect = JAVASCRIPT
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
        return rules_javascript(wanted) if wanted else ""


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
