"""The networks that exports are tried on: every layer, and networks of people's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Tensor
from nn.training import evaluation
from tests.nn.table import LAYERS


@dataclass(frozen=True)
class NetworkRow:
    """A network, the shapes of an example input, and the axis of its rows."""

    name: str
    make: Callable[[], nn.Module]
    shapes: tuple[tuple[int, ...], ...]
    axis: int | None = 0
    dtype: Any = np.float64
    most: int | None = None  # of whole numbers, which are below it
    #: Whether what it says of a row depends on the others, or on the number of rows.
    mixes: bool = False

    def __str__(self) -> str:
        return self.name

    def network(self) -> tuple[nn.Module, tuple[Any, ...]]:
        """The network, which has seen a batch, and the example."""
        rng = np.random.default_rng(3)
        X = tuple(
            rng.normal(size=shape).astype(self.dtype)
            if self.most is None
            else rng.integers(0, self.most, shape)
            for shape in self.shapes
        )
        model = self.make()
        for parameter in model.parameters():
            moved = parameter.data + 0.1 * rng.normal(size=parameter.shape)
            parameter.data = moved.astype(self.dtype)
        model(*X)
        return model, X


class Own(nn.Module):
    """Functions of autograd in a forward of one's own, and a choice by a comparison."""

    def __init__(self) -> None:
        self.first, self.gain = nn.Linear(4, 6, rng=0), nn.Parameter(np.array(1.3))
        self.lambda_ = nn.Parameter(np.full((6,), 0.2))

    def forward(self, x: Any) -> Any:
        h = self.first(x) * self.gain + self.lambda_
        inside = (h > -0.3) & (h <= 0.4)
        h = autograd.where(inside, autograd.sin(h), autograd.clip(h, -1.0, 0.5) ** 3)
        parts = [h[:, ::2], autograd.flip(h, axis=1)[:, :2], autograd.log1p(abs(x)) % 0.7]
        joined = autograd.concatenate(parts, axis=1)
        spread = joined.std(axis=1, keepdims=True) + autograd.cumsum(joined, axis=1)
        padded = autograd.pad(spread, ((0, 0), (1, 2)), constant_values=0.5)
        return autograd.stack([padded.max(axis=1), autograd.logsumexp(padded, axis=1)], axis=1)


class Words(nn.Module):
    """Embeddings, an average over places that are filled, and tied weights."""

    def __init__(self) -> None:
        self.embed = nn.Embedding(6, 4, padding_idx=0, rng=0)

    def forward(self, words: Any) -> Any:
        filled = autograd.expand_dims(words != 0, -1)
        h = (self.embed(words) * filled).sum(axis=1) / (filled.sum(axis=1) + 1e-3)
        return h @ self.embed.weight.T


class Masked(nn.Module):
    """Attention that looks back only: a fixed array with -inf in it."""

    def forward(self, x: Any) -> Any:
        later = np.triu(np.full((4, 4), -np.inf), 1)
        return autograd.softmax(x @ autograd.swapaxes(x, 1, 2) + later, axis=-1) @ x


class TwoInputs(nn.Module):
    """Two inputs and two results, one of which is an input as it is."""

    def __init__(self) -> None:
        self.mix = nn.Bilinear(3, 2, 4, rng=0)

    def forward(self, left: Any, right: Any) -> tuple[Tensor, Any]:
        return autograd.tanh(self.mix(left, right)), right


class Residual(nn.Module):
    """A list of modules."""

    def __init__(self) -> None:
        self.layers = nn.ModuleList([nn.Linear(4, 4, rng=k) for k in range(3)])

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = x + autograd.silu(layer(x))
        return x


def _cnn(dtype: Any = np.float64) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1, dtype=dtype, rng=0), nn.BatchNorm2d(3, dtype=dtype),
        nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5),
        nn.Linear(27, 4, dtype=dtype, rng=1), nn.Softmax(1),
    )  # fmt: skip


