"""The executor of deep, narrow programs, whose rows have no like: a line of Python for each row."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property

import numpy as np

from autograd.calculus import FLOAT, Array, Dialect, Function, State, namespace, stamp
from autograd.replay.program import CONSTANT, Program
from autograd.replay.texts import texts

#: Longer programs are several functions of so many lines, whose numbers stand in lists: Python
#: needs several kilobytes for each line of the function that it compiles.
LONG, BLOCK = 50_000, 5_000


def _written(program: Program, names: list[str], slopes: list[str]) -> tuple[list[str], list[str]]:
    """The lines of both passes."""
    for row in np.flatnonzero(program.codes == CONSTANT).tolist():
        names[row] = number(float(program.values[row]))
    forward = [
        f"{names[row]} = "
        f"{texts(program.rules[code], FLOAT).value.format(*[names[x] for x in operands])}"
        for row, code, operands in program.lists()
    ]
    return forward, backward(program, names, slopes, FLOAT)


def _function(head: str, lines: Iterable[str]) -> str:
    return "".join([f"def {head}:\n", *(f"    {line}\n" for line in lines)])


def whole(program: Program) -> tuple[str, str]:
    """``forward(inputs)``, which gives the ends, and ``both(seeds, inputs)``."""
    names, slopes = ([f"{letter}{row}" for row in range(len(program))] for letter in "vg")
    forward, back = _written(program, names, slopes)
    inputs = program.inputs.tolist()
    lines = [f"{', '.join(names[row] for row in inputs)}, = inputs"] if inputs else []
    lines += forward
    ends = [*program.outputs.tolist(), *program.compared.ravel().tolist()]
    results = f"({''.join(f'{names[row]}, ' for row in ends)})"
    gradients = "".join(f"g{row}, " for row in inputs)
    return (
        _function("forward(inputs)", [*lines, f"return {results}"]),
        _function("both(seeds, inputs)", [*lines, *back, f"return {results}, ({gradients})"]),
    )


def blocks(program: Program) -> tuple[list[str], list[str]]:
    """The functions ``block(V, G, seeds)`` of the two passes over lists of numbers."""
    names, slopes = ([f"{letter}[{row}]" for row in range(len(program))] for letter in "VG")
    forward, back = (
        [_function("block(V, G, seeds)", lines[n : n + BLOCK]) for n in range(0, len(lines), BLOCK)]
        for lines in _written(program, names, slopes)
    )
    return forward, back


def backward(
    program: Program,
    names: list[str],
    slopes: list[str],
    dialect: Dialect,
) -> list[str]:
    """The lines of the backward pass, from ``seeds`` to the gradients of the inputs.

    ``names`` and ``slopes`` are what a row and its gradient are called.
    """
    seen = set()
    lines = []

    def send(row: int, term: str) -> None:
        if program.codes[row] == CONSTANT:
            return
        if row in seen:
            # Not +=: the first term may be the very array of another gradient.
            lines.append(f"{slopes[row]} = {slopes[row]} + {term}")
        else:
            seen.add(row)
            lines.append(f"{slopes[row]} = {term}")

    for place, row in enumerate(program.outputs.tolist()):
        send(row, f"seeds[{place}]")
    for row, code, operands in reversed(list(program.lists())):
        if row not in seen:
            continue
        of_rule = texts(program.rules[code], dialect)
        operand_names = tuple(names[operand] for operand in operands)
        for place, operand in enumerate(operands):
            term = of_rule.term(place, slopes[row], operand_names, names[row])
            if term is not None:
                send(operand, term)
    lines += [f"{slopes[row]} = 0.0" for row in program.inputs.tolist() if row not in seen]
    return lines


def number(value: float) -> str:
    return f"({value!r})" if math.isfinite(value) else str(value)


class StraightLine:
    """Runs the lines over Python's floats; each function is compiled when it is first called."""

    kind = "straight-line Python"
    plan = None

    def __init__(self, program: Program) -> None:
        self._texts = whole(program)
        self.source = "\n\n".join(self._texts)
        self._space = _space(program)

    @cached_property
    def _forward(self) -> Function:
        return stamp(self._texts[0], "forward", self._space)

    @cached_property
    def _both(self) -> Function:
        return stamp(self._texts[1], "both", self._space)

    def forward(self, inputs: Array) -> Array:
        return np.array(self._forward(inputs.tolist()))

    def both(self, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
        ends, gradients = self._both(seeds, inputs.tolist())
        return np.array(ends), np.array(gradients)


class Blocks:
    """Runs the blocks of a long program."""

    kind = StraightLine.kind
    plan = None

    def __init__(self, program: Program) -> None:
        self._program = program
        self._texts = blocks(program)
        self.source = "\n\n".join([*self._texts[0], *self._texts[1]])
        self._space = _space(program)
        self._ends = [*program.outputs.tolist(), *program.compared.ravel().tolist()]

    @cached_property
    def _forward(self) -> list[Function]:
        return [stamp(text, "block", self._space) for text in self._texts[0]]

    @cached_property
    def _backward(self) -> list[Function]:
        return [stamp(text, "block", self._space) for text in self._texts[1]]

    def _values(self, inputs: Array) -> list[float]:
        values: list[float] = self._program.values.tolist()
        for row, value in zip(self._program.inputs.tolist(), inputs.tolist()):
            values[row] = value
        for block in self._forward:
            block(values, None, None)
        return values

    def forward(self, inputs: Array) -> Array:
        values = self._values(inputs)
        return np.array([values[row] for row in self._ends])

    def both(self, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
        values, slopes = self._values(inputs), [0.0] * len(self._program)
        for block in self._backward:
            block(values, slopes, seeds)
        gradients = [slopes[row] for row in self._program.inputs.tolist()]
        return np.array([values[row] for row in self._ends]), np.array(gradients)


def straight_line(program: Program) -> StraightLine | Blocks:
    return Blocks(program) if len(program.computed) > LONG else StraightLine(program)


def _space(program: Program) -> State:
    trees = tuple(tree for r in program.rules for tree in (r.value_tree, *r.partial_trees))
    return {**namespace(FLOAT, trees), "nan": math.nan, "inf": math.inf}
