"""A network that predicts numbers, with the methods of scikit-learn's regressors."""

from __future__ import annotations

from typing import Self

import numpy as np

from autograd import Tensor, mean
from autograd.typing import Array
from nn.losses import MSELoss
from nn.sklearn.checked import Column, Table, row_weights, values
from nn.sklearn.network import Network, r2


class Regressor(Network):
    """mean + scale · network(x): a multilayer perceptron, or a network of one's own, as estimator.

    It minimises the mean squared error of the standardised target, so that the unit of y does not
    matter; the weight of a row multiplies its part. Arguments are those of :class:`Classifier`
    (and of scikit-learn's ``MLPRegressor``, with its defaults); with ``early_stopping`` R² decides.

    ``fit(X, y)`` takes X (rows, features), an array or a table of pandas or polars, and y (rows,)
    or (rows, outputs). Afterwards ``module_`` (the network), ``y_mean_`` and ``y_scale_``,
    ``history_``, ``loss_curve_``, ``n_iter_``, ``n_features_in_`` and, of a table,
    ``feature_names_in_`` are set.

    >>> import numpy as np
    >>> import nn
    >>> X = np.linspace(-1, 1, 50).reshape(-1, 1)
    >>> model = nn.sklearn.Regressor(solver="lbfgs", random_state=0).fit(X, X[:, 0] ** 2)
    >>> model.score(X, X[:, 0] ** 2) > 0.99
    True
    """

    _estimator_type = "regressor"

    y_mean_: Array
    y_scale_: Array
    n_outputs_: int

    def fit(self, X: Table, y: Column, sample_weight: Column = None) -> Self:
        """Train on X (rows, features) and y (rows,) or (rows, outputs); returns the estimator."""
        return self._fit(X, y, sample_weight, incremental=False)

    def partial_fit(self, X: Table, y: Column, sample_weight: Column = None) -> Self:
        """One epoch over these rows; the first call's targets set mean and scale."""
        return self._fit(X, y, sample_weight, incremental=True)

    def _fit(self, X: Table, y: Column, sample_weight: Column, incremental: bool) -> Self:
        called, fresh = type(self).__name__, self._is_new(incremental)
        rows, names = self._rows(X, fresh)
        y = values(y, len(rows), called)
        if not fresh and y.shape[1:] != self.y_mean_.shape:
            raise ValueError(
                f"y has {y[0].size} outputs, but {called} was fitted with {self.n_outputs_}"
            )
        weights, weight = row_weights(sample_weight, len(rows)), 1.0
        if weights is not None:
            counted = weights > 0
            rows, y, weights = rows[counted], y[counted], weights[counted]
            weight = 1.0 if incremental else float(weights.mean())
        middle, scale = _moments(y, weights) if fresh else (self.y_mean_, self.y_scale_)
        answers = ((y - middle) / scale).reshape(len(y), -1)
        outputs = answers.shape[1]
        if weights is not None:
            answers = np.column_stack([answers, weights / weight])
        self._train(
            rows, answers.astype(rows.dtype), outputs,
            MSELoss() if weights is None else _weighted_squares,
            _r2 if weights is None else _weighted_r2,
            fresh=fresh, incremental=incremental, weight=weight,
        )  # fmt: skip
        self.y_mean_, self.y_scale_, self.n_outputs_ = middle, scale, outputs
        if fresh:
            self._keep_names(names)
        return self

    def predict(self, X: Table) -> Array:
        """The number, or the numbers, for each row of X; (rows,) or (rows, outputs), as y was."""
        out = self._outputs(X)
        return np.asarray(out.reshape(len(out), *self.y_mean_.shape) * self.y_scale_ + self.y_mean_)

    def score(self, X: Table, y: Column, sample_weight: Column = None) -> float:
        """R² = 1 - Σ (y - ŷ)² / Σ (y - ȳ)², the mean over the outputs."""
        predicted = self.predict(X)
        truth = np.asarray(y, np.float64)
        return r2(truth, predicted, row_weights(sample_weight, len(predicted)))


def _moments(y: Array, weights: Array | None) -> tuple[Array, Array]:
    """Mean and standard deviation of each output; the deviation of a constant counts as 1."""
    middle = np.average(y, axis=0, weights=weights)
    scale = np.sqrt(np.average((y - middle) ** 2, axis=0, weights=weights))
    return np.asarray(middle), np.where(scale > 1e-12 * np.abs(middle), scale, 1.0)


def _r2(output: Array, target: Array) -> float:
    return r2(target, output)


def _weighted_r2(output: Array, target: Array) -> float:
    return r2(target[:, :-1], output, target[:, -1])


def _weighted_squares(output: Tensor, target: Tensor) -> Tensor:
    """The mean of w (ŷ - y)²; the weight is behind the targets of each row."""
    errors: Tensor = (output - target[:, :-1]) ** 2 * target[:, -1:]
    return mean(errors)
