"""The rows of the derivative table as texts with places for the names of their operands."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from autograd.calculus import Dialect, Rule, constant, translate


@dataclass(frozen=True)
class Texts:
    """The value and the partials of a row, to be filled in: ``{0}``, ``{1}``, ... and ``{out}``.

    A partial is None for a condition. ``factors`` are the partials that are numbers.
    """

    value: str
    partials: tuple[str | None, ...]
    factors: tuple[float | None, ...]

    def local(self, place: int, operands: tuple[str, ...], out: str) -> str | int | None:
        """The local derivative, a number where it is 1 or -1; None where no gradient flows."""
        partial, factor = self.partials[place], self.factors[place]
        if partial is None or factor == 0:
            return None
        if factor is not None and abs(factor) == 1:
            return int(factor)
        return partial.format(*operands, out=out)

    def term(self, place: int, upstream: str, operands: tuple[str, ...], out: str) -> str | None:
        """Upstream times local derivative."""
        local = self.local(place, operands, out)
        if local is None:
            return None
        if isinstance(local, int):
            return upstream if local > 0 else f"-{upstream}"
        return f"{upstream} * {local}"


@cache
def texts(rule: Rule, dialect: Dialect) -> Texts:
    names = {arg: f"{{{place}}}" for place, arg in enumerate(rule.args)} | {"out": "{out}"}
    trees = rule.partial_trees
    factors = tuple(None if tree is None else constant(tree) for tree in trees)
    return Texts(
        _filled(rule.value_tree, names, dialect),
        tuple(None if tree is None else _filled(tree, names, dialect) for tree in trees),
        factors,
    )


def _filled(tree: ast.expr, names: dict[str, str], dialect: Dialect) -> str:
    return translate(_Renamed(names).visit(tree), dialect)


class _Renamed(ast.NodeTransformer):
    """A copy of an expression with other names for its operands."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.names.get(node.id, node.id))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        # The name of a function is not an operand's, though they may be spelt alike.
        return ast.Call(node.func, [self.visit(arg) for arg in node.args], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        return ast.UnaryOp(node.op, self.visit(node.operand))
