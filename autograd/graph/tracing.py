"""Copies a live computation into a frozen graph, which pictures, steps and generated code read.

:func:`trace` walks the live nodes once and makes a :class:`Graph`: one row per value, in
topological order, so that a loop over the graph follows the forward pass. Arrays are copied, so
that what the program does afterwards does not change a picture or a lesson.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import numpy as np

from autograd.calculus import Attributes, Quantity, Rule
from autograd.calculus.array_rules import ArrayRule
from autograd.engine import Node, ProgramLine, Value, by_number, calling_variables
from autograd.graph.assigned import AssignedNames
from autograd.graph.frozen import Graph
from autograd.graph.rows import CONSTANT, INTERIOR, LEAF, leaf_kind, snapshot
from autograd.graph.value_rows import ValueRows
from autograd.writing import names_of_things


class Builder:
    """Grows a graph row by row; operands are rows that already exist.

    >>> from autograd.graph import Builder
    >>> from autograd.calculus.rules import RULES
    >>> rows = Builder()
    >>> x = rows.leaf(3.0, name="x")
    >>> y = rows.apply(RULES["mul"], (x, x), 9.0)
    >>> print(rows.build())
    x   = 3
    out = x * x  = 9
    """

    codes: array[int]
    kinds: array[int]
    numbers: array[int]
    starts: array[int]
    args: array[int]
    scope_codes: array[int]

    def __init__(self) -> None:
        self.rules: list[Rule | ArrayRule | None] = [None]
        self.scopes: list[tuple[str, ...]] = [()]
        self.codes, self.kinds, self.numbers = array("i"), array("b"), array("q")
        self.starts, self.args, self.scope_codes = array("q", [0]), array("i"), array("i")
        self.values: list[Quantity] = []
        self.accumulated: list[Quantity] = []
        self.attrs: dict[int, Attributes] = {}
        self.names: dict[int, str] = {}
        self.lines: dict[int, ProgramLine] = {}
        self._rule_codes: dict[int, int] = {id(None): 0}
        self._scope_of: dict[tuple[str, ...], int] = {(): 0}

    def leaf(
        self,
        value: Quantity,
        *,
        name: str | None = None,
        kind: int = LEAF,
        scope: tuple[str, ...] = (),
        accumulated: Quantity = None,
        number: int = -1,
    ) -> int:
        """Add a value without operands (``kind`` CONSTANT, LEAF or PARAMETER); return its row."""
        return self._row(None, kind, value, name, scope, accumulated, number)

    def constant(self, value: Quantity, name: str | None = None) -> int:
        return self._row(None, CONSTANT, value, name, (), None, -1)

    def apply(
        self,
        rule: Rule | ArrayRule | None,
        args: Sequence[int],
        value: Quantity,
        *,
        attrs: Attributes | None = None,
        name: str | None = None,
        scope: tuple[str, ...] = (),
        accumulated: Quantity = None,
        number: int = -1,
    ) -> int:
        """Add the value that ``rule`` made from the rows ``args``; return its row."""
        self.args.extend(args)
        row = self._row(rule, INTERIOR, value, name, scope, accumulated, number)
        if attrs:
            self.attrs[row] = dict(attrs)
        return row

    def build(self) -> Graph:
        """The graph; its output is the last row. ValueError when there is none."""
        if not self.values:
            raise ValueError("a graph needs at least one row")
        return Graph(self)

    def _row(
        self,
        rule: Rule | ArrayRule | None,
        kind: int,
        value: Quantity,
        name: str | None,
        scope: tuple[str, ...],
        accumulated: Quantity,
        number: int,
    ) -> int:
        row = len(self.values)
        code = self._rule_codes.get(id(rule))
        if code is None:
            code = self._rule_codes[id(rule)] = len(self.rules)
            self.rules.append(rule)
        place = self._scope_of.get(scope)
        if place is None:
            place = self._scope_of[scope] = len(self.scopes)
            self.scopes.append(scope)
        self.codes.append(code)
        self.kinds.append(kind)
        self.numbers.append(number)
        self.scope_codes.append(place)
        self.starts.append(len(self.args))
        self.values.append(value if value.__class__ is float else snapshot(value))
        self.accumulated.append(
            accumulated if accumulated.__class__ is float else snapshot(accumulated)
        )
        if name is not None:
            self.names[row] = name
        return row


def trace(output: Quantity, names: Attributes | None = None) -> Graph:
    """Freeze the computation that made ``output``, a :class:`Value` or a :class:`Tensor`.

    Nodes without a name of their own are named after the variables that hold them: those of
    ``names`` (``names=locals()``, also inside its lists and dicts), by default the caller's;
    ``names={}`` for none. Under :func:`autograd.source_lines` the program's text names the rest:
    what ``err = y - 2`` made in the turns of a loop is err, err_2, err_3. Leaves that want no
    gradient, plain numbers and arrays are constants.
    TypeError for what is not a node; ValueError when a leaf was assigned to after it was used.

    Returns a ``Graph``, which prints, draws (``to_svg``, ``save``) and runs backward.

    >>> from autograd import Value, trace
    >>> x = Value(3.0)
    >>> y = x * x + 1
    >>> print(trace(y))
    x  = 3
    v1 = x * x   = 9
    y  = v1 + 1  = 10
    """
    if not isinstance(output, Node):
        raise TypeError(f"trace() needs a Value or a Tensor, not {type(output).__name__}")
    variables = calling_variables() if names is None else names
    variable_names = names_of_things(variables, lambda thing: isinstance(thing, Node | np.ndarray))
    if isinstance(output, Value):
        return Graph(ValueRows(output, variable_names))
    live = _reachable(output)
    rows, assigned = Builder(), AssignedNames()
    constants: dict[object, list[int]] = {}
    row_of: dict[int, int] = {}
    for node in live:
        number, origin = node._number, node._origin
        operands = node._operands()
        name = origin.name or variable_names.get(id(node))
        if name is None and origin.line is not None:
            name = assigned(origin.line)
        if not operands:
            row_of[number] = rows.leaf(
                node.data,
                name=name,
                kind=leaf_kind(node),
                scope=origin.scope,
                accumulated=node.grad,
                number=number,
            )
            if origin.line is not None:
                rows.lines[row_of[number]] = origin.line
            continue
        args = []
        for place, operand in enumerate(operands):
            if operand is None:
                continue  # a linear without a bias
            if not isinstance(operand, Node):
                row = _constant(rows, constants, operand, node._as_given()[place], variable_names)
            elif (row := row_of.get(operand._number, -1)) < 0:
                raise ValueError(_stale(operand, variable_names))
            args.append(row)
        row_of[number] = rows.apply(
            origin.rule,
            args,
            node.data,
            attrs=node._attrs(),
            name=name,
            scope=origin.scope,
            accumulated=node.grad,
            number=number,
        )
        if origin.line is not None:
            rows.lines[row_of[number]] = origin.line
    return rows.build()


def _reachable(output: Quantity) -> list[Quantity]:
    """The nodes that ``output`` is computed from, itself included, by creation number.

    Unlike a sweep's order this has the constants too, and what only a condition depends on.
    """
    seen = {output._number}
    nodes, stack = [output], [output]
    while stack:
        for operand in stack.pop()._operands():
            if isinstance(operand, Node) and operand._number not in seen:
                seen.add(operand._number)
                nodes.append(operand)
                stack.append(operand)
    nodes.sort(key=by_number)
    return nodes


def _constant(
    rows: Builder,
    shared: dict[object, list[int]],
    value: Quantity,
    original: object,
    names: Mapping[int, str],
) -> int:
    """The row of an operand that is not a node; equal numbers and one array share a row.

    A node holds a copy of an array that can change; ``original`` is the array of the program.
    It is one constant as long as its numbers stay the same.
    """
    if isinstance(value, np.ndarray):
        same = shared.setdefault(id(original), [])
        for row in same:
            if np.array_equal(rows.values[row], value, equal_nan=value.dtype.kind == "f"):
                return row
        same.append(rows.constant(value, names.get(id(original))))
        return same[-1]
    if value != value or value == 0:  # nan equals nothing, and the two zeros differ
        return rows.constant(value)
    same = shared.setdefault((type(value), value), [])
    if not same:
        same.append(rows.constant(value))
    return same[0]


def _stale(leaf: Quantity, names: Mapping[int, str]) -> str:
    name = leaf.name or names.get(id(leaf)) or "a leaf"
    return (
        f"{name} was assigned to after it was used: the values made from it are old; "
        f"run the forward pass again and trace its output"
    )
