"""Sources of gradients for comparing two optimizers: three surfaces and one small network."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Gradients = Callable[[Sequence[Array]], list[Array]]


def rosenbrock(parameters: Sequence[Array]) -> list[Array]:
    x, y = parameters[0]
    return [np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])]


def beale(parameters: Sequence[Array]) -> list[Array]:
    x, y = parameters[0]
    terms = [(c - x + x * y**k, y**k - 1, k * x * y ** (k - 1)) for c, k in
             ((1.5, 1), (2.25, 2), (2.625, 3))]  # fmt: skip
    return [
        np.array([sum(2 * r * dx for r, dx, _ in terms), sum(2 * r * dy for r, _, dy in terms)])
    ]


def himmelblau(parameters: Sequence[Array]) -> list[Array]:
    x, y = parameters[0]
    a, b = x * x + y - 11, x + y * y - 7
    return [np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])]


_rng = np.random.default_rng(7)
_X, _Y = _rng.normal(size=(12, 2)), _rng.normal(size=(12, 2))


def network(parameters: Sequence[Array]) -> list[Array]:
    """Gradients of the mean squared error of a 2-5-2 tanh network."""
    w1, b1, w2, b2 = parameters
    h = np.tanh(_X @ w1 + b1)
    d = 2 * (h @ w2 + b2 - _Y) / _Y.size
    dh = (d @ w2.T) * (1 - h * h)
    return [_X.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]


PROBLEMS: dict[str, tuple[Gradients, list[Array]]] = {
    "rosenbrock": (rosenbrock, [np.array([-1.2, 1.0])]),
    "beale": (beale, [np.array([1.0, 1.5])]),
    "himmelblau": (himmelblau, [np.array([0.5, -0.5])]),
    "network": (network, [_rng.normal(size=s) for s in ((2, 5), (5,), (5, 2), (2,))]),
}


def all_gradients(parameters: Sequence[Array]) -> list[Array]:
    """Gradients of all problems, whose parameters follow one another."""
    rest = list(parameters)
    result: list[Array] = []
    for gradients, start in PROBLEMS.values():
        result += gradients(rest[: len(start)])
        del rest[: len(start)]
    return result
