"""The second half of the diseases: on networks other than those the rules were written with."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
import nn
import nn.functional as F
import optim
from autograd import Tensor
from autograd.typing import Array
from tests.nn.diseases import Case, Disease, adam, trained


def pictures(n: int = 120, dtype: Any = np.float64) -> tuple[Array, Array]:
    """A bright bar in one of three places, in noise."""
    rng = np.random.default_rng(3)
    y = rng.integers(3, size=n)
    X = 0.3 * rng.normal(size=(n, 1, 9, 9))
    for image, k in zip(X, y):
        image[0, 3 * k : 3 * k + 3] += 1
    return X.astype(dtype), y


def sequences(n: int = 120, length: int = 6) -> tuple[Array, Array]:
    """Whether a noisy walk ends above where it began."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(n, length, 2))
    return X, (X[:, :, 0].sum(axis=1) > 0).astype(int)


def texts(n: int = 160, length: int = 6) -> tuple[Array, Array]:
    """Which of three words is in a text of 30 words."""
    rng = np.random.default_rng(5)
    X = rng.integers(3, 30, size=(n, length))
    y = rng.integers(3, size=n)
    X[np.arange(n), rng.integers(length, size=n)] = y
    return X, y


class Bars(nn.Module):
    """A small convolutional network, its activations functions."""

    def __init__(self, dtype: Any = np.float64) -> None:
        self.conv = nn.Conv2d(1, 4, 3, dtype=dtype, rng=0)
        self.head = nn.Linear(36, 3, dtype=dtype, rng=1)

    def forward(self, x: Tensor) -> Tensor:
        h = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.head(h.reshape((h.shape[0], -1)))


class SoftBars(Bars):
    def forward(self, x: Tensor) -> Tensor:
        return F.softmax(super().forward(x), axis=1)


class Walk(nn.Module):
    """The last output of a recurrent layer, and a linear head."""

    def __init__(self, kind: Any = nn.LSTM) -> None:
        self.rnn = kind(2, 12, batch_first=True, rng=0)
        self.head = nn.Linear(12, 2, rng=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.rnn(x)[0][:, -1])


class Words(nn.Module):
    """The mean of the vectors of words, and a hidden layer."""

    def __init__(self) -> None:
        self.words = nn.Embedding(30, 8, rng=0)
        self.hidden = nn.Linear(8, 16, rng=1)
        self.head = nn.Linear(16, 3, rng=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(F.relu(self.hidden(self.words(x).mean(axis=1))))


class Attends(nn.Module):
    def __init__(self) -> None:
        self.words = nn.Embedding(30, 8, rng=0)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, rng=1)
        self.head = nn.Linear(8, 3, rng=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.block(self.words(x)).mean(axis=1))


class Code(nn.Module):
    """An autoencoder; ``cut`` takes the code out of the graph."""

    def __init__(self, last: nn.Module | None = None, cut: bool = False) -> None:
        self.encode = nn.MLP(8, [16, 3], activation="tanh", rng=0)
        self.decode = nn.MLP(3, [16, 8], activation="tanh", rng=1)
        self.last, self.cut = last, cut

    def forward(self, x: Tensor) -> Tensor:
        code = self.encode(x)
        out = self.decode(code.detach() if self.cut else code)
        return out if self.last is None else self.last(out)


def ring(n: int = 150, dtype: Any = np.float64) -> Array:
    rng = np.random.default_rng(6)
    return (rng.normal(size=(n, 3)) @ rng.normal(size=(3, 8))).astype(dtype)


def houses(n: int = 200, dtype: Any = np.float32) -> tuple[Array, Array]:
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n, 5))
    y = 250_000 + 60_000 * X[:, :1] + 30_000 * np.tanh(X[:, 1:2])
    return X.astype(dtype), y.astype(dtype)


def questions(n: int = 300) -> tuple[Array, Array]:
    rng = np.random.default_rng(8)
    X = rng.normal(size=(n, 6))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(float).reshape(-1, 1)


# -- the diseases ---------------------------------------------------------------------------------


def convolution_softmax() -> Case:
    model = SoftBars()
    return trained(model, pictures(), lambda out, y: F.cross_entropy(out, y), adam(model), 5)


def convolution_bytes() -> Case:
    X, y = pictures(dtype=np.float32)
    model = Bars(np.float32)
    X = np.clip(100 + 80 * X, 0, 255).astype(np.float32)
    return trained(model, (X, y), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01), 5)


