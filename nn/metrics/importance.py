"""Which columns predictions depend on: how much worse they are when a column is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, Seed
from nn.kinds import Metric
from nn.layers import Module
from nn.losses import numbers
from nn.metrics.table import METRICS, greater_is_better
from nn.predicting import predict
from nn.rng import generator


@dataclass(frozen=True)
class Importance:
    """By how much the score falls when a feature is shuffled among the rows.

    ``names`` are the features, ``score`` is that of the rows as they are, and ``drops`` (features,
    repeats) is what each shuffling took from it. ``permutation_importance`` returns it.

    >>> import numpy as np
    >>> from nn.metrics import Importance
    >>> found = Importance(["age", "noise"], 0.9, np.array([[0.3, 0.5], [0.0, 0.0]]))
    >>> found.mean, found.order
    (array([0.4, 0. ]), ['age', 'noise'])
    """

    names: list[str]
    score: float
    drops: Array

    @property
    def mean(self) -> Array:
        """The mean over the repeats, (features,)."""
        return np.asarray(self.drops.mean(axis=1))

    @property
    def std(self) -> Array:
        """The standard deviation over the repeats, (features,)."""
        return np.asarray(self.drops.std(axis=1))

    @property
    def order(self) -> list[str]:
        """The names, the most important first."""
        return [self.names[i] for i in np.argsort(-self.mean, kind="stable")]


def permutation_importance(
    model: Module | Callable[[Array], ArrayOperand],
    X: ArrayOperand,
    y: ArrayOperand,
    metric: str | Metric,
    *,
    features: Sequence[str] | None = None,
    repeats: int = 5,
    seed: Seed = None,
) -> Importance:
    """By how much the score falls when a column is shuffled, so that it says nothing of its row.

    ``model`` is a module, in ``eval()`` mode, or a function from X (n, columns) to outputs; ``y``
    has n rows. ``metric`` is a name such as "accuracy", or a function of outputs and targets of
    which more is better. ``features`` names the columns: those of one name, such as the columns of
    one category, are shuffled together. Each is shuffled ``repeats`` times, by ``seed``. Two
    columns that say the same stand in for each other, and both look unimportant. Returns
    ``Importance``. Breiman, Random forests (2001).

    >>> import numpy as np
    >>> from nn.metrics import permutation_importance
    >>> X = np.arange(20.0).reshape(10, 2) % 7
    >>> found = permutation_importance(
    ...     lambda X: 3 * X[:, 0], X, 3 * X[:, 0], "r2", features=["used", "unused"], seed=0
    ... )
    >>> found.order, found.mean[1]
    (['used', 'unused'], np.float64(0.0))
    """
    scored, sign = _score(metric)
    inputs, targets = numbers(X), numbers(y)
    if inputs.ndim < 2 or len(inputs) != len(targets) or not len(inputs):
        raise ValueError(
            f"permutation_importance: X (n, columns) and y with n rows are wanted, not "
            f"{inputs.shape} and {targets.shape}"
        )
    columns = _columns(features, inputs.shape[1])
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise ValueError(
            f"permutation_importance: repeats is a whole number from 1 on, not {short(repeats)}"
        )
    rng = generator(seed)

    def score(rows: Array) -> float:
        outputs = predict(model, rows) if isinstance(model, Module) else numbers(model(rows))
        return sign * float(scored(outputs, targets))

    whole = score(inputs)
    drops = np.empty((len(columns), repeats))
    shuffled = inputs.copy()
    for i, places in enumerate(columns.values()):
        for k in range(repeats):
            shuffled[:, places] = inputs[:, places][rng.permutation(len(inputs))]
            drops[i, k] = whole - score(shuffled)
        shuffled[:, places] = inputs[:, places]
    return Importance(list(columns), sign * whole, drops)


def _score(metric: str | Metric) -> tuple[Metric, int]:
    """The metric, and 1 or -1 so that more is better."""
    if callable(metric):
        return metric, 1
    if not isinstance(metric, str) or metric not in METRICS:
        raise ValueError(
            f"permutation_importance: metric {short(metric)} is unknown; use one of "
            f"{', '.join(METRICS)}, or a function of output and target"
        )
    return METRICS[metric], 1 if greater_is_better(metric) else -1


def _columns(features: Sequence[str] | None, count: int) -> dict[str, list[int]]:
    """The places of each feature's columns, by its name."""
    if features is None:
        features = [f"x{i}" for i in range(count)]
    if isinstance(features, str) or len(features) != count:
        raise ValueError(
            f"permutation_importance: features names the {count} columns, a name for each, not "
            f"{short(features)}"
        )
    columns: dict[str, list[int]] = {}
    for i, name in enumerate(features):
        columns.setdefault(str(name), []).append(i)
    return columns
