"""A recorded computation over numbers as columns: what every pass and every executor reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter

import numpy as np

from autograd.calculus import Array, Rule
from autograd.engine import Constant, Value, state

#: The codes of rows that are not computed; those of computed rows count the rules from 0.
CONSTANT, INPUT = -1, -2


@dataclass(frozen=True)
class Program:
    """Rows in topological order: constants and inputs, and what is computed from them.

    ``left`` and ``right`` are the rows of the operands, -1 where there is none; the operands of a
    row of three or more are in ``wide``. ``values`` are the numbers of the recorded pass.
    ``outputs`` are rows; so are the two sides of each comparison, in ``compared``. ``names`` are
    those of the inputs, and ``scopes`` the paths under which rows were computed, by row.
    """

    rules: tuple[Rule, ...]
    codes: Array
    left: Array
    right: Array
    wide: dict[int, tuple[int, ...]]
    values: Array
    inputs: Array
    outputs: Array
    compared: Array
    names: tuple[str | None, ...] = ()
    scopes: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def computed(self) -> Array:
        """The rows that are computed, in order."""
        return np.flatnonzero(self.codes >= 0)

    def operands(self, row: int) -> tuple[int, ...]:
        if row in self.wide:
            return self.wide[row]
        left, right = int(self.left[row]), int(self.right[row])
        return () if left < 0 else (left,) if right < 0 else (left, right)

    def lists(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """(row, code, operands) of what is computed, as Python numbers."""
        codes, left, right = self.codes.tolist(), self.left.tolist(), self.right.tolist()
        for row in self.computed.tolist():
            a, b = left[row], right[row]
            operands = self.wide[row] if a < 0 else (a,) if b < 0 else (a, b)
            yield row, codes[row], operands


def record(
    outputs: Sequence[Value],
    inputs: Sequence[Value],
    compared: Sequence[tuple[Value | float, Value | float]] = (),
    *,
    since: int | None = None,
) -> tuple[Program, list[Value]]:
    """The program that computes ``outputs`` from ``inputs``, and the inputs it has beside those.

    These are the leaves that are used and older than the creation number ``since``; younger ones
    are constants of the program. The inputs come first among all inputs, in their order.
    ValueError for a computed node that is older than ``since``, or has a hook.
    """
    ends: list[Value] = [*outputs, *(x for pair in compared for x in pair if isinstance(x, Value))]
    nodes = _reachable(ends)
    numbers = np.fromiter(map(attrgetter("_number"), nodes), np.int64, len(nodes))
    order = np.argsort(numbers)
    nodes = list(map(nodes.__getitem__, order.tolist()))
    numbers = numbers[order]
    rules = list(map(attrgetter("_origin.rule"), nodes))
    is_leaf = np.fromiter((rule is None for rule in rules), bool, len(nodes))
    chosen = set(inputs)
    captured: list[Value] = []
    fixed: list[Value] = []
    for place in np.flatnonzero(is_leaf).tolist():
        node = nodes[place]
        if node in chosen:
            continue
        if since is None or numbers[place] < since:
            captured.append(node)
        elif isinstance(node, Constant):
            raise ValueError(_frozen())
        else:
            fixed.append(node)
    computed = [node for node, rule in zip(nodes, rules) if rule is not None]
    if since is not None and computed and computed[0]._number < since:
        raise ValueError(_older(computed[0]))
    if state.hooked and any(node._origin.hooks for node in computed):
        raise ValueError(
            "compile: a node of the function has a hook, and a replay makes no nodes; remove the "
            "hook, or put it on an argument or on the result"
        )
    return _columns(computed, [*inputs, *captured], fixed, outputs, compared), captured


def _reachable(ends: Iterable[Value]) -> list[Value]:
    """All nodes that ``ends`` are computed from, in no order. Constants of Python are no nodes."""
    seen: set[Value] = set(ends)
    pending = list(seen)
    push, pop, add = pending.append, pending.pop, seen.add
    while pending:
        node = pop()
        a, b = node._a, node._b
        if a.__class__ is tuple:
            for operand in a:
                if isinstance(operand, Value) and operand not in seen:
                    add(operand)
                    push(operand)
            continue
        if a not in seen and isinstance(a, Value):
            add(a)
            push(a)
        if b not in seen and isinstance(b, Value):
            add(b)
            push(b)
    return list(seen)


def _columns(
    computed: list[Value],
    inputs: list[Value],
    fixed: list[Value],
    outputs: Sequence[Value],
    compared: Sequence[tuple[Value | float, Value | float]],
) -> Program:
    operands = [list(map(attrgetter(slot), computed)) for slot in ("_a", "_b")]
    wide = {place: a for place, a in enumerate(operands[0]) if a.__class__ is tuple}
    for place in wide:
        operands[0][place] = operands[1][place] = None
    listed: list[Sequence[object]] = [
        *operands,
        outputs,
        [x for pair in compared for x in pair],
        [x for several in wide.values() for x in several],
    ]
    # Nodes count from 0; numbers get their rows below, before all nodes.
    place_of = dict(zip([*inputs, *computed], range(len(inputs) + len(computed))))
    young = len(place_of)
    place_of.update(zip(fixed, range(young, young + len(fixed))))
    columns = [_places(things, place_of) for things in listed]
    floats = [[things[i] for i in missing] for things, (_, missing) in zip(listed, columns)]
    numbers = [x for some in floats for x in some] + [node.data for node in fixed]
    # One row for each number that occurs, told apart by its bits: nan is equal to nan, -0 not to 0.
    bits, rows_of_numbers = np.unique(
        np.array(numbers, np.float64).view(np.int64), return_inverse=True
    )
    first = len(bits) + len(inputs)
    n = first + len(computed)
    end = len(numbers) - len(fixed)
    in_rows = np.concatenate([np.arange(len(bits), n), rows_of_numbers[end:]])
    rows, begin = [], 0
    for places, missing in columns:
        column = np.where(places < 0, -1, in_rows[places])
        column[missing] = rows_of_numbers[begin : begin + len(missing)]
        begin += len(missing)
        rows.append(column)
    left, right = np.full(n, -1), np.full(n, -1)
    left[first:], right[first:] = rows[:2]
    several = iter(rows[4].tolist())
    rules = list(map(attrgetter("_origin.rule"), computed))
    kinds = {rule: code for code, rule in enumerate(dict.fromkeys(rules))}
    codes = np.empty(n, np.int32)
    codes[: len(bits)] = CONSTANT
    codes[len(bits) : first] = INPUT
    codes[first:] = list(map(kinds.__getitem__, rules))
    values = np.empty(n)
    values[: len(bits)] = bits.view(np.float64)
    values[len(bits) :] = list(map(attrgetter("data"), [*inputs, *computed]))
    paths = list(map(attrgetter("_origin.scope"), computed))
    return Program(
        rules=tuple(kinds),
        codes=codes,
        left=left,
        right=right,
        wide={first + place: tuple(islice(several, len(a))) for place, a in wide.items()},
        values=values,
        inputs=np.arange(len(bits), first),
        outputs=rows[2],
        compared=rows[3].reshape(-1, 2),
        names=tuple(node.name for node in inputs),
        scopes={first + place: path for place, path in enumerate(paths) if path},
    )


def _places(things: Sequence[object], place_of: dict[Value, int]) -> tuple[Array, list[int]]:
    """By thing the place of a node, -1 for any other; and where the numbers are."""
    places = list(map(place_of.get, things))  # type: ignore[arg-type]  # None for what is no node
    missing = [i for i, place in enumerate(places) if place is None]
    for i in missing:
        places[i] = -1
    return np.array(places, np.int64), [i for i in missing if things[i] is not None]


def _older(node: Value) -> str:
    name = node.name or f"a {node._origin.rule.name}"
    return (
        f"compile: the function uses {name}, which was computed before it was called; compute it "
        f"inside the function, or pass it as an argument"
    )


def _frozen() -> str:
    return (
        "compile: the function uses a number that it computed inside no_grad, or from constants "
        "alone; that would be the same in every replay: compute it outside no_grad, or before"
    )
