"""Modules: the base class, the layers, the activations, and what holds several of them."""

from nn.layers.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    prelu,
    softplus,
)
from nn.layers.attention import MultiheadAttention, scaled_dot_product_attention
from nn.layers.batch_normalization import BatchNorm1d, BatchNorm2d, batch_norm
from nn.layers.cells import GRUCell, LSTMCell, RNNCell
from nn.layers.containers import MLP, ModuleList, Sequential, count_parameters
from nn.layers.convolution import Conv1d, Conv2d, conv1d, conv2d
from nn.layers.embedding import Embedding, embedding
from nn.layers.linear import Bilinear, Dropout, Flatten, Identity, Linear, bilinear, keep_mask
from nn.layers.module import Module, Parameter
from nn.layers.normalization import (
    GroupNorm,
    LayerNorm,
    RMSNorm,
    group_norm,
    layer_norm,
    rms_norm,
)
from nn.layers.outline import Line, Summary, outline
from nn.layers.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    MaxPool1d,
    MaxPool2d,
)
from nn.layers.pooling_functions import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    max_pool1d,
    max_pool2d,
)
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.states import as_array
from nn.layers.transformer import TransformerEncoderLayer

__all__ = [
    "ACTIVATIONS", "adaptive_avg_pool1d", "adaptive_avg_pool2d", "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d", "as_array", "avg_pool1d", "avg_pool2d", "AvgPool1d", "AvgPool2d",
    "batch_norm", "BatchNorm1d", "BatchNorm2d", "Bilinear", "bilinear", "Conv1d", "conv1d",
    "Conv2d", "conv2d", "count_parameters", "Dropout", "ELU", "Embedding", "embedding", "Flatten",
    "GELU", "group_norm", "GroupNorm", "GRU", "GRUCell", "Identity", "keep_mask",
    "layer_norm", "LayerNorm", "LeakyReLU", "Line", "Linear", "LogSoftmax", "LSTM", "LSTMCell",
    "max_pool1d", "max_pool2d", "MaxPool1d", "MaxPool2d", "MLP", "Module", "ModuleList",
    "MultiheadAttention", "outline", "Parameter", "PReLU", "prelu", "ReLU", "rms_norm", "RMSNorm",
    "RNN", "RNNCell", "scaled_dot_product_attention", "Sequential", "Sigmoid", "SiLU", "Softmax",
    "Softplus", "softplus", "Summary", "Tanh", "TransformerEncoderLayer",
]  # fmt: skip
