"""The bounds of the errors of a computation: no number is further from the exact one.

The oracles are rational numbers, and long doubles for the rows that leave them. Seeded faults show
that bounds that are too small or too large do not pass.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from autograd import Tensor, steps, trace
from autograd.calculus import Array
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule, Sample
from autograd.engine import ARRAYS
from autograd.engine.operations import applier
from autograd.graph import noise

#: What is at least so much of what it was made of is no noise: a thousand roundings.
REAL = 2.0**-43


class Twin:
    """An array of rational numbers beside the one of what its terms' sizes add up to."""

    def __init__(self, exact: Array, size: Array) -> None:
        self.exact, self.size = exact, size

    @classmethod
    def of(cls, data: Array) -> Twin:
        exact = np.vectorize(Fraction, otypes=[object])(data)
        return cls(exact, np.abs(exact))

    def __add__(self, other: Twin) -> Twin:
        return Twin(self.exact + other.exact, self.size + other.size)

    def __sub__(self, other: Twin) -> Twin:
        return Twin(self.exact - other.exact, self.size + other.size)

    def __mul__(self, other: Twin) -> Twin:
        return Twin(self.exact * other.exact, self.size * other.size)

    def __matmul__(self, other: Twin) -> Twin:
        return Twin(self.exact @ other.exact, self.size @ other.size)

    def sum(self, axis: int, keepdims: bool) -> Twin:
        return Twin(*(x.sum(axis=axis, keepdims=keepdims) for x in (self.exact, self.size)))


Pair = tuple[Tensor, Twin]


def programs(rng: np.random.Generator) -> list[Pair]:
    """What a random program computes, with the rational numbers beside; its last result is all."""
    shape = (3, 3)

    def leaf() -> Pair:
        data = np.round(rng.normal(size=shape), 1) * 10.0 ** rng.integers(-3, 4)
        return Tensor(data, requires_grad=True), Twin.of(data)

    found = [leaf() for _ in range(3)]
    for _ in range(6):
        (a, p), (b, q) = (found[int(rng.integers(len(found)))] for _ in range(2))
        kind = rng.integers(7)
        if kind == 0:
            found.append((a + b, p + q))
        elif kind == 1:
            found.append((a - b, p - q))
        elif kind == 2:
            found.append((a * b, p * q))
        elif kind == 3:
            found.append((a @ b, p @ q))
        elif kind == 4:
            axis = int(rng.integers(2))
            found.append((a - a.sum(axis=axis, keepdims=True), p - p.sum(axis, True)))
        elif kind == 5:  # exactly 0
            found.append((a + b - a - b, p + q - p - q))
        else:  # what nearly cancels: a real difference of a few thousand roundings, or none
            part = float(rng.choice([0.0, 1.0, 3.0])) * REAL
            data = a.data * (1 - part)
            found.append((a - Tensor(data), p - Twin.of(data)))
    return found


def wrongs(seeds: range, factor: float = 1.0) -> tuple[int, int, int]:
    """Of random programs: bounds that are too small, real numbers hidden, and the noise."""
    small = hidden = zeros = 0
    for seed in seeds:
        found = programs(np.random.default_rng(seed))
        for node, twin in found[3:]:
            graph = trace(node, names={})
            bound = factor * noise.bounds(graph, ())[f"v{len(graph) - 1}"].reshape(node.shape)
            error = np.abs(np.vectorize(Fraction, otypes=[object])(node.data) - twin.exact)
            small += int((error.astype(float) > bound).sum())
            real = np.abs(twin.exact).astype(float) >= REAL * twin.size.astype(float)
            gone = (noise.meant(node.data, bound) == 0) & (node.data != 0)
            hidden += int((real & gone).sum())
            zeros += int((gone & (twin.exact == 0)).sum())
    return small, hidden, zeros


def test_random_programs_against_rational_numbers() -> None:
    small, hidden, zeros = wrongs(range(60))
    assert (small, hidden) == (0, 0)
    assert zeros > 20  # noise there was


def test_bounds_that_are_wrong_do_not_pass() -> None:
    assert wrongs(range(60), 1000.0)[1] > 0
    assert wrongs(range(60), 0.02)[0] > 0


def long(x: Any) -> Any:
    return x.astype(np.longdouble) if getattr(x, "dtype", None) == np.float64 else x


def checked(rule: ArrayRule, sample: Sample, factor: float = 1.0) -> str:
    """What is wrong with the bounds of a row's value and of what it sends; empty for nothing."""
    rng = np.random.default_rng(0)
    operands = sample.operands(rng)
    moving = [getattr(x, "dtype", None) == np.float64 for x in operands]
    nodes = [Tensor(x, requires_grad=True) if moves else x for x, moves in zip(operands, moving)]
    out = applier(rule)(tuple(nodes), dict(sample.attrs))
    weights = rng.normal(size=out.shape)
    lesson = steps(out, gradient=weights) if out.ndim else steps(out, gradient=float(weights))
    graph = lesson.graph
    exact = [long(x) for x in operands]
    value = np.asarray(rule.forward(*exact, **sample.attrs))
    pairs = [(f"v{len(graph) - 1}", out.data, value)]
    for slot, moves in enumerate(moving):
        adjoint = rule.adjoint(slot)
        if moves and adjoint is not None:
            sent = adjoint(ARRAYS, long(weights), value, *exact, **sample.attrs)
            place = graph.args(len(graph) - 1)[slot]
            pairs.append((f"p{len(graph) - 1}.{slot}", lesson.gradients[place], sent))
    for name, ours, right in pairs:
        error = np.ravel(np.abs(long(np.asarray(ours)) - right))
        if name not in lesson.bounds:
            return ""
        bound = factor * np.ravel(lesson.bounds[name])
        if not (error <= bound + 1e-300).all():  # which a long double does not round to 0
            return f"{rule.name} {sample.attrs} {name}: {error.max():.3g}, not {bound.max():.3g}"
    return ""


def test_no_row_is_further_from_long_doubles_than_its_bound() -> None:
    wrong, small = [], 0
    for rule in ARRAY_RULES.values():
        for sample in rule.samples:
            try:
                found = checked(rule, sample)
                small += bool(checked(rule, sample, 1e-3))
            except (TypeError, np.linalg.LinAlgError):  # LAPACK has no long doubles
                continue
            wrong += [found] if found else []
    assert wrong == []
    assert small > 100  # bounds that are too small are seen
