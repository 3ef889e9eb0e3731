"""The bounds of the errors of a computation: no number is further from the exact one.

The oracles are rational numbers, and long doubles for the rows that leave them. Seeded faults show
that bounds that are too small or too large do not pass.
"""

from __future__ import annotations

from collections.abc import Callable
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


class Dual:
    """A rational number and its derivative."""

    def __init__(self, value: Fraction, slope: int | Fraction = 0) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Dual) -> Dual:
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __abs__(self) -> Dual:
        return self


class Twin:
    """An array of rational numbers beside the one of what its terms' sizes add up to."""

    def __init__(self, exact: Array, size: Array) -> None:
        self.exact, self.size = exact, size

    @classmethod
    def of(cls, data: Array, kind: Callable[[Fraction], Any] = Fraction) -> Twin:
        exact = np.vectorize(lambda x: kind(Fraction(x)), otypes=[object])(data)
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


def programs(rng: np.random.Generator, moving: tuple[int, int] | None = None) -> list[Pair]:
    """What a random program computes, with rational numbers beside, or with dual ones.

    Then ``moving`` says which element of which leaf moves.
    """
    kind_of = Fraction if moving is None else Dual
    shape = (3, 3)

    def leaf() -> Pair:
        data = np.round(rng.normal(size=shape), 1) * 10.0 ** rng.integers(-3, 4)
        return Tensor(data, requires_grad=True), Twin.of(data, kind_of)

    found = [leaf() for _ in range(3)]
    if moving is not None:
        found[moving[0]][1].exact.flat[moving[1]].slope = 1
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
            found.append((a - Tensor(data), p - Twin.of(data, kind_of)))
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


def test_gradients_of_random_programs_against_dual_numbers() -> None:
    checked = 0
    for seed in range(12):
        found = programs(np.random.default_rng(seed))
        lesson = steps(found[-1][0].sum())
        for leaf in range(3):
            try:
                row = lesson.graph[found[leaf][0]].index
            except KeyError:  # the last result is not made of it
                continue
            for at in range(0, 9, 4):
                exact = programs(np.random.default_rng(seed), (leaf, at))[-1][1].exact
                slope = sum((one.slope for one in exact.flat), Fraction(0))
                ours = Fraction(float(lesson.gradients[row].flat[at]))
                assert abs(ours - slope) <= lesson.bounds[f"g{row}"][at], (seed, leaf, at)
                checked += 1
    assert checked > 50


def test_bounds_that_are_wrong_do_not_pass() -> None:
    assert wrongs(range(60), 1000.0)[1] > 0
    assert wrongs(range(60), 0.02)[0] > 0


def long(x: Any) -> Any:
    return x.astype(np.longdouble) if getattr(x, "dtype", None) == np.float64 else x


def share_of_bound(rule: ArrayRule, sample: Sample) -> float:
    """By how much of its bound a row's value, or what it sends, is off at most."""
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
    shares = [0.0]
    for name, ours, right in pairs:
        error = np.ravel(np.abs(long(np.asarray(ours)) - right))
        if name in lesson.bounds:  # floats round to 0 what a long double does not
            bound = np.ravel(lesson.bounds[name]) + 1e-300
            shares.append(float(np.max(error / bound, initial=0.0)))
    return max(shares)


def test_no_row_is_further_from_long_doubles_than_its_bound() -> None:
    shares: dict[str, float] = {}
    for rule in ARRAY_RULES.values():
        for i, sample in enumerate(rule.samples):
            try:
                shares[f"{rule.name} {i}"] = share_of_bound(rule, sample)
            except (TypeError, np.linalg.LinAlgError):  # LAPACK has no long doubles
                continue
    assert {row: share for row, share in shares.items() if not share <= 1} == {}
    assert sum(share > 1e-3 for share in shares.values()) > 100  # bounds are of the errors' size
