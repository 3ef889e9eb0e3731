"""An update rule run on nodes, and what it computed as a graph: one row for each of its variables.

The rule is an ordinary function. It is called once on nodes, which record what it does to them; its
local variables give the rows their names. What has no variable of its own is written into the
formula of the row that uses it: ``m = β₁ * m₀ + (1 - β₁) * g`` is one row.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import hashlib
import math
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from types import FrameType

import numpy as np

from autograd.calculus import Function, Quantity, Rule
from autograd.engine import Node, Tensor, Value, is_ours
from autograd.graph import Builder, Graph, Row, trace
from autograd.lessons.symbols import indexed, symbol

#: A constant of so many operations is written out where it is used.
SHORT = 2


@dataclass(frozen=True)
class Formula(Rule):
    """An expression as one row. It prints as it is written, and has no derivative."""

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


def record(
    rule: Function,
    parameter: tuple[str, Quantity],
    gradient: Quantity,
    states: Mapping[str, Quantity],
    settings: Mapping[str, Quantity],
    schedules: Mapping[str, Callable[[Quantity], Quantity]],
    turn: int,
    effective: bool = True,
) -> Recorded:
    """Run ``rule(theta, g, *states, **settings)`` on nodes and take down what it computes.

    ``schedules`` are the settings that follow one: they are called with ``turn`` as a node. The
    last row is the effective rate, by which plain descent would have moved the parameter as far;
    there is none without ``effective``, or where the gradient is 0.
    """
    name, theta = parameter
    leaves: dict[int, tuple[str, bool]] = {}
    kept: list[Node] = []

    def node(value: Quantity, label: str, setting: bool = False) -> Quantity:
        made = _node_like(theta, value)
        leaves[made._number] = label, setting
        kept.append(made)
        return made

    at = int(settings.get("t", turn + 1))
    hyper = {key: _setting(key, value, node) for key, value in settings.items()}
    names = _Names()
    counted = node(float(turn), "k", True)
    with np.errstate(all="ignore"):
        for key, schedule in schedules.items():
            rate = _rate(schedule, counted, node)
            if rate is not None:
                leaves.pop(getattr(hyper[key], "_number", -1), None)  # a rate of 0 is no node
                names.given[rate._number] = symbol(key)
                kept.append(rate)
                hyper[key] = rate
        inputs = [node(theta, name), node(gradient, "g")]
        inputs += [node(value, indexed(symbol(key), at - 1)) for key, value in states.items()]
        results = names.watch(rule, *inputs, **hyper)
    after = results if isinstance(results, tuple) else (results,)
    fresh = dict(zip((f"{name}'", *map(symbol, states)), after, strict=True))
    moved = {
        label: result
        for (label, result), before in zip(fresh.items(), (None, *inputs[2:]))
        if isinstance(result, Node) and result is not before
    }
    if f"{name}'" not in moved:
        raise TypeError(f"steps: the rule {rule_name(rule)} returns no new parameter")
    scheduled = {symbol(key) for key in schedules}
    ends = [inputs[0], after[0], inputs[1]] if effective else None
    return _folded(moved, leaves, names.given, scheduled, ends)


def _node_like(theta: Quantity, value: Quantity) -> Node:
    if isinstance(theta, np.ndarray):
        return Tensor(np.asarray(value, theta.dtype), requires_grad=True)
    return Value(float(value))


def _setting(key: str, value: Quantity, node: Function) -> Quantity:
    """A setting as the rule gets it: flags, choices and zeros are facts, which it may branch on."""
    if isinstance(value, tuple):
        return tuple(
            _setting(indexed(symbol(key), i + 1), part, node) for i, part in enumerate(value)
        )
    if value is None or isinstance(value, bool | str) or value == 0:
        return value
    return node(float(value), symbol(key), True)


def _rate(schedule: Callable[[Quantity], Quantity], counted: Node, node: Function) -> Node | None:
    """What the schedule's formula computes; None where it computes on plain numbers alone."""
    own = schedule
    if dataclasses.is_dataclass(schedule):
        own = object.__new__(type(schedule))
        for part in dataclasses.fields(schedule):
            value = getattr(schedule, part.name)
            number = isinstance(value, float) and value != 0 and math.isfinite(value)
            made = node(value, symbol(f"schedule {part.name}"), True) if number else value
            object.__setattr__(own, part.name, made)
    try:
        rate = own(counted)
    except (TypeError, ValueError, AttributeError):
        return None
    return rate if isinstance(rate, Node) and rate._operands() else None


