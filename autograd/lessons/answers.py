"""Small formulas over the numbers of a lesson: what a question asks for, and what a slip gives.

A number is named as the page names it: ``v3`` is the value of row 3, ``g3`` its gradient, ``u3``
what an update makes of it, ``r`` the learning rate; ``x4.0 l4.0 p4.0 b4.0 t4.0`` are, of the term
that row 4 sends to its operand 0, the factor from outside, the local derivative, their product,
the sum before it and after it. In forward mode ``d4.1`` is the tangent of row 4 in the pass of
input 1, and the keys of its terms have that input, too (``p4.1.0``).

A formula is such a name, a number, or a tuple: ``("+", a, b, ...)``, ``("*", a, b, ...)``,
``("-", a, b)``, ``("/", a, b)``, and ``("at", name, (i, j))`` for one cell of an array. A page
computes them with the numbers of the moment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.calculus import Quantity
from autograd.graph import Row
from autograd.lessons.records import BACKWARD, FORWARD, UPDATE, Records, Step
from autograd.lessons.worked import probabilities

Formula = str | float | tuple[Any, ...]
Place = tuple[int, ...]


def key_of(step: Step) -> str:
    """The key of the numbers of a step's terms."""
    return str(step.node.index) + ("" if step.seed is None else f".{step.seed.index}")


def numbers_of(steps: Records, part: Sequence[Step] | None = None) -> dict[str, Quantity]:
    """Every number of a lesson by its name, or those of the steps of ``part`` alone."""
    rows: Iterable[Row] = steps.graph
    if part is not None:
        rows = {
            row.index: row for step in part for row in (step.node, *step.node.operands)
        }.values()
    numbers: dict[str, Quantity] = {}
    for node in rows:
        numbers[f"v{node.index}"] = node.value
        if steps.gradients[node.index] is not None:
            numbers[f"g{node.index}"] = steps.gradients[node.index]
    for step in steps if part is None else part:
        key = key_of(step)
        if step.phase == FORWARD and step.seed is not None:
            numbers[f"d{key}"] = 0.0 if step.tangent is None else step.tangent
        if step.phase == UPDATE:
            numbers |= {"r": step.rate, f"u{step.node.index}": step.value}
        for term in step.terms:
            of_term = {
                "x": term.upstream,
                "l": term.local,
                "p": term.product,
                "b": term.before,
                "t": term.total,
            }
            known = {k: v for k, v in of_term.items() if v is not None}
            numbers |= {f"{name}{key}.{term.slot}": value for name, value in known.items()}
            if term.consumer.op == "cross_entropy" and step.phase == BACKWARD:
                parts = probabilities(term, f"{key}.{term.slot}")
                numbers |= {ref: value for value, ref in parts.values()}
    return numbers


def evaluated(formula: Formula, numbers: Mapping[str, Quantity]) -> float:
    """What a formula comes to.

    >>> from autograd.lessons.answers import evaluated
    >>> evaluated(("+", "b4.0", ("*", ("at", "x", (0, 1)), 2.0)), {"b4.0": 1.0, "x": [[3.0, 4.0]]})
    9.0
    """
    if isinstance(formula, str):
        return float(np.reshape(numbers[formula], ()))
    if not isinstance(formula, tuple):
        return float(formula)
    sign, *parts = formula
    if sign == "at":
        return cell(numbers[parts[0]], parts[1])
    values = [evaluated(part, numbers) for part in parts]
    match sign:
        case "+":
            return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)
        case "*":
            return math.prod(values)
        case "-":
            return values[0] - values[1]
    return values[0] / values[1] if values[1] else math.inf


def cell(value: Quantity, place: Place) -> float:
    """One cell of an array that is broadcast, where it is smaller, to the array of that place."""
    array = np.asarray(value)
    own = place[len(place) - array.ndim :]
    return float(array[tuple(i if n > 1 else 0 for i, n in zip(own, array.shape))])


def names_in(formula: Formula) -> set[str]:
    """The numbers that a formula reads."""
    if isinstance(formula, str):
        return {formula}
    if not isinstance(formula, tuple):
        return set()
    parts = formula[1:2] if formula[0] == "at" else formula[1:]
    return set[str]().union(*map(names_in, parts))
