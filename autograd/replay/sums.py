"""The second pass: chains of ``+`` and ``-`` become one sum of products each.

A neuron, ``b + w1 * x1 + w2 * x2``, is four rows of the program; here it is one *unit* with three
terms. A row of a chain is taken in where nothing else uses it, and so is a product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array
from autograd.replay.program import Program


@dataclass(frozen=True)
class Units:
    """What is computed after the pass: sums of terms, and the rows that are left as they are.

    ``rows`` are the units in topological order and ``is_sum`` tells the sums. The terms of sum
    ``u`` are ``starts[u]:starts[u + 1]`` of the term columns: ``sign * left * right``, or
    ``sign * left`` where ``right`` is -1. ``levels`` count from 1: a unit is one above the highest
    of its operands.
    """

    rows: Array
    is_sum: Array
    starts: Array
    signs: Array
    left: Array
    right: Array
    levels: Array


def units(program: Program) -> Units:
    names = [rule.name for rule in program.rules]
    adds = {code: name for code, name in enumerate(names) if name in ("add", "sub", "neg")}
    products = {code for code, name in enumerate(names) if name == "mul"}
    n = len(program)
    codes, left, right = program.codes.tolist(), program.left.tolist(), program.right.tolist()
    uses = _uses(program)
    root = [-1] * n  # of an absorbed row: the sum that takes it in
    sign = [1] * n
    absorbed = [False] * n  # products and rows of chains that are no unit of their own
    terms: tuple[list[int], list[int], list[int], list[int]] = [], [], [], []
    owners, signs, lefts, rights = terms
    kept: list[int] = []
    for row in program.computed[::-1].tolist():
        owner = root[row]
        if absorbed[row] and owner < 0:
            continue  # a product: its sum has it already
        operation = adds.get(codes[row])
        if operation is None:
            kept.append(row)
            continue
        if owner < 0:
            owner = root[row] = row
            kept.append(row)
        s = sign[row]
        a, b = left[row], right[row]
        # From the last operand to the first: the order is turned round at the end.
        pairs = ((b, -s if operation == "sub" else s), (a, s)) if b >= 0 else ((a, -s),)
        for operand, t in pairs:
            code = codes[operand]
            alone = uses[operand] == 1
            if alone and code in adds:
                root[operand], sign[operand], absorbed[operand] = owner, t, True
                continue
            owners.append(owner)
            signs.append(t)
            if alone and code in products:
                absorbed[operand] = True
                lefts.append(left[operand])
                rights.append(right[operand])
            else:
                lefts.append(operand)
                rights.append(-1)
    kept.reverse()
    owner_of_term = np.array(owners[::-1], np.int64)
    # A chain is walked from its end, but two chains may be walked in turns.
    order = np.argsort(owner_of_term, kind="stable")
    sign_of, left_of, right_of = (
        np.array(column[::-1], np.int64)[order] for column in (signs, lefts, rights)
    )
    rows = np.array(kept, np.int64)
    counts = np.bincount(owner_of_term, minlength=n)[rows] if len(rows) else rows
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    is_sum = np.isin(np.array(program.codes)[rows], list(adds))
    levels = _levels(program, rows, is_sum, starts, left_of, right_of)
    return Units(rows, is_sum, starts, sign_of, left_of, right_of, levels)


def _uses(program: Program) -> list[int]:
    """How often each row is used; an output and a side of a comparison count twice."""
    n = len(program)
    operands = [program.left, program.right, program.outputs, program.outputs]
    operands += [program.compared.ravel()] * 2
    operands += [np.array(wide, np.int64) for wide in program.wide.values()]
    every = np.concatenate(operands).astype(np.int64)
    uses: list[int] = np.bincount(every[every >= 0], minlength=n).tolist()
    return uses


def _levels(
    program: Program, rows: Array, is_sum: Array, starts: Array, lefts: Array, rights: Array
) -> Array:
    level = [0] * len(program)
    first, second, ends = lefts.tolist(), rights.tolist(), starts.tolist()
    for unit, (row, of_terms) in enumerate(zip(rows.tolist(), is_sum.tolist())):
        highest = 0
        if of_terms:
            for term in range(ends[unit], ends[unit + 1]):
                a = level[first[term]]
                if a > highest:
                    highest = a
                b = level[second[term]] if second[term] >= 0 else 0
                if b > highest:
                    highest = b
        else:
            highest = max(level[operand] for operand in program.operands(row))
        level[row] = highest + 1
    return np.array(level)[rows]
