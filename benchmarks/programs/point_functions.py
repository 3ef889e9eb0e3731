"""Two functions of numbers, for many points at once: what they are for every contender."""

from typing import Any

import numpy as np

POINTS = 1_000_000


def short(x: Any, y: Any, f: Any) -> Any:
    """Ten operations."""
    return f.tanh(x * y) + f.sin(x) * f.exp(-y * y) - x * 0.5


def long(x: Any, y: Any, f: Any) -> Any:
    """Thirty-eight operations: three rounds of twelve, and a product and a sum."""
    for _ in range(3):
        u = x * y + 0.3
        v = f.tanh(u) - 0.5 * x
        x = f.sin(v) * y + f.exp(-u * u)
        y = u / (1.5 + v * v)
    return x * y + x


FUNCTIONS = {"short": short, "long": long}


def points() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.uniform(-1, 1, POINTS), rng.uniform(-1, 1, POINTS)


def sums(value: Any, by_x: Any, by_y: Any) -> dict[str, list[float]]:
    """What the contenders are compared by: a few elements and the sum of each result."""
    lines = {"value": value, "by x": by_x, "by y": by_y}
    return {
        name: [float(np.sum(line)), *np.asarray(line)[:: POINTS // 7].tolist()]
        for name, line in lines.items()
    }
