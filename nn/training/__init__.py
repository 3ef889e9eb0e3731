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
from nn.training.history import (
    History,
    best_epochs,
    epoch_numbers,
    score_panels,
    some_epochs,
)
from nn.training.logs import CSVLog, JSONLog, TensorBoard
from nn.training.progress import PiecesDone
from nn.training.run import Callback, Run
from nn.training.screens import inside, speaking

__all__ = [
    "best_epochs", "Callback", "Checkpoint", "ClipGradients", "Converged", "CSVLog",
    "EarlyStopping", "epoch_numbers", "evaluate", "evaluation", "fit", "History", "InputNoise",
    "inside", "JSONLog", "LearningRate", "PiecesDone", "predict", "Run", "score_panels",
    "some_epochs", "speaking", "TensorBoard",
]  # fmt: skip
