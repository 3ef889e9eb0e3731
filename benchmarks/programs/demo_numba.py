"""micrograd's demo as loops that numba compiles: what one writes by hand for speed."""

from itertools import pairwise

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.moons import moons, scalar_weights
from benchmarks.programs import Program
from benchmarks.programs.micrograd_demo import SIZES

FloatArray = NDArray[np.float64]
HIDDEN = SIZES[1]


@numba.njit(cache=False)  # type: ignore[untyped-decorator]
def loss_and_gradient(
    X: FloatArray,
    y: FloatArray,
    w: FloatArray,  # neuron by neuron: its weights, then its bias
    g: FloatArray,
    first: FloatArray,
    second: FloatArray,
    slope: FloatArray,
) -> float:
    n_in, hidden = X.shape[1], first.shape[0]
    start2 = hidden * (n_in + 1)
    start3 = start2 + hidden * (hidden + 1)
    for k in range(w.shape[0]):
        g[k] = 2e-4 * w[k]
    total = 0.0
    for point in range(X.shape[0]):
        for i in range(hidden):
            at = i * (n_in + 1)
            s = w[at + n_in]
            for j in range(n_in):
                s += w[at + j] * X[point, j]
            first[i] = max(s, 0.0)
        for i in range(hidden):
            at = start2 + i * (hidden + 1)
            s = w[at + hidden]
            for j in range(hidden):
                s += w[at + j] * first[j]
            second[i] = max(s, 0.0)
        score = w[start3 + hidden]
        for j in range(hidden):
            score += w[start3 + j] * second[j]
        margin = 1.0 - y[point] * score
        if margin <= 0:
            continue
        total += margin
        d = -y[point] / X.shape[0]
        g[start3 + hidden] += d
        for j in range(hidden):
            slope[j] = 0.0
        for i in range(hidden):
            g[start3 + i] += d * second[i]
            if second[i] > 0:
                down = d * w[start3 + i]
                at = start2 + i * (hidden + 1)
                g[at + hidden] += down
                for j in range(hidden):
                    g[at + j] += down * first[j]
                    slope[j] += down * w[at + j]
        for i in range(hidden):
            if first[i] > 0:
                at = i * (n_in + 1)
                g[at + n_in] += slope[i]
                for j in range(n_in):
                    g[at + j] += slope[i] * X[point, j]
    squares = 0.0
    for k in range(w.shape[0]):
        squares += w[k] * w[k]
    return float(total / X.shape[0] + 1e-4 * squares)


def prepare() -> Program:
    X, classes = moons(100)
    y = 2.0 * np.array(classes) - 1
    w = np.array(scalar_weights(SIZES))
    assert len(w) == sum((n_in + 1) * n_out for n_in, n_out in pairwise(SIZES))
    g = np.zeros_like(w)
    buffers = [np.zeros(HIDDEN) for _ in range(3)]
    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            last = loss_and_gradient(X, y, w, g, *buffers)

    return Program(run, lambda: {"loss": [last], "gradients": g.tolist()})
