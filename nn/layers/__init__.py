"""Modules: the base class, the layers, the activations, and what holds several of them."""

from nn.layers.activations import (
    ACTIVATIONS,
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
    softplus,
)
from nn.layers.containers import MLP, ModuleList, Sequential, count_parameters
from nn.layers.linear import Dropout, Flatten, Identity, Linear, keep_mask
from nn.layers.module import Module, Parameter
from nn.layers.normalization import BatchNorm1d, LayerNorm, batch_norm, layer_norm
from nn.layers.outline import Line, Summary, outline
from nn.layers.states import as_array, in_one_line

__all__ = [
    "ACTIVATIONS", "as_array", "batch_norm", "BatchNorm1d", "count_parameters", "Dropout",
    "ELU", "Flatten", "GELU", "Identity", "in_one_line", "keep_mask", "layer_norm", "LayerNorm",
    "LeakyReLU", "Line", "Linear", "LogSoftmax", "MLP", "Module", "ModuleList", "outline",
    "Parameter", "ReLU",
    "Sequential", "Sigmoid", "SiLU", "Softmax", "Softplus", "softplus", "Summary", "Tanh",
]  # fmt: skip
