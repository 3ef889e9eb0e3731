"""The grammar: an operator-precedence parser that computes as it reads.

It reads numbers, names, lists, ``+ - * / % ** @``, brackets, the functions and methods of both
tables, ``.T`` and indices. It uses no recursion, and every error message is one line with the
column.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autograd.calculus import Quantity, State
from autograd.engine import Node, Tensor, Value
from autograd.formulas.calling import (
    ALIASES,
    ATTRIBUTES,
    CONSTANTS,
    METHODS,
    NAMES,
    Calls,
    Operand,
    function_named,
    nearest,
)
from autograd.formulas.indexing import index_of
from autograd.formulas.lists import one_operand
from autograd.formulas.tokens import Token, fail, quoted, tokens

DEEPEST = 200

# Binding strengths of operators; the power associates to the right, a sign binds less than it.
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "@": 2, "sign": 3, "**": 4}
_ROWS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod", "**": "pow", "@": "matmul",
}  # fmt: skip


@dataclass
class _Pending:
    """An operator, a bracket or a call whose operands are not complete yet."""

    kind: str  # an operator of _BINDING, "(", "[" or "call"
    column: int
    name: str = ""
    method: bool = False
    count: int = 0  # operands of a call, a list or a bracket so far
    keywords: list[tuple[str, int]] = field(default_factory=list)  # names of arguments by place


class Reader:
    """Reads one expression: operands on one stack, pending operators and brackets on another."""

    def __init__(
        self,
        calls: Calls,
        known: Mapping[str, Quantity],
        names: State,
        kind: type[Value] | type[Tensor],
    ) -> None:
        self.calls, self.known, self.names, self.kind = calls, known, names, kind
        self.values: list[Operand] = []
        self.pending: list[_Pending] = []
        self.depth = 0
        self.words: list[Token] = []
        self.at = 0

    def read(self, words: list[Token]) -> Quantity:
        """What a whole statement is: a node, a number or an array."""
        operand = self.raw(words)
        try:
            return one_operand(operand.value)
        except (TypeError, ValueError) as error:
            fail(f"{self.calls.words(operand)}: {error}", operand.begin)

    def raw(self, words: list[Token]) -> Operand:
        """The same, with a list as it was typed."""
        self.words, self.at = words, 0
        expects_operand = True
        while self.at < len(words):
            token = words[self.at]
            self.at += 1
            if token.kind == "other":
                compares = token.word[0] in "<>=!"
                hint = "write greater(a, b) or less(a, b)" if compares else "take it out"
                fail(f"{quoted(token.word)} means nothing in an expression; {hint}", token.column)
            expects_operand = (self._operand if expects_operand else self._operator)(token)
        if expects_operand:
            fail(f"an operand is missing after {quoted(words[-1].word)}", words[-1].column)
        while self.pending:
            if self.pending[-1].kind not in _BINDING:
                fail("this bracket is never closed", self.pending[-1].column)
            self._apply()
        return self.values.pop()

    def _next(self) -> str:
        return self.words[self.at].word if self.at < len(self.words) else ""

    def _operand(self, token: Token) -> bool:
        """Read a token where an operand is expected; return whether one is still expected."""
        kind, word, column = token
        if kind == "number":
            number = float(word)
            if not math.isfinite(number):
                fail(f"{quoted(word)} is too large for a number", column)
            whole = word.isdecimal() and len(word) < 16
            return self._give(int(word) if whole else number, token, typed=True)
        if kind == "text":
            if not any(pending.kind == "call" for pending in self.pending):
                fail(f"{quoted(word)} means nothing in an expression; take it out", column)
            return self._give(word[1:-1], token)
        if kind == "name":
            return self._named(token)
        if word in "([":
            self._open(_Pending(word, column))
            return True
        if word in "+-":
            if word == "-":
                self.pending.append(_Pending("sign", column))
            return True
        top = self.pending[-1] if self.pending else None
        before = self.words[self.at - 2].word if self.at > 1 else ""
        if word in ")]" and top is not None and (top.count or top.keywords) and before == ",":
            return self._close(token, top)  # (2,) or a comma after the last
        if word == ")" and top is not None and top.kind == "call" and before == "(":
            if not top.method:
                fail(f"{top.name}() needs an argument", column)
            return self._close(token, top)
        fail(f"an operand is missing before {quoted(word)}", column)

    def _give(self, value: Quantity, token: Token, typed: bool = False) -> bool:
        self.values.append(Operand(value, token.column, token.end, typed))
        return False

    def _named(self, token: Token) -> bool:
        _, word, column = token
        following = self._next()
        if following == "(":
            self._open(_Pending("call", column, function_named(word, column)))
            self.at += 1
            return True
        top = self.pending[-1] if self.pending else None
        if following == "=" and top is not None and top.kind == "call":
            if any(word == name for name, _ in top.keywords):
                fail(f"{word}= is given twice; keep one of the two", column)
            top.keywords.append((word, len(self.values)))
            self.at += 1
            return True
        return self._give(self._variable(word, column), token, typed=word in self.known)

    def _operator(self, token: Token) -> bool:
        """Read a token where an operator is expected; return whether an operand follows."""
        kind, word, column = token
        if kind == "sign" and word in _ROWS:
            self._settle(lambda top: _BINDING[top] > _BINDING[word] - (word != "**"))
            self.pending.append(_Pending(word, column))
            return True
        if word == "[":
            operand = self.values.pop()
            index, self.at, end = index_of(self.words, self.at, column)
            value = self.calls.item(operand, index, column)
            self.values.append(Operand(value, operand.begin, end))
            return False
        if word == ".":
            return self._dotted(token)
        if word in (")", "]", ","):
            self._settle(lambda top: True)
            if not self.pending:
                comma = "; a number in a formula has a point: 0.5" if word == "," else ""
                fail(f"{quoted(word)} without an opening bracket{comma}", column)
            top = self.pending[-1]
            if word != ",":
                return self._close(token, top)
            if top.kind == "(" and not any(one.kind == "call" for one in self.pending):
                fail("a comma separates arguments of a function; take it out", column)
            self._argument(top, column)
            return True
        if word == "^":
            fail("'^' is not a power here; write **", column)
        if word == "//":
            fail("'//' has no derivative; write / or floor(a / b)", column)
        if word == "=":
            fail("'=' belongs after the first name of a statement: q = x + y", column)
        within = self.pending[-1].kind if self.pending else ""
        hint = "write a comma between numbers" if within == "[" else "write * for a product"
        fail(f"an operator is missing before {quoted(word)}; {hint}", column)

    def _dotted(self, token: Token) -> bool:
        """``.T``, ``.shape`` and the methods of a Tensor."""
        kind, name, column = self.words[self.at] if self.at < len(self.words) else token
        if kind != "name":
            fail("'.' means nothing here; write x.T, x.sum(axis=0) or 0.5", token.column)
        self.at += 1
        operand = self.values[-1]
        if name in ATTRIBUTES and self._next() != "(":
            value = self.calls.attribute(operand, name, column)
            self.values[-1] = Operand(value, operand.begin, column + len(name))
            return False
        if name not in METHODS or self._next() != "(":
            if name in METHODS:
                fail(f".{name} is a method; write .{name}(...)", column)
            there = nearest(name, [*METHODS, *ATTRIBUTES], ".T, .sum(axis=0), .tanh() are some")
            fail(f"'.{name[:40]}' means nothing here; {there}", column)
        self._open(_Pending("call", column, name, method=True, count=1))
        self.at += 1
        return True

    def _argument(self, top: _Pending, column: int) -> None:
        """Note that an operand of a call, a list or a bracket is complete."""
        if top.keywords and top.keywords[-1][1] < len(self.values) - 1:
            fail("an argument without a name stands before those with one", column)
        top.count += not (top.keywords and top.keywords[-1][1] == len(self.values) - 1)

    def _close(self, token: Token, top: _Pending) -> bool:
        _, word, column = token
        if word != ("]" if top.kind == "[" else ")"):
            fail(f"{quoted(word)} does not close the bracket of column {top.column}", column)
        trailing = self.words[self.at - 2].word in (",", "(")
        if not trailing:
            self._argument(top, column)
        self.pending.pop()
        self.depth -= 1
        named = {name: self.values[place].value for name, place in top.keywords}
        if named:
            del self.values[top.keywords[0][1] :]
        items = self.values[len(self.values) - top.count :]
        del self.values[len(self.values) - top.count :]
        begin = items[0].begin if top.method else top.column
        value: Quantity
        if top.kind == "call":
            value = self.calls.apply(top.name, items, top.column, named, top.method)
        elif top.kind == "[":
            value = [item.value for item in items]
        elif top.count == 1 and not trailing:
            value = items[0].value
        else:
            value = tuple(item.value for item in items)
        typed = top.kind != "call" and all(item.typed for item in items)
        self.values.append(Operand(value, begin, token.end, typed))
        return False

    def _open(self, pending: _Pending) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            fail(f"nested deeper than {DEEPEST}; name a part: q = ...; q * z", pending.column)
        self.pending.append(pending)

    def _settle(self, binds: Callable[[str], bool]) -> None:
        """Apply the pending operators that bind first by ``binds``, back to the last bracket."""
        while self.pending and self.pending[-1].kind in _BINDING and binds(self.pending[-1].kind):
            self._apply()

    def _apply(self) -> None:
        top = self.pending.pop()
        right = self.values.pop()
        if top.kind == "sign":
            value = right.value
            plain = isinstance(value, int | float) and not isinstance(value, bool)
            negative = -value if plain else self.calls.apply("neg", [right], top.column)
            self.values.append(Operand(negative, top.column, right.end, right.typed))
            return
        left = self.values.pop()
        value = self.calls.apply(_ROWS[top.kind], [left, right], top.column)
        self.values.append(Operand(value, left.begin, right.end))

    def _variable(self, word: str, column: int) -> Quantity:
        if word in self.names:
            return self.names[word]
        if word in self.known:
            known = self.known[word]
            self.names[word] = known if isinstance(known, Node) else self.kind(known, name=word)
            return self.names[word]
        if word in CONSTANTS:
            return CONSTANTS[word]
        if word in NAMES or word in ALIASES:
            fail(f"{quoted(word)} is a function; write {word}(...)", column)
        power = "write exp(x) for e to the x, or " if word == "e" else ""
        near = nearest(word, {*self.known, *self.names}, "")
        near = f"{near} If not, " if near and not power else power
        fail(f"{quoted(word)} has no value; {near}give one: {word[:20]}=1", column)


def constant(text: str) -> Quantity:
    """The number or the list that ``text`` gives without any variable."""
    return Reader(Calls(text), {}, {}, Tensor).raw(list(tokens(text))).value
