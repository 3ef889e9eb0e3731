"""The product at which a lesson says, once, what its factors are called.

>>> from autograd import Value, steps
>>> x, y, z = Value(1.0, "x"), Value(-3.0, "y"), Value(4.0, "z")
>>> print(steps((x + y) * z, names={}).text().split("\\n")[15])
     ∂out/∂x = ∂out/∂v1 · ∂v1/∂x = 4 · 1 = 4    upstream · local = product
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from autograd.calculus import Rule, constant
from autograd.calculus.array_rules import printed_adjoints
from autograd.graph import Row
from autograd.lessons.local_derivatives import formula_tree
from autograd.lessons.records import Records


def named_product(steps: Records) -> tuple[int, ...]:
    """The row and the slot of the first product with an upstream gradient of its own.

    That is the first behind the output, whose upstream gradient is 1; the output's own where there
    is no other. Elementwise products come before those of matrices. Nothing where none is written,
    and where an earlier part of the lesson names one.
    """
    if steps.mode != "reverse" or not steps.names_product:
        return ()
    if steps.product is None:
        steps.product = _search(steps)
    return steps.product


def name_once(lessons: Iterable[Records]) -> None:
    """Of the parts of one lesson only the first that has a product names it."""
    named = False
    for lesson in lessons:
        lesson.names_product = not named
        named = named or bool(named_product(lesson))


def _search(steps: Records) -> tuple[int, ...]:
    """The first of the best."""
    found: dict[tuple[int, bool], tuple[int, int]] = {}
    for index in steps.graph.computed[::-1].tolist():
        if steps.gradients[index] is None:
            continue
        node = steps.graph[index]
        for slot, operand in enumerate(node.operands):
            rank = None if operand.kind == "constant" else _rank(node, slot)
            if rank is not None:
                found.setdefault((rank, node.is_output), (index, slot))
        if (0, False) in found:
            break
    return found[min(found)] if found else ()


def _rank(node: Row, slot: int) -> int | None:
    """0 for an elementwise product, 1 for one of matrices; None where no product is written."""
    if not isinstance(node.rule, Rule):
        formula = printed_adjoints(node.rule, [o.value for o in node.operands], node.attrs)[slot][1]
        return 1 if re.fullmatch(r"g @ [\w.]+|[\w.]+ @ g", formula) else None
    if node.rule.partials[slot] is None:
        return None
    # Of arrays a factor 1 or -1 is not written.
    array = isinstance(node.value, np.ndarray)
    return None if array and constant(formula_tree(node, slot)) in (1, -1) else 0
