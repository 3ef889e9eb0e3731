"""The rows of a graph of Values, written a column at a time: see ``slots``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograd.calculus import Array, Attributes, Quantity
from autograd.engine import ProgramLine, Value
from autograd.graph.assigned import AssignedNames
from autograd.graph.rows import CONSTANT, INTERIOR, leaf_kind, snapshot
from autograd.graph.slots import Slots


class ValueRows:
    """What a ``Builder`` of the same graph holds. A number is a row before its first consumer."""

    def __init__(self, output: Value, variables: Mapping[int, str]) -> None:
        slots = Slots([output])
        slots.refuse_replayed()
        nodes, count = slots.nodes, len(slots.nodes)
        owners, firsts, which = _constants(slots)
        fixed = owners[firsts] + np.arange(len(firsts))  # the rows of constants, and of nodes
        rows = np.arange(count) + np.searchsorted(owners[firsts], np.arange(count), side="right")
        self._rows, size = rows, count + len(fixed)

        rules = {id(None): 0}
        self.rules = [None]
        self.scopes: list[tuple[str, ...]] = list(
            dict.fromkeys([(), *(x.scope for x in slots.kinds)])
        )
        for origin in slots.kinds:
            if id(origin.rule) not in rules:
                rules[id(origin.rule)] = len(self.rules)
                self.rules.append(origin.rule)
        codes = slots.by_origin(rules[id(origin.rule)] for origin in slots.kinds)
        self.codes = self._column(codes, size, np.int32)
        places = {scope: place for place, scope in enumerate(self.scopes)}
        scopes = slots.by_origin(places[origin.scope] for origin in slots.kinds)
        self.scope_codes = self._column(scopes, size, np.int32)
        self.numbers = self._column(slots.numbers, size, np.int64, -1)

        kinds = np.full(count, INTERIOR)
        for place in np.flatnonzero(codes == 0).tolist():
            kinds[place] = leaf_kind(nodes[place])
        self.kinds = self._column(kinds, size, np.int8, CONSTANT)

        lengths = self._column(np.diff(slots.starts), size, np.int64)
        self.starts = np.concatenate([[0], np.cumsum(lengths)])
        args = np.where(slots.operands < 0, 0, rows[slots.operands])
        args[slots.operands < 0] = fixed[which]
        self.args = args.astype(np.int32)

        numbers = [slots.floats[place] for place in firsts.tolist()]
        self.values = self._list(slots.slot("data"), numbers, fixed, size)
        self.accumulated = self._list(slots.slot("grad"), [None] * len(numbers), fixed, size)
        self.attrs: dict[int, Attributes] = {}
        self.names, self.lines = self._names(slots, variables)

    def _column(self, of_nodes: Array, size: int, dtype: type, of_constants: int = 0) -> Array:
        column: Array = np.full(size, of_constants, dtype)
        column[self._rows] = of_nodes
        return column

    def _list(
        self, of_nodes: list[Quantity], of_constants: list[Quantity], fixed: Array, size: int
    ) -> list[Quantity]:
        if set(map(type, of_nodes)) != {float}:
            of_nodes = list(map(snapshot, of_nodes))
        if not of_constants:
            return of_nodes
        column = np.empty(size, object)
        column[self._rows], column[fixed] = of_nodes, of_constants
        things: list[Quantity] = column.tolist()
        return things

    def _names(
        self, slots: Slots, variables: Mapping[int, str]
    ) -> tuple[dict[int, str], dict[int, ProgramLine]]:
        """By row the name of a node, its own or its variable's, and the line that made it."""
        names, lines, assigned = {}, {}, AssignedNames()
        for place, key in enumerate(map(id, slots.nodes)) if variables else ():
            if key in variables:
                names[int(self._rows[place])] = variables[key]
        told = slots.by_origin(bool(origin.name or origin.line) for origin in slots.kinds)
        for place in np.flatnonzero(told).tolist():
            row, origin = int(self._rows[place]), slots.kinds[slots.codes[place]]
            name = origin.name or names.get(row)
            if origin.line is not None:
                lines[row] = origin.line
                name = name or assigned(origin.line)
            if name:
                names[row] = name
        return names, lines


def _constants(slots: Slots) -> tuple[Array, Array, Array]:
    """Of the numbers among the operands their consumers, which come first, and which each one is.

    Equal numbers are one constant. Each nan and each zero is one of its own: nan equals nothing,
    and the two zeros differ.
    """
    (loose,) = np.nonzero(slots.operands < 0)
    owners = np.searchsorted(slots.starts, loose, side="right") - 1
    numbers = np.array(slots.floats, np.float64)
    _, first, inverse = np.unique(numbers.view(np.int64), return_index=True, return_inverse=True)
    leader = first[inverse.reshape(-1)] if len(numbers) else np.empty(0, np.int64)
    alone = (numbers != numbers) | (numbers == 0)
    leader[alone] = np.flatnonzero(alone)
    is_first = leader == np.arange(len(numbers))
    return owners, np.flatnonzero(is_first), (np.cumsum(is_first) - 1)[leader]
