"""Critical points and the simulation of minima against saddles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import critical_point
from autograd.lessons import count_saddles, saddle_odds

POINTS: dict[str, tuple[Callable[[Any], Any], Any, list[float], str]] = {
    "saddle of the lecture": (lambda x: x[0] ** 2 - x[1] ** 2, [0, 0], [-2, 2], "saddle"),
    "minimum": (lambda x: x[0] ** 2 + 3 * x[1] ** 2, [0, 0], [2, 6], "minimum"),
    "maximum": (lambda x: -(x[0] ** 2) - x[1] ** 2, [0, 0], [-2, -2], "maximum"),
    "flat valley": (lambda x: x[0] ** 2, [0, 0], [0, 2], "undecided"),
    "x⁴": (lambda x: x[0] ** 4 + x[1] ** 2, [0, 0], [0, 2], "undecided"),
    "all zero": (lambda x: x[0] ** 3 + x[1] ** 3, [0, 0], [0, 0], "undecided"),
    "a saddle with a flat direction": (
        lambda x: x[0] ** 2 - x[1] ** 2 + x[2] ** 4,
        [0, 0, 0],
        [-2, 0, 2],
        "saddle",
    ),
    "monkey saddle": (lambda x: x[0] ** 3 - 3 * x[0] * x[1] ** 2, [0, 0], [0, 0], "undecided"),
    "Himmelblau's minimum": (
        lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
        [3, 2],
        [25.7157, 82.2843],
        "minimum",
    ),
    "a slope": (lambda x: x[0] ** 2 + x[1], [0, 0], [0, 2], "not critical"),
}


@pytest.mark.parametrize("name", POINTS)
def test_verdicts(name: str) -> None:
    f, x, eigenvalues, verdict = POINTS[name]
    found = critical_point(f, np.array(x, dtype=float))
    np.testing.assert_allclose(found.eigenvalues, eigenvalues, atol=1e-4)
    assert found.verdict == verdict
    assert f": {verdict}, " in str(found)
    again = found.eigenvectors @ np.diag(found.eigenvalues) @ found.eigenvectors.T
    np.testing.assert_allclose(again, found.hessian, atol=1e-12)


def test_the_saddle_in_numbers() -> None:
    found = critical_point(lambda x: x[0] ** 2 - x[1] ** 2, np.zeros(2))
    assert found.value == 0.0
    np.testing.assert_array_equal(found.gradient, [0.0, 0.0])
    np.testing.assert_array_equal(found.hessian, np.diag([2.0, -2.0]))


def test_a_number_is_a_point_too() -> None:
    assert critical_point(lambda x: (x - 1) ** 2, 1.0).verdict == "minimum"
    assert critical_point(lambda x: x**3, 0.0).verdict == "undecided"


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_independent_signs_give_two_to_the_p_minus_two(size: int) -> None:
    trials = 20_000
    found = count_saddles(size, trials, seed=size)
    assert found.minima + found.maxima + found.saddles == trials
    share = 0.5**size
    spread = 4 * np.sqrt(trials * share * (1 - share))
    assert abs(found.minima - trials * share) < spread
    assert abs(found.maxima - trials * share) < spread
    assert found.expected == saddle_odds(size) == 2**size - 2


def test_eigenvalues_that_repel_make_far_more_saddles() -> None:
    found = count_saddles(4, 200_000, "gaussian", seed=0)
    assert 330 < found.saddles_per_minimum < 460  # about 388, where independent signs give 14
    assert "saddles to a minimum; independent signs give 14" in str(found)
    two = count_saddles(2, 100_000, "gaussian")
    # P(saddle) of a 2 by 2 Gaussian symmetric matrix is 1/√2.
    assert two.saddles / 100_000 == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_no_end_at_all_and_bad_input() -> None:
    assert count_saddles(12, 50, "gaussian").saddles_per_minimum == float("inf")
    assert count_saddles(3, 100, seed=5) == count_saddles(3, 100, seed=5)
    with pytest.raises(ValueError, match="one of"):
        count_saddles(2, 10, "cards")
    with pytest.raises(ValueError, match="at least 1"):
        count_saddles(0)
