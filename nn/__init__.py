"""Neural networks over tracegrad's nodes: modules, losses, data, training, with PyTorch's names."""

from nn import data, functional, init, metrics, scalar
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
from nn.checkpoint import load_checkpoint, load_weights, save_checkpoint, save_weights
from nn.containers import MLP, ModuleList, Sequential, count_parameters
from nn.data import DataLoader
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
from nn.normalization import BatchNorm1d, LayerNorm
from nn.rng import manual_seed

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "CrossEntropyLoss", "DataLoader", "Dropout",
    "ELU", "Flatten", "GELU", "HingeLoss", "HuberLoss", "Identity", "KLDivLoss", "L1Loss",
    "LayerNorm", "LeakyReLU", "Linear", "LogSoftmax", "MLP", "MSELoss", "MSLELoss", "Module",
    "ModuleList", "NLLLoss", "Parameter", "RMSELoss", "ReLU", "Sequential", "SiLU", "Sigmoid",
    "SmoothL1Loss", "Softmax", "Softplus", "SquaredHingeLoss", "Tanh", "count_parameters",
    "data", "from_torch", "functional", "init", "load_checkpoint", "load_weights",
    "manual_seed", "metrics", "save_checkpoint", "save_weights", "scalar", "to_torch",
]  # fmt: skip
