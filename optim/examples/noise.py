"""Descents by batches that begin in a shallow minimum, and how many leave it."""

from __future__ import annotations

import numpy as np

from optim.kinds import Array
from optim.races import Place
from optim.rules import SGD

ROWS = 64


def jumps(size: int, runs: int = 200, rounds: int = 200, lr: float = 0.1) -> Array:
    """Where ``runs`` descents on w⁴/4 - w²/2 + w/10 end that began in its shallow minimum.

    Each row adds its own slope to the one of the wells; the slopes of all rows sum to 0.
    """
    rng = np.random.default_rng(5)
    slopes = rng.normal(size=ROWS)
    slopes = 2 * (slopes - slopes.mean())
    w = Place(np.full(runs, 0.88))
    optimizer = SGD([w], lr=lr)
    for _ in range(rounds):
        # Of all rows the noise is 0; of b rows drawn without return it has this mean.
        rows = rng.permuted(np.tile(slopes, (runs, 1)), axis=1)[:, :size]
        w.grad = w.data**3 - w.data + 0.1 + rows.mean(axis=1)
        optimizer.step()
    return w.data
