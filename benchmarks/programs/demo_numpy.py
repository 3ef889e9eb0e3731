"""micrograd's demo as a person writes it with NumPy: loss and gradients, float64."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.moons import moons, scalar_weights
from benchmarks.programs import Program
from benchmarks.programs.micrograd_demo import SIZES


def prepare() -> Program:
    X, classes = moons(100)
    y = 2.0 * np.array(classes) - 1
    feed = iter(scalar_weights(SIZES))
    weights, biases = [], []
    for n_in, n_out in pairwise(SIZES):
        rows = np.array([[next(feed) for _ in range(n_in + 1)] for _ in range(n_out)])
        weights.append(np.ascontiguousarray(rows[:, :-1].T))
        biases.append(rows[:, -1].copy())
    W1, W2, W3 = weights
    b1, b2, b3 = biases
    last = 0.0
    gradients: list[NDArray[np.float64]] = []

    def run(times: int) -> None:
        nonlocal last, gradients
        for _ in range(times):
            h1 = np.maximum(X @ W1 + b1, 0)
            h2 = np.maximum(h1 @ W2 + b2, 0)
            score = (h2 @ W3 + b3)[:, 0]
            margin = np.maximum(1 - y * score, 0)
            squares = sum(np.vdot(w, w) for w in (W1, b1, W2, b2, W3, b3))
            last = float(margin.sum() / 100 + 1e-4 * squares)
            d = (np.where(margin > 0, -y, 0.0) / 100)[:, None]
            dW3, db3 = h2.T @ d, d.sum(axis=0)
            d = (d @ W3.T) * (h2 > 0)
            dW2, db2 = h1.T @ d, d.sum(axis=0)
            d = (d @ W2.T) * (h1 > 0)
            dW1, db1 = X.T @ d, d.sum(axis=0)
            gradients = [
                dW1 + 2e-4 * W1, db1 + 2e-4 * b1, dW2 + 2e-4 * W2,
                db2 + 2e-4 * b2, dW3 + 2e-4 * W3, db3 + 2e-4 * b3,
            ]  # fmt: skip

    def results() -> dict[str, list[float]]:
        listed = []
        for w, b in zip(gradients[::2], gradients[1::2], strict=True):
            for neuron, bias in zip(w.T, np.atleast_1d(b), strict=True):
                listed += [*neuron.tolist(), float(bias)]
        return {"loss": [last], "gradients": listed}

    return Program(run, results)
