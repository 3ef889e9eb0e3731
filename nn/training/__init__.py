"""The training loop, what watches it, and how well it did."""

from nn.training.callbacks import (
    Checkpoint,
    ClipGradients,
    Converged,
    CSVLog,
    EarlyStopping,
    InputNoise,
    LearningRate,
)
from nn.training.evaluating import evaluate, evaluation, predict
from nn.training.fitting import fit
from nn.training.history import History, greater_is_better
from nn.training.run import Callback, Run

__all__ = [
    "Callback", "Checkpoint", "ClipGradients", "Converged", "CSVLog", "EarlyStopping",
    "evaluate", "evaluation", "fit", "greater_is_better", "History", "InputNoise",
    "LearningRate", "predict", "Run",
]  # fmt: skip
