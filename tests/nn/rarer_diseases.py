"""A disease for each rule that the first two tables leave out, on Iris, digits and sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor
from autograd.typing import Array
from tests.nn.diseases import Case, Disease, adam, trained
from tests.nn.more_diseases import Bars, Walk, Words, pictures, sequences, texts


def iris() -> tuple[Array, Array]:
    table = nn.data.load_iris()
    return nn.data.standardize(table.X), table.y


def digits(rows: int = 300) -> tuple[Array, Array]:
    table = nn.data.load_digits()
    return table.X[:rows] / 16, table.y[:rows]


def by_hand(model: nn.Module, data: tuple[Array, Array], optimizer: Any, steps: int) -> Case:
    """A training by one's own loop, on Iris."""
    X, y = data
    loss_fn = nn.CrossEntropyLoss()
    for i in range(steps):
        rows = np.random.default_rng(i).permutation(len(X))[:32]
        optimizer.zero_grad()
        loss_fn(model(X[rows]), y[rows]).backward()
        optimizer.step()
    return Case(model, data, loss_fn, optimizer)


def normalised(rng: int = 0) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(4, 16, rng=rng), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3, rng=rng + 1)
    )


def weights_of_nan() -> Case:
    model = Words()
    model.hidden.weight.data = model.hidden.weight.data * np.nan
    return Case(model, texts(), nn.CrossEntropyLoss(), adam(model))


def single_rows() -> Case:
    return Case(normalised(), nn.DataLoader(*iris(), batch_size=1), nn.CrossEntropyLoss())


def one_row_left() -> Case:
    X, y = iris()
    loader = nn.DataLoader(X[:129], y[:129], batch_size=32, shuffle=True)
    return Case(normalised(), loader, nn.CrossEntropyLoss())


def scores_for_nll() -> Case:
    model = Bars()
    return trained(model, pictures(), nn.NLLLoss(), adam(model), 3)


def logits_for_bce() -> Case:
    X, y = iris()
    return Case(nn.MLP(4, [8, 1], rng=0), (X, (y == 1).reshape(-1, 1)), nn.BCELoss())


def same_inputs() -> Case:
    X, y = digits()
    return Case(nn.MLP(64, [16, 10], rng=0), (X[:1].repeat(300, axis=0), y), nn.CrossEntropyLoss())


def same_targets() -> Case:
    X, _ = sequences()
    model = Walk(nn.GRU)
    return trained(model, (X, np.ones(len(X), int)), nn.CrossEntropyLoss(), adam(model), 2)


def seen_before() -> Case:
    X, y = digits()
    model = nn.MLP(64, [32, 10], rng=0)
    held = X[200:260], y[200:260]
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model), 3, validation=held)


def never_in_train_mode() -> Case:
    model = normalised().eval()
    return by_hand(model, iris(), optim.SGD(model.parameters(), lr=0.01), 30)


def grown() -> Case:
    model = nn.MLP(64, [64] * 6 + [10], rng=0)
    for p in model.parameters():
        p.data = 6 * p.data
    return Case(model, digits(), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.001))


def ended_early() -> Case:
    model = nn.MLP(64, [32, 10], rng=0)
    return trained(model, digits(), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1), 3)


def forgetful() -> Case:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 40, 2))
    model = Walk(nn.RNN)
    y = (X[:, 0, 0] > 0).astype(int)
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model, 0.003), 3)


def upwards() -> Case:
    model = nn.MLP(4, [16, 3], rng=0)
    sgd = optim.SGD(model.parameters(), lr=0.01, maximize=True)
    return trained(model, iris(), nn.CrossEntropyLoss(), sgd, 10)


def gates_alike() -> Case:
    model = Walk()
    for p in model.parameters():
        p.data = np.full(p.shape, 0.1)
    return trained(model, sequences(), nn.CrossEntropyLoss(), adam(model), 3)


def moved_by_a_row() -> Case:
    X = np.random.default_rng(1).normal(size=(250, 3))
    model = nn.MLP(3, [16, 1], rng=0)
    y = np.roll(X[:, :1] - X[:, 1:2], 1, axis=0)
    return trained(model, (X, y), nn.MSELoss(), adam(model), 10)


def numbers_for_a_loss() -> Case:
    X, y = iris()

    def loss(out: Tensor, y: Tensor) -> Any:
        return Tensor(float(((out.data.argmax(axis=1) - y.data) ** 2).mean()), requires_grad=False)

    return Case(nn.MLP(4, [8, 3], rng=0), (X, y), loss)


def deep_tanh() -> Case:
    model = nn.MLP(64, [24] * 20 + [10], activation="tanh", rng=0)
    return trained(
        model, digits(150), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1), 3
    )


def rate_of_nothing() -> Case:
    model = nn.MLP(4, [8, 3], rng=0)
    return trained(model, iris(), nn.CrossEntropyLoss(), adam(model, 0.0), 3)


RARER = {
    "text, weights of nan": Disease(weights_of_nan, "not_finite_weights", "smaller"),
    "iris, batches of one row": Disease(single_rows, "batch_of_one", "drop_last"),
    "iris, a last batch of one row": Disease(one_row_left, "batch_of_one", "drop_last"),
    "CNN, scores for NLLLoss": Disease(scores_for_nll, "probabilities_missing", "CrossEntropy"),
    "iris, logits for BCELoss": Disease(logits_for_bce, "probabilities_missing", "WithLogits"),
    "digits, all the same": Disease(same_inputs, "constant_inputs", "X[:3]"),
    "GRU, one class": Disease(same_targets, "one_class", "return_counts"),
    "digits, seen before": Disease(seen_before, "repeated_rows", "split"),
    "iris, trained in eval()": Disease(never_in_train_mode, "evaluation_mode", "model.train()"),
    "digits, weights times 6": Disease(grown, "exploding", "smaller weights"),
    "digits, three epochs": Disease(ended_early, "few_epochs", "epochs"),
    "RNN, what was first": Disease(forgetful, "vanishing_in_time", "LSTM"),
    "iris, maximised": Disease(upwards, "worse_than_constant", "10 rows"),
    "LSTM, gates alike": Disease(gates_alike, "identical_units", "random"),
    "regression, moved by a row": Disease(moved_by_a_row, "unrelated", "dropped"),
    "iris, a loss without a graph": Disease(numbers_for_a_loss, "unreached", "Tensors"),
    "digits, 21 layers of tanh": Disease(deep_tanh, "vanishing", "ReLU"),
    "iris, rate 0": Disease(rate_of_nothing, "rate_too_small", "lr="),
}
