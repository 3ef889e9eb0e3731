"""A training step of any relu network by hand: every buffer allocated once, in-place arithmetic."""

from typing import Any

import numpy as np

from benchmarks.programs import Program
from benchmarks.programs.mlp_batches import BATCHES, BETAS, EPSILON, F32, LEARNING_RATE, data


class Step:
    """Forward, backward and Adam on one batch."""

    def __init__(self, sizes: list[int], batch: int, start: list[tuple[F32, F32]]) -> None:
        parts = [part for layer in start for part in layer]
        ends = np.cumsum([part.size for part in parts])[:-1]
        self.parameters: F32 = np.concatenate([part.ravel() for part in parts])
        self.gradient, self.m, self.v, self.scratch = (
            np.zeros_like(self.parameters) for _ in range(4)
        )

        def views(vector: F32) -> list[Any]:
            return [a.reshape(p.shape) for a, p in zip(np.split(vector, ends), parts, strict=True)]

        p, g = views(self.parameters), views(self.gradient)
        self.weights, self.biases, self.dw, self.db = p[::2], p[1::2], g[::2], g[1::2]
        self.out = [np.empty((batch, width), np.float32) for width in sizes[1:]]
        self.deltas = [np.empty((batch, width), np.float32) for width in sizes[1:-1]]
        self.on = [np.empty((batch, width), bool) for width in sizes[1:-1]]
        self.powers = np.empty((batch, sizes[-1]), np.float32)
        self.column = np.empty((batch, 1), np.float32)
        self.rows = np.arange(batch)
        self.batch = batch
        self.steps = 0

    def loss(self, x: F32, y: Any) -> float:
        """Mean cross-entropy of the batch; leaves its gradient in self.gradient."""
        h = x
        last = len(self.out) - 1
        for i, out in enumerate(self.out):
            np.matmul(h, self.weights[i], out=out)
            out += self.biases[i]
            if i < last:
                np.maximum(out, 0, out=out)
            h = out
        z, e, column = h, self.powers, self.column
        np.maximum.reduce(z, axis=1, keepdims=True, out=column)
        z -= column
        np.exp(z, out=e)
        np.add.reduce(e, axis=1, keepdims=True, out=column)
        e /= column
        np.log(column, out=column)
        loss = (np.add.reduce(column, axis=None) - np.add.reduce(z[self.rows, y])) / self.batch
        e[self.rows, y] -= 1
        e *= 1 / self.batch
        delta = e
        for i in range(last, -1, -1):
            below = self.out[i - 1] if i else x
            np.matmul(below.T, delta, out=self.dw[i])
            np.add.reduce(delta, axis=0, out=self.db[i])
            if i:
                np.matmul(delta, self.weights[i].T, out=self.deltas[i - 1])
                np.greater(below, 0, out=self.on[i - 1])
                delta = self.deltas[i - 1]
                delta *= self.on[i - 1]
        return float(loss)

    def adam(self) -> None:
        self.steps += 1
        beta1, beta2 = BETAS
        m, v, g, scratch = self.m, self.v, self.gradient, self.scratch
        m *= beta1
        np.multiply(g, 1 - beta1, out=scratch)
        m += scratch
        v *= beta2
        np.multiply(g, g, out=scratch)
        scratch *= 1 - beta2
        v += scratch
        np.sqrt(v, out=scratch)
        scratch *= (1 - beta2**self.steps) ** -0.5
        scratch += EPSILON
        np.divide(m, scratch, out=scratch)
        scratch *= LEARNING_RATE / (1 - beta1**self.steps)
        self.parameters -= scratch


def prepare(sizes: list[int], batch: int) -> Program:
    given = data(sizes, batch)
    step = Step(sizes, batch, given.start)
    parts = [
        (given.x[i : i + batch], given.y[i : i + batch]) for i in range(0, len(given.x), batch)
    ]
    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            x, y = parts[step.steps % BATCHES]
            last = step.loss(x, y)
            step.adam()

    def results() -> dict[str, list[float]]:
        return {"loss": [last], "first weights": step.weights[0].ravel()[:50].tolist()}

    return Program(run, results)
