"""Random calls of operations on several arrays: products, joins, losses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fuzz.attributes import Call, Wish, an_axis
from fuzz.operands import Operands


def matmul(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    shape = program.shape(a)
    inner = shape[-1]
    stack = draw.part_of(shape[:-2])
    wanted = [(inner,), (inner, draw.length()), (*stack, inner, draw.length())]
    b = a if len(shape) == 1 and draw.chance(0.2) else program.leaf(draw.of(wanted))
    if draw.chance(0.3):  # the other way round, on the transposed shapes
        b = program.leaf((draw.length(), shape[-2] if len(shape) > 1 else inner))
        return (b, a), {}
    return (a, b), {}


def dot(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    if not shape or draw.chance(0.1):
        return (program.leaf(()), a) if draw.chance(0.5) else (a, program.leaf(())), {}
    inner = shape[-1]
    wanted = [(inner,), (inner, draw.length()), (draw.length(), inner, draw.length())]
    return (a, program.leaf(draw.of(wanted))), {}


def inner(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    if not shape or draw.chance(0.1):
        return (a, program.leaf(())), {}
    b = a if draw.chance(0.2) else program.leaf((*draw.shape(0, 2), shape[-1]))
    return (a, b), {}


def outer(program: Operands, a: int) -> Call:
    return (a, a if program.draw.chance(0.2) else program.leaf(program.draw.shape(0, 2))), {}


def linear(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    n, m = program.shape(a)[-1], draw.length()
    w = program.leaf((n, m))
    if draw.chance(0.3):
        return (a, w), {}
    return (a, w, program.leaf((m,))), {}


def einsum(program: Operands, a: int) -> Call:
    """Subscripts drawn letter by letter for one to three operands."""
    draw = program.draw
    sizes = {letter: draw.length() for letter in "ijk"}
    terms = [
        "".join(draw.of("ijk") for _ in range(draw.below(4))) for _ in range(draw.between(1, 3))
    ]
    used = sorted(set("".join(terms)))
    out = "".join(used[i] for i in draw.order(len(used))[: draw.between(0, len(used))])
    operands = tuple(program.leaf(tuple(sizes[letter] for letter in term)) for term in terms)
    implicit = draw.chance(0.2)
    text = ",".join(terms) + ("" if implicit else f"->{out}")
    return operands, {"subscripts": text}


def kron(program: Operands, a: int) -> Call:
    shape = program.shape(a)
    return (a, program.leaf(tuple(program.draw.length() for _ in shape))), {}


def cross(program: Operands, a: int) -> Call:
    lead = program.draw.shape(0, 2)
    return (program.leaf((*lead, 3)), program.leaf((*program.draw.part_of(lead), 3))), {}


def vdot(program: Operands, a: int) -> Call:
    return (a, a if program.draw.chance(0.2) else program.leaf(program.shape(a))), {}


def tensordot(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    k = draw.between(0, len(shape))
    if draw.chance(0.4):
        rest = shape[len(shape) - k :]
        return (a, program.leaf((*rest, *draw.shape(0, 2)))), {"axes": k}
    of_a = draw.order(len(shape))[:k]
    other = [shape[i] for i in of_a] + list(draw.shape(0, 2))
    order = draw.order(len(other))
    of_b = [order.index(i) for i in range(k)]
    b = program.leaf(tuple(other[i] for i in order))
    return (a, b), {"axes": (of_a, of_b)}


def concatenate(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    shape = program.shape(a)
    axis = an_axis(draw, len(shape))
    place = axis % len(shape)
    parts = [a]
    for _ in range(draw.between(0, 2)):
        other = (*shape[:place], draw.length(), *shape[place + 1 :])
        parts.append(a if draw.chance(0.3) else program.leaf(other))
    return tuple(parts), {"axis": None if draw.chance(0.15) else axis}


def stack(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    parts = [a if draw.chance(0.4) else program.leaf(shape) for _ in range(draw.between(1, 3))]
    return tuple(parts), {"axis": draw.below(2 * len(shape) + 2) - len(shape) - 1}


def side_by_side(program: Operands, a: int) -> Call:
    shape = program.shape(a)
    return (a, *(program.leaf(shape) for _ in range(program.draw.below(3)))), {}


def cross_entropy(program: Operands, a: int) -> Call:
    draw = program.draw
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
        targets = program.constant(raw / raw.sum(axis=axis, keepdims=True))
    else:
        wanted = shape[:axis] + shape[axis + 1 :]
        targets = program.constant(np.asarray(draw.numbers.integers(0, classes, wanted)))
        if draw.chance(0.3):
            attrs["ignore_index"] = draw.below(classes)
    if not math.prod(shape):
        attrs["reduction"] = "none"
    return (program.leaf(shape), targets), attrs


SEVERAL_ARRAYS: dict[str, Wish] = {
    "matmul": matmul, "dot": dot, "inner": inner, "outer": outer, "linear": linear,
    "einsum": einsum, "kron": kron, "cross": cross, "vdot": vdot, "tensordot": tensordot,
    "concatenate": concatenate, "stack": stack, "vstack": side_by_side, "hstack": side_by_side,
    "column_stack": side_by_side, "dstack": side_by_side, "cross_entropy": cross_entropy,
}  # fmt: skip
