"""A second engine that can be read in one sitting: forward duals, one tangent per input element.

It shares nothing with the library: its derivatives are written here by hand, and it goes forward
where the library goes backward. A random graph on which both agree is right, or wrong twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[..., Any]


@dataclass(frozen=True)
class Dual:
    """A value and how it moves along each seed: one tangent, of the value's shape, per seed."""

    value: Any
    tangents: tuple[Any, ...]


def lift(x: Any, seeds: int) -> Dual:
    """A constant moves along no seed."""
    return x if isinstance(x, Dual) else Dual(np.asarray(x), (np.zeros(np.shape(x)),) * seeds)


def elementwise(value: Function, *partials: Function) -> Function:
    """The chain rule as in the book: the sum, over operands, of partial times tangent."""

    def call(*operands: Any) -> Dual:
        seeds = next(len(x.tangents) for x in operands if isinstance(x, Dual))
        duals = [lift(x, seeds) for x in operands]
        xs = [dual.value for dual in duals]
        slopes = [partial(*xs) for partial in partials]
        moved = (
            sum(slope * dual.tangents[s] for slope, dual in zip(slopes, duals, strict=True))
            for s in range(seeds)
        )
        out = np.asarray(value(*xs))
        return Dual(out, tuple(np.broadcast_to(t, out.shape) for t in moved))

    return call


def linear(function: Function) -> Function:
    """A linear map moves as its argument moves."""

    def call(a: Dual, **attrs: Any) -> Dual:
        return Dual(function(a.value, **attrs), tuple(function(t, **attrs) for t in a.tangents))

    return call


def joined(function: Function) -> Function:
    def call(parts: list[Dual], axis: int) -> Dual:
        tangents = zip(*(part.tangents for part in parts), strict=True)
        values = [part.value for part in parts]
        return Dual(function(values, axis), tuple(function(list(t), axis) for t in tangents))

    return call


def matmul(a: Dual, b: Dual) -> Dual:
    pairs = zip(a.tangents, b.tangents, strict=True)
    return Dual(a.value @ b.value, tuple(da @ b.value + a.value @ db for da, db in pairs))


def largest(a: Dual, axis: Any) -> Dual:
    """The mean of the tangents of those that tie for the largest."""
    top = a.value == a.value.max(axis, keepdims=True)
    count = top.sum(axis)
    return Dual(a.value.max(axis), tuple((t * top).sum(axis) / count for t in a.tangents))


def sigmoid(a: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * a))


exp = elementwise(np.exp, np.exp)
add = elementwise(np.add, lambda a, b: 1, lambda a, b: 1)
mul = elementwise(np.multiply, lambda a, b: b, lambda a, b: a)
div = elementwise(np.divide, lambda a, b: 1 / b, lambda a, b: -a / b**2)
total = linear(lambda a, axis, keepdims=False: np.sum(a, axis, keepdims=keepdims))


def softmax(a: Dual, axis: int) -> Dual:
    powers = exp(a)
    return div(powers, total(powers, axis=axis, keepdims=True))  # type: ignore[no-any-return]


def half(tie: Any) -> Any:
    return np.where(tie, 0.5, 1.0)


#: One function for every operation that tests/strategies.py may put into a program.
ORACLE: dict[str, Function] = {
    "add": add,
    "sub": elementwise(np.subtract, lambda a, b: 1, lambda a, b: -1),
    "mul": mul,
    "div": div,
    "maximum": elementwise(
        np.maximum, lambda a, b: half(a == b) * (a >= b), lambda a, b: half(a == b) * (a <= b)
    ),
    "minimum": elementwise(
        np.minimum, lambda a, b: half(a == b) * (a <= b), lambda a, b: half(a == b) * (a >= b)
    ),
    "hypot": elementwise(
        np.hypot, lambda a, b: a / np.hypot(a, b), lambda a, b: b / np.hypot(a, b)
    ),
    "neg": elementwise(np.negative, lambda a: -1),
    "square": elementwise(np.square, lambda a: 2 * a),
    "exp": exp,
    "sin": elementwise(np.sin, np.cos),
    "tanh": elementwise(np.tanh, lambda a: 1 - np.tanh(a) ** 2),
    "sigmoid": elementwise(sigmoid, lambda a: sigmoid(a) * (1 - sigmoid(a))),
    "softplus": elementwise(lambda a: np.log(1 + np.exp(a)), sigmoid),
    "relu": elementwise(lambda a: np.maximum(a, 0), lambda a: a > 0),
    "abs": elementwise(np.abs, np.sign),
    "arctan": elementwise(np.arctan, lambda a: 1 / (1 + a**2)),
    "where": lambda mask, a, b: add(mul(a, mask), mul(b, ~mask)),
    "sum": total,
    "mean": linear(lambda a, axis, keepdims: np.mean(a, axis, keepdims=keepdims)),
    "max": largest,
    "cumsum": linear(lambda a, axis: np.cumsum(a, axis)),
    "reshape": linear(lambda a, shape: np.reshape(a, shape)),
    "transpose": linear(lambda a, axes: np.transpose(a, axes)),
    "flip": linear(lambda a, axis: np.flip(a, axis)),
    "getitem": linear(lambda a, index: a[index]),
    "broadcast_to": linear(lambda a, shape: np.broadcast_to(a, shape)),
    "concatenate": joined(np.concatenate),
    "stack": joined(np.stack),
    "matmul": matmul,
    "softmax": softmax,
}


def gradients(program: Function, leaves: list[Any]) -> tuple[Any, list[Any]]:
    """The scalar ``program(ORACLE, *duals)`` and its gradient with respect to each leaf."""
    sizes = [leaf.size for leaf in leaves]
    eye, start, duals = np.eye(sum(sizes)), 0, []
    for leaf, size in zip(leaves, sizes, strict=True):
        seeds = eye[:, start : start + size].reshape(-1, *leaf.shape)
        duals.append(Dual(leaf, tuple(seeds)))
        start += size
    out = program(ORACLE, *duals)
    flat = np.array(out.tangents).reshape(-1)
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    return out.value, [part.reshape(x.shape) for part, x in zip(parts, leaves, strict=True)]
