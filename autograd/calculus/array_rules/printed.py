"""Printed adjoints: the formulas that lessons and pictures show, with the numbers of one call.

A printed adjoint is an expression in Python's notation: the letters of the operands, ``g``,
``out``, the row's attributes, ``+ - * / ** @ .T .mT .shape``, indices, and functions of the
library. The tests evaluate what is shown and compare it with the adjoint that runs. Besides:

``n``
    how many numbers a mean or a variance is of; in a loss, how many targets.
``kept(x)``
    ``x``, the result of a reduction, with the axes that the reduction removed: written as ``x``
    where none is missing, as ``expand_dims(x, axis=0)`` elsewhere.
``s_[1:]``, ``arange(n)``, ``eye(n)``, ``ones(n)``, ``inf``
    NumPy's: an index that is written with colons, and arrays of the size said.
``x where M = ...; N = ...``
    a formula with named parts, each in terms of those behind it.
``gaps(x)``
    of a column ``x``, or of each of a stack: the matrix of ``1 / (x[j] - x[i])``, 0 where the two
    are equal. ``reciprocals(x)`` is ``1 / x``, 0 where x is 0.

A user's function, of which no expression is known, is printed as :class:`Prose`, which the tests
cannot check; every row of the table is an expression.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from autograd.calculus import Array, Attributes, Function, Quantity

#: The lines of a row, or a function of its operands and attributes that gives them.
Printed = tuple[str, ...] | Callable[..., tuple[str, ...]]

#: An attribute with more elements than this is shown by its name.
WRITTEN_ELEMENTS = 4


class Row(Protocol):
    """What is read of a row of the structural table."""

    @property
    def name(self) -> str: ...
    @property
    def forward(self) -> Function: ...
    @property
    def printed(self) -> Printed: ...
    @property
    def arity(self) -> int | None: ...


class Prose(str):
    """A printed adjoint in words."""

    __slots__ = ()


def printed_adjoints(
    rule: Row, operands: Sequence[Quantity], attrs: Attributes
) -> list[tuple[str, str]]:
    """Per operand of a call its letter and its adjoint, the attributes replaced by their values.

    >>> import numpy as np
    >>> from autograd.calculus.array_rules import ARRAY_RULES, printed_adjoints
    >>> printed_adjoints(ARRAY_RULES["softmax"], [np.ones((2, 3))], {"axis": 0})
    [('a', 'out * (g - sum(g * out, axis=0, keepdims=True))')]
    """
    arrays = [np.asarray(x) for x in operands if x is not None]
    parameters = list(inspect.signature(rule.forward).parameters.values())[rule.arity or 0 :]
    usual = {p.name: p.default for p in parameters if p.default is not p.empty}
    named = {**usual, **attrs}
    lines = rule.printed(*arrays, **named) if callable(rule.printed) else rule.printed
    adjoints = []
    for line in lines:
        target, _, text = line.partition(" = ")
        prose = isinstance(line, Prose)
        written = Prose(text) if prose else _filled(text, rule.name, arrays, named, usual)
        adjoints.append((target[1:], written))
    return adjoints


def _filled(text: str, name: str, arrays: list[Array], named: Attributes, usual: Attributes) -> str:
    formula, where, parts = text.partition(" where ")
    targets, values = [""], [formula]
    for part in parts.split("; ") if where else []:
        target, _, value = part.partition(" = ")
        targets.append(f"{target} = ")
        values.append(value)
    try:
        trees = [ast.parse(value, mode="eval") for value in values]
    except SyntaxError:  # a user's row may be printed in words
        return text
    filling = _Filling(name, arrays, named, usual)
    first, *rest = [t + ast.unparse(filling.visit(tree)) for t, tree in zip(targets, trees)]
    return first + where + "; ".join(rest)


class _Filling(ast.NodeTransformer):
    """Replaces attributes by their values, and leaves out what says nothing."""

    def __init__(
        self, name: str, arrays: list[Array], named: Attributes, usual: Attributes
    ) -> None:
        self.name, self.named, self.usual = name, named, usual
        removed = named.get("axis") is not None and not named.get("keepdims")
        self.removes = removed and arrays[0].ndim > 0

    def visit_Name(self, node: ast.Name) -> ast.expr:
        written = _written(self.named[node.id]) if node.id in self.named else None
        return node if written is None else ast.parse(written, mode="eval").body

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.slice, ast.Name) and node.slice.id in self.named:
            written = _inside(self.named[node.slice.id])  # brackets take the colons
            if written is not None:
                node.slice = ast.parse(f"s_[{written}]", mode="eval").body.slice  # type: ignore[attr-defined]
        self.generic_visit(node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        match node.operand:
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return inner  # - -1
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=0)):
                return left  # n - 0
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called == "kept":
            inner = self.visit(node.args[0])
            if not self.removes:
                return inner  # type: ignore[no-any-return]
            axis = ast.keyword("axis", self.visit(ast.Name("axis")))
            return ast.Call(ast.Name("expand_dims"), [inner], [axis])
        if called == self.name:  # the row itself: its own defaults need not be said
            node.keywords = [
                k for k in node.keywords if k.arg is None or not self._is_usual(k.arg, k.value)
            ]
        self.generic_visit(node)
        match {k.arg: k.value for k in node.keywords}:
            case {"axis": ast.Constant(value=None), "keepdims": _}:
                # Of all axes there is one number left, which broadcasts as it is.
                node.keywords = [k for k in node.keywords if k.arg not in ("axis", "keepdims")]
        return node

    def _is_usual(self, name: str, value: ast.expr) -> bool:
        if not isinstance(value, ast.Name) or value.id != name or name not in self.usual:
            return False
        return bool(self.named[name] is self.usual[name] or self.named[name] == self.usual[name])


def _written(value: object) -> str | None:
    """An attribute's value as source text; None where it has none, or is too long."""
    parts = value if isinstance(value, tuple) else (value,)
    if not any(isinstance(x, slice) or x is Ellipsis for x in parts):
        return _literal(value)
    inside = _inside(value)
    return None if inside is None else f"s_[{inside}]"


