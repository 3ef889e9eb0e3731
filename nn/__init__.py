"""Neural networks over tracegrad's nodes: modules, losses, data, training, with PyTorch's names."""

from nn import data, functional, init, metrics, plots, scalar
from nn.activations import (
    ELU,
    GELU,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.callbacks import (
    Callback,
    Checkpoint,
    ClipGradients,
    Converged,
    CSVLog,
    EarlyStopping,
    InputNoise,
    LearningRate,
)
from nn.checkpoint import load_checkpoint, load_weights, save_checkpoint, save_weights
from nn.containers import MLP, ModuleList, Sequential, count_parameters
from nn.data import DataLoader
from nn.evaluating import evaluate, predict
from nn.history import History
from nn.landscape import loss_surface
from nn.layers import Dropout, Flatten, Identity, Linear
from nn.layout import from_torch, to_torch
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    MSLELoss,
    NLLLoss,
    RMSELoss,
    SmoothL1Loss,
    SquaredHingeLoss,
)
from nn.module import Module, Parameter
from nn.movie import BoundaryMovie
from nn.normalization import BatchNorm1d, LayerNorm
from nn.regularization import decay_groups, l1_penalty, l2_penalty
from nn.rng import manual_seed
from nn.summaries import summary
from nn.training import Run, fit

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "BoundaryMovie", "CSVLog", "Callback",
    "Checkpoint", "ClipGradients", "Converged", "CrossEntropyLoss", "DataLoader", "Dropout",
    "ELU", "EarlyStopping", "Flatten", "GELU", "HingeLoss", "History", "HuberLoss", "Identity",
    "InputNoise", "KLDivLoss", "L1Loss", "LayerNorm", "LeakyReLU", "LearningRate", "Linear",
    "LogSoftmax", "MLP", "MSELoss", "MSLELoss", "Module", "ModuleList", "NLLLoss", "Parameter",
    "RMSELoss", "ReLU", "Run", "Sequential", "SiLU", "Sigmoid", "SmoothL1Loss", "Softmax",
    "Softplus", "SquaredHingeLoss", "Tanh", "count_parameters", "data", "decay_groups",
    "evaluate", "fit", "from_torch", "functional", "init", "l1_penalty", "l2_penalty",
    "load_checkpoint", "load_weights", "loss_surface", "manual_seed", "metrics", "plots",
    "predict", "save_checkpoint", "save_weights", "scalar", "summary", "to_torch",
]  # fmt: skip
