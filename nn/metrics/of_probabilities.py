"""How good predicted probabilities are: whether 80 % comes true in 80 of 100 rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.losses import numbers
from nn.metrics.of_classes import wanted_classes


def _chances(output: ArrayOperand, target: ArrayOperand, called: str) -> tuple[Array, Array]:
    """Probabilities (N, C), C at least 2, and classes (N,); ValueError for anything else."""
    p = numbers(output).astype(float)
    if not p.size:
        raise ValueError(f"{called}: there are 0 rows")
    p = p.reshape(len(p), -1)
    remedy = "softmax(output, axis=1), of one output sigmoid(output), makes them of scores"
    if not (p.min() >= -1e-6 and p.max() <= 1 + 1e-6):  # so that nan is refused
        raise ValueError(f"{called}: {short(float(p.min()))} to {short(float(p.max()))} are no "
                         f"probabilities; {remedy}")  # fmt: skip
    if p.shape[1] == 1:
        p = np.hstack([1 - p, p])
    off = abs(p.sum(axis=1) - 1)
    if off.max() > 1e-3:
        raise ValueError(f"{called}: the probabilities of row {off.argmax()} do not add up to 1; "
                         f"{remedy}")  # fmt: skip
    wanted = wanted_classes(target)
    if len(wanted) != len(p):
        raise ValueError(f"{called}: {len(p)} predictions for {len(wanted)} targets")
    if wanted.min() < 0 or wanted.max() >= p.shape[1]:
        raise ValueError(f"{called}: a class is not within 0 and {p.shape[1] - 1}")
    return p.clip(0, 1), wanted


def brier(output: ArrayOperand, target: ArrayOperand) -> float:
    """The mean over the rows of Σ (p - [it is this class])² over the classes; of two, half of it.

    ``output`` has probabilities (N, C), or those of class 1, (N,) or (N, 1); ``target`` has classes
    (N,), or is one-hot (N, C). Returns a number: 0 is perfect, of two classes 0.25 is what 50 %
    for every row gets. Brier, Verification of forecasts expressed in terms of probability (1950).

    >>> from nn.metrics import brier
    >>> round(brier([0.9, 0.2], [1, 0]), 6)
    0.025
    """
    p, wanted = _chances(output, target, "brier")
    off = ((p - np.eye(p.shape[1])[wanted]) ** 2).sum(axis=1).mean()
    return float(off / 2 if p.shape[1] == 2 else off)


def log_loss(output: ArrayOperand, target: ArrayOperand) -> float:
    """The mean over the rows of -log p of the right class: the cross-entropy.

    ``output`` has probabilities (N, C), or those of class 1, (N,) or (N, 1); ``target`` has classes
    (N,), or is one-hot (N, C). A probability of 0 counts as the least that a float64 tells from it,
    2.2e-16. Returns a number, 0 is perfect.

    >>> from nn.metrics import log_loss
    >>> round(log_loss([0.5, 0.5], [1, 0]), 4)
    0.6931
    """
    p, wanted = _chances(output, target, "log_loss")
    least = np.finfo(float).eps
    return float(-np.log(p[np.arange(len(p)), wanted].clip(least, 1 - least)).mean())


@dataclass(frozen=True)
class Calibration:
    """Rows by how sure the prediction is, and how often it came true.

    ``edges`` (bins + 1,) bound the bins; ``predicted`` and ``observed``, each (bins,), are the mean
    probability and the fraction that came true, nan in an empty bin; ``rows`` (bins,) says how many
    rows there are. ``calibration`` returns it.

    >>> from nn.metrics import calibration
    >>> found = calibration([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 0], bins=2)
    >>> found.rows, found.observed, round(found.error, 2)
    (array([2, 2]), array([0. , 0.5]), 0.25)
    """

    edges: Array
    predicted: Array
    observed: Array
    rows: Array

    @property
    def error(self) -> float:
        """Σ rows |observed - predicted| / Σ rows: the expected calibration error."""
        gaps = np.where(self.rows > 0, abs(self.observed - self.predicted), 0.0)
        return float(gaps @ self.rows / self.rows.sum())


def calibration(output: ArrayOperand, target: ArrayOperand, bins: int = 10) -> Calibration:
    """The rows in ``bins`` of equal width: the mean probability, and the fraction that came true.

    ``output`` has probabilities: of class 1, (N,) or (N, 1), or (N, C), of which each row's largest
    counts and comes true where that class is right. ``target`` has classes (N,), or is one-hot.
    Returns ``Calibration``, arrays (bins,).

    >>> from nn.metrics import calibration
    >>> calibration([[0.2, 0.8], [0.7, 0.3]], [1, 0], bins=4).rows
    array([0, 0, 1, 1])
    """
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
        raise ValueError(f"calibration: bins is a whole number from 1 on, not {short(bins)}")
    p, wanted = _chances(output, target, "calibration")
    if numbers(output).reshape(len(p), -1).shape[1] == 1:
        sure, true = p[:, 1], wanted == 1
    else:
        sure, true = p.max(axis=1), p.argmax(axis=1) == wanted
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], sure)
    rows = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        predicted, observed = (
            np.bincount(place, values, minlength=bins) / rows for values in (sure, true)
        )
    return Calibration(edges, predicted, observed, rows)


def calibration_error(output: ArrayOperand, target: ArrayOperand, bins: int = 10) -> float:
    """Σ rows |came true - said| / Σ rows over ``bins`` of equal width.

    ``output`` has probabilities: of class 1, (N,) or (N, 1), or (N, C), of which each row's largest
    counts. ``target`` has classes (N,), or is one-hot. Returns a number from 0, the expected
    calibration error. Guo et al., On calibration of modern neural networks (2017).

    >>> from nn.metrics import calibration_error
    >>> calibration_error([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0])
    0.0
    """
    return calibration(output, target, bins).error
