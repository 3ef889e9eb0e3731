"""A graph of Values is recorded column by column: equal to a plain walk, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, trace
from autograd.graph import Builder, Graph
from autograd.graph.assigned import AssignedNames
from autograd.graph.rows import leaf_kind
from autograd.graph.slots import Slots
from tests.strategies import random_program
from tests.test_replay_executors import SCALAR


def walked(output: Value) -> Graph:
    """The same graph by a walk over the nodes, oldest first."""
    live, pending = {output}, [output]
    while pending:
        new = {x for x in pending.pop()._operands() if isinstance(x, Value)} - live
        live |= new
        pending += new
    rows, assigned = Builder(), AssignedNames()
    row_of: dict[object, int] = {}
    for node in sorted(live, key=lambda node: node._number):
        line = node._origin.line
        name = node.name or (line and assigned(line))
        about: Any = {"name": name, "scope": node.scope, "accumulated": node.grad}
        about["number"] = node._number
        args = [row_of[x] if x in row_of else rows.constant(x) for x in node._operands()]
        # Each nan and each zero is a row of its own.
        row_of |= {x: row for x, row in zip(node._operands(), args) if x == x and x != 0}
        if node.is_leaf:
            row_of[node] = rows.leaf(node.data, kind=leaf_kind(node), **about)
        else:
            row_of[node] = rows.apply(node._origin.rule, args, node.data, **about)
        if line is not None:
            rows.lines[row_of[node]] = line
    return rows.build()


def check(output: Value) -> None:
    graph, expected = trace(output, names={}), walked(output)
    for slot in ("_codes", "_kinds", "_numbers", "_starts", "_args", "_scope_codes"):
        column, wanted = getattr(graph, slot), getattr(expected, slot)
        assert column.dtype == wanted.dtype
        np.testing.assert_array_equal(column, wanted, slot)
    for slot in ("rules", "_scopes", "_values", "_accumulated", "_attrs", "_lines"):
        assert repr(getattr(graph, slot)) == repr(getattr(expected, slot)), slot
    assert [row.label for row in graph] == [row.label for row in expected]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_graphs_are_recorded_as_a_plain_walk_records_them() -> None:
    for seed in range(60):
        program = random_program(seed, scalar=True, length=5 + seed % 40)
        names = [None, "a", "w.0"]
        leaves = [Value(float(x), names[seed % 3]) for x in program.leaves]
        with autograd.scope(f"block{seed % 3}"):
            out: Any = program(SCALAR, *leaves)
        for number in (2.0, 0.0, -0.0, 2.0, np.nan, np.nan):
            out = out * number - 1.0
        out = autograd.clip(out, -9.0, 2.0) + Value(seed).detach() * leaves[0]
        check(out)
        if seed % 2:
            out.backward()
            check(out)
        check(leaves[0])
    with autograd.source_lines():
        doubled = leaves[0] * 2 + 1
        check(doubled)


def test_wide_graphs_deep_ones_and_both_in_one() -> None:
    x, y = Value(0.5), Value(2.0)
    for width in (1, 16, 100):
        layer: list[Any] = [x * k + y for k in range(width)]
        for _ in range(3):
            layer = [a * b.tanh() - 1.5 for a, b in zip(layer, layer[::-1])]
        check(sum(layer))


def test_a_number_that_is_no_float_is_copied_and_a_replay_is_refused() -> None:
    x = Value(2.0)
    numbers = np.array([1.0])
    x.data = numbers  # type: ignore[assignment]
    graph = trace(x * 2.0, names={})
    numbers[0] = 9.0
    assert graph[x].value == [1.0]
    f = autograd.compile(lambda a: a * a)
    with pytest.raises(RuntimeError, match="a replay of <lambda> records no steps"):
        trace(f(Value(3.0)) * 2.0)
    assert len(Slots([x, x]).nodes) == 1
