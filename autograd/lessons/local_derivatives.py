"""A local derivative that a learner types as an expression, such as ``1 - out²`` for tanh.

>>> from autograd.lessons.local_derivatives import local_of
>>> from autograd import Value
>>> from autograd.lessons import steps
>>> (term,) = steps(Value(0.5, "n").tanh(), names={})[-1].terms
>>> local = local_of(term)
>>> local.text, local.names, local.slips[1]
('1 - out²', ('n', 'out'), ('no square', '1 - out'))
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import product

import numpy as np

from autograd.calculus import Rule, constant, parse
from autograd.graph import Row
from autograd.lessons.records import Term
from autograd.writing import TEXT, Piece

#: So many points tell two expressions apart.
POINTS = 6


@dataclass(frozen=True)
class Local:
    """The derivative of row ``op`` by its operand ``slot`` as ``text``, in the nodes' own names.

    ``names`` are those of the operands and, at the end, of the result. Two expressions are the same
    where they agree at ``points``, each with a number for each operand. ``slips`` are names and the
    expressions that they give.
    """

    op: str
    slot: int
    text: str
    names: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    slips: tuple[tuple[str, str], ...]


def local_of(term: Term) -> Local | None:
    """The derivative of an elementwise term, where it takes more than a name or a number."""
    node, rule = term.consumer, term.consumer.rule
    operands = node.operands
    if not isinstance(rule, Rule) or rule.is_special or len({*node.args}) < len(node.args):
        return None
    fixed = [operand.value for operand in operands if operand.is_literal]
    if any(np.ndim(value) or not np.isfinite(value) for value in fixed):
        return None  # a bound that is infinite is no point to try an expression at
    tree = formula_tree(node, term.slot)
    text = ast.unparse(tree)
    named = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    varying = {arg for arg, operand in zip(rule.args, operands) if not operand.is_literal} | {"out"}
    called = {part.func.id for part in ast.walk(tree) if isinstance(part, ast.Call)
              and isinstance(part.func, ast.Name)}  # fmt: skip
    bare = isinstance(tree, ast.Name) or not named & varying
    if bare or called & {"where", "equal", "less", "greater"}:
        return None
    places = [
        (float(operand.value),) if operand.is_literal else samples
        for operand, samples in zip(operands, rule.samples)
    ]
    points = list(product(*places))
    names = (*(row.text for row in operands), node.label)
    own = dict(zip((*rule.args[: len(operands)], "out"), names))
    slips = [("sign", f"-({text})"), ("itself", "out")]
    if (shorter := re.sub(r"\b(\w+) (\* \1\b|\*\* 2(?!\w))", r"\1", text)) != text:
        slips.insert(1, ("no square", shorter))
    return Local(
        node.op,
        term.slot,
        TEXT.write(tree, {arg: Piece(name) for arg, name in own.items()}).text,
        names,
        tuple(points[:: -(-len(points) // POINTS)]),
        tuple((name, _renamed(slip, own)) for name, slip in slips),
    )


def _renamed(text: str, names: dict[str, str]) -> str:
    return re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), text)


def formula_tree(node: Row, slot: int) -> ast.expr:
    """The local derivative of an elementwise row as its rule shows it."""
    rule, (*_, last) = node.rule, node.operands
    tree = parse((rule.shown_partials or rule.partials)[slot], (*rule.args, "out"))
    if rule.name == "pow" and last.is_literal:  # 3 · x², not 3 · x ** (3 - 1)
        return _Settled(rule.args[-1], float(last.value)).visit(tree)  # type: ignore[no-any-return]
    return tree


def is_constant(term: Term) -> bool:
    """Whether the local derivative is a number, such as that of a sum."""
    return constant(formula_tree(term.consumer, term.slot)) is not None


class _Settled(ast.NodeTransformer):
    """A tree with a number in place of a name, and what then can be said more shortly."""

    def __init__(self, name: str, number: float) -> None:
        self.name, self.number = name, number

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return _number(self.number) if node.id == self.name else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(
                left=ast.Constant(value=int() | float() as a),
                op=ast.Sub(),
                right=ast.Constant(value=int() | float() as b),
            ):
                return _number(a - b)
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=0 | 1 as exponent)):
                return base if exponent else _number(1)
            case ast.BinOp(left=ast.Constant(value=1), op=ast.Mult(), right=factor):
                return factor
        return node


def _number(value: float) -> ast.Constant:
    return ast.Constant(int(value) if float(value).is_integer() else value)
