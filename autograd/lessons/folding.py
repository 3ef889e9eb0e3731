"""From the rows of single operations to a row for each variable of a rule.

What has no variable of its own is written into the formula of the row that uses it:
``m = β₁ * m₀ + (1 - β₁) * g`` is one row.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from autograd.calculus import Quantity, Rule
from autograd.calculus.array_rules import ArrayRule
from autograd.engine import Node, Tensor
from autograd.graph import Builder, Graph, Row, trace
from autograd.lessons.symbols import indexed

#: A constant of so many operations is written out where it is used.
SHORT = 2


@dataclass(frozen=True)
class Formula(Rule):
    """An expression as one row. It prints as it is written, and has no derivative."""

    #: Says that a picture is of an update, through which no gradient flows.
    of_update: ClassVar[bool] = True

    @property
    def takes_gradient(self) -> bool:
        return False

    @property
    def is_infix(self) -> bool:
        return True


@dataclass(frozen=True)
class Recorded:
    """The graph of one update of one parameter; its output is the new parameter.

    ``results`` are the labels of the new parameter and of the new states. ``short`` are the rows
    that follow from the settings alone by a short formula, such as 1 - β₁ ** t.
    """

    graph: Graph
    results: tuple[str, ...]
    short: frozenset[int]


def folded(
    results: Mapping[str, Node],
    leaves: Mapping[int, tuple[str, bool]],
    names: Mapping[int, str],
    scheduled: Collection[str],
    effective: Sequence[Node] | None,
    facts: Mapping[str, Quantity] | None = None,
    calls: Mapping[int, tuple[str, Node]] | None = None,
    count: int | None = None,
) -> Recorded:
    """From rows of single operations to a row for each variable.

    ``results`` are the new parameter and what else is to have a row; the first ``count`` of them
    (all by default) are the results of the lesson. ``facts`` are numbers that a reader is told.
    ``calls`` are the leaves that a function of another node gave, by their numbers: its name and
    that node.
    """
    calls = calls or {}
    graph = trace(_together([*results.values()]), names={})
    labels = dict[int, str]()
    for label, node in results.items():
        labels.setdefault(graph[node].index, label)
    needed = _needed(graph, labels)
    uses = Counter(j for i in needed for j in graph.args(i))
    taken = {label for label, _ in leaves.values()}
    numbers = {int(number): i for i, number in enumerate(graph._numbers) if number >= 0}
    for number, name in names.items():
        place = numbers.get(number)
        if place in needed and place not in labels and name != "θ":
            labels[place] = f"{name}'" if name in taken else name
    rows, where, trees = Builder(), dict[int, int](), dict[int, ast.expr]()
    settings, constants, short, spare = set[int](), set[int](), set[int](), 0
    for label, fact in (facts or {}).items():
        rows.constant(float(fact), label)
    structural = {j for i in needed if isinstance(graph[i].rule, ArrayRule) for j in graph.args(i)}
    last = -1 if calls else next(iter(labels))  # the new parameter stands last
    for i in sorted(needed, key=lambda i: (i == last, i)):
        row = graph[i]
        if row.rule is None:
            number = int(graph._numbers[i])
            if number not in leaves:
                trees[i] = _number(float(row.value))
                continue
            label, setting = leaves[number]
            if number in calls:
                function, point = calls[number]
                of = where[graph[point].index]
                where[i] = rows.apply(_measured(function), [of], _bare(row.value), name=label)
                trees[i] = ast.Name(f"r{i}")
                continue
            where[i] = rows.constant(_bare(row.value), label)
            if setting:
                settings.add(where[i])
                constants.add(where[i])
            trees[i] = ast.Name(f"r{i}")
            continue
        if isinstance(row.rule, ArrayRule):
            if i not in labels:
                spare += 1
                labels[i] = indexed("z", spare)
            operands = [where.get(j, -1) for j in row.args]
            for place, j in enumerate(row.args):
                if operands[place] < 0:  # a number
                    operands[place] = where[j] = rows.constant(_bare(graph[j].value))
            value = _bare(row.value)
            where[i] = rows.apply(row.rule, operands, value, attrs=row.attrs, name=labels[i])
            trees[i] = ast.Name(f"r{i}")
            continue
        tree = _formula(row, trees)
        shared = uses[i] > 1 and not _is_simple(tree)
        if i not in labels and (shared or i in structural):
            spare += 1
            labels[i] = indexed("z", spare)
        if i not in labels:
            trees[i] = tree
            continue
        used = sorted({part.id for part in ast.walk(tree) if isinstance(part, ast.Name)})
        used = [name for name in used if name != "pi" and name[1:].isdigit()]
        operands = [where[int(name[1:])] for name in used]
        where[i] = rows.apply(_rule(tree, used), operands, _bare(row.value), name=labels[i])
        if all(operand in constants for operand in operands):
            constants.add(where[i])
            operators = sum(isinstance(part, ast.BinOp | ast.Call) for part in ast.walk(tree))
            leaf = all(operand in settings for operand in operands)
            if leaf and operators <= SHORT and labels[i] not in scheduled:
                short.add(where[i])
        trees[i] = ast.Name(f"r{i}")
    if effective is not None:
        ends = [numbers.get(node._number, -1) for node in effective]
        _add_effective_rate(rows, [where.get(row, -1) for row in ends])
    return Recorded(rows.build(), tuple(results)[:count], frozenset(short))


def _together(nodes: Sequence[Node]) -> Node:
    """One node that depends on all, so that one graph has them."""
    whole: Quantity = 0.0
    for node in nodes:
        whole = whole + (node.sum() if isinstance(node, Tensor) else node)
    return whole  # type: ignore[no-any-return]


def _bare(value: Quantity) -> Quantity:
    """An array of no dimension as the number that it is."""
    return value.item() if isinstance(value, np.ndarray) and not value.ndim else value


@dataclass(frozen=True)
class Measured(ArrayRule):
    """A row whose value came from a call, of which a reader knows no formula."""


@cache
def _measured(function: str) -> Measured:
    """The row of a function: nothing flows through it."""

    def none(*_: Quantity, **__: Quantity) -> Quantity:
        raise TypeError(f"{function} is known at the points where it was called")

    return Measured(function, none, (None,), (), none, ())


def _add_effective_rate(rows: Builder, operands: Sequence[int]) -> None:
    """(θ - θ') / g, where all three are rows and g is nowhere 0."""
    old, new, slope = (rows.values[i] if i >= 0 else None for i in operands)
    if slope is not None and old is not None and np.all(slope):
        rule = _shared_rule("(a0 - a1) / a2", ("a0", "a1", "a2"))
        rows.apply(rule, operands, (old - new) / slope, name="rate")


def _number(value: float) -> ast.expr:
    if value == math.pi:
        return ast.Name("pi")
    return ast.Constant(int(value) if value.is_integer() else value)


def _needed(graph: Graph, results: Iterable[int]) -> set[int]:
    """The rows that the results are computed from, and the results."""
    needed, stack = set[int](), list(results)
    while stack:
        if (row := stack.pop()) not in needed:
            needed.add(row)
            stack += graph.args(row)
    return needed


def _formula(row: Row, trees: Mapping[int, ast.expr]) -> ast.expr:
    """The operation of a row with the formulas of its operands in it."""
    if not isinstance(row.rule, Rule):
        raise TypeError(f"steps: an update rule is computed entry by entry, without {row.op}")
    pieces = {arg: trees[j] for arg, j in zip(row.rule.args, row.args)}
    pieces |= {a: ast.Constant(row.rule.defaults[a]) for a in row.rule.args[len(pieces) :]}
    shown = ast.parse(row.rule.shown, mode="eval").body if row.rule.shown else None
    tree = _Filled(pieces).visit(copy.deepcopy(shown or row.rule.value_tree))
    match tree:  # a factor of 1 says nothing, nor does a term of 0
        case ast.BinOp(left=kept, op=ast.Mult() | ast.Div(), right=ast.Constant(value=1)):
            return kept
        case ast.BinOp(left=ast.Constant(value=1), op=ast.Mult(), right=kept):
            return kept
        case ast.BinOp(left=kept, op=ast.Add() | ast.Sub(), right=ast.Constant(value=0)):
            return kept
        case ast.BinOp(left=ast.Constant(value=0), op=ast.Add(), right=kept):
            return kept
        case ast.BinOp(left=a, op=ast.Mult(), right=b) if ast.dump(a) == ast.dump(b):
            return ast.BinOp(a, ast.Pow(), ast.Constant(2))
    return tree  # type: ignore[no-any-return]


class _Filled(ast.NodeTransformer):
    """A tree with others in place of its names."""

    def __init__(self, pieces: Mapping[str, ast.expr]) -> None:
        self.pieces = pieces

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.pieces.get(node.id, node)


def _is_simple(tree: ast.expr) -> bool:
    """Whether a formula is one name or number, perhaps with a sign."""
    inner = tree.operand if isinstance(tree, ast.UnaryOp) else tree
    return isinstance(inner, ast.Name | ast.Constant)


def _rule(tree: ast.expr, used: Sequence[str]) -> Formula:
    """The formula as a row of a table, which any lesson of the same formula shares."""
    args = tuple(f"a{place}" for place in range(len(used)))
    filled = _Filled({name: ast.Name(arg) for name, arg in zip(used, args)})
    text = ast.unparse(filled.visit(copy.deepcopy(tree)))
    return _shared_rule(text, args)


@cache
def _shared_rule(text: str, args: tuple[str, ...]) -> Formula:
    name = f"formula_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return Formula(name, args, text, (None,) * len(args), ((0.5,),) * len(args))
