"""Random calls of operations on several arrays: products, joins, losses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fuzz.attributes import Call, Wish, an_axis

if TYPE_CHECKING:
    from fuzz.growth import Growth


def matmul(growth: Growth, a: int) -> Call:
    draw, a = growth.draw, growth.with_axes(a)
    shape = growth.shape(a)
    inner = shape[-1]
    stack = draw.part_of(shape[:-2])
    wanted = [(inner,), (inner, draw.length()), (*stack, inner, draw.length())]
    b = a if len(shape) == 1 and draw.chance(0.2) else growth.leaf(draw.of(wanted))
    if draw.chance(0.3):  # the other way round, on the transposed shapes
        b = growth.leaf((draw.length(), shape[-2] if len(shape) > 1 else inner))
        return (b, a), {}
    return (a, b), {}


def dot(growth: Growth, a: int) -> Call:
    draw, shape = growth.draw, growth.shape(a)
    if not shape or draw.chance(0.1):
        return (growth.leaf(()), a) if draw.chance(0.5) else (a, growth.leaf(())), {}
    inner = shape[-1]
    wanted = [(inner,), (inner, draw.length()), (draw.length(), inner, draw.length())]
    return (a, growth.leaf(draw.of(wanted))), {}


def inner(growth: Growth, a: int) -> Call:
    draw, shape = growth.draw, growth.shape(a)
    if not shape or draw.chance(0.1):
        return (a, growth.leaf(())), {}
    b = a if draw.chance(0.2) else growth.leaf((*draw.shape(0, 2), shape[-1]))
    return (a, b), {}


def outer(growth: Growth, a: int) -> Call:
    return (a, a if growth.draw.chance(0.2) else growth.leaf(growth.draw.shape(0, 2))), {}


def linear(growth: Growth, a: int) -> Call:
    draw, a = growth.draw, growth.with_axes(a)
    n, m = growth.shape(a)[-1], draw.length()
    w = growth.leaf((n, m))
    if draw.chance(0.3):
        return (a, w), {}
    return (a, w, growth.leaf((m,))), {}


def einsum(growth: Growth, a: int) -> Call:
    """Subscripts drawn letter by letter for one to three operands."""
    draw = growth.draw
    sizes = {letter: draw.length() for letter in "ijk"}
    terms = [
        "".join(draw.of("ijk") for _ in range(draw.below(4))) for _ in range(draw.between(1, 3))
    ]
    used = sorted(set("".join(terms)))
    out = "".join(used[i] for i in draw.order(len(used))[: draw.between(0, len(used))])
    operands = tuple(growth.leaf(tuple(sizes[letter] for letter in term)) for term in terms)
    implicit = draw.chance(0.2)
    text = ",".join(terms) + ("" if implicit else f"->{out}")
    return operands, {"subscripts": text}


def kron(growth: Growth, a: int) -> Call:
    shape = growth.shape(a)
    return (a, growth.leaf(tuple(growth.draw.length() for _ in shape))), {}


def cross(growth: Growth, a: int) -> Call:
    lead = growth.draw.shape(0, 2)
    return (growth.leaf((*lead, 3)), growth.leaf((*growth.draw.part_of(lead), 3))), {}


def vdot(growth: Growth, a: int) -> Call:
    return (a, a if growth.draw.chance(0.2) else growth.leaf(growth.shape(a))), {}


def tensordot(growth: Growth, a: int) -> Call:
    draw, shape = growth.draw, growth.shape(a)
    k = draw.between(0, len(shape))
    if draw.chance(0.4):
        rest = shape[len(shape) - k :]
        return (a, growth.leaf((*rest, *draw.shape(0, 2)))), {"axes": k}
    of_a = draw.order(len(shape))[:k]
    other = [shape[i] for i in of_a] + list(draw.shape(0, 2))
    order = draw.order(len(other))
    of_b = [order.index(i) for i in range(k)]
    b = growth.leaf(tuple(other[i] for i in order))
    return (a, b), {"axes": (of_a, of_b)}


def concatenate(growth: Growth, a: int) -> Call:
    draw, a = growth.draw, growth.with_axes(a)
    shape = growth.shape(a)
    axis = an_axis(draw, len(shape))
    place = axis % len(shape)
    parts = [a]
    for _ in range(draw.between(0, 2)):
        other = (*shape[:place], draw.length(), *shape[place + 1 :])
        parts.append(a if draw.chance(0.3) else growth.leaf(other))
    return tuple(parts), {"axis": None if draw.chance(0.15) else axis}


def stack(growth: Growth, a: int) -> Call:
    draw, shape = growth.draw, growth.shape(a)
    parts = [a if draw.chance(0.4) else growth.leaf(shape) for _ in range(draw.between(1, 3))]
    return tuple(parts), {"axis": draw.below(2 * len(shape) + 2) - len(shape) - 1}


def side_by_side(growth: Growth, a: int) -> Call:
    shape = growth.shape(a)
    return (a, *(growth.leaf(shape) for _ in range(growth.draw.below(3)))), {}


def cross_entropy(growth: Growth, a: int) -> Call:
    draw = growth.draw
    classes = draw.between(1, 4)
    rest = draw.shape(0, 1)
    shape: tuple[int, ...] = (classes,)
    if draw.chance(0.8):
        shape = (draw.length(), classes, *rest)
    axis = 1 if len(shape) > 1 else 0
    attrs: dict[str, Any] = {"reduction": draw.of(("mean", "sum", "none"))}
    if draw.chance(0.4):
        attrs["label_smoothing"] = 0.2
    if draw.chance(0.4):
        attrs["weight"] = draw.uniform(0.2, 1.5, (classes,))
    if draw.chance(0.3):
        raw = draw.uniform(0.1, 1.0, shape)
        targets = growth.constant(raw / raw.sum(axis=axis, keepdims=True))
    else:
        wanted = shape[:axis] + shape[axis + 1 :]
        targets = growth.constant(np.asarray(draw.numbers.integers(0, classes, wanted)))
        if draw.chance(0.3):
            attrs["ignore_index"] = draw.below(classes)
    if not math.prod(shape):
        attrs["reduction"] = "none"
    return (growth.leaf(shape), targets), attrs


SEVERAL_ARRAYS: dict[str, Wish] = {
    "matmul": matmul, "dot": dot, "inner": inner, "outer": outer, "linear": linear,
    "einsum": einsum, "kron": kron, "cross": cross, "vdot": vdot, "tensordot": tensordot,
    "concatenate": concatenate, "stack": stack, "vstack": side_by_side, "hstack": side_by_side,
    "column_stack": side_by_side, "cross_entropy": cross_entropy,
}  # fmt: skip
