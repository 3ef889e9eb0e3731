"""The first pass: constants are folded, equal rows are computed once, unused ones not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograd.calculus import Array
from autograd.replay.program import CONSTANT, INPUT, Program


def simplified(program: Program) -> Program:
    """The program with the same outputs and inputs and fewer rows."""
    return without_unused(with_shared(program)) if _has_equal_rows(program) else program


def _has_equal_rows(program: Program) -> bool:
    """Whether two rows are equal as they stand, or a row has constants alone."""
    rows = program.computed
    codes, left, right = program.codes[rows], program.left[rows], program.right[rows]
    constant = np.append(program.codes == CONSTANT, True)  # the last for no operand
    plain = left >= 0
    if program.wide or (constant[left] & constant[right] & plain).any():
        return True
    n = len(program) + 1
    keys = np.sort((codes[plain].astype(np.int64) * n + left[plain]) * n + right[plain] + 1)
    return bool((keys[1:] == keys[:-1]).any())


def with_shared(program: Program) -> Program:
    """Rows of constants become constants; equal rows become one.

    The products of a number in a sum, and the parts of that sum, stay apart unless the whole sums
    are equal: the rows of a table with repeated numbers are a matrix all the same, and its product
    costs less than sums that are picked together.
    """
    instead = list(range(len(program)))  # by row: the row to use
    equal = list(range(len(program)))  # by row: the first one that is equal
    apart = _terms(program)
    constant = (program.codes == CONSTANT).tolist()
    codes = program.codes.copy()
    wide = {}
    first: dict[object, int] = {}
    left, right = program.left.copy(), program.right.copy()
    for row, code, operands in program.lists():
        if len(operands) == 2:
            a, b = instead[operands[0]], instead[operands[1]]
            left[row], right[row] = a, b
            folded = constant[a] and constant[b]
            key: object = (code, equal[a], equal[b])
        elif len(operands) == 1:
            left[row] = a = instead[operands[0]]
            folded = constant[a]
            key = (code, equal[a])
        else:
            wide[row] = tuple(instead[operand] for operand in operands)
            folded = all(constant[operand] for operand in wide[row])
            key = (code, *[equal[operand] for operand in wide[row]])
        if folded:
            constant[row] = True
            codes[row] = CONSTANT
            left[row] = right[row] = -1
            wide.pop(row, None)
        else:
            equal[row] = first.setdefault(key, row)
            if not apart[row]:
                instead[row] = equal[row]
    rows = np.array(instead)
    return replace(
        program,
        codes=codes,
        left=left,
        right=right,
        wide=wide,
        outputs=rows[program.outputs],
        compared=rows[program.compared],
    )


def _terms(program: Program) -> list[bool]:
    """By row: whether it is a term of one sum alone, and is, or holds, a product of a constant."""
    names = [rule.name for rule in program.rules]
    kinds = np.array([*[name in ("add", "sub") for name in names], False, False])
    products = np.array([*[name == "mul" for name in names], False, False])
    left, right = program.left, program.right
    uses = np.bincount(np.concatenate([left, right]) + 1, minlength=len(program) + 1)[1:]
    for operands in program.wide.values():
        uses[list(operands)] += 1
    uses[program.outputs] += 1
    uses[program.compared] += 1
    summed = np.zeros(len(program) + 1, bool)
    sums = kinds[program.codes]
    summed[left[sums]] = summed[right[sums]] = True
    constant = np.append(program.codes == CONSTANT, False)
    by_number = constant[left] ^ constant[right]
    term = summed[:-1] & (uses == 1)
    apart: list[bool] = (products[program.codes] & term & by_number).tolist()
    apart.append(False)  # for no operand
    parts = np.flatnonzero(sums & term)
    for row, a, b in zip(parts.tolist(), left[parts].tolist(), right[parts].tolist()):
        apart[row] = apart[a] or apart[b]
    return apart


def without_unused(program: Program) -> Program:
    """Only what the outputs and the comparisons need, and the inputs."""
    left, right = program.left.tolist(), program.right.tolist()
    used = np.zeros(len(program), bool)
    used[program.outputs] = True
    used[program.compared] = True
    marks = used.tolist()
    for row in program.computed[::-1].tolist():
        if marks[row]:
            if row in program.wide:
                for operand in program.wide[row]:
                    marks[operand] = True
                continue
            marks[left[row]] = True
            if right[row] >= 0:
                marks[right[row]] = True
    keep = np.array(marks) | (program.codes == INPUT)
    place = np.cumsum(keep) - 1

    def moved(rows: Array) -> Array:
        return np.where(rows < 0, -1, place[rows])

    return replace(
        program,
        codes=program.codes[keep],
        left=moved(program.left[keep]),
        right=moved(program.right[keep]),
        wide={
            int(place[row]): tuple(int(place[operand]) for operand in operands)
            for row, operands in program.wide.items()
            if keep[row]
        },
        values=program.values[keep],
        inputs=place[program.inputs],
        outputs=place[program.outputs],
        compared=place[program.compared],
        scopes=program.scopes[keep],
    )
