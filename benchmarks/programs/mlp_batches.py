"""What the programs for larger networks share: batches, starting weights, Adam's settings."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LEARNING_RATE = 1e-3
BETAS = (0.9, 0.999)
EPSILON = 1e-8
BATCHES = 8

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class Data:
    """Rows for `BATCHES` batches, and a (weight, bias) per layer to start from."""

    x: F32
    y: NDArray[np.int64]
    start: list[tuple[F32, F32]]


def data(sizes: list[int], batch: int) -> Data:
    rng = np.random.default_rng(5)
    rows = BATCHES * batch
    x = rng.standard_normal((rows, sizes[0])).astype(np.float32)
    y = rng.integers(0, sizes[-1], rows)
    start = []
    for n_in, n_out in pairwise(sizes):
        bound = n_in**-0.5
        weight = rng.uniform(-bound, bound, (n_in, n_out)).astype(np.float32)
        start.append((weight, rng.uniform(-bound, bound, n_out).astype(np.float32)))
    return Data(x, y, start)
