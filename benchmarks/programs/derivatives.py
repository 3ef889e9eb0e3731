"""What derivatives beyond the gradient cost: a Hessian-vector product, a checkpointed chain."""

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, checkpoint, hvp, value_and_grad
from benchmarks.programs import Program

SIZE = 1_000_000
LAYERS = 200
WIDTH = 96
SEGMENT = 14


def rosenbrock(x: Any) -> Any:
    return autograd.sum((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2)


def chain(h: Any, weights: Any) -> Any:
    for w in weights:
        h = autograd.tanh(h * w)
    return h


def prepare(what: str) -> Program:
    rng = np.random.default_rng(0)
    x, v = rng.standard_normal((2, SIZE))
    start = rng.standard_normal((WIDTH, WIDTH))
    weights = [Tensor(rng.standard_normal(WIDTH)) for _ in range(LAYERS)]
    piece = checkpoint(chain)

    def plain() -> Any:
        return chain(Tensor(start), weights)

    def light() -> Any:
        h: Any = Tensor(start)
        for i in range(0, LAYERS, SEGMENT):
            h = piece(h, weights[i : i + SEGMENT])
        return h

    def swept(f: Callable[[], Any]) -> None:
        for w in weights:
            w.grad = None
        f().sum().backward()

    once: dict[str, Callable[[], Any]] = {
        "gradient": lambda: value_and_grad(rosenbrock)(x),
        "hvp": lambda: hvp(rosenbrock, x, v),
        "chain": lambda: swept(plain),
        "checkpointed chain": lambda: swept(light),
    }

    def run(times: int) -> None:
        for _ in range(times):
            once[what]()

    def results() -> dict[str, list[float]]:
        if "chain" not in what:
            return {}
        return {"gradients": [float(w.grad.sum()) for w in weights]}

    return Program(run, results)
