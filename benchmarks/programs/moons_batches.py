"""What the training programs share: 32 batches of 32 moons, a 2-16-16-2 network, float32."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.moons import layer_weights, moons

SIZES = [2, 16, 16, 2]
BATCH = 32
LEARNING_RATE = 1e-3
BETAS = (0.9, 0.999)
EPSILON = 1e-8


@dataclass(frozen=True)
class Batch:
    x: NDArray[np.float32]
    y: NDArray[np.int64]


def batches() -> list[Batch]:
    points, classes = moons(32 * BATCH)
    x, y = points.astype(np.float32), np.array(classes)
    return [Batch(x[i : i + BATCH], y[i : i + BATCH]) for i in range(0, len(x), BATCH)]


def start() -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    return layer_weights(SIZES)
