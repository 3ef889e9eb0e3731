"""A network that predicts classes, with the methods of scikit-learn's classifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Self

import numpy as np

from autograd import log_softmax, softmax
from autograd.calculus import short
from autograd.typing import Array
from nn.layers import Module
from nn.losses import CrossEntropyLoss
from nn.sklearn.checked import Column, Table, labels, row_weights
from nn.sklearn.network import MakeModule, Network, RandomState, Solver


class Classifier(Network):
    """softmax(network(x)): a multilayer perceptron, or a network of one's own, as an estimator.

    It minimises the cross-entropy; the weight of a row multiplies its part. Arguments are those of
    scikit-learn's ``MLPClassifier``, with its defaults:

    * ``hidden_layer_sizes``: the widths of the hidden layers; ``activation``: "relu", "tanh",
      "logistic", "identity", or another of ``nn``; or ``module``: a function (n_features,
      n_outputs) that returns a network of one's own, a ``Module``, in their place.
    * ``solver``: "adam", "sgd" (Nesterov momentum 0.9), "lbfgs", "adamw", "rmsprop", ..., or a
      class of ``optim``; ``learning_rate_init``: a number, or a schedule of the updates.
    * ``alpha``: strength of the L2 penalty, alpha / (2 · rows of a batch) · Σ w²; ``batch_size``:
      "auto" is min(200, rows); ``shuffle``: a new order for every epoch.
    * ``max_iter``: epochs at most; the training stops when the loss has not fallen by ``tol`` for
      ``n_iter_no_change`` epochs. With ``early_stopping`` the share ``validation_fraction`` of the
      rows is held out, its accuracy decides, and the best weights are kept.
    * ``random_state``: a seed; ``verbose``: a line for every epoch; ``warm_start``: ``fit`` goes on
      from the weights that are there; ``class_weight``: "balanced", or a weight by class.

    ``fit(X, y)`` takes X (rows, features), an array or a table of pandas or polars, and y (rows,)
    of numbers or text. Afterwards ``classes_``, ``module_`` (the network), ``history_``,
    ``loss_curve_``, ``n_iter_``, ``n_features_in_`` and, of a table, ``feature_names_in_`` are set.

    >>> import nn
    >>> X, y = nn.data.moons(200, rng=0)
    >>> model = nn.sklearn.Classifier(learning_rate_init=0.05, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95, model.predict_proba(X[:2]).shape
    (True, (2, 2))
    """

    _estimator_type = "classifier"

    class_weight: str | Mapping[object, float] | None
    classes_: Array

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Callable[[], Module] = "relu",
        *,
        solver: Solver = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate_init: float | Callable[[int], float] = 0.001,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: RandomState = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        module: MakeModule | None = None,
        class_weight: str | Mapping[object, float] | None = None,
    ) -> None:
        self._keep(locals())

    def fit(self, X: Table, y: Column, sample_weight: Column = None) -> Self:
        """Train on X (rows, features) and labels y (rows,); returns the estimator."""
        return self._fit(X, y, sample_weight, None, incremental=False)

    def partial_fit(
        self, X: Table, y: Column, classes: Column = None, sample_weight: Column = None
    ) -> Self:
        """One epoch over these rows; the first call is given all ``classes``."""
        if self._is_new(incremental=True) and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        return self._fit(X, y, sample_weight, classes, incremental=True)

    def _fit(
        self, X: Table, y: Column, sample_weight: Column, classes: Column, incremental: bool
    ) -> Self:
        called, fresh = type(self).__name__, self._is_new(incremental)
        rows, names = self._rows(X, fresh)
        here, index = labels(y, len(rows), called)
        known = here if fresh else self.classes_
        if fresh and classes is not None:
            known = np.unique(np.asarray(classes))
        unknown = ~np.isin(here, known)
        if unknown.any():
            raise ValueError(
                f"y has the label {short(here[unknown].tolist()[0])}, which is not among the "
                f"classes {', '.join(map(str, known[:10]))}"
            )
        index = np.searchsorted(known, here)[index]
        weights = self._weights(row_weights(sample_weight, len(rows)), known, index, incremental)
        answers, mean = index, 1.0
        if weights is not None:
            counted = weights > 0
            rows, index, weights = rows[counted], index[counted], weights[counted]
            mean = 1.0 if incremental else float(weights.mean())
            # The cross-entropy is linear in its target: a weight of the target is one of the row.
            answers = np.zeros((len(rows), len(known)), rows.dtype)
            answers[np.arange(len(rows)), index] = weights / mean
        self._train(
            rows, answers, len(known), CrossEntropyLoss(), _accuracy,
            fresh=fresh, incremental=incremental, weight=mean, stratify=index,
        )  # fmt: skip
        self.classes_ = known
        if fresh:
            self._keep_names(names)
        return self

    def _weights(
        self, rows: Array | None, known: Array, index: Array, incremental: bool
    ) -> Array | None:
        """The weights of the rows times those of their classes."""
        if self.class_weight is None:
            return rows
        base = np.ones(len(index)) if rows is None else rows
        if isinstance(self.class_weight, Mapping):
            each = np.array([float(self.class_weight.get(c, 1.0)) for c in known.tolist()])
        elif self.class_weight == "balanced" and not incremental:
            counts = np.bincount(index, minlength=len(known))
            each = len(index) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        else:
            raise ValueError(
                'class_weight is a dict by class, or for fit "balanced"; not '
                f"{short(self.class_weight)}"
            )
        weights: Array = base * each[index]
        if not (weights >= 0).all() or not weights.any():
            raise ValueError("class_weight: weights are numbers from 0, of which one is not zero")
        return weights

    def predict(self, X: Table) -> Array:
        """The most probable class of each row of X (rows, features); (rows,)."""
        logits = self._outputs(X)
        return np.asarray(self.classes_[logits.argmax(axis=1)])

    def predict_proba(self, X: Table) -> Array:
        """The probability of each class, in the order of ``classes_``; (rows, classes)."""
        return softmax(self._outputs(X), axis=1)

    def predict_log_proba(self, X: Table) -> Array:
        """The logarithms of the probabilities; (rows, classes)."""
        return log_softmax(self._outputs(X), axis=1)

    def decision_function(self, X: Table) -> Array:
        """Log-probabilities (rows, classes); of two classes the log-odds of the second, (rows,)."""
        scores = self.predict_log_proba(X)
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def score(self, X: Table, y: Column, sample_weight: Column = None) -> float:
        """The accuracy: the share of the rows, or of their weight, whose class is predicted."""
        right = self.predict(X) == np.asarray(y)
        return float(np.average(right, weights=row_weights(sample_weight, len(right))))


def _accuracy(output: Array, target: Array) -> float:
    if target.ndim == 1:
        return float((output.argmax(axis=1) == target).mean())
    right = output.argmax(axis=1) == target.argmax(axis=1)
    return float(np.average(right, weights=target.sum(axis=1)))
