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
    GRU,
    LSTM,
    MLP,
    RNN,
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Bilinear,
    Conv1d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    GroupNorm,
    GRUCell,
    Identity,
    LayerNorm,
    LeakyReLU,
    Linear,
    LogSoftmax,
    LSTMCell,
    MaxPool1d,
    MaxPool2d,
    Module,
    ModuleList,
    MultiheadAttention,
    Parameter,
    PReLU,
    ReLU,
    RMSNorm,
    RNNCell,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    TransformerEncoderLayer,
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

__tracegrad__ = True  # that these files are tracegrad's

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AvgPool1d", "AvgPool2d", "BCELoss",
    "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "Bilinear", "BoundaryMovie", "CSVLog",
    "Callback", "Checkpoint", "ClipGradients", "Conv1d", "Conv2d", "Converged",
    "CrossEntropyLoss", "DataLoader", "Dropout", "ELU", "EarlyStopping", "Embedding", "Flatten",
    "GELU", "GRU", "GRUCell", "GroupNorm", "HingeLoss", "History", "HuberLoss", "Identity",
    "InputNoise", "KLDivLoss", "L1Loss", "LSTM", "LSTMCell", "LayerNorm", "LeakyReLU",
    "LearningRate", "Linear", "LogSoftmax", "MLP", "MSELoss", "MSLELoss", "MaxPool1d",
    "MaxPool2d", "Module", "ModuleList", "MultiheadAttention", "NLLLoss", "PReLU", "Parameter",
    "RMSELoss", "RMSNorm", "RNN", "RNNCell", "ReLU", "Run", "Sequential", "SiLU", "Sigmoid",
    "SmoothL1Loss", "Softmax", "Softplus", "SquaredHingeLoss", "Tanh", "TransformerEncoderLayer",
    "count_parameters", "data", "decay_groups", "evaluate", "fit", "from_torch", "functional",
    "init", "l1_penalty", "l2_penalty", "load_checkpoint", "load_weights", "loss_surface",
    "manual_seed", "metrics", "plots", "predict", "save_checkpoint", "save_weights", "scalar",
    "summary", "to_torch",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
