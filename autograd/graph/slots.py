"""A lean recorder: what the slots of live Values hold, as columns, in no loop over the nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from operator import attrgetter

import numpy as np

from autograd.calculus import Array, Quantity
from autograd.engine import Constant, Origin, Value

_first: Callable[[Value], Quantity] = attrgetter("_a")
_second: Callable[[Value], Quantity] = attrgetter("_b")
_number: Callable[[Value], int] = attrgetter("_number")
_origin: Callable[[Value], Origin] = attrgetter("_origin")


class Slots:
    """All Values that some ends are computed from, oldest first, and what their slots hold.

    The operands of ``nodes[i]`` are ``operands[starts[i]:starts[i + 1]]``: places among the nodes,
    -1 for a number, which is then in ``floats``, in order. ``place_of`` has the place of a node.
    """

    def __init__(self, ends: Iterable[Value]) -> None:
        nodes = _reachable(ends)
        numbers = np.fromiter(map(_number, nodes), np.int64, len(nodes))
        order = np.argsort(numbers)
        self.numbers: Array = numbers[order]
        self.nodes = nodes = list(map(nodes.__getitem__, order.tolist()))
        self.place_of: dict[object, int] = dict(zip(nodes, range(len(nodes))))
        #: The origins, in the order in which they occur first, and which of them each node has.
        self.kinds: list[Origin] = list(dict.fromkeys(map(_origin, nodes)))
        code_of = dict(zip(self.kinds, range(len(self.kinds))))
        codes = map(code_of.__getitem__, map(_origin, nodes))
        self.codes = np.fromiter(codes, np.int32, len(nodes))
        self._read_operands()

    def _read_operands(self) -> None:
        nodes = self.nodes
        first, second = list(map(_first, nodes)), list(map(_second, nodes))
        a, b = self.places(first), self.places(second)
        counts = np.full(len(nodes), 2)
        # By .data: a list of a million places takes more memory than the columns.
        for i in np.flatnonzero(b < 0).data:
            if second[i] is None:
                counts[i] = 1
        wide = []
        for i in np.flatnonzero(a < 0).data:
            if first[i] is None:
                counts[i] = 0
            elif first[i].__class__ is tuple:
                wide.append(i)
                counts[i] = len(first[i])
        self.starts = starts = np.concatenate([[0], np.cumsum(counts)])
        self.operands = operands = np.empty(int(starts[-1]), np.int64)
        narrow = counts > 0
        narrow[wide] = False
        operands[starts[:-1][narrow]] = a[narrow]
        narrow &= counts == 2
        operands[starts[:-1][narrow] + 1] = b[narrow]
        for i in wide:
            operands[starts[i] : starts[i + 1]] = self.places(first[i])
        (loose,) = np.nonzero(operands < 0)
        owners = np.searchsorted(starts, loose, side="right") - 1
        self.floats: list[float] = [
            (first[i][k] if first[i].__class__ is tuple else second[i] if k else first[i])
            for i, k in zip(owners.tolist(), (loose - starts[owners]).tolist())
        ]

    def refuse_replayed(self) -> None:
        """RuntimeError where a node is the result of a replay, which cannot be looked into."""
        for kind in set(map(type, self.nodes)) - {Value, Constant}:
            next(node for node in self.nodes if type(node) is kind)._operands()

    def places(self, things: Sequence[object]) -> Array:
        """The place of each thing among the nodes, -1 where it is none of them."""
        return np.fromiter(map(self.place_of.get, things, repeat(-1)), np.int64, len(things))

    def by_origin(self, codes: Iterable[int]) -> Array:
        """A column of what is one number for each of ``kinds``."""
        column: Array = np.array(list(codes), np.int32)[self.codes]
        return column

    def slot(self, slot: str) -> list[Quantity]:
        """What a slot of every node holds."""
        return list(map(attrgetter(slot), self.nodes))


def _reachable(ends: Iterable[Value]) -> list[Value]:
    """All Values that ``ends`` are computed from, depth first: neighbours in memory together."""
    seen: set[Quantity] = set(ends)
    stack: list[Quantity] = list(seen)
    nodes: list[Value] = []
    pop, push, see, keep = stack.pop, stack.append, seen.add, nodes.append
    while stack:
        node = pop()
        keep(node)
        operand = node._a
        if operand not in seen:
            see(operand)
            if operand.__class__ is Value or isinstance(operand, Value):
                push(operand)
            elif operand.__class__ is tuple:  # of a wide node
                new = {x for x in operand if isinstance(x, Value)} - seen
                seen |= new
                stack.extend(new)
        operand = node._b
        if operand not in seen:
            see(operand)
            if operand.__class__ is Value or isinstance(operand, Value):
                push(operand)
    return nodes
