"""Metrics against numbers worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from nn import metrics
from tests import peers

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


def answers(rows: int, classes: int) -> tuple[Any, Any]:
    """Probabilities that are neither right nor wrong, and classes, some of which are absent."""
    rng = np.random.default_rng(rows * classes)
    scores = rng.normal(size=(rows, classes)) * 2
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return p, rng.integers(0, classes, rows)


@pytest.mark.parametrize("rows", [1, 7, 500])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_of_probabilities_as_scikit_learn_has_them(rows: int, classes: int) -> None:
    sk = peers.require("sklearn.metrics")
    p, y = answers(rows, classes)
    labels = list(range(classes))
    assert metrics.log_loss(p, y) == pytest.approx(sk.log_loss(y, p, labels=labels))
    one_hot = np.eye(classes)[y]
    theirs = ((p - one_hot) ** 2).sum(axis=1).mean() / (2 if classes == 2 else 1)
    assert metrics.brier(Tensor(p), one_hot) == pytest.approx(theirs)
    if classes == 2:
        assert metrics.brier(p[:, 1], y) == pytest.approx(sk.brier_score_loss(y, p[:, 1]))
        assert metrics.log_loss(p[:, 1:], y) == pytest.approx(metrics.log_loss(p, y))
    scores = metrics.class_scores(p, y, classes)
    wanted = sk.precision_recall_fscore_support(y, p.argmax(axis=1), labels=labels, zero_division=0)
    for ours, reference in zip(
        (scores.precision, scores.recall, scores.f1, scores.support), wanted
    ):
        np.testing.assert_allclose(ours, reference)


@pytest.mark.parametrize("bins", [1, 4, 10, 33])
def test_calibration_as_scikit_learn_has_it(bins: int) -> None:
    curve = peers.require("sklearn.calibration").calibration_curve
    p, y = answers(400, 2)
    p = p.round(1)  # many on the edge of a bin
    for sure, true, given in (
        (p[:, 1], y == 1, p[:, 1]),
        (p.max(axis=1), p.argmax(axis=1) == y, p / p.sum(axis=1, keepdims=True)),
    ):
        found = metrics.calibration(given, y, bins)
        observed, predicted = curve(true, sure, n_bins=bins)
        full = found.rows > 0
        np.testing.assert_allclose(found.observed[full], observed)
        np.testing.assert_allclose(found.predicted[full], predicted)
        assert found.rows.sum() == 400
        gaps = abs(observed - predicted) @ found.rows[full] / 400
        assert metrics.calibration_error(given, y, bins) == pytest.approx(gaps)


def test_what_comes_true_as_often_as_it_says_has_no_error() -> None:
    assert metrics.calibration_error([0.25] * 4, [1, 0, 0, 0]) == 0.0
    assert metrics.calibration_error([1.0] * 4, [0, 0, 0, 0]) == 1.0


@pytest.mark.parametrize("of", [metrics.brier, metrics.log_loss, metrics.calibration_error])
@pytest.mark.parametrize(
    "output, target, said",
    [
        ([[2.0, -1.0]], [0], "-1.0 to 2.0 are no probabilities; softmax"),
        ([[0.5, 0.5], [0.9, 0.4]], [0, 1], "row 1 do not add up to 1"),
        ([np.nan], [1], "nan to nan are no probabilities"),
        ([0.5, 0.5], [1], "2 predictions for 1 targets"),
        ([0.5], [2], "not within 0 and 1"),
        ([], [], "0 rows"),
    ],
)
def test_what_are_no_probabilities_is_refused(of: Any, output: Any, target: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        of(output, target)


def test_importance_as_scikit_learn_has_it() -> None:
    """The mean over many shufflings of a linear function, for each of three features."""
    inspection = peers.require("sklearn.inspection")
    model = peers.require("sklearn.linear_model").LinearRegression()
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3)) * [1, 2, 5]
    y = X @ [3.0, -1.0, 0.0] + rng.normal(size=300)
    model.fit(X, y)
    ours = metrics.permutation_importance(model.predict, X, y, "r2", repeats=200, seed=0)
    theirs = inspection.permutation_importance(
        model, X, y, scoring="r2", n_repeats=200, random_state=0
    )
    assert ours.score == pytest.approx(model.score(X, y))
    np.testing.assert_allclose(ours.mean, theirs.importances_mean, atol=0.02)
    np.testing.assert_allclose(ours.std, theirs.importances_std, atol=0.02)
    assert ours.order == ["x0", "x1", "x2"]


def test_columns_of_one_name_are_shuffled_together() -> None:
    """Each column alone says what the other one does not; the sum of a one-hot row stays 1."""
    rng = np.random.default_rng(1)
    category = rng.integers(0, 3, 200)
    X = np.column_stack([np.eye(3)[category], rng.normal(size=200)])
    sums = []

    def model(rows: Any) -> Any:
        sums.append(rows[:, :3].sum(axis=1))
        return np.eye(3)[rows[:, :3].argmax(axis=1)]

    names = ["colour", "colour", "colour", "age"]
    found = metrics.permutation_importance(model, X, category, "accuracy", features=names, seed=0)
    assert found.names == ["colour", "age"] and found.drops.shape == (2, 5)
    assert np.all(np.concatenate(sums) == 1)
    assert found.mean[0] == pytest.approx(2 / 3, abs=0.1) and found.mean[1] == 0
    assert X[:, 3].std() > 0.5  # the data stay as they were


def test_an_error_that_rises_counts_as_a_score_that_falls() -> None:
    X = np.arange(12.0).reshape(6, 2)
    found = metrics.permutation_importance(lambda X: X[:, 0], X, X[:, 0], "mae", seed=0)
    assert found.score == 0 and found.mean[0] > 0 and found.mean[1] == 0


def test_importance_of_the_areas_of_a_picture() -> None:
    X = np.random.default_rng(0).normal(size=(60, 2, 6, 3))

    def seen(X: Any) -> Any:
        return X[:, 1, 5, 2] + 0.5 * X[:, 1, 2, 2]

    found = metrics.permutation_importance(seen, X, seen(X), "r2", seed=0)
    told = [name for name, mean in zip(found.names, found.mean) if mean]
    assert told == ["[1, 2, 2]", "[1, 4:6, 2]"]
    places = [np.arange(36).reshape(2, 6, 3)[eval(f"np.s_{name}")].ravel() for name in found.names]
    assert sorted(np.concatenate(places)) == list(range(36))
    colours = ["red", "green"]
    found = metrics.permutation_importance(seen, X, seen(X), "r2", features=colours, seed=0)
    assert found.order == ["green", "red"] and found.mean[0] == 0
    names = np.broadcast_to(["other", "other", "last"], (2, 6, 3)).tolist()
    found = metrics.permutation_importance(seen, X, seen(X), "r2", features=names, seed=0)
    assert found.order == ["last", "other"] and found.mean[0] == 0


def test_importance_sees_a_network_in_evaluation() -> None:
    import nn

    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Dropout(0.9, rng=0))
    X = np.arange(8.0).reshape(4, 2)
    found = metrics.permutation_importance(net, X, net.eval()(X).data, "r2", seed=0)
    assert found.score == 1.0
    net.train()
    again = metrics.permutation_importance(net, X, net.eval()(X).data, "r2", seed=0)
    np.testing.assert_array_equal(found.drops, again.drops)


@pytest.mark.parametrize(
    "change, said",
    [
        ({"metric": "acc"}, "metric 'acc' is unknown"),
        ({"features": ["a"]}, "names the 2 columns"),
        ({"features": "ab"}, "names the 2 columns"),
        ({"repeats": 0}, "repeats is a whole number from 1 on, not 0"),
        ({"y": [1.0]}, "n rows are wanted"),
        ({"X": [1.0, 2.0]}, "n rows are wanted"),
    ],
)
def test_importance_refuses(change: Any, said: str) -> None:
    given: Any = {"X": np.zeros((2, 2)), "y": [0.0, 1.0], "metric": "mae"} | change
    with pytest.raises(ValueError, match=re.escape(said)):
        metrics.permutation_importance(lambda X: X[:, 0], **given)
