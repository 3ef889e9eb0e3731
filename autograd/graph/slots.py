"""A lean recorder: what the slots of live Values hold, as columns, in no loop over the nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from operator import attrgetter, is_not

import numpy as np

from autograd.calculus import Array, Quantity
from autograd.engine import Constant, Origin, Value

#: Up to so many nodes are looked at one by one; more by functions in C, which begin slowly.
FEW = 16


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
        self.origins = list(map(_origin, nodes))
        #: In the order in which they occur first.
        self.kinds: list[Origin] = list(dict.fromkeys(self.origins))
        self.place_of: dict[object, int] = dict(zip(nodes, range(len(nodes))))
        self._read_operands()

    def _read_operands(self) -> None:
        nodes, n = self.nodes, len(self.nodes)
        first, second = list(map(_first, nodes)), list(map(_second, nodes))
        a, b = self.places(first), self.places(second)
        (numbers,) = np.nonzero(a < 0)
        wide = [i for i in numbers.tolist() if first[i].__class__ is tuple]
        counts = 1 + np.fromiter(map(is_not, second, repeat(None)), np.int64, n)
        counts[[i for i in numbers.tolist() if first[i] is None]] = 0
        counts[wide] = [len(first[i]) for i in wide]
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
        code_of = dict(zip(self.kinds, codes))
        return np.fromiter(map(code_of.__getitem__, self.origins), np.int64, len(self.nodes))

    def slot(self, slot: str) -> list[Quantity]:
        """What a slot of every node holds."""
        return list(map(attrgetter(slot), self.nodes))


def _reachable(ends: Iterable[Value]) -> list[Value]:
    """All Values that ``ends`` are computed from, in no order."""
    seen: set[Quantity] = set(ends)
    reached = seen
    while reached:
        operands: set[Quantity] = set()
        if len(reached) <= FEW:
            for node in reached:
                operands.add(node._a)
                operands.add(node._b)
        else:
            operands.update(map(_first, reached))
            operands.update(map(_second, reached))
        operands -= seen
        # Numbers, None, the operands of wide nodes, and constants.
        others = [x for x in operands if x.__class__ is not Value]
        if others:
            operands.difference_update(others)
            wide = [x for x in others if x.__class__ is tuple]
            others += chain.from_iterable(wide)
            operands.update(x for x in others if isinstance(x, Value) and x not in seen)
        seen |= operands
        reached = operands
    return list(seen)
