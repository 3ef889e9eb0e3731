"""The careful executor: row by row as the eager sweep goes, where a fast one met a nan."""

from __future__ import annotations

import numpy as np

from autograd.calculus import ARRAY, FLOAT, Array, value_function
from autograd.engine import partial_of_floats, times
from autograd.replay.program import Program


def forward(program: Program, inputs: Array) -> list[float]:
    """The value of every row."""
    values: list[float] = program.values.tolist()
    for row, number in zip(program.inputs.tolist(), inputs.tolist()):
        values[row] = number
    for row, code, operands in program.lists():
        rule = program.rules[code]
        floats = [values[operand] for operand in operands]
        try:
            values[row] = value_function(rule, FLOAT)(*floats)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                values[row] = float(value_function(rule, ARRAY)(*map(np.float64, floats)))
    return values


def ends_of(program: Program, values: list[float]) -> Array:
    rows = [*program.outputs.tolist(), *program.compared.ravel().tolist()]
    return np.array([values[row] for row in rows])


def both(program: Program, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
    """The ends and the gradients of the inputs; 0 times what is not finite is 0, as in a sweep."""
    values = forward(program, inputs)
    gradients: list[float | None] = [None] * len(program)
    for row, seed in zip(program.outputs.tolist(), seeds):
        before = gradients[row]
        gradients[row] = seed if before is None else before + seed
    for row, code, operands in reversed(list(program.lists())):
        upstream = gradients[row]
        if upstream is None:
            continue
        rule = program.rules[code]
        floats = [values[operand] for operand in operands]
        for place, operand in enumerate(operands):
            if program.codes[operand] == -1:
                continue
            local = partial_of_floats(rule, place, values[row], floats)
            if local is None:
                continue
            before, term = gradients[operand], times(upstream, local)
            gradients[operand] = term if before is None else before + term
    rows = program.inputs.tolist()
    return ends_of(program, values), np.array([gradients[row] or 0.0 for row in rows])
