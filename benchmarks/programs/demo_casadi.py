"""micrograd's demo in CasADi: the same scalars, replayed by its virtual machine in C++."""

from itertools import pairwise
from typing import Any

import casadi
import numpy as np

from benchmarks.moons import moons, scalar_weights
from benchmarks.programs import Program
from benchmarks.programs.micrograd_demo import SIZES


def prepare() -> Program:
    points, classes = moons(100)
    starts = np.array(scalar_weights(SIZES))
    parameters = casadi.SX.sym("p", len(starts))
    feed = iter(range(len(starts)))
    layers = [
        [([parameters[next(feed)] for _ in range(n_in)], parameters[next(feed)]) for _ in range(n)]
        for n_in, n in pairwise(SIZES)
    ]

    def model(x: list[Any]) -> Any:
        for layer in layers[:-1]:
            x = [casadi.fmax(sum((w * a for w, a in zip(ws, x)), b), 0.0) for ws, b in layer]
        ws, b = layers[-1][0]
        return sum((w * a for w, a in zip(ws, x)), b)

    scores = [model(row) for row in points.tolist()]
    losses = [casadi.fmax(1 - (2 * c - 1) * s, 0.0) for c, s in zip(classes, scores)]
    total = sum(losses) * (1.0 / len(losses)) + 1e-4 * casadi.sumsqr(parameters)
    function = casadi.Function("demo", [parameters], [total, casadi.gradient(total, parameters)])
    # By buffers, which is CasADi's fast way of calling: no matrix is made in a call.
    buffer, call = function.buffer()
    loss, gradients = np.zeros(1), np.zeros(len(starts))
    buffer.set_arg(0, starts.data)
    buffer.set_res(0, loss.data)
    buffer.set_res(1, gradients.data)

    held = buffer, function, starts  # CasADi keeps addresses only

    def run(times: int) -> None:
        assert held
        for _ in range(times):
            call()

    def results() -> dict[str, list[float]]:
        return {"loss": loss.tolist(), "gradients": gradients.tolist()}

    return Program(run, results)
