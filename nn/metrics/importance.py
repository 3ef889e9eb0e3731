"""Which columns predictions depend on: how much worse they are when a column is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, Seed
from nn.kinds import Metric
from nn.layers import Module
from nn.losses import numbers
from nn.metrics.table import METRICS, greater_is_better
from nn.predicting import predict
from nn.rng import generator

#: Into so many parts each axis of a row is divided that has several.
PARTS = 4


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
    features: Sequence[object] | None = None,
    repeats: int = 5,
    seed: Seed = None,
) -> Importance:
    """By how much the score falls when a column is shuffled, so that it says nothing of its row.

    ``model`` is a module, in ``eval()`` mode, or a function from X (n, columns) to outputs; ``y``
    has n rows. ``metric`` is a name such as "accuracy", or a function of outputs and targets of
    which more is better. ``features`` names the columns: those of one name, such as the columns of
    one category, are shuffled together. Each is shuffled ``repeats`` times, by ``seed``. Of rows
    with several axes, such as pictures (n, channels, height, width), ``features`` names what is
    along the first of them or has the shape of a row; without it each axis is divided into four,
    and an area is called as it is indexed, "[0, 7:14, 0:7]". Two columns that say the same stand in
    for each other, and both look unimportant. Returns ``Importance``. Breiman, Random forests
    (2001).

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
            f"permutation_importance: X (n, columns, ...) and y with n rows are wanted, not "
            f"{inputs.shape} and {targets.shape}"
        )
    columns = _columns(features, inputs.shape[1:])
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise ValueError(
            f"permutation_importance: repeats is a whole number from 1 on, not {short(repeats)}"
        )
    rng = generator(seed)

    def score(flat: Array) -> float:
        rows = flat.reshape(inputs.shape)
        outputs = predict(model, rows) if isinstance(model, Module) else numbers(model(rows))
        return sign * float(scored(outputs, targets))

    flat = inputs.reshape(len(inputs), -1)
    whole = score(flat)
    drops = np.empty((len(columns), repeats))
    shuffled = flat.copy()
    for i, places in enumerate(columns.values()):
        for k in range(repeats):
            shuffled[:, places] = flat[:, places][rng.permutation(len(flat))]
            drops[i, k] = whole - score(shuffled)
        shuffled[:, places] = flat[:, places]
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


def _columns(features: Sequence[object] | None, shape: tuple[int, ...]) -> dict[str, list[int]]:
    """The places of each feature in a row that is laid out flat, by its name."""
    named = _areas(shape) if features is None else np.asarray(features, object)
    if named.ndim == 1 and len(named) == shape[0]:
        named = named.reshape(-1, *[1] * (len(shape) - 1))
    elif named.shape != shape:
        raise ValueError(
            f"permutation_importance: features names the {shape[0]} columns, a name for each, not "
            f"{short(features)}"
        )
    columns: dict[str, list[int]] = {}
    for i, name in enumerate(np.broadcast_to(named, shape).ravel()):
        columns.setdefault(str(name), []).append(i)
    return columns


def _areas(shape: tuple[int, ...]) -> Array:
    """The name of each place: x0, x1, ... along one axis, of several that of its area."""
    if len(shape) == 1:
        return np.array([f"x{i}" for i in range(*shape)], object)
    names = np.empty(shape, object)
    for area in product(*map(_parts, shape)):
        index = ", ".join(
            f"{p.start}:{p.stop}" if p.stop - p.start > 1 else f"{p.start}" for p in area
        )
        names[area] = f"[{index}]"
    return names


def _parts(length: int) -> list[slice]:
    """An axis in four parts, or in fewer where it is shorter."""
    ends = np.linspace(0, length, min(length, PARTS) + 1).round().astype(int).tolist()
    return list(map(slice, ends, ends[1:]))
