"""A typed formula, such as ``(x + y) * z``, as a computation over Values.

Nothing is evaluated as Python: a small operator-precedence parser reads numbers, names,
``+ - * / % **``, brackets, and the functions of the derivative table. It uses no recursion, and
every error message is one line with the column.
"""

from __future__ import annotations

import difflib
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from autograd.calculus import RULES, Attributes, Quantity, State
from autograd.engine import Node, Value
from autograd.functions import FUNCTIONS

LONGEST = 10_000
DEEPEST = 200

#: Other names for rows of the table.
ALIASES = {
    "max": "maximum",
    "min": "minimum",
    "ln": "log",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
}
CONSTANTS = {"pi": math.pi}

_TOKEN = re.compile(
    r"(?P<space>[^\S\n]+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<other>[<>=!]=|[^-+*/%^(),=;\n])|(?P<sign>\*\*|//|.|\n)"
)
# Binding strengths of operators; the power associates to the right, a sign binds less than it.
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "sign": 3, "**": 4}
_ROWS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod", "**": "pow"}


class ExpressionError(ValueError):
    """What is wrong with an expression, and where: ``column`` counts from 1, None for the whole."""

    def __init__(self, message: str, column: int | None = None) -> None:
        where = "" if column is None else f"column {column}: "
        super().__init__(where + message)
        self.column = column


@dataclass
class _Pending:
    """An operator, a bracket or a call whose operands are not complete yet."""

    kind: str  # an operator of _BINDING, "(" or "call"
    column: int
    name: str = ""
    count: int = 0  # arguments of a call so far


