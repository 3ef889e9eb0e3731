"""Gradient descent over trees of arrays: ``sgd``, ``rmsprop`` and ``adam`` of a gradient function.

The signatures are HIPS autograd's: ``adam(grad, x0, callback, num_iters, step_size)`` with
``grad(x, i)`` for iteration i. The optimizers of this library, with their state and their steps,
are in the package ``optim``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np

from autograd.calculus import Array, Function, Tree
from autograd.misc.flatten import flatten

__all__ = [
    "adam", "rmsprop", "sgd",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


Callback = Callable[[Tree, int, Tree], object]


def _of_trees(descend: Function) -> Function:
    """``descend`` over vectors as a function over trees."""

    @wraps(descend)
    def of_trees(
        grad: Function,
        x0: Tree,
        callback: Callback | None = None,
        *args: float,
        **kwargs: float,
    ) -> Tree:
        start, unflatten = flatten(x0)

        def slope(x: Array, i: int) -> Array:
            gradient = grad(unflatten(x), i)
            if callback is not None:
                callback(unflatten(x), i, gradient)
            vector: Array = flatten(gradient)[0]
            return vector

        return unflatten(descend(slope, start, *args, **kwargs))

    return of_trees


@_of_trees
def sgd(
    slope: Function, x: Array, num_iters: int = 200, step_size: float = 0.1, mass: float = 0.9
) -> Array:
    """v ← mass·v - (1 - mass)·g, x ← x + step_size·v."""
    velocity = np.zeros_like(x)
    for i in range(num_iters):
        velocity = mass * velocity - (1 - mass) * slope(x, i)
        x = x + step_size * velocity
    return x


@_of_trees
def rmsprop(
    slope: Function,
    x: Array,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Array:
    """s ← gamma·s + (1 - gamma)·g², x ← x - step_size·g / (√s + eps); s starts at 1."""
    square = np.ones_like(x)
    for i in range(num_iters):
        g = slope(x, i)
        square = gamma * square + (1 - gamma) * g**2
        x = x - step_size * g / (np.sqrt(square) + eps)
    return x


@_of_trees
def adam(
    slope: Function,
    x: Array,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Array:
    """x ← x - step_size·m̂ / (√v̂ + eps), with averages of g and g² corrected for their start at 0.

    Kingma and Ba, Adam: a method for stochastic optimization (2015).
    """
    mean, square = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, num_iters + 1):
        g = slope(x, t - 1)
        mean = b1 * mean + (1 - b1) * g
        square = b2 * square + (1 - b2) * g**2
        x = x - step_size * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps)
    return x
