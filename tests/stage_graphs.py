"""The graphs beside the lessons that the stage is held to, from 2-3-1 to micrograd's network."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Tensor, Value, matmul, scope, softmax, tanh


def neuron(inputs: list[Any], rng: random.Random, name: str, parameters: list[Value]) -> Any:
    """Micrograd's: the bias and the products, added from left to right."""
    weights = [Value(rng.uniform(-1, 1), f"{name}w{i}") for i in range(len(inputs))]
    bias = Value(0.0, f"{name}b")
    parameters += [*weights, bias]
    total: Any = bias
    for weight, x in zip(weights, inputs):
        total = total + weight * x
    return total


def mlp_2_3_1() -> Any:
    rng = random.Random(1)
    given: list[Any] = [Value(0.5, "x0"), Value(-1.0, "x1")]
    hidden = [tanh(neuron(given, rng, f"h{i}.", [])) for i in range(3)]
    return neuron(hidden, rng, "o.", []).square()


def recurrent(scoped: bool, length: int = 20) -> Any:
    rng = np.random.default_rng(0)
    W = Tensor(rng.normal(size=(2, 3)), name="W")
    U = Tensor(rng.normal(size=(3, 3)) * 0.4, name="U")
    b = Tensor(np.zeros(3), name="b")
    h: Any = Tensor(np.zeros((1, 3)), name="h0")
    for step in range(1, length + 1):
        with scope(f"step{step}") if scoped else nullcontext():
            x = Tensor(rng.normal(size=(1, 2)), name=f"x{step}").detach()
            h = tanh(matmul(x, W) + matmul(h, U) + b)
    return h.square().sum()


def sum_of_300() -> Any:
    return sum((Value(i / 10, f"x{i}") for i in range(1, 300)), Value(0.0, "x0"))


def unit(row: list[Any], layer: list[Any], bent: bool) -> Any:
    total = sum((w * x for w, x in zip(row, layer)), row[-1])
    return total.relu() if bent else total


def micrograd(points: int) -> Any:
    """The demonstration of micrograd: MLP(2, [16, 16, 1]), the hinge loss and the penalty."""
    rng = random.Random(1337)
    sizes = (2, 16, 16, 1)
    weights = [
        [[Value(rng.uniform(-1, 1)) for _ in range(n)] + [Value(0.0)] for _ in range(m)]
        for n, m in pairwise(sizes)
    ]
    losses = []
    for i in range(points):
        angle, side = 3.1416 * i / max(points, 2), i % 2
        layer: list[Any] = [
            Value(np.cos(angle) if side else 1 - np.cos(angle)),
            Value(np.sin(angle) if side else 0.5 - np.sin(angle)),
        ]
        for depth, rows in enumerate(weights):
            layer = [unit(row, layer, depth < 2) for row in rows]
        (score,) = layer
        losses.append((1 + -(2 * side - 1) * score).relu())
    penalty = sum((w * w for rows in weights for row in rows for w in row), Value(0.0))
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * penalty


def attention() -> Any:
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(4, 6)), name="x")
    q, k, v = (
        matmul(x, Tensor(rng.normal(size=(6, 6)) * 0.5, name=name)) for name in ("Wq", "Wk", "Wv")
    )
    weights = softmax(matmul(q, k.T) / 6**0.5, axis=-1)
    out = matmul(weights, v)
    mixed = out + x
    return (matmul(mixed, Tensor(rng.normal(size=(6, 1)), name="Wo"))).square().mean()


def chain(length: int = 20_000) -> Any:
    """A long graph with neither scopes nor repeats of interest."""
    x, w = Value(0.3, "x"), Value(0.999, "w")
    value: Any = x
    for _ in range(length // 2):
        value = value * w + x
    return value


GRAPHS: dict[str, Callable[[], Any]] = {
    "mlp-2-3-1": mlp_2_3_1,
    "rnn": lambda: recurrent(False),
    "rnn-scoped": lambda: recurrent(True),
    "sum-300": sum_of_300,
    "micrograd-1": lambda: micrograd(1),
    "micrograd-100": lambda: micrograd(100),
    "attention": attention,
    "chain-20000": chain,
}
