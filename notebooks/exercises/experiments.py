"""Trainings that lack a line, whose losses a notebook shows."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
import optim
from autograd import Value
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
