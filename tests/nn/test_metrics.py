"""Metrics against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from nn import metrics

WANTED = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 2, 2])
SCORES = np.eye(3)[PREDICTED] * 4 - 1


@pytest.mark.parametrize("output", [PREDICTED, SCORES, Tensor(SCORES)])
@pytest.mark.parametrize("target", [WANTED, np.eye(3)[WANTED], Tensor(WANTED)])
def test_of_classes(output: Any, target: Any) -> None:
    assert metrics.accuracy(output, target) == 4 / 6
    assert metrics.confusion_matrix(output, target).tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    scores = metrics.class_scores(output, target)
    np.testing.assert_allclose(scores.precision, [1, 1 / 2, 1 / 2])
    np.testing.assert_allclose(scores.recall, [2 / 3, 1 / 2, 1])
    np.testing.assert_allclose(scores.f1, [4 / 5, 1 / 2, 2 / 3])
    assert scores.support.tolist() == [3, 2, 1]
    assert metrics.precision(output, target) == pytest.approx(2 / 3)
    assert metrics.recall(output, target, "weighted") == pytest.approx(4 / 6)
    assert metrics.f1(output, target) == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)


def test_one_score_per_row_is_binary() -> None:
    logits = np.array([[2.0], [-1.0], [0.5], [-3.0]])
    target = np.array([[1.0], [1.0], [0.0], [0.0]])
    assert metrics.accuracy(logits, target) == metrics.accuracy(logits[:, 0], target[:, 0]) == 0.5
    assert metrics.precision(logits, target, "binary") == 0.5
    assert metrics.recall(logits, target, "binary") == 0.5


def test_a_class_that_nobody_names_counts_nothing() -> None:
    assert metrics.precision([0, 2], [0, 2]) == 1.0
    assert metrics.class_scores([0, 0], [0, 1], classes=3).precision.tolist() == [0.5, 0, 0]


def test_of_numbers() -> None:
    y, guess = np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 4.0])
    assert metrics.mae(guess, y) == 1.0
    assert metrics.rmse(Tensor(guess), y) == pytest.approx(np.sqrt(5 / 3))
    assert metrics.r2(guess, y) == pytest.approx(1 - 5 / 14)
    assert metrics.r2([1.0, 1.0], [1.0, 1.0]) == 1.0 and metrics.r2([1.0, 2.0], [1.0, 1.0]) == 0.0


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: metrics.accuracy([0, 1], [0]), "2 predictions for 1"),
        (lambda: metrics.accuracy(np.empty((0, 3)), np.empty(0, int)), "0 rows"),
        (lambda: metrics.confusion_matrix([0, 3], [0, 1], 3), "not within 0 and 2"),
        (lambda: metrics.f1([0, 1], [0, 1], "mean"), "'mean'"),
        (lambda: metrics.f1([0, 2], [0, 1], "binary"), "not binary"),
        (lambda: metrics.mae([1.0], [[1.0]]), "differ in shape"),
        (lambda: metrics.r2([], []), "0 rows"),
    ],
)
def test_bad_input(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
