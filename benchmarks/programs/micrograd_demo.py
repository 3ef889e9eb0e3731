"""micrograd's demo, loss and gradients: a 2-16-16-1 network of scalars, 100 points, hinge and L2.

One text for micrograd and for tracegrad; only the names of the modules differ.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks.moons import moons, scalar_weights
from benchmarks.programs import Program

SIZES = [2, 16, 16, 1]


def demo(engine: str, module: str) -> tuple[Callable[[], Any], Any]:
    """The loss as a function, and the model, of which it is one."""
    value = import_module(engine).Value
    mlp = import_module(module).MLP
    points, classes = moons(100)
    rows = points.tolist()
    labels = [2 * c - 1 for c in classes]
    model = mlp(SIZES[0], SIZES[1:])
    for parameter, start in zip(model.parameters(), scalar_weights(SIZES), strict=True):
        parameter.data = start

    def loss() -> Any:
        inputs = [list(map(value, row)) for row in rows]
        scores = list(map(model, inputs))
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores)]
        data_loss = sum(losses) * (1.0 / len(losses))
        return data_loss + 1e-4 * sum(p * p for p in model.parameters())

    return loss, model


def prepare(engine: str, network: str) -> Program:
    """`engine` names the module that holds Value, `network` the one that holds MLP."""
    value = import_module(engine).Value
    loss, model = demo(engine, network)
    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            model.zero_grad()
            total = loss()
            total.backward()
            last = total.data

    def results() -> dict[str, list[float]]:
        return {"loss": [last], "gradients": [p.grad for p in model.parameters()]}

    def weigh() -> tuple[object, int]:
        first = value(0.0)._number
        total = loss()
        return total, value(0.0)._number - first - 1

    return Program(run, results, weigh)
