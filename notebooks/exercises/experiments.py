"""Trainings whose losses a notebook shows: some lack a line, some have the wrong rate."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
import optim
from autograd import Value, grad
from nn.data import DataLoader


def forgetful_training(rounds: int = 12, rate: float = 0.1) -> tuple[list[float], list[float]]:
    """The losses of a loop that is as it should be, and of one that lacks a line."""

    def train(forgetful: bool) -> list[float]:
        w = Value(1.0, "w")
        losses = []
        for _ in range(rounds):
            f = (w - 1) ** 2 + (w - 3) ** 2
            losses.append(f.data)
            if not forgetful:
                w.grad = 0.0
            f.backward()
            w.data -= rate * w.grad
        return losses

    return train(False), train(True)


def damaged_training(
    X: Any, y: Any, X_val: Any, y_val: Any, epochs: int = 12
) -> dict[str, list[float]]:
    """Validation accuracies, epoch by epoch, of four loops of which three lack something."""
    ordered = np.argsort(y, kind="stable")
    loss_fn = nn.CrossEntropyLoss()

    def train(missing: str) -> list[float]:
        model = nn.MLP(64, [16, 10], rng=0)
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        shuffle = missing != "shuffle"
        rows = slice(None) if shuffle else ordered
        loader = DataLoader(X[rows], y[rows], batch_size=32, shuffle=shuffle, seed=0)
        accuracies = []
        for _ in range(epochs):
            for X_batch, y_batch in loader:
                if missing != "zero_grad":
                    optimizer.zero_grad()
                loss_fn(model(X_batch), y_batch).backward()
                if missing != "step":
                    optimizer.step()
            accuracies.append(float((model(X_val).data.argmax(axis=1) == y_val).mean()))
        return accuracies

    missing = {"A": "shuffle", "B": "nothing", "C": "step", "D": "zero_grad"}
    return {letter: train(what) for letter, what in missing.items()}


def four_rates(updates: int = 12) -> dict[str, list[float]]:
    """The losses 2(w - 2)² of four descents from w = 1, each with another learning rate."""
    rates = {"A": 0.45, "B": 0.55, "C": 0.01, "D": 0.15}
    return {
        letter: [2 * (1 - 4 * rate) ** (2 * update) for update in range(updates + 1)]
        for letter, rate in rates.items()
    }


def uses_of_descent() -> tuple[dict[str, tuple[float, float]], int]:
    """Losses before and after descent, and how many points a small shift of centres regroups."""
    rng = np.random.default_rng(54)
    points = rng.normal(size=(60, 2)) @ [[1.0, 0.8], [0.0, 0.3]]
    target = points @ [1.5, -0.5]

    def regression(u: Any) -> Any:
        return ((points @ u - target) ** 2).mean()

    def projection(u: Any) -> Any:
        along = points @ u
        return ((points - along.reshape(60, 1) * u) ** 2).sum(axis=1).mean()

    def classification(u: Any) -> Any:
        return np.log(1 + np.exp(-np.sign(target) * (points @ u))).mean()

    losses = {}
    for loss, start in (
        (regression, [0.0, 0.0]),
        (projection, [0.2, -0.6]),
        (classification, [0.0, 0.0]),
    ):
        u = np.array(start)
        before = float(loss(u))
        for _ in range(150):
            u = u - 0.2 * grad(loss)(u)
        losses[loss.__name__] = (before, float(loss(u)))

    def group(centres: Any) -> Any:
        return ((points[:, None] - centres) ** 2).sum(axis=-1).argmin(axis=1)

    return losses, int((group(points[:2]) != group(points[:2] + 1e-6)).sum())
