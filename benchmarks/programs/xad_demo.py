"""micrograd's demo over XAD, a C++ tape under Python: the same sums in the same order."""

from itertools import pairwise
from typing import Any

import xad.math
from xad.adj_1st import Real, Tape

from benchmarks.moons import moons, scalar_weights
from benchmarks.programs import Program
from benchmarks.programs.micrograd_demo import SIZES


def prepare() -> Program:
    points, classes = moons(100)
    rows = points.tolist()
    labels = [2 * c - 1 for c in classes]
    tape = Tape()
    tape.activate()
    parameters = [Real(start) for start in scalar_weights(SIZES)]
    for parameter in parameters:
        tape.registerInput(parameter)

    feed = iter(parameters)
    layers = [
        [([next(feed) for _ in range(n_in)], next(feed)) for _ in range(n_out)]
        for n_in, n_out in pairwise(SIZES)
    ]

    def model(x: list[Any]) -> Any:
        for layer in layers[:-1]:
            x = [
                xad.math.max(sum((wi * xi for wi, xi in zip(weights, x)), bias), 0.0)
                for weights, bias in layer
            ]
        weights, bias = layers[-1][0]
        return sum((wi * xi for wi, xi in zip(weights, x)), bias)

    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            tape.newRecording()
            inputs = [list(map(Real, row)) for row in rows]
            scores = list(map(model, inputs))
            losses = [xad.math.max(1 + -label * score, 0.0) for label, score in zip(labels, scores)]
            data_loss = sum(losses) * (1.0 / len(losses))
            total = data_loss + 1e-4 * sum(p * p for p in parameters)
            tape.registerOutput(total)
            total.setDerivative(1.0)
            tape.computeAdjoints()
            last = total.getValue()

    def results() -> dict[str, list[float]]:
        return {"loss": [last], "gradients": [p.getDerivative() for p in parameters]}

    return Program(run, results)