def recurrent_slow() -> Case:
    model = Walk()
    return trained(
        model, sequences(), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=1e-5), 5
    )


def recurrent_saturated() -> Case:
    model = Walk(nn.RNN)
    for name, p in model.named_parameters():
        if "rnn.weight" in name:
            p.data = p.data * 40
    return trained(model, sequences(), nn.CrossEntropyLoss(), adam(model, 0.003), 4)


def words_from_one() -> Case:
    X, y = texts()
    return Case(Words(), nn.DataLoader(X, y + 1, batch_size=16), nn.CrossEntropyLoss())


def head_replaced() -> Case:
    model = Words()
    optimizer = adam(model)
    model.head = nn.Linear(16, 3, rng=5)
    return trained(model, texts(), nn.CrossEntropyLoss(), optimizer, 5)


def autoencoder_sigmoid() -> Case:
    X, model = ring(), Code(nn.Sigmoid())
    return trained(model, (X, X), nn.MSELoss(), adam(model), 10)


def autoencoder_cut() -> Case:
    X, model = ring(dtype=np.float64), Code(cut=True)
    return trained(model, (X, X), nn.MSELoss(), adam(model), 10)


def binary_signs() -> Case:
    X, y = questions()
    model = nn.MLP(6, [12, 1], rng=0)
    return trained(model, (X, 2 * y - 1), nn.BCEWithLogitsLoss(), adam(model), 5)


def binary_rare() -> Case:
    X, _ = questions(800)
    y = (np.arange(800) % 20 == 0).astype(float).reshape(-1, 1)
    X = X + 0.2 * y
    model = nn.Sequential(nn.MLP(6, [12, 1], activation="tanh", rng=0), nn.Sigmoid())
    return trained(model, (X, y), nn.BCELoss(), adam(model), 15)


def attention_frozen() -> Case:
    model = Attends()
    model.words.requires_grad_(False)
    model.block.requires_grad_(False)
    return trained(model, texts(), nn.CrossEntropyLoss(), adam(model), 5)


def prices() -> Case:
    model = nn.MLP(5, [32, 1], dtype=np.float32, rng=0)
    return trained(model, houses(), nn.MSELoss(), adam(model, 0.001), 20)


def columns_and_rows() -> Case:
    X, _ = questions()
    target = (X[:, 0] - X[:, 3]).astype(np.float32)
    model = nn.MLP(6, [12, 1], activation="gelu", dtype=np.float32, rng=0)

    def loss(out: Tensor, y: Tensor) -> Tensor:
        return autograd.mean((out - y) ** 2)

    return trained(model, (X.astype(np.float32), target), loss, adam(model), 10)


def decayed() -> Case:
    model = Attends()
    optimizer = optim.AdamW(model.parameters(), lr=0.01, weight_decay=20.0)
    return trained(model, texts(), nn.CrossEntropyLoss(), optimizer, 10)


def shuffled() -> Case:
    X, y = questions(240)
    y = np.random.default_rng(0).permutation(y)
    model = nn.MLP(6, [64, 64, 1], rng=0)
    held = X[180:], y[180:]
    return trained(
        model, (X[:180], y[:180]), nn.BCEWithLogitsLoss(), adam(model), 40, validation=held
    )


def jumping() -> Case:
    iris = nn.data.load_iris()
    X, y = iris.X, iris.y
    X = ((X - X.mean(axis=0)) / X.std(axis=0)).astype(np.float32)
    model = nn.MLP(4, [32, 32, 3], dtype=np.float32, rng=0)
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model, 3.0), 10)


def gates_not_zeroed() -> Case:
    X, y = sequences()
    model, loss_fn = Walk(nn.GRU), nn.CrossEntropyLoss()
    optimizer = adam(model)
    for i in range(40):
        rows = np.random.default_rng(i).permutation(len(X))[:16]
        loss_fn(model(X[rows]), y[rows]).backward()
        optimizer.step()
    return Case(model, (X, y), loss_fn, optimizer)


def gap() -> Case:
    X, y = pictures()
    X[17, 0, 4, 4] = np.nan
    return Case(Bars(), (X, y), nn.CrossEntropyLoss())


def whole_batches() -> Case:
    model = Words()
    X, y = texts(300)
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model), 15, batch_size=300)


def learnt_by_heart() -> Case:
    rng = np.random.default_rng(9)
    X, y = rng.normal(size=(24, 20)).astype(np.float32), rng.normal(size=(24, 1)).astype(np.float32)
    y += X[:, :1]
    model = nn.MLP(20, [64, 1], activation="tanh", dtype=np.float32, rng=0)
    return trained(
        model, (X[:16], y[:16]), nn.MSELoss(), adam(model), 80, validation=(X[16:], y[16:])
    )


