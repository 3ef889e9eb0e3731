"""Functions of two numbers with known minima, on which optimizers are compared.

Each is written in plain arithmetic (and ``numpy.cos``, ``numpy.exp``), so it takes numbers, arrays
and the engine's nodes; its gradient and Hessian are written out as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from optim.kinds import Array, Function

N = TypeVar("N")  # a number, an array or a node
Point = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """f(x, y), its derivatives, its start, its minima, and the window to draw.

    ``rate`` is a learning rate at which gradient descent converges, ``reach`` the length of a
    sensible first step. They scale optimizers whose step does, or does not, grow with the gradient.
    """

    name: str
    formula: str
    function: Function
    derivatives: Callable[[float, float], tuple[float, float]]
    second: Callable[[float, float], tuple[float, float, float]]
    start: Point
    minima: tuple[Point, ...]
    window: tuple[float, float, float, float]
    rate: float
    reach: float

    def __call__(self, x: N, y: N) -> N:
        height: N = self.function(x, y)
        return height

    def gradient(self, point: Point | Array) -> Array:
        """(∂f/∂x, ∂f/∂y)."""
        return np.array(self.derivatives(float(point[0]), float(point[1])))

    def hessian(self, point: Point | Array) -> Array:
        """The 2 × 2 matrix of second derivatives."""
        xx, xy, yy = self.second(float(point[0]), float(point[1]))
        return np.array([[xx, xy], [xy, yy]])

    def floor(self) -> float:
        """The loss at the lowest minimum; of a surface without one, -inf."""
        return min((float(self(x, y)) for x, y in self.minima), default=-math.inf)


def _rosenbrock(x: float, y: float) -> tuple[float, float]:
    return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


_BEALE = ((1.5, 1), (2.25, 2), (2.625, 3))


def _beale(x: float, y: float) -> float:
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return a * a + b * b + c * c


def _beale_gradient(x: float, y: float) -> tuple[float, float]:
    dx = dy = 0.0
    for c, k in _BEALE:
        r = c - x + x * y**k
        dx += 2 * r * (y**k - 1)
        dy += 2 * r * k * x * y ** (k - 1)
    return dx, dy


def _beale_hessian(x: float, y: float) -> tuple[float, float, float]:
    xx = xy = yy = 0.0
    for c, k in _BEALE:
        r, rx, ry = c - x + x * y**k, y**k - 1, k * x * y ** (k - 1)
        ryy = k * (k - 1) * x * y ** (k - 2) if k > 1 else 0.0
        xx += 2 * rx * rx
        xy += 2 * (rx * ry + r * k * y ** (k - 1))
        yy += 2 * (ry * ry + r * ryy)
    return xx, xy, yy


def _himmelblau(x: float, y: float) -> float:
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_gradient(x: float, y: float) -> tuple[float, float]:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _rastrigin(x: float, y: float) -> float:
    waves: float = np.cos(2 * math.pi * x) + np.cos(2 * math.pi * y)
    return 20 + x * x + y * y - 10 * waves


def _rastrigin_slope(x: float) -> float:
    slope: float = 2 * x + 20 * math.pi * np.sin(2 * math.pi * x)
    return slope


def _rastrigin_bend(x: float) -> float:
    bend: float = 2 + 40 * math.pi**2 * np.cos(2 * math.pi * x)
    return bend


def _hollow(x: float, y: float) -> float:
    depth: float = np.exp(-(x * x + y * y) / 2)
    return depth


ROWS = [
    Surface(
        "bowl", "x² + y²",
        lambda x, y: x * x + y * y,
        lambda x, y: (2 * x, 2 * y),
        lambda x, y: (2.0, 0.0, 2.0),
        (-2.5, 2.0), ((0.0, 0.0),), (-3, 3, -3, 3), 0.1, 0.2,
    ),
    Surface(
        "ravine", "(x² + 50y²)/2",
        lambda x, y: (x * x + 50 * y * y) / 2,
        lambda x, y: (x, 50 * y),
        lambda x, y: (1.0, 0.0, 50.0),
        (-4.0, 1.0), ((0.0, 0.0),), (-4.5, 1.5, -1.5, 1.5), 0.038, 0.1,
    ),
    Surface(
        "beale", "(1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²",
        _beale, _beale_gradient, _beale_hessian,
        (1.0, 1.5), ((3.0, 0.5),), (-1, 4.5, -2, 2), 0.01, 0.1,
    ),
    Surface(
        "rosenbrock", "(1 - x)² + 100(y - x²)²",
        lambda x, y: (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        _rosenbrock,
        lambda x, y: (2 - 400 * (y - 3 * x * x), -400 * x, 200.0),
        (-1.2, 1.0), ((1.0, 1.0),), (-2, 2, -1, 3), 0.001, 0.05,
    ),
    Surface(
        "booth", "(x + 2y - 7)² + (2x + y - 5)²",
        lambda x, y: (x + 2 * y - 7) * (x + 2 * y - 7) + (2 * x + y - 5) * (2 * x + y - 5),
        lambda x, y: (10 * x + 8 * y - 34, 8 * x + 10 * y - 38),
        lambda x, y: (10.0, 8.0, 10.0),
        (-4.0, -3.0), ((1.0, 3.0),), (-6, 6, -6, 6), 0.05, 0.3,
    ),
    Surface(
        "himmelblau", "(x² + y - 11)² + (x + y² - 7)²",
        _himmelblau, _himmelblau_gradient,
        lambda x, y: (12 * x * x + 4 * y - 42, 4 * x + 4 * y, 12 * y * y + 4 * x - 26),
        (-0.5, -1.0),
        (
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        (-5, 5, -5, 5), 0.01, 0.2,
    ),
    Surface(
        "rastrigin", "20 + x² + y² - 10(cos 2πx + cos 2πy)",
        _rastrigin,
        lambda x, y: (_rastrigin_slope(x), _rastrigin_slope(y)),
        lambda x, y: (_rastrigin_bend(x), 0.0, _rastrigin_bend(y)),
        (1.7, -1.4), ((0.0, 0.0),), (-2.5, 2.5, -2.5, 2.5), 0.002, 0.1,
    ),
    Surface(
        "saddle", "x² - y²",
        lambda x, y: x * x - y * y,
        lambda x, y: (2 * x, -2 * y),
        lambda x, y: (2.0, 0.0, -2.0),
        (-2.0, 0.001), (), (-2.5, 2.5, -2.5, 2.5), 0.05, 0.05,
    ),
    Surface(
        "plateau", "1 - exp(-(x² + y²)/2)",
        lambda x, y: 1 - np.exp(-(x * x + y * y) / 2),
        lambda x, y: (x * _hollow(x, y), y * _hollow(x, y)),
        lambda x, y: (
            (1 - x * x) * _hollow(x, y), -x * y * _hollow(x, y), (1 - y * y) * _hollow(x, y)
        ),
        (-3.0, 1.5), ((0.0, 0.0),), (-4, 4, -4, 4), 0.5, 0.1,
    ),
]  # fmt: skip

SURFACES: dict[str, Surface] = {row.name: row for row in ROWS}


def surface_named(name: str | Surface) -> Surface:
    """A surface by its name; ValueError names those there are."""
    if isinstance(name, Surface):
        return name
    if name not in SURFACES:
        raise ValueError(f"there is no surface {name!r}: take one of {', '.join(SURFACES)}")
    return SURFACES[name]
