"""The metrics that have a name."""

from __future__ import annotations

from autograd.calculus import short
from nn.kinds import Metric
from nn.metrics.of_classes import accuracy, f1, precision, recall
from nn.metrics.of_numbers import mae, r2, rmse

#: The metrics that ``fit`` takes by name.
METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "mae": mae,
    "rmse": rmse,
    "r2": r2,
}
#: Those that are a mean over the rows, so that batches can be averaged.
MEANS = frozenset({"accuracy", "mae"})
_GREATER = frozenset({"accuracy", "precision", "recall", "f1", "r2"})


def greater_is_better(name: str, mode: str = "auto") -> bool:
    """Whether a greater value of the metric is better.

    ``name`` is that of a metric, with ``val_`` in front or without; ``mode`` "min" or "max" decides
    it for others. Returns a truth value.

    >>> from nn.metrics import greater_is_better
    >>> greater_is_better("val_accuracy"), greater_is_better("loss")
    (True, False)
    """
    if mode not in ("auto", "min", "max"):
        raise ValueError(f"mode is 'min', 'max' or 'auto', not {short(mode)}")
    return mode == "max" or (mode == "auto" and name.removeprefix("val_") in _GREATER)
