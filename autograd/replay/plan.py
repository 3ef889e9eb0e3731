"""The third pass: units of one level and one kind become one statement over arrays.

All numbers of a replay stand in one vector. The results of a statement are a piece of it, in the
order of the statement's grid, so that what reads them is a view where the program was regular.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from autograd.calculus import Array, Rule
from autograd.replay.program import CONSTANT, Program
from autograd.replay.shapes import Factors, grid_of, matrix_product, strides_of
from autograd.replay.sums import Units


@dataclass(frozen=True, eq=False)
class Read:
    """An operand of a statement: numbers of the vector, or constants.

    ``slots`` are places in the vector, in the operand's shape; ``strides`` how far they are apart
    where that is regular. ``constants`` are the numbers where all are constant.
    """

    slots: Array
    strides: tuple[int, ...] | None
    constants: Array | None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.slots.shape


@dataclass(frozen=True, eq=False)
class Statement:
    """Its result starts at ``offset`` and has ``shape``; it stands for ``covers`` rows."""

    offset: int
    shape: tuple[int, ...]
    covers: int
    scope: tuple[str, ...]

    @property
    def operations(self) -> int:
        """Additions and products of one forward pass; a function of one element counts as one."""
        return math.prod(self.shape)


@dataclass(frozen=True, eq=False)
class Elementwise(Statement):
    rule: Rule
    operands: tuple[Read, ...]


@dataclass(frozen=True, eq=False)
class Sum(Statement):
    """``Σ sign * left * right`` over the last axis, plus ``sign * read`` for each of ``singles``.

    With ``product`` it is ``left @ right.T``, each row with each row.
    """

    signs: Array
    left: Read | None
    right: Read | None
    product: bool
    singles: tuple[tuple[int, Read], ...]
    #: Terms without a second factor, where they are many: added up along the last axis.
    many: Read | None
    signs_of_many: Array

    @property
    def operations(self) -> int:
        terms = 2 * len(self.signs) + len(self.singles) + len(self.signs_of_many)
        return math.prod(self.shape) * max(terms - 1, 1)


@dataclass(eq=False)
class Plan:
    statements: list[Statement] = field(default_factory=list)
    size: int = 0
    #: Slots of the inputs, in the inputs' order, and of constants with their numbers.
    inputs: Array = field(default_factory=lambda: np.empty(0, np.int64))
    constant_slots: Array = field(default_factory=lambda: np.empty(0, np.int64))
    constants: Array = field(default_factory=lambda: np.empty(0))
    outputs: Array = field(default_factory=lambda: np.empty(0, np.int64))
    compared: Array = field(default_factory=lambda: np.empty((0, 2), np.int64))
    #: The names of inputs, by slot.
    names: dict[int, str] = field(default_factory=dict)


#: From so many terms without a second factor on, they are added up by one reduction.
MANY = 5


def kinds_of(program: Program, units: Units) -> tuple[Array, int]:
    """By unit the group it belongs to, in the order of their levels, and how many groups."""
    kinds: dict[object, int] = {}
    starts = units.starts.tolist()
    terms = (units.signs + 4 * (units.right >= 0)).astype(np.int8).tobytes()
    codes = np.where(units.is_sum, -1, program.codes[units.rows]).tolist()
    kind = [
        kinds.setdefault((level, code, terms[start:end]), len(kinds))
        for level, code, start, end in zip(units.levels.tolist(), codes, starts, starts[1:])
    ]
    return np.array(kind, np.int64), len(kinds)


def plan(program: Program, units: Units, kind: Array, count: int) -> Plan:
    return _Planner(program, units).plan(kind, count)


class _Planner:
    """Gives rows their slots while it goes through the groups."""

    def __init__(self, program: Program, units: Units) -> None:
        self.program, self.units = program, units
        self.slot = np.full(len(program), -1)
        self.constant = program.codes == CONSTANT
        self.placed = 0  # inputs, which have the first slots
        self.size = len(program.inputs)
        self.fixed: list[int] = []  # constants that stand in the vector

    def plan(self, kind: Array, count: int) -> Plan:
        units = self.units
        order = np.argsort(kind, kind="stable")
        bounds = np.searchsorted(kind[order], np.arange(count + 1))
        groups = [order[bounds[k] : bounds[k + 1]] for k in range(count)]
        groups.sort(key=lambda group: units.levels[group[0]])
        statements = [self._statement(group, *self._terms(group)) for group in groups]
        self._place(self.program.inputs)
        ends = np.concatenate([self.program.outputs, self.program.compared.ravel()])
        self._place(ends)
        return Plan(
            statements,
            self.size,
            self.slot[self.program.inputs],
            self.slot[self.fixed],
            self.program.values[self.fixed],
            self.slot[self.program.outputs],
            self.slot[self.program.compared],
            {
                slot: name
                for slot, name in zip(self.slot[self.program.inputs].tolist(), self.program.names)
                if name
            },
        )

    def _terms(self, group: Array) -> tuple[Array, Array, Array]:
        """(signs, left, right) of the group's terms, one line per unit; of rows, the operands."""
        units = self.units
        if not units.is_sum[group[0]]:
            operands = self.program.operands_of(units.rows[group])
            return np.empty(0), operands, operands
        places = units.starts[group][:, None] + np.arange(
            units.starts[group[0] + 1] - units.starts[group[0]]
        )
        return units.signs[places[0]], units.left[places], units.right[places]

    def _statement(self, group: Array, signs: Array, left: Array, right: Array) -> Statement:
        rows = self.units.rows[group]
        if not self.units.is_sum[group[0]]:
            return self._elementwise(rows, left)
        paired = right[0] >= 0
        return self._sum(rows, signs, left, right, paired)

    def _elementwise(self, rows: Array, operands: Array) -> Statement:
        rows, operands = self._sorted(rows, operands)
        shape = self._grid(operands)
        reads = tuple(self._read(column.reshape(shape)) for column in operands.T)
        rule = self.program.rules[self.program.codes[rows[0]]]
        return Elementwise(
            self._results(rows), shape, len(rows), self._scope(rows), rule, reads
        )  # fmt: skip

    def _sum(self, rows: Array, signs: Array, left: Array, right: Array, paired: Array) -> Sum:
        singles, single_signs = left[:, ~paired], signs[~paired]
        left, right, signs = left[:, paired], right[:, paired], signs[paired]
        covers = len(rows) * max(2 * len(signs) + len(single_signs) - 1, 1)
        factors = matrix_product(left, right) if len(signs) else None
        read_left = read_right = None
        if factors is not None:
            batch = slice(None) if len(factors.units) > 1 else 0
            if len(factors.units) == 1:
                order = self._regular(factors.left[0], factors.right[0])
                factors = Factors(
                    factors.left[..., order], factors.right[..., order], factors.units
                )
                signs = signs[order]
            shape = factors.units[batch].shape
            read_left = self._read(factors.left[batch])
            read_right = self._read(factors.right[batch])
            order = factors.units.ravel()
            rows, singles = rows[order], singles[order]
        else:
            rows, every = self._sorted(rows, np.concatenate([left, right, singles], axis=1))
            shape = self._grid(every)
            left, right, singles = np.split(every, [len(signs), 2 * len(signs)], axis=1)
            if len(signs):
                inner = shape if len(signs) == 1 else (*shape, len(signs))
                read_left = self._read(left.reshape(inner))
                read_right = self._read(right.reshape(inner))
        fixed = self.constant[singles].all(axis=0)  # a constant is no part of a view
        many = np.count_nonzero(~fixed) >= MANY
        few = fixed if many else np.ones(len(fixed), bool)
        rest = self._regular(singles[:, ~few]) if many else np.empty(0, np.int64)
        return Sum(
            self._results(rows), shape, covers, self._scope(rows),
            signs, read_left, read_right, factors is not None,
            tuple(
                (sign, self._read(column.reshape(shape)))
                for sign, column in zip(single_signs[few].tolist(), singles.T[few])
            ),
            self._read(singles[:, ~few][:, rest].reshape(*shape, -1)) if many else None,
            single_signs[~few][rest],
        )  # fmt: skip

    def _regular(self, *columns: Array) -> Array:
        """An order of the terms, which are added up, in which they are views if they can be."""
        first = columns[0]
        order = np.arange(first.shape[-1])
        if all(strides_of(self._slots(column)) is not None for column in columns):
            return order
        sorted_ = np.argsort(self._slots(first)[0], kind="stable")
        if all(strides_of(self._slots(column[:, sorted_])) is not None for column in columns):
            return sorted_
        return order

    def _slots(self, rows: Array) -> Array:
        """The slots of rows; those of constants are all one, as they are not read from there."""
        if self.constant[rows].all():
            return np.zeros(rows.shape, np.int64)
        self._place(rows)
        return self.slot[rows]

    def _scope(self, rows: Array) -> tuple[str, ...]:
        """The path of scopes that all rows have in common."""
        first, last = map(self.program.scope, (rows[0], rows[-1]))
        common = [a for a, b in zip(first, last) if a == b]
        return tuple(common)

    def _grid(self, operands: Array) -> tuple[int, ...]:
        varying = [column for column in operands.T if not self.constant[column].all()]
        return grid_of([self.slot[column] for column in varying])

    def _sorted(self, rows: Array, operands: Array) -> tuple[Array, Array]:
        """The units in the order in which their most varied operand stands in the vector."""
        varying = [column for column in operands.T if not self.constant[column].all()]
        for column in varying:
            self._place(column)
        slots = max((self.slot[column] for column in varying), key=lambda c: len(np.unique(c)))
        order = np.argsort(slots, kind="stable")
        return rows[order], operands[order]

    def _place(self, rows: Array) -> None:
        """Slots for the inputs and constants among ``rows`` that have none yet, in this order."""
        flat = rows.ravel()
        flat = flat[self.slot[flat] < 0]
        distinct, first = np.unique(flat, return_index=True)
        new = distinct[np.argsort(first)]
        inputs, fixed = new[~self.constant[new]], new[self.constant[new]]
        self.slot[inputs] = self.placed + np.arange(len(inputs))
        self.placed += len(inputs)
        self.slot[fixed] = self.size + np.arange(len(fixed))
        self.size += len(fixed)
        self.fixed += fixed.tolist()

    def _results(self, rows: Array) -> int:
        offset = self.size
        self.slot[rows] = offset + np.arange(len(rows))
        self.size += len(rows)
        return offset

    def _read(self, rows: Array) -> Read:
        if self.constant[rows].all():
            numbers = self.program.values[rows]
            return Read(np.zeros(rows.shape, np.int64), None, numbers)
        self._place(rows)
        slots = self.slot[rows]
        return Read(slots, strides_of(slots), None)