def build(text: str, variables: Mapping[str, float | Node]) -> Value:
    """The Value that ``text`` computes from ``variables``, with every variable a named leaf,
    or the node that it is.

    Several statements may be separated by ``;`` or line ends: ``q = x + y; f = q * z`` names the
    nodes q and f, and the last statement is the result. Functions are the elementwise rows (exp,
    sigmoid, relu, ...), with max and min for maximum and minimum. ExpressionError, one line with
    the column, for whatever is not understood, unassigned, or has no finite value.

    >>> f = build("q = x + y; f = q * z", {"x": 1, "y": -3, "z": 4})
    >>> f.backward()
    >>> f.name, f.data, f._operands()[0].grad
    ('f', -8.0, 4.0)
    >>> build("2 ^ x", {"x": 3})
    Traceback (most recent call last):
    autograd.lessons.expression.ExpressionError: column 3: '^' is not a power here; write **
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression has {len(text):,} characters, the limit is {LONGEST:,}; "
            f"split it, or write it in Python"
        )
    names: State = {}
    known = dict(variables)
    result: Any = None
    for statement in _statements(text):
        target = _target(statement, known, names)
        result = _Reader(known, names).read(statement[2:] if target else statement)
        if target:
            _bind(names, target, result)
    if result is None:
        raise ExpressionError("the expression is empty; write something like (x + y) * z")
    return result if isinstance(result, Node) else Value(result)  # type: ignore[return-value]


def assignments(words: Iterable[str]) -> dict[str, float]:
    """``["x=1", "y=-3"]`` as a dictionary; ExpressionError for a malformed one.

    >>> assignments(["x=1", "w0=-2.5e-1"])
    {'x': 1.0, 'w0': -0.25}
    """
    values: dict[str, float] = {}
    for word in words:
        name, sign, number = word.partition("=")
        quoted = _quoted(word)
        if not sign or not name.strip().isidentifier():
            raise ExpressionError(f"{quoted} is no assignment; write name=number, such as x=1")
        try:
            value = float(number)
        except ValueError:
            raise ExpressionError(
                f"{_quoted(number)} is no number in {quoted}; write name=number, such as x=1",
                len(name) + 2,
            ) from None
        if not math.isfinite(value):
            raise ExpressionError(f"{quoted} is not finite; give an ordinary number", len(name) + 2)
        if name.strip() in values:
            raise ExpressionError(f"{_quoted(name.strip())} is assigned twice; keep one of the two")
        values[name.strip()] = value
    return values


Token = tuple[str, str, int]


def _statements(text: str) -> Iterator[list[Token]]:
    statement: list[Token] = []
    for token in _tokens(text):
        if token[0] == "sign" and token[1] in ";\n":
            if statement:
                yield statement
            statement = []
        else:
            statement.append(token)
    if statement:
        yield statement


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind, word, column = str(match.lastgroup), match[0], match.start() + 1
        following = text[match.end() : match.end() + 1]
        if kind == "space":
            continue
        if kind == "number" and following and (following.isalnum() or following in "._"):
            rest = re.match(r"[\w.]*", text[match.end() :])
            whole = word + (rest[0] if rest else "")
            if re.fullmatch(r"[\d.]+[^\W\d]\w*", whole) and not re.match(r"\d+[xXoObBeE]\d", whole):
                hint = f"write {word} * {whole[len(word) :]} for a product"
            else:
                hint = "write it like 12, 0.5 or 1e-3"
            _fail(f"{_quoted(whole)} is no number; {hint}", column)
        yield kind, word, column


def _target(
    statement: list[Token], known: Mapping[str, float | Node], names: Attributes
) -> str | None:
    """The name that a statement ``name = ...`` assigns to."""
    if len(statement) < 2 or statement[1][1] != "=":
        return None
    kind, name, column = statement[0]
    if kind != "name":
        _fail(f"{_quoted(name)} cannot be assigned to; give a name before the =", column)
    if name in known or name in names:
        _fail(f"{_quoted(name)} has a value already; use another name", column)
    if len(statement) == 2:
        _fail("the value is missing after '='", statement[1][2])
    return name


def _bind(names: State, name: str, result: Any) -> None:
    names[name] = result if isinstance(result, Node) else Value(result, name)
    if isinstance(result, Value) and result.name is None:
        result.name = name


class _Reader:
    """Reads one expression: values on one stack, pending operators and brackets on another."""

    def __init__(self, known: Mapping[str, float | Node], names: State) -> None:
        self.known, self.names = known, names
        self.values: list[Quantity] = []
        self.pending: list[_Pending] = []
        self.depth = 0

    def read(self, tokens: list[Token]) -> Quantity:
        expects_operand = True
        for i, (kind, word, column) in enumerate(tokens):
            if kind == "other":
                compares = word[0] in "<>=!"
                hint = "use where, max or relu for a choice" if compares else "take it out"
                _fail(f"{_quoted(word)} means nothing in an expression; {hint}", column)
            following = tokens[i + 1][1] if i + 1 < len(tokens) else ""
            if expects_operand:
                expects_operand = self._operand(kind, word, column, following)
            else:
                expects_operand = self._operator(kind, word, column)
        if expects_operand:
            _, word, column = tokens[-1]
            _fail(f"an operand is missing after {_quoted(word)}", column)
        while self.pending:
            if self.pending[-1].kind in ("(", "call"):
                _fail("this bracket is never closed", self.pending[-1].column)
            self._apply()
        return self.values.pop()

    def _operand(self, kind: str, word: str, column: int, following: str) -> bool:
        """Read a token where an operand is expected; return whether one is still expected."""
        if kind == "number":
            number = float(word)
            if not math.isfinite(number):
                _fail(f"{_quoted(word)} is too large for a number", column)
            self.values.append(number)
            return False
        if kind == "name":
            if following == "(":
                self._open(_Pending("call", column, self._function(word, column)))
                return True
            self.values.append(self._variable(word, column))
            return False
        if word == "(":
            if self.pending and self.pending[-1].kind == "call" and not self.pending[-1].count:
                self.pending[-1].count = 1  # the bracket that belongs to the call
            else:
                self._open(_Pending("(", column))
            return True
        if word in "+-":
            if word == "-":
                self.pending.append(_Pending("sign", column))
            return True
        if word == ")" and self.pending and self.pending[-1].kind == "call":
            _fail(f"{self.pending[-1].name}() needs an argument", column)
        _fail(f"an operand is missing before {_quoted(word)}", column)

    def _operator(self, kind: str, word: str, column: int) -> bool:
        """Read a token where an operator is expected; return whether an operand follows."""
        if word in _ROWS:
            self._settle(lambda top: _BINDING[top] > _BINDING[word] - (word != "**"))
            self.pending.append(_Pending(word, column))
            return True
        if word in (")", ","):
            self._settle(lambda top: True)
            if not self.pending:
                _fail(f"{_quoted(word)} without an opening bracket", column)
            if word == ",":
                if self.pending[-1].kind != "call":
                    _fail("a comma separates arguments of a function; take it out", column)
                self.pending[-1].count += 1
                return True
            self.depth -= 1
            top = self.pending.pop()
            if top.kind == "call":
                self._call(top)
            return False
        if word == "^":
            _fail("'^' is not a power here; write **", column)
        if word == "//":
            _fail("'//' has no derivative; write / or floor(a / b)", column)
        if word == "=":
            _fail("'=' belongs after the first name of a statement: q = x + y", column)
        _fail(f"an operator is missing before {_quoted(word)}; write * for a product", column)

    def _open(self, pending: _Pending) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            _fail(f"nested deeper than {DEEPEST}; name a part: q = ...; q * z", pending.column)
        self.pending.append(pending)

    def _settle(self, binds: Callable[[str], bool]) -> None:
        """Apply the pending operators that bind first by ``binds``, back to the last bracket."""
        while self.pending and self.pending[-1].kind in _BINDING and binds(self.pending[-1].kind):
            self._apply()

    def _apply(self) -> None:
        top = self.pending.pop()
        if top.kind == "sign":
            operand = self.values.pop()
            self.values.append(-operand)
            return
        right, left = self.values.pop(), self.values.pop()
        if top.kind in "/%" and _data(right) == 0:
            _fail("division by zero", top.column)
        self._push(_ROWS[top.kind], (left, right), top.column)

    def _call(self, top: _Pending) -> None:
        operands = self.values[len(self.values) - top.count :]
        del self.values[len(self.values) - top.count :]
        rule = RULES[top.name]
        fewest = rule.arity - len(rule.defaults)
        if top.name in ("maximum", "minimum") and top.count > 2:
            for right in operands[2:]:
                operands = [FUNCTIONS[top.name](*operands[:2]), right]
        elif not fewest <= top.count <= rule.arity:
            takes = f"{fewest}" if fewest == rule.arity else f"{fewest} to {rule.arity}"
            plural = "s" if rule.arity > 1 else ""
            _fail(f"{top.name}() takes {takes} argument{plural}, not {top.count}", top.column)
        self._push(top.name, tuple(operands), top.column)

    def _push(self, name: str, operands: tuple[Quantity, ...], column: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a result that is not finite is reported below
            result = FUNCTIONS[name](*operands)
        if not math.isfinite(_data(result)):
            listed = ", ".join(f"{_data(operand):g}" for operand in operands)
            what = "no real number" if math.isnan(_data(result)) else "not finite"
            _fail(f"{name}({listed}) is {what}", column)
        self.values.append(result)

    def _function(self, word: str, column: int) -> str:
        name = ALIASES.get(word, word)
        if name not in RULES:
            _fail(
                f"{_quoted(word)} is no function here; {_close(word, [*RULES, *ALIASES])}", column
            )
        return name

    def _variable(self, word: str, column: int) -> Quantity:
        if word in self.names:
            return self.names[word]
        if word in self.known:
            known = self.known[word]
            self.names[word] = known if isinstance(known, Node) else Value(known, word)
            return self.names[word]
        if word in CONSTANTS:
            return CONSTANTS[word]
        if word in RULES or word in ALIASES:
            _fail(f"{_quoted(word)} is a function; write {word}(...)", column)
        power = "write exp(x) for e to the x, or " if word == "e" else ""
        _fail(f"{_quoted(word)} has no value; {power}give one: {word[:20]}=1", column)


def _data(operand: Quantity) -> float:
    return operand.data if isinstance(operand, Value) else float(operand)


def _close(word: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(word[:40], list(names), 3)
    return f"did you mean {' or '.join(near)}?" if near else "exp, log, tanh, sigmoid, max are some"


def _quoted(word: str) -> str:
    """``word`` in quotation marks, cut to one line."""
    return repr(word if len(word) <= 40 else f"{word[:40]}…")


def _fail(message: str, column: int) -> NoReturn:
    raise ExpressionError(message, column)
