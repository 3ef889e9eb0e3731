"""How array operations and their adjoints are written, for a page in which formulas are typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from autograd.calculus import Attributes, Quantity
from autograd.calculus.array_rules import ARRAY_RULES, printed_adjoints
from autograd.writing import formatting

#: The attributes whose formulas the page has; a row with others shows numbers alone.
AXES: list[Attributes] = [
    {"axis": axis} | more for axis in (0, 1, -1) for more in ({}, {"keepdims": True})
]
MOST_OPERANDS, MOST_AXES = 3, 2


def adjoints() -> dict[str, dict[str, list[Quantity]]]:
    """By operation and by the axes of its operands: the formula, the letters, the adjoints.

    >>> from autograd.play.adjoints import adjoints
    >>> adjoints()["matmul"]["1,2"]
    [['_0 @ _1', ['A', 'B'], ['g @ B.T', 'outer(A, g)']]]
    """
    found: dict[str, dict[str, list[Quantity]]] = {}
    for name, rule in ARRAY_RULES.items():
        for count in range(1, min(rule.arity or 0, MOST_OPERANDS) + 1):
            for axes in product(range(1, MOST_AXES + 1), repeat=count):
                texts = [*_texts(rule, axes)]
                if texts:
                    found.setdefault(name, {})[",".join(map(str, axes))] = texts
    return found


def _texts(rule: Quantity, axes: tuple[int, ...]) -> Iterator[Quantity]:
    """Those that are the same whatever the sizes."""
    places = [f"_{i}" for i in range(len(axes))]
    for attrs in ({}, *AXES):
        lines: list[Quantity] = []
        for size in (2, 3):
            try:
                printed = printed_adjoints(rule, [np.ones((size,) * n) for n in axes], attrs)
                operation = formatting.expression(rule, places, attrs)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                break
            letters, adjoints = zip(*printed) if printed else ((), ())
            lines.append([operation, list(letters), [str(line) for line in adjoints]])
        if len(lines) == 2 and lines[0] == lines[1]:
            yield lines[0]
