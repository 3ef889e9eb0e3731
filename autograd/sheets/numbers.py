"""Inputs for which the numbers of a graph are short: whole numbers and small fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import count
from random import Random

import numpy as np

from autograd.calculus import Quantity
from autograd.graph import Graph, Row
from autograd.lessons import with_leaves
from autograd.writing import formatting

#: So many sets of inputs are tried for one exercise.
TRIES = 60
#: Fractions with a larger denominator are written as decimals.
LARGEST_DENOMINATOR = 24
#: What an input may be; a half comes less often than a whole number.
WHOLE = [-4, -3, -2, -1, 1, 2, 3, 4]
HALVES = [-1.5, -0.5, 0.5, 1.5]
SHARE_OF_HALVES = 0.12
#: How far inputs are moved to see whether they stand on a kink, and how much gradients may differ.
NEAR, SAME = 1e-7, 1e-3

Inputs = dict[int, Quantity]


def short_number(value: float) -> str:
    """A number as one writes it by hand: whole, a small fraction, or 4 significant digits.

    >>> short_number(-8.0), short_number(4 / 9), short_number(0.25), short_number(0.7310585786)
    ('-8', '4/9', '0.25', '0.7311')
    """
    decimal = formatting.number(value)
    if not math.isfinite(value) or math.isclose(float(decimal), value, rel_tol=1e-12):
        return decimal
    near = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
    if near and math.isclose(near, value, rel_tol=1e-12):
        return f"{near.numerator}/{near.denominator}"
    return decimal


def effort(value: float) -> float:
    """How much it takes to compute with a number by hand; infinite for what is not finite.

    >>> effort(3.0) < effort(0.25) < effort(4 / 9) < effort(0.7310585786)
    True
    """
    if not math.isfinite(value):
        return math.inf
    if value == 0:
        return 20.0  # a zero hides what it is multiplied with
    if not 1e-3 < abs(value) < 1e5:
        return 40.0  # where a function is saturated
    text = short_number(value)
    if "/" in text:
        return 3.0 + len(text)
    exact = math.isclose(float(text), value, rel_tol=1e-12)
    return len(text.lstrip("-")) + (0.0 if exact else 4.0)


def drawn(graph: Graph, random: Random, earlier: Sequence[Graph] = ()) -> Graph:
    """The swept graph with new inputs, of those tried the ones whose numbers are the shortest.

    They differ from the inputs of ``earlier`` exercises, and numbers that stood there before count
    as longer. Inputs for which a number is not finite, or which stand on a kink, are not taken.
    ValueError where there are no others.
    """
    leaves = inputs_of(graph)
    used = {_key(one) for one in earlier}
    before = {number for one in earlier for number in _by_place(one)}

    def total(candidate: Graph) -> float:
        again = sum(number in before for number in _by_place(candidate))
        return _effort_of_all(candidate) + 2.0 * again

    tried = [_swept(graph, _draw(leaves, random)) for _ in range(TRIES)]
    for candidate in sorted(tried, key=total):
        if _key(candidate) in used or not math.isfinite(_effort_of_all(candidate)):
            continue
        if _is_smooth(candidate):
            return candidate
    raise ValueError(
        f"only {len(earlier)} sets of inputs give finite numbers away from kinks; give a smaller "
        "--count, or another expression"
    )


def inputs_of(graph: Graph) -> list[Row]:
    """The leaves that want a gradient; constants, such as targets, stay as they are."""
    return [node for node in graph if node.kind in ("leaf", "parameter")]


def _swept(graph: Graph, inputs: Inputs) -> Graph:
    with np.errstate(all="ignore"):
        return with_leaves(graph, inputs).backward()


def _key(graph: Graph) -> tuple[float, ...]:
    return tuple(_flat(node.value for node in inputs_of(graph)))


def _flat(values: Iterable[Quantity]) -> Iterator[float]:
    for value in values:
        if value is not None:
            yield from np.ravel(value).astype(float).tolist()


def _by_place(graph: Graph) -> Iterator[tuple[int, int, float]]:
    """Every number that is computed, with its row and its place there."""
    for node in graph:
        if node.rule is not None:
            for k, number in enumerate(_flat([node.value, node.grad])):
                yield node.index, k, number


def _draw(leaves: list[Row], random: Random) -> Inputs:
    return {node.index: _like(node.value, random) for node in leaves}


def _like(value: Quantity, random: Random) -> Quantity:
    if not isinstance(value, np.ndarray):
        return _one(random)
    return np.array([_one(random) for _ in range(value.size)], value.dtype).reshape(value.shape)


def _one(random: Random) -> float:
    return random.choice(HALVES if random.random() < SHARE_OF_HALVES else WHOLE)


def _effort_of_all(graph: Graph) -> float:
    """The effort of all values and gradients; inputs that are equal, or 1, teach less."""
    numbers = _flat(x for node in graph for x in (node.value, node.grad))
    key = _key(graph)
    dull = len(key) - len(set(key)) + sum(abs(x) == 1 for x in key)
    return sum(map(effort, numbers)) + 2.0 * dull


def _is_smooth(graph: Graph) -> bool:
    """Whether the gradients stay nearly the same where the inputs move a little to either side.

    Each number moves by another length, so that numbers which are equal come apart.
    """
    for sign in (NEAR, -NEAR):
        steps = count(1)
        moved = _swept(
            graph, {node.index: _moved(node.value, sign, steps) for node in inputs_of(graph)}
        )
        for here, there in zip(graph, moved):
            if here.grad is None or there.grad is None:
                continue
            scale = SAME * (1 + np.max(np.abs(here.grad), initial=0.0))
            if not np.all(np.abs(here.grad - there.grad) <= scale):
                return False
    return True


def _moved(value: Quantity, step: float, steps: Iterator[int]) -> Quantity:
    if not isinstance(value, np.ndarray):
        return value + step * next(steps)
    lengths = [step * next(steps) for _ in range(value.size)]
    return value + np.reshape(lengths, value.shape)