def _inside(value: object) -> str | None:
    """An index as it stands between its brackets."""
    if isinstance(value, tuple) and value:
        parts = [_inside(x) for x in value]
        comma = "," if len(parts) == 1 else ""
        return None if None in parts else ", ".join(map(str, parts)) + comma
    if isinstance(value, slice):
        ends = [value.start, value.stop] + ([value.step] if value.step is not None else [])
        return ":".join("" if end is None else str(end) for end in ends)
    return "..." if value is Ellipsis else _literal(value)


def _literal(value: object) -> str | None:
    if isinstance(value, np.ndarray):
        return repr(value.tolist()) if value.size <= WRITTEN_ELEMENTS else None
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, tuple):
        parts = [_literal(x) for x in value]
        comma = "," if len(parts) == 1 else ""
        return None if None in parts else f"({', '.join(map(str, parts))}{comma})"
    return repr(value) if value is None or isinstance(value, bool | int | float | str) else None


def shortened(axes: Sequence[int]) -> str:
    """Axes as one writes them: ``0``, or ``(0, 2)``."""
    return str(axes[0]) if len(axes) == 1 else str(tuple(axes))


def summed(text: str, shape: tuple[int, ...], to: tuple[int, ...]) -> str:
    """``text``, which is of ``shape``, summed over what broadcasting had stretched from ``to``.

    >>> from autograd.calculus.array_rules.printed import summed
    >>> summed("g", (4, 3), (3,)), summed("g", (4, 3), (4, 1))
    ('sum(g, axis=0)', 'sum(g, axis=1, keepdims=True)')
    """
    extra = len(shape) - len(to)
    if extra:
        text = f"sum({text}, axis={shortened(range(extra))})"
    stretched = [i for i, n in enumerate(to) if n != shape[extra + i]]
    return f"sum({text}, axis={shortened(stretched)}, keepdims=True)" if stretched else text
