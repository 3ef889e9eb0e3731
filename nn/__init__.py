"""Neural networks over tracegrad's nodes: modules, losses, data, training, with PyTorch's names."""

from nn import data, functional, init, metrics, plots, scalar
from nn.checkpoints import (
    from_torch,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
    to_torch,
)
from nn.data import DataLoader
from nn.layers import (
    ELU,
    GELU,
    MLP,
    BatchNorm1d,
    Dropout,
    Flatten,
    Identity,
    LayerNorm,
    LeakyReLU,
    Linear,
    LogSoftmax,
    Module,
    ModuleList,
    Parameter,
    ReLU,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    count_parameters,
)
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
    decay_groups,
    l1_penalty,
    l2_penalty,
)
from nn.pictures import BoundaryMovie, loss_surface, summary
from nn.rng import manual_seed
from nn.training import (
    Callback,
    Checkpoint,
    ClipGradients,
    Converged,
    CSVLog,
    EarlyStopping,
    History,
    InputNoise,
    LearningRate,
    Run,
    evaluate,
    fit,
    predict,
)

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
