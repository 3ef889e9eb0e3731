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
from nn.layers.cells import GRUCell, LSTMCell, RNNCell
from nn.layers.containers import MLP, ModuleList, Sequential, count_parameters
from nn.layers.embedding import Embedding, embedding
from nn.layers.linear import Bilinear, Dropout, Flatten, Identity, Linear, bilinear, keep_mask
from nn.layers.module import Module, Parameter
from nn.layers.normalization import (
    BatchNorm1d,
    LayerNorm,
    RMSNorm,
    batch_norm,
    layer_norm,
    rms_norm,
)
from nn.layers.outline import Line, Summary, outline
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.states import as_array, in_one_line
from nn.layers.transformer import TransformerEncoderLayer

__all__ = [
    "ACTIVATIONS", "as_array", "batch_norm", "BatchNorm1d", "bilinear", "Bilinear",
    "count_parameters", "Dropout", "ELU", "embedding", "Embedding", "Flatten", "GELU", "GRU",
    "GRUCell", "Identity", "in_one_line", "keep_mask", "layer_norm", "LayerNorm", "LeakyReLU",
    "Line", "Linear", "LogSoftmax", "LSTM", "LSTMCell", "MLP", "Module", "ModuleList",
    "MultiheadAttention", "outline", "Parameter", "prelu", "PReLU", "ReLU", "rms_norm", "RMSNorm",
    "RNN", "RNNCell", "scaled_dot_product_attention", "Sequential", "Sigmoid", "SiLU", "Softmax",
    "Softplus", "softplus", "Summary", "Tanh", "TransformerEncoderLayer",
]  # fmt: skip