def _layers() -> list[NetworkRow]:
    rows = []
    mixing = ("Flatten(0, 1)", "Softmax(0)", "track_running_stats=False", "LayerNorm((5, 4))")
    for row in LAYERS:
        for shape in row.shapes:
            single = len(shape) == 1 or (
                re.search("Conv|Pool", row.torch) and len(shape) < len(row.shapes[0])
            )
            if 0 not in shape:
                whole = shape == (5, 4) and "(5, 4)" in row.torch
                axis = None if single or whole else 0
                mixes = any(word in row.torch for word in mixing) and axis == 0
                mixes &= not ("(5, 4)" in row.torch and len(shape) == 3)
                name = f"{row.torch.replace('t.', '')} {shape}"
                rows.append(NetworkRow(name, row.ours, (shape,), axis, mixes=mixes))
    return rows


_SEQUENCE = ((5, 2, 4),)
NETWORKS = [
    *_layers(),
    NetworkRow("RNN", lambda: nn.RNN(4, 3, rng=0), _SEQUENCE, 1),
    NetworkRow("RNN batch first", lambda: nn.RNN(4, 3, batch_first=True, rng=0), ((2, 5, 4),)),
    NetworkRow("GRU", lambda: nn.GRU(4, 3, num_layers=2, rng=0), _SEQUENCE, 1),
    NetworkRow("LSTM", lambda: nn.LSTM(4, 3, bidirectional=True, rng=0), _SEQUENCE, 1),
    NetworkRow("RNNCell", lambda: nn.RNNCell(4, 3, rng=0), ((2, 4),)),
    NetworkRow("GRUCell", lambda: nn.GRUCell(4, 3, rng=0), ((2, 4),)),
    NetworkRow("LSTMCell", lambda: nn.LSTMCell(4, 3, rng=0), ((2, 4),)),
    NetworkRow("attention", lambda: nn.MultiheadAttention(4, 2, rng=0), ((3, 2, 4),) * 3, 1),
    NetworkRow(
        "transformer",
        lambda: nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, rng=0),
        ((2, 3, 4),),
    ),
    NetworkRow("Bilinear", lambda: nn.Bilinear(4, 5, 3, rng=0), ((2, 4), (2, 5))),
    NetworkRow("Embedding", lambda: nn.Embedding(5, 3, rng=0), ((4, 3),), most=5),
    NetworkRow("one word", lambda: nn.Embedding(1, 1, rng=0), ((4, 3),), most=1),
    NetworkRow("a number", lambda: nn.Sequential(nn.Linear(1, 1, rng=0)), ((4, 1),)),
    NetworkRow("Own", Own, ((5, 4),)),
    NetworkRow("Words", Words, ((5, 7),), most=6),
    NetworkRow("TwoInputs", TwoInputs, ((5, 3), (5, 2))),
    NetworkRow("Masked", Masked, ((3, 4, 2),)),
    NetworkRow("Residual", Residual, ((5, 4),)),
    NetworkRow("CNN", _cnn, ((4, 1, 6, 6),)),
]
SINGLE = [
    NetworkRow(
        "MLP of float32",
        lambda: nn.MLP(4, [8, 3], "gelu", dtype=np.float32),
        ((5, 4),),
        dtype=np.float32,
    ),
    NetworkRow("CNN of float32", lambda: _cnn(np.float32), ((4, 1, 6, 6),), dtype=np.float32),
]


def rows_of(X: tuple[Any, ...], axis: int | None, rows: list[int]) -> tuple[Any, ...]:
    """The same example with these rows."""
    return X if axis is None else tuple(np.take(x, rows, axis) for x in X)


def outputs(model: nn.Module, X: tuple[Any, ...]) -> list[Any]:
    """The arrays that the network returns in evaluation, in their order."""
    found: list[Any] = []

    def visit(x: Any) -> None:
        if isinstance(x, tuple | list):
            for part in x:
                visit(part)
        else:
            found.append(x.data if isinstance(x, Tensor) else np.asarray(x))

    with evaluation(model), autograd.no_grad():
        visit(model(*X))
    return found
