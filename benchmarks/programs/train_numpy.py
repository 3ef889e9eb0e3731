"""The training step as someone would write it by hand for speed: every buffer allocated once."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.programs import Program
from benchmarks.programs.moons_batches import (
    BATCH,
    BETAS,
    EPSILON,
    LEARNING_RATE,
    SIZES,
    batches,
    start,
)

F32 = NDArray[np.float32]


class Step:
    """Forward, backward and Adam of a 2-16-16-2 network on one batch, in buffers allocated once."""

    def __init__(self) -> None:
        shapes = [s for a, b in pairwise(SIZES) for s in ((a, b), (b,))]
        ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
        flat = np.concatenate([part.ravel() for layer in start() for part in layer])
        self.parameters: F32 = flat
        self.gradient: F32 = np.empty_like(flat)
        self.m: F32 = np.zeros_like(flat)
        self.v: F32 = np.zeros_like(flat)
        self.scratch: F32 = np.empty_like(flat)

        def views(vector: F32) -> list[F32]:
            return [
                part.reshape(shape)
                for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)
            ]

        self.p = views(self.parameters)
        self.g = views(self.gradient)
        self.h1, self.h2, self.z, self.d1, self.d2, self.e = (
            np.empty((BATCH, width), np.float32) for width in (16, 16, 2, 16, 16, 2)
        )
        self.on1, self.on2 = (np.empty((BATCH, 16), bool) for _ in range(2))
        self.column: F32 = np.empty((BATCH, 1), np.float32)
        self.rows = np.arange(BATCH)
        self.steps = 0

    def loss(self, x: F32, y: NDArray[np.int64]) -> float:
        """Mean cross-entropy of the batch; leaves its gradient in self.gradient."""
        w1, b1, w2, b2, w3, b3 = self.p
        dw1, db1, dw2, db2, dw3, db3 = self.g
        h1, h2, z, e, column = self.h1, self.h2, self.z, self.e, self.column

        np.matmul(x, w1, out=h1)
        h1 += b1
        np.maximum(h1, 0, out=h1)
        np.matmul(h1, w2, out=h2)
        h2 += b2
        np.maximum(h2, 0, out=h2)
        np.matmul(h2, w3, out=z)
        z += b3
        np.maximum.reduce(z, axis=1, keepdims=True, out=column)
        z -= column
        np.exp(z, out=e)
        np.add.reduce(e, axis=1, keepdims=True, out=column)
        e /= column
        np.log(column, out=column)
        loss = (np.add.reduce(column, axis=None) - np.add.reduce(z[self.rows, y])) / BATCH

        e[self.rows, y] -= 1
        e *= 1 / BATCH
        np.matmul(h2.T, e, out=dw3)
        np.add.reduce(e, axis=0, out=db3)
        np.matmul(e, w3.T, out=self.d2)
        np.greater(h2, 0, out=self.on2)
        self.d2 *= self.on2
        np.matmul(h1.T, self.d2, out=dw2)
        np.add.reduce(self.d2, axis=0, out=db2)
        np.matmul(self.d2, w2.T, out=self.d1)
        np.greater(h1, 0, out=self.on1)
        self.d1 *= self.on1
        np.matmul(x.T, self.d1, out=dw1)
        np.add.reduce(self.d1, axis=0, out=db1)
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


def prepare() -> Program:
    step = Step()
    data = batches()
    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            batch = data[step.steps % len(data)]
            last = step.loss(batch.x, batch.y)
            step.adam()

    def results() -> dict[str, list[float]]:
        return {"loss": [last], "parameters": step.parameters.tolist()}

    return Program(run, results)
