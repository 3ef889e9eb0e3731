"""The second pass: chains of ``+`` and ``-`` become one sum of products each.

A neuron, ``b + w1 * x1 + w2 * x2``, is four rows of the program; here it is one *unit* with three
terms. A row of a chain is taken in where nothing else uses it, and so is a product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array
from autograd.replay.program import Program

#: The rows that the pass reads. Those of a chain are above the product.
PRODUCT, SUM, DIFFERENCE, NEGATION = 1, 2, 3, 4
KINDS = {"mul": PRODUCT, "add": SUM, "sub": DIFFERENCE, "neg": NEGATION}


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
    n, rows = len(program), program.computed
    kind = np.zeros(n, np.int64)
    of_rules = np.array([KINDS.get(rule.name, 0) for rule in program.rules], np.int64)
    kind[rows] = of_rules[program.codes[rows]]
    # What the rows of chains are computed from, in order: the row that uses it, it, and its sign.
    (chained,) = np.nonzero(kind > PRODUCT)
    users = np.repeat(chained, 2)
    operands = np.stack([program.left[chained], program.right[chained]], axis=1).ravel()
    signs = np.ones(len(operands), np.int64)
    signs[::2][kind[chained] == NEGATION] = -1
    signs[1::2][kind[chained] == DIFFERENCE] = -1
    some = operands >= 0
    users, operands, signs = users[some], operands[some], signs[some]
    inside = (_uses(program)[operands] == 1) & (kind[operands] > 0)  # no units of their own
    root, sign = np.arange(n), np.ones(n, np.int64)
    root[operands[inside]], sign[operands[inside]] = users[inside], signs[inside]
    kept = rows[root[rows] == rows]
    while not np.array_equal(above := root[root], root):  # up the chains, in doubled steps
        sign *= sign[root]
        root = above
    terms = ~inside | (kind[operands] == PRODUCT)
    products = inside[terms]
    users, operands, signs = users[terms], operands[terms], signs[terms]
    order = np.argsort(root[users], kind="stable")
    lefts = np.where(products, program.left[operands], operands)[order]
    rights = np.where(products, program.right[operands], -1)[order]
    counts = np.bincount(root[users], minlength=n)[kept]
    starts = np.concatenate([[0], np.cumsum(counts)])
    levels = _levels(program, kept, starts, lefts, rights)
    return Units(
        kept, kind[kept] > PRODUCT, starts, (sign[users] * signs)[order], lefts, rights, levels
    )


def _uses(program: Program) -> Array:
    """How often each row is used; an output and a side of a comparison count twice."""
    operands = [program.left, program.right, program.outputs, program.outputs]
    operands += [program.compared.ravel()] * 2
    operands += [np.array(wide, np.int64) for wide in program.wide.values()]
    every = np.concatenate(operands).astype(np.int64)
    return np.bincount(every + 1, minlength=len(program) + 1)[1:]  # -1 for no operand


def _levels(program: Program, rows: Array, starts: Array, lefts: Array, rights: Array) -> Array:
    level = [0] * (len(program) + 1)  # the last for no operand
    level_of = level.__getitem__
    operands = np.stack([lefts, rights], axis=1).ravel()
    computed = np.append(program.codes >= 0, False)[operands]
    counted = np.concatenate([[0], np.cumsum(computed)])[2 * starts].tolist()
    operands_of_sums = operands[computed].tolist()
    columns = rows, np.diff(starts) > 0, program.left[rows], program.right[rows]
    units = zip(*(column.tolist() for column in columns), counted, counted[1:])
    for row, of_terms, first, second, start, end in units:
        if of_terms:
            highest = max(map(level_of, operands_of_sums[start:end]), default=0)
        elif row in program.wide:
            highest = max(map(level_of, program.wide[row]))
        else:
            highest = max(level[first], level[second])
        level[row] = highest + 1
    return np.array(list(map(level_of, rows.tolist())), np.int64)
