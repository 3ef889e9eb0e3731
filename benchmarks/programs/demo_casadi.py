"""micrograd's demo in CasADi: the same scalars, replayed by its virtual machine in C++."""

from itertools import pairwise
from typing import Any

import casadi
import numpy as np

from benchmarks.moons import moons, scalar_weights
from benchmarks.programs import Program
from benchmarks.programs.casadi_call import prepared
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
    return prepared(parameters, total, starts, "loss")
