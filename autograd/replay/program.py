"""A recorded computation over numbers as columns: what every pass and every executor reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array, Rule
from autograd.engine import Constant, Value, state
from autograd.graph import Slots

#: The codes of rows that are not computed; those of computed rows count the rules from 0.
CONSTANT, INPUT = -1, -2


@dataclass(frozen=True)
class Program:
    """Rows in topological order: constants and inputs, and what is computed from them.

    ``left`` and ``right`` are the rows of the operands, -1 where there is none; the operands of a
    row of three or more are in ``wide``. ``values`` are the numbers of the recorded pass.
    ``outputs`` are rows; so are the two sides of each comparison, in ``compared``. ``names`` are
    those of the inputs. ``scopes`` says for each row under which of the ``paths`` of scopes it was
    computed.
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
    names: tuple[str | None, ...]
    scopes: Array
    paths: tuple[tuple[str, ...], ...]

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

    def operands_of(self, rows: Array) -> Array:
        """The operands of rows of one rule, a line for each row."""
        if rows[0] in self.wide:
            return np.array([self.wide[row] for row in rows.tolist()])
        count = len(self.operands(int(rows[0])))
        return np.stack([self.left[rows], self.right[rows]][:count], axis=1)

    def scope(self, row: int) -> tuple[str, ...]:
        return self.paths[self.scopes[row]]

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
    slots = Slots([*outputs, *(x for pair in compared for x in pair if isinstance(x, Value))])
    chosen = set(inputs)
    captured: list[Value] = []
    fixed: list[int] = []  # the places of leaves that are constants
    rules = [origin.rule for origin in slots.kinds]
    leaves = slots.by_origin(rule is None for rule in rules) == 1
    for place in np.flatnonzero(leaves).tolist():
        node = slots.nodes[place]
        if node in chosen:
            continue
        if since is None or slots.numbers[place] < since:
            captured.append(node)
        elif isinstance(node, Constant):
            raise ValueError(_frozen())
        else:
            fixed.append(place)
    computed = np.flatnonzero(~leaves)
    if since is not None and len(computed) and slots.numbers[computed[0]] < since:
        raise ValueError(_older(slots.nodes[computed[0]]))
    slots.refuse_replayed()
    if state.hooked and any(origin.hooks for origin in slots.kinds if origin.rule is not None):
        raise ValueError(
            "compile: a node of the function has a hook, and a replay makes no nodes; remove the "
            "hook, or put it on an argument or on the result"
        )
    sides = [x for pair in compared for x in pair]
    return _columns(slots, computed, [*inputs, *captured], fixed, outputs, sides), captured


def _columns(
    slots: Slots,
    computed: Array,
    inputs: list[Value],
    fixed: list[int],
    outputs: Sequence[Value],
    sides: list[Value | float],
) -> Program:
    """The rows: a constant for each number that occurs, the inputs, then what is computed."""
    ends = slots.places([*outputs, *sides])
    numbers = [
        *slots.floats,
        *(x for x in sides if not isinstance(x, Value)),
        *(slots.nodes[place].data for place in fixed),
    ]
    # Told apart by its bits: nan is equal to nan, -0 not to 0.
    bits, of_numbers = np.unique(np.array(numbers, np.float64).view(np.int64), return_inverse=True)
    first = len(bits) + len(inputs)
    size = first + len(computed)
    row_of = np.full(len(slots.nodes), -1)
    row_of[computed] = np.arange(first, size)
    row_of[fixed] = of_numbers[len(numbers) - len(fixed) :]
    of_inputs = slots.places(inputs)
    row_of[of_inputs[of_inputs >= 0]] = np.arange(len(bits), first)[of_inputs >= 0]
    operands = row_of[slots.operands]
    operands[slots.operands < 0] = of_numbers[: len(slots.floats)]
    rows_of_ends = row_of[ends]
    rows_of_ends[ends < 0] = of_numbers[len(slots.floats) : len(numbers) - len(fixed)]

    starts, counts = slots.starts[computed], np.diff(slots.starts)[computed]
    left, right = np.full(size, -1), np.full(size, -1)
    narrow = counts <= 2
    left[first:][narrow] = operands[starts[narrow]]
    two = counts == 2
    right[first:][two] = operands[starts[two] + 1]
    wide = {
        first + place: tuple(operands[starts[place] : starts[place] + counts[place]].tolist())
        for place in np.flatnonzero(~narrow).tolist()
    }
    codes = np.full(size, CONSTANT)
    kinds: dict[Rule, int] = {}
    codes[len(bits) : first] = INPUT
    of_rules = [
        CONSTANT if rule is None else kinds.setdefault(rule, len(kinds))
        for rule in (origin.rule for origin in slots.kinds)
    ]
    codes[first:] = slots.by_origin(of_rules)[computed]
    values = np.empty(size)
    values[: len(bits)] = bits.view(np.float64)
    values[len(bits) : first] = [x.data for x in inputs]
    values[first:] = np.array(slots.slot("data"), np.float64)[computed]
    paths: dict[tuple[str, ...], int] = {(): 0}
    scopes = np.zeros(size, np.int64)
    of_scopes = [paths.setdefault(origin.scope, len(paths)) for origin in slots.kinds]
    scopes[first:] = slots.by_origin(of_scopes)[computed]
    return Program(
        rules=tuple(kinds),
        codes=codes,
        left=left,
        right=right,
        wide=wide,
        values=values,
        inputs=np.arange(len(bits), first),
        outputs=rows_of_ends[: len(outputs)],
        compared=rows_of_ends[len(outputs) :].reshape(-1, 2),
        names=tuple(node.name for node in inputs),
        paths=tuple(paths),
        scopes=scopes,
    )


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
