"""The training loop, what watches it, and how well it did."""

from nn.predicting import evaluation, predict
from nn.training.callbacks import (
    Checkpoint,
    ClipGradients,
    Converged,
    EarlyStopping,
    InputNoise,
    LearningRate,
)
from nn.training.evaluating import evaluate
from nn.training.fitting import fit
from nn.training.history import History
from nn.training.logs import CSVLog, JSONLog, TensorBoard
from nn.training.run import Callback, Run

__all__ = [
    "Callback", "Checkpoint", "ClipGradients", "Converged", "CSVLog", "EarlyStopping",
    "evaluate", "evaluation", "fit", "History", "InputNoise", "JSONLog", "LearningRate",
    "predict", "Run", "TensorBoard",
]  # fmt: skip