class _Names:
    """The names that a function's own variables give to nodes, and those of the functions in it."""

    def __init__(self) -> None:
        self.given: dict[int, str] = {}
        self._seen: dict[tuple[int, str], Node] = {}
        self._frames: list[FrameType] = []  # alive, so that no id is used twice

    def watch(self, function: Function, *args: Quantity, **named: Quantity) -> Quantity:
        """Call the function; its variables are looked at after each line."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            return function(*args, **named)
        finally:
            sys.settrace(before)
            for (_, variable), node in self._seen.items():
                self.given.setdefault(node._number, symbol(variable))

    def _enter(self, frame: FrameType, event: str, _: object) -> Quantity:
        file = frame.f_code.co_filename
        if "__array_ufunc__" in frame.f_code.co_name or _is_engine(file):
            return None
        self._frames.append(frame)
        passed = {id(value) for value in frame.f_locals.values()}

        def look(frame: FrameType, event: str, _: object) -> Quantity:
            for variable, value in frame.f_locals.items():
                if isinstance(value, Node) and id(value) not in passed and value._operands():
                    self._seen[id(frame), variable] = value
            return look

        return look


def _is_engine(file: str) -> bool:
    parts = file.replace("\\", "/").split("/")
    return file.startswith("<tracegrad") or (is_ours(file) and "autograd" in parts[:-1])


def rule_name(rule: Function) -> str:
    """What a rule is called; of a partial function, its first argument."""
    inner = rule.args[0] if isinstance(rule, partial) and rule.args else rule
    return str(getattr(inner, "__name__", type(inner).__name__))


def _folded(
    results: Mapping[str, Node],
    leaves: Mapping[int, tuple[str, bool]],
    names: Mapping[int, str],
    scheduled: Collection[str],
    effective: Sequence[Node] | None,
) -> Recorded:
    """From rows of single operations to a row for each variable."""
    nodes = [*results.values()]
    whole: Quantity = nodes[0]
    for other in nodes[1:]:
        whole = whole + other
    graph = trace(whole, names={})  # of all results; what adds them up is left out again
    labels = {graph[node].index: label for label, node in results.items()}
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
    for i in sorted(needed, key=lambda i: (labels.get(i) == next(iter(results)), i)):
        row = graph[i]
        if row.rule is None:
            number = int(graph._numbers[i])
            if number not in leaves:
                trees[i] = _number(float(row.value))
                continue
            label, setting = leaves[number]
            where[i] = rows.constant(row.value, label)
            if setting:
                settings.add(where[i])
                constants.add(where[i])
            trees[i] = ast.Name(f"r{i}")
            continue
        tree = _formula(row, trees)
        if i not in labels and uses[i] > 1 and not _is_simple(tree):
            spare += 1
            labels[i] = indexed("z", spare)
        if i not in labels:
            trees[i] = tree
            continue
        used = sorted({part.id for part in ast.walk(tree) if isinstance(part, ast.Name)})
        used = [name for name in used if name != "pi" and name[1:].isdigit()]
        operands = [where[int(name[1:])] for name in used]
        where[i] = rows.apply(_rule(tree, used), operands, row.value, name=labels[i])
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
    return Recorded(rows.build(), tuple(results), frozenset(short))


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