def dropped() -> Case:
    digits = nn.data.load_digits()
    X, y = digits.X, digits.y
    model = nn.Sequential(
        nn.Linear(64, 64, rng=0), nn.ReLU(), nn.Dropout(0.95, rng=1), nn.Linear(64, 10, rng=2)
    )
    return trained(model, (X[:300] / 16, y[:300]), nn.CrossEntropyLoss(), adam(model), 5)


SECOND = {
    "CNN, softmax as a function": Disease(convolution_softmax, "probabilities_twice", "leave"),
    "CNN, bytes as they are": Disease(convolution_bytes, "inputs_unscaled", "scale the inputs"),
    "LSTM, rate too small": Disease(recurrent_slow, "rate_too_small", "lr="),
    "RNN, saturated": Disease(recurrent_saturated, "saturated_units", "smaller weights"),
    "text, labels from 1": Disease(words_from_one, "labels", "y - 1"),
    "text, head made anew": Disease(head_replaced, "optimizer_of_another", "optim.Adam("),
    "autoencoder ends in sigmoid": Disease(autoencoder_sigmoid, "output_range", "leave"),
    "autoencoder, code detached": Disease(autoencoder_cut, "unreached", "Tensors"),
    "binary, targets -1 and 1": Disease(binary_signs, "targets_of_loss", "(y + 1) / 2"),
    "binary, 5 % yes": Disease(binary_rare, "imbalance", "weigh"),
    "attention, frozen": Disease(attention_frozen, "frozen", "requires_grad_(True)"),
    "regression, prices": Disease(prices, "targets_unscaled", "y.std()"),
    "regression, (n, 1) and (n,)": Disease(columns_and_rows, "broadcast", "reshape(-1, 1)"),
    "attention, weight decay": Disease(decayed, "weight_decay", "weight_decay=1e-4"),
    "binary, shuffled": Disease(shuffled, "unrelated", "together"),
    "iris in float32, rate too large": Disease(jumping, "rate_too_large", "lr="),
    "GRU, gradients not set to zero": Disease(gates_not_zeroed, "accumulated", "zero_grad"),
    "CNN, a nan": Disease(gap, "not_finite_data", "drop"),
    "text, one batch": Disease(whole_batches, "few_updates", "batch_size=32"),
    "16 rows, learnt by heart": Disease(learnt_by_heart, "overfitting", "EarlyStopping"),
    "digits, dropout 0.95": Disease(dropped, "dropout", "0.5"),
}


# -- trainings that are well ----------------------------------------------------------------------


def well_convolution() -> Case:
    model = Bars(np.float32)
    return trained(model, pictures(dtype=np.float32), nn.CrossEntropyLoss(), adam(model), 6)


def well_recurrent() -> Case:
    model = Walk()
    return trained(model, sequences(300), nn.CrossEntropyLoss(), adam(model, 0.02), 12)


def well_text() -> Case:
    model = Words()
    return trained(model, texts(400), nn.CrossEntropyLoss(), adam(model, 0.02), 20)


def well_attention() -> Case:
    model = Attends()
    return trained(model, texts(400), nn.CrossEntropyLoss(), adam(model, 0.01), 12)


def well_autoencoder() -> Case:
    X, model = ring(), Code()
    return trained(model, (X, X), nn.MSELoss(), adam(model, 0.01), 60)


def well_binary() -> Case:
    X, y = questions()
    model = nn.MLP(6, [16, 1], rng=0)
    held = X[240:], y[240:]
    return trained(
        model, (X[:240], y[:240]), nn.BCEWithLogitsLoss(), adam(model, 0.01), 25, validation=held
    )


def well_digits() -> Case:
    digits = nn.data.load_digits()
    X, y = digits.X, digits.y
    model = nn.Sequential(
        nn.Linear(64, 32, rng=0), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.2, rng=1),
        nn.Linear(32, 10, rng=2),
    )  # fmt: skip
    return trained(model, (X[:500], y[:500]), nn.CrossEntropyLoss(), adam(model, 0.01), 6)


ALSO_HEALTHY = {
    "CNN in float32": well_convolution,
    "LSTM": well_recurrent,
    "text": well_text,
    "attention": well_attention,
    "autoencoder": well_autoencoder,
    "binary": well_binary,
    "digits, normalised": well_digits,
}
