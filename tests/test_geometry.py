"""The derivative as a limit, the rules of differentiation, steepest ascent, convexity by chords."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.lessons import (
    chord_test,
    difference_quotients,
    rules_of_differentiation,
    steepest_ascent,
)

F = autograd


@pytest.mark.parametrize(
    "f, x, slope",
    [
        (lambda x: x**2, 3.0, 6.0),
        (F.exp, 1.0, math.e),
        (F.sin, 0.7, math.cos(0.7)),
        (F.tanh, -0.4, 1 - math.tanh(0.4) ** 2),
    ],
)
def test_quotients_close_in_on_the_derivative_and_lose_it_to_rounding(
    f: Callable[[Any], Any], x: float, slope: float
) -> None:
    table = difference_quotients(f, x)
    assert table.derivative == pytest.approx(slope, rel=1e-14)
    falling = [row.forward_error for row in table.rows[1:7]]
    assert all(b < 0.3 * a for a, b in pairwise(falling))
    assert 1e-9 <= table.best.h <= 1e-7
    assert table.rows[-1].forward_error > 1e3 * table.best.forward_error
    # The central quotient is of the second order: at h = 1e-3 it is far ahead.
    assert table.rows[3].central_error < 1e-2 * table.rows[3].forward_error
    lines = str(table).splitlines()
    assert len(lines) == 2 + 16 and sum("best forward" in line for line in lines) == 1


def test_the_first_quotients_of_the_square_are_exact() -> None:
    rows = difference_quotients(lambda x: x * x, 3.0).rows
    for row in rows[:4]:
        assert row.forward == pytest.approx(6 + row.h, rel=1e-12)


@pytest.mark.parametrize("x", [0.5, -1.2, 2.5])
def test_the_rules_hold_and_have_small_graphs(x: float) -> None:
    rules = rules_of_differentiation(x)
    assert [rule.name.split()[0] for rule in rules] == [
        "sum",
        "product",
        "quotient",
        "chain",
        "exponential",
        "logarithm",
    ]
    for rule in rules:
        assert rule.derivative == pytest.approx(rule.by_rule, rel=1e-13)
        assert len(rule.graph) <= 5
        assert rule.graph["x"].kind == "leaf"
        rule.graph.validate()
        assert rule.statement in str(rule)
    expected = [
        2 * x + math.cos(x),
        2 * x * math.sin(x) + x * x * math.cos(x),
        (2 * x * math.sin(x) - x * x * math.cos(x)) / math.sin(x) ** 2,
        math.cos(x * x) * 2 * x,
        math.exp(x * x) * 2 * x,
        2 / x,
    ]
    assert [rule.derivative for rule in rules] == pytest.approx(expected, rel=1e-13)


SURFACES: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
    "bowl": (lambda p: p[0] ** 2 + p[1] ** 2, [1.0, 2.0]),
    "ravine": (lambda p: p[0] ** 2 + 25 * p[1] ** 2, [3.0, -0.2]),
    "Rosenbrock": (lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2, [-1.2, 1.0]),
    "waves": (lambda p: F.sin(p[0]) * F.cos(p[1]), [0.3, -2.0]),
}


@pytest.mark.parametrize("name", SURFACES)
def test_of_all_directions_the_gradient_rises_fastest(name: str) -> None:
    f, x = SURFACES[name]
    found = steepest_ascent(f, x)
    assert len(found.slopes) == 360
    assert found.miss <= math.pi / 360 + 1e-9
    norm = float(np.linalg.norm(found.gradient))
    assert found.slopes.max() == pytest.approx(norm, rel=1e-3)
    # Along d the slope is the gradient's component on d; straight back it falls as fast.
    units = np.stack([np.cos(found.angles), np.sin(found.angles)], axis=1)
    np.testing.assert_allclose(found.slopes, units @ found.gradient, atol=1e-5 * norm)
    assert found.slopes.min() == pytest.approx(-norm, rel=1e-3)


def test_no_direction_is_steepest_where_the_gradient_is_zero() -> None:
    with pytest.raises(ValueError, match="gradient is 0"):
        steepest_ascent(lambda p: (p**2).sum(), [0.0, 0.0])
    with pytest.raises(ValueError, match="two numbers"):
        steepest_ascent(lambda p: (p**2).sum(), [0.0, 1.0, 2.0])


CHORDS: dict[str, tuple[Callable[[Any], Any], Any, Any, bool]] = {
    "x²": (lambda x: x**2, -3.0, 3.0, True),
    "exp": (F.exp, -2.0, 2.0, True),
    "|x|": (F.abs, -1.0, 1.0, True),
    "a line": (lambda x: 3 * x + 1, -1.0, 1.0, True),
    "bowl": (lambda p: (p**2).sum(), [-1.0, -1.0], [1.0, 1.0], True),
    "log-sum-exp": (F.logsumexp, [-2.0] * 3, [2.0] * 3, True),
    "sin": (F.sin, 0.0, 6.0, False),
    "x⁴ - x²": (lambda x: x**4 - x**2, -1.0, 1.0, False),
    "saddle": (lambda p: p[0] ** 2 - p[1] ** 2, [-1.0, -1.0], [1.0, 1.0], False),
    "Himmelblau": (
        lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
        [-4.0, -4.0],
        [4.0, 4.0],
        False,
    ),
}


@pytest.mark.parametrize("name", CHORDS)
def test_convex_is_a_chord_above_the_graph(name: str) -> None:
    f, low, high, convex = CHORDS[name]
    found = chord_test(f, low, high, trials=500)
    assert bool(found) is convex
    assert (found.gap >= -1e-9) is convex
    assert ("not convex" in str(found)) is not convex
    assert found == found and chord_test(f, low, high, trials=500).gap == found.gap
