"""Trainings that are ill, each of one disease, and trainings that are well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import nn
import optim
from autograd.typing import Array


@dataclass
class Case:
    """What ``nn.why`` is given."""

    model: nn.Module
    data: Any
    loss: Any
    optimizer: Any = None
    history: Any = None
    validation: Any = None

    def findings(self) -> nn.Findings:
        return nn.why(
            self.model, self.data, self.loss, self.optimizer, self.history, self.validation
        )


@dataclass(frozen=True)
class Disease:
    """A training, the rule that names its disease, and words that the remedy must have."""

    make: Callable[[], Case]
    name: str
    remedy: str


def trained(
    model: nn.Module,
    data: tuple[Array, Array],
    loss: Any,
    optimizer: Any,
    epochs: int = 10,
    **given: Any,
) -> Case:
    """The case after a training by ``fit``."""
    history = nn.fit(model, data, loss, optimizer, epochs, seed=0, progress=False, **given)
    return Case(model, data, loss, optimizer, history, given.get("validation"))


def blobs(n: int = 200, features: int = 4, classes: int = 3, spread: float = 1.0) -> Any:
    rng = np.random.default_rng(1)
    y = rng.integers(classes, size=n)
    centres = 2 * rng.normal(size=(classes, features))
    return centres[y] + spread * rng.normal(size=(n, features)), y


def waves(n: int = 200) -> tuple[Array, Array]:
    X = np.random.default_rng(2).uniform(-2, 2, size=(n, 2))
    return X, np.sin(2 * X[:, :1]) + 0.5 * X[:, 1:]


def adam(model: nn.Module, lr: float = 0.01, **given: Any) -> optim.Adam:
    return optim.Adam(model.parameters(), lr=lr, **given)


# -- the first half: what the rules were written with: MLPs --------------------------------------


def softmax_twice() -> Case:
    model = nn.Sequential(nn.MLP(4, [16, 3], rng=0), nn.Softmax())
    return trained(model, blobs(), nn.CrossEntropyLoss(), adam(model))


def sigmoid_twice() -> Case:
    X, y = nn.data.moons(200, rng=0)
    model = nn.Sequential(nn.MLP(2, [16, 1], rng=0), nn.Sigmoid())
    return Case(model, (X, y.reshape(-1, 1)), nn.BCEWithLogitsLoss())


def no_activation() -> Case:
    X, y = nn.data.moons(200, rng=0)
    model = nn.Sequential(nn.Linear(2, 16, rng=0), nn.Linear(16, 2, rng=1))
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model))


def dead() -> Case:
    model = nn.MLP(4, [16, 3], rng=0)
    model[0].bias.data = np.where(np.arange(16) < 12, -50.0, 0.0)
    return Case(model, blobs(), nn.CrossEntropyLoss())


def inputs_large() -> Case:
    X, y = nn.data.moons(200, rng=0)
    model = nn.MLP(2, [16, 2], rng=0)
    return trained(model, (X * 1e5, y), nn.CrossEntropyLoss(), adam(model))


def zero_weights() -> Case:
    model = nn.MLP(4, [16, 3], activation="tanh", rng=0)
    for p in model.parameters():
        p.data = np.zeros(p.shape)
    return trained(model, blobs(), nn.CrossEntropyLoss(), adam(model))


def labels_from_one() -> Case:
    X, y = blobs()
    return Case(nn.MLP(4, [16, 3], rng=0), (X, y + 1), nn.CrossEntropyLoss())


def leaking() -> Case:
    X, y = blobs(spread=4.0)
    model = nn.MLP(5, [16, 3], rng=0)
    return trained(model, (np.column_stack([X, y]), y), nn.CrossEntropyLoss(), adam(model))


def rate_large() -> Case:
    model = nn.MLP(2, [32, 1], rng=0)
    sgd = optim.SGD(model.parameters(), lr=5.0)
    return trained(model, waves(), nn.MSELoss(), sgd)


def rate_small() -> Case:
    model = nn.MLP(2, [32, 1], rng=0)
    return trained(model, waves(), nn.MSELoss(), adam(model, 1e-7))


def other_optimizer() -> Case:
    model, other = nn.MLP(4, [16, 3], rng=0), nn.MLP(4, [16, 3], rng=1)
    return Case(model, blobs(), nn.CrossEntropyLoss(), adam(other))


def not_zeroed() -> Case:
    X, y = blobs(spread=3.0)
    model = nn.MLP(4, [16, 3], rng=0)
    optimizer, loss_fn = optim.SGD(model.parameters(), lr=0.01), nn.CrossEntropyLoss()
    for _ in range(60):
        loss_fn(model(X), y).backward()
        optimizer.step()
    return Case(model, (X, y), loss_fn, optimizer)


def rare_class() -> Case:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(1000, 5)), (np.arange(1000) < 52).astype(int)
    X[:52, 0] += 0.8
    model = nn.MLP(5, [16, 2], rng=0)
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model))


def overfitted() -> Case:
    X, y = blobs(60, 10, 2, spread=8.0)
    model = nn.MLP(10, [64, 64, 2], rng=0)
    held = X[30:], y[30:]
    return trained(model, (X[:30], y[:30]), nn.CrossEntropyLoss(), adam(model), 60, validation=held)


def vanished() -> Case:
    model = nn.MLP(4, [16] * 10 + [3], activation="sigmoid", rng=0)
    return trained(model, blobs(), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1), 5)


#: Those that the rules were written with.
FIRST = {
    "softmax before the cross-entropy": Disease(softmax_twice, "probabilities_twice", "leave"),
    "sigmoid before the loss with logits": Disease(sigmoid_twice, "probabilities_twice", "BCELoss"),
    "no activation": Disease(no_activation, "no_activation", "activation"),
    "12 of 16 units dead": Disease(dead, "dead_units", "bias"),
    "inputs times 1e5": Disease(inputs_large, "inputs_unscaled", "scale the inputs"),
    "weights of 0": Disease(zero_weights, "identical_units", "random"),
    "labels from 1": Disease(labels_from_one, "labels", "y - 1"),
    "a target that leaks": Disease(leaking, "leak", "delete(X, 4"),
    "rate too large": Disease(rate_large, "rate_too_large", "lr="),
    "rate too small": Disease(rate_small, "rate_too_small", "lr="),
    "optimizer of another model": Disease(other_optimizer, "optimizer_of_another", "optim.Adam("),
    "gradients not set to zero": Disease(not_zeroed, "accumulated", "zero_grad"),
    "948 against 52": Disease(rare_class, "imbalance", "weigh"),
    "overfitting": Disease(overfitted, "overfitting", "EarlyStopping"),
    "vanishing gradients": Disease(vanished, "vanishing", "ReLU"),
}


# -- trainings that are well ----------------------------------------------------------------------


def well_moons() -> Case:
    X, y = nn.data.moons(200, rng=0)
    model = nn.MLP(2, [16, 2], rng=0)
    return trained(model, (X, y), nn.CrossEntropyLoss(), adam(model, 0.05), 30)


def well_untrained() -> Case:
    model = nn.MLP(2, [16, 2], rng=0)
    return Case(model, nn.data.moons(200, rng=0), nn.CrossEntropyLoss(), adam(model, 0.01))


def well_regression() -> Case:
    model = nn.MLP(2, [32, 32, 1], activation="tanh", rng=0)
    return trained(model, waves(), nn.MSELoss(), adam(model, 0.01), 40)


def well_noisy() -> Case:
    X, y = blobs(400, 5, 2, spread=6.0)
    model = nn.MLP(5, [8, 2], rng=0)
    return trained(model, (X / 6, y), nn.CrossEntropyLoss(), adam(model, 0.003), 40)


def well_linear() -> Case:
    X, _ = waves()
    model = nn.Linear(2, 1, rng=0)
    y = X @ [[2.0], [-1.0]] + 0.1 * np.random.default_rng(0).normal(size=(200, 1))
    return trained(model, (X, y), nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), 30)


HEALTHY: dict[str, Callable[[], Case]] = {
    "moons": well_moons,
    "moons, untrained": well_untrained,
    "regression": well_regression,
    "noisy classes": well_noisy,
    "a line": well_linear,
}
