"""How good predictions are: of classes, of probabilities, and of numbers."""

from __future__ import annotations

from nn.kinds import Metric
from nn.metrics.importance import Importance, permutation_importance
from nn.metrics.of_classes import (
    ClassScores,
    accuracy,
    class_scores,
    classes_of,
    confusion_matrix,
    f1,
    precision,
    recall,
)
from nn.metrics.of_numbers import mae, r2, rmse
from nn.metrics.of_probabilities import (
    Calibration,
    brier,
    calibration,
    calibration_error,
    log_loss,
)
from nn.metrics.table import MEANS, METRICS, greater_is_better

__all__ = [
    "accuracy", "brier", "Calibration", "calibration", "calibration_error", "class_scores",
    "classes_of", "ClassScores", "confusion_matrix", "f1", "greater_is_better", "Importance",
    "log_loss", "mae", "MEANS", "Metric", "METRICS", "permutation_importance", "precision", "r2",
    "recall", "rmse",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
