"""The executor of deep, narrow programs, whose rows have no like: a line of Python for each row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograd.calculus import FLOAT, Array, Dialect, Function, State, namespace, stamp
from autograd.replay.program import CONSTANT, Program
from autograd.replay.texts import texts


@dataclass(frozen=True)
class Source:
    """``forward(inputs)`` gives the ends, ``both(seeds, inputs)`` the inputs' gradients as well."""

    forward: str
    both: str

    def __str__(self) -> str:
        return f"{self.forward}\n\n{self.both}"


def source(program: Program) -> Source:
    names = [f"v{row}" for row in range(len(program))]
    for row in np.flatnonzero(program.codes == CONSTANT).tolist():
        names[row] = number(float(program.values[row]))
    inputs = program.inputs.tolist()
    ends = [*program.outputs.tolist(), *program.compared.ravel().tolist()]
    parameters = ", ".join(names[row] for row in inputs)
    lines = [f"    {parameters}, = inputs"] if inputs else []
    for row, code, operands in program.lists():
        text = texts(program.rules[code], FLOAT).value
        lines.append(f"    v{row} = {text.format(*[names[operand] for operand in operands])}")
    results = f"({''.join(f'{names[row]}, ' for row in ends)})"
    gradients = "".join(f"g{row}, " for row in inputs)
    sent = backward(program, names, [f"g{row}" for row in range(len(program))], FLOAT)
    return Source(
        "\n".join(["def forward(inputs):", *lines, f"    return {results}", ""]),
        "\n".join(
            [
                "def both(seeds, inputs):",
                *lines,
                *(f"    {line}" for line in sent),
                f"    return {results}, ({gradients})",
                "",
            ]
        ),
    )


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

    def __init__(self, program: Program) -> None:
        self._lines = source(program)
        self.source = str(self._lines)
        rules = program.rules
        trees = tuple(tree for rule in rules for tree in (rule.value_tree, *rule.partial_trees))
        self._space: State = {**namespace(FLOAT, trees), "nan": math.nan, "inf": math.inf}

    @cached_property
    def _forward(self) -> Function:
        return stamp(self._lines.forward, "forward", self._space)

    @cached_property
    def _both(self) -> Function:
        return stamp(self._lines.both, "both", self._space)

    def forward(self, inputs: Array) -> Array:
        return np.array(self._forward(inputs.tolist()))

    def both(self, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
        ends, gradients = self._both(seeds, inputs.tolist())
        return np.array(ends), np.array(gradients)
