"""What a learner computes who makes one of the usual slips, as formulas over a lesson's numbers.

The name of a slip is that of its sentence: ``slip sign``, ``slip upstream``. Formulas are those of
:mod:`autograd.lessons.answers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd.calculus import Quantity, Rule, Shape
from autograd.graph import Row
from autograd.lessons.answers import Formula, Place, key_of
from autograd.lessons.records import Step, Term

Slips = tuple[tuple[str, Formula | Shape], ...]
Pairs = list[tuple[Formula, Formula]]

#: Products of longer rows are not written out.
LONGEST_SUM = 6
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def at(name: str, place: Place | None) -> Formula:
    """A number, or one cell of an array."""
    return name if place is None else ("at", name, place)


def negative(formula: Formula) -> Formula:
    return ("*", -1.0, formula)


def added(parts: list[Any]) -> Formula:
    return parts[0] if len(parts) == 1 else ("+", *parts)


def summed(pairs: Pairs) -> Formula:
    """The sum of the products."""
    return added([("*", a, b) for a, b in pairs])


# -- forward --------------------------------------------------------------------------------------


def forward_slips(node: Row, place: Place | None, numbers: Mapping[str, Quantity]) -> Slips:
    """The slips of computing a value, or one cell of it."""
    answer = at(f"v{node.index}", place)
    slips: list[tuple[str, Formula]] = [("sign", negative(answer))]
    operands = _elementwise_operands(node, place)
    if isinstance(node.rule, Rule):
        if node.op in _SIGNS and len(operands) == 2:
            a, b = operands
            if node.op in ("sub", "div"):
                slips.append(("swapped", (_SIGNS[node.op], b, a)))
            others = [sign for op, sign in _SIGNS.items() if op != node.op]
            slips += [("operation", (sign, a, b)) for sign in others]
        elif node.op == "pow":
            slips.append(("operation", ("*", *operands)))
        elif node.op == "square":
            slips.append(("double", ("*", 2.0, operands[0])))
        local = f"l{node.index}.0"
        if node.rule.arity == 1 and local in numbers:
            slips.append(("derivative", at(local, place)))
        slips += [("operand", operand) for operand in operands]
        return tuple(slips)
    pairs = _forward_products(node, place)
    if pairs and len(pairs) > 1:
        slips += [("term", ("*", a, b)) for a, b in pairs]
    if node.op == "linear" and pairs and len(node.args) > 2:
        slips.append(("bias", summed(pairs)))
    if place is not None and len(place) == 2 and _inside(place[::-1], node.value):
        slips.append(("transposed", at(f"v{node.index}", place[::-1])))
    if node.op == "getitem" and place is None and isinstance(node.attrs.get("index"), int):
        index, size = node.attrs["index"], len(node.operands[0].value)
        near = [i for i in (index - 1, index + 1) if 0 <= i < size]
        slips += [("index", ("at", f"v{node.args[0]}", (i,))) for i in near]
    if node.op in ("sum", "mean") and place is None:
        count = float(np.size(node.operands[0].value))
        slips.append(("mean", ("/" if node.op == "sum" else "*", answer, count)))
    return tuple(slips)


def worked_forward(node: Row, place: Place | None) -> Formula | None:
    """A value as a formula of its operands, where it is a sum of products."""
    if isinstance(node.rule, Rule):
        operands = _elementwise_operands(node, place)
        return (_SIGNS[node.op], *operands) if node.op in _SIGNS else None
    pairs = _forward_products(node, place)
    if not pairs or len(pairs) > LONGEST_SUM:
        return None
    if node.op == "linear" and len(node.args) > 2:
        assert place is not None
        return ("+", *(("*", a, b) for a, b in pairs), ("at", f"v{node.args[2]}", place))
    return summed(pairs)


def _elementwise_operands(node: Row, place: Place | None) -> list[Formula]:
    return [
        at(f"v{o.index}", place if np.ndim(o.value) else None)
        for o in node.operands
        if np.ndim(o.value) <= len(place or ())
    ]


def _forward_products(node: Row, place: Place | None) -> Pairs:
    """The products that add up to one cell of ``A @ B``."""
    if node.op not in ("matmul", "linear"):
        return []
    left, right = (f"v{i}" for i in node.args[:2])
    a, b = (np.shape(o.value) for o in node.operands[:2])
    if max(len(a), len(b)) > 2:
        return []
    i, j = (place or ())[: len(a) - 1], (place or ())[len(a) - 1 :]
    return [(("at", left, (*i, k)), ("at", right, (k, *j))) for k in range(a[-1])]


def _inside(place: Place, value: Quantity) -> bool:
    return all(i < n for i, n in zip(place, np.shape(value))) and place != place[::-1]


# -- backward -------------------------------------------------------------------------------------


def backward_slips(
    term: Term, key: str, place: Place | None, numbers: Mapping[str, Quantity]
) -> Slips:
    """The slips of sending a gradient back to an operand, or to one cell of it."""
    answer = at(f"p{key}", place)
    slips: list[tuple[str, Formula]] = []
    if term.before is not None:
        before = at(f"b{key}", place)
        slips += [("path", answer), ("before", before), ("paths", ("*", before, answer))]
        slips.append(("minus", ("-", before, answer)))

    def with_paths(formula: Formula) -> Formula:
        return formula if term.before is None else ("+", at(f"b{key}", place), formula)

    found = _of_product(term, key, place, numbers)
    slips += [("sign", negative(answer))] if term.before is None else []
    slips += [(name, with_paths(formula)) for name, formula in found]
    return tuple(slips)


def worked_backward(term: Term, key: str, place: Place | None) -> Formula | None:
    """The gradient so far as a formula of numbers that are known; None where it is long."""
    pairs = products(term, key, place)
    if not pairs or len(pairs) > LONGEST_SUM:
        return None
    before = [] if term.before is None else [at(f"b{key}", place)]
    return added([*before, *(("*", a, b) for a, b in pairs)])


def _of_product(
    term: Term, key: str, place: Place | None, numbers: Mapping[str, Quantity]
) -> Iterator[tuple[str, Formula]]:
    node = term.consumer
    pairs = products(term, key, place)
    if len(pairs) == 1 and pairs[0][1] != 1.0:
        ((upstream, local),) = pairs
        yield "upstream", local
        yield "local", upstream
        yield from _in_place_of_the_derivative(term, key, place, upstream, numbers)
        yield "sum", ("+", upstream, local)
        yield "quotient", ("/", upstream, local)
    elif len(pairs) > 1:
        name = "term" if node.op in ("matmul", "linear") and term.slot < 2 else "row"
        yield from ((name, ("*", a, b)) for a, b in pairs)
    if place is not None and len(place) == 2 and _inside(place[::-1], term.product):
        yield "transposed", at(f"p{key}", place[::-1])
    yield from _not_transposed(term, key, place)
    if node.op in ("sum", "mean"):
        count = float(np.size(term.operand.value))
        yield "mean", ("/" if node.op == "sum" else "*", at(f"p{key}", place), count)
        yield "value", at(f"v{term.operand.index}", place)
    if node.op == "softmax":
        yield "softmax", ("*", at(f"v{node.index}", place), at(f"x{key}", place))
    if node.op == "cross_entropy" and place is not None:
        yield from _without_target(term, key, place)
    if node.op == "stack" and place is None:
        for other in range(len(node.args)):
            if other != term.slot:
                yield "index", ("at", f"x{key}", (other,))


def _in_place_of_the_derivative(
    term: Term,
    key: str,
    place: Place | None,
    upstream: Formula,
    numbers: Mapping[str, Quantity],
) -> Iterator[tuple[str, Formula]]:
    """Upstream times what is not the local derivative by this operand."""
    node = term.consumer
    if not isinstance(node.rule, Rule):
        return
    head = key.rpartition(".")[0]
    out = upstream[2] if isinstance(upstream, tuple) else None  # the place in the result
    for slot in range(len(node.args)):
        if slot != term.slot and f"l{head}.{slot}" in numbers:
            yield "other", ("*", upstream, at(f"l{head}.{slot}", out))
    yield "value", ("*", upstream, at(f"v{term.operand.index}", place))
    yield "value", ("*", upstream, at(f"v{node.index}", out))
    yield "value", at(f"v{term.operand.index}", place)


def products(term: Term, key: str, place: Place | None) -> Pairs:
    """The products that add up to what flows to one cell: upstream gradient and factor of each."""
    node, slot = term.consumer, term.slot
    upstream = f"x{key}"
    out, operand = np.shape(node.value), np.shape(term.operand.value)
    if isinstance(node.rule, Rule):
        local = f"l{key}"
        if out == operand:
            one = place if out else None
            return [(at(upstream, one), at(local, one))]
        # A smaller operand is used in several places of the result.
        own = place or ()
        free = len(out) - len(operand)
        axes = [range(n) for n in out[:free]]
        axes += [
            range(n) if m != n else range(i, i + 1) for n, m, i in zip(out[free:], operand, own)
        ]
        return [(at(upstream, p), at(local, p)) for p in _places(axes)]
    if (
        node.op not in ("matmul", "linear")
        or max(len(np.shape(o.value)) for o in node.operands) > 2
    ):
        return []
    if slot == 2:
        rows = out[0] if len(out) == 2 else 1
        uses = [(k, *(place or ())) for k in range(rows)] if len(out) == 2 else [place]
        return [(at(upstream, use), 1.0) for use in uses]
    return _matrix_products(node, slot, upstream, place or ())


def _matrix_products(node: Row, slot: int, upstream: str, place: Place) -> Pairs:
    """``g @ B.T`` at a cell of A, or ``A.T @ g`` at a cell of B; vectors have one axis."""
    a, b = (np.shape(o.value) for o in node.operands[:2])
    other = f"v{node.args[1 - slot]}"
    if slot == 0:
        rows, (inner,) = place[:-1], place[-1:]
        columns = [(j,) for j in range(b[1])] if len(b) == 2 else [()]
        return [
            (at(upstream, _or_number((*rows, *j))), ("at", other, (inner, *j))) for j in columns
        ]
    (inner,), columns_ = place[:1], place[1:]
    rows_ = [(i,) for i in range(a[0])] if len(a) == 2 else [()]
    return [(at(upstream, _or_number((*i, *columns_))), ("at", other, (*i, inner))) for i in rows_]


def _or_number(place: Place) -> Place | None:
    return place or None


def _places(axes: list[range]) -> list[Place]:
    places: list[Place] = [()]
    for axis in axes:
        places = [(*place, i) for place in places for i in axis]
    return places


def _not_transposed(term: Term, key: str, place: Place | None) -> Iterator[tuple[str, Formula]]:
    """``g @ B`` for ``g @ B.T``: where B is square, the shapes do not object."""
    node = term.consumer
    if node.op not in ("matmul", "linear") or place is None or len(place) != 2 or term.slot > 1:
        return
    shape = np.shape(node.operands[1 - term.slot].value)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] > LONGEST_SUM:
        return
    other, upstream = f"v{node.args[1 - term.slot]}", f"x{key}"
    i, j = place
    pairs: Pairs = [
        (("at", upstream, (i, k)), ("at", other, (k, j)))
        if term.slot == 0
        else (("at", other, (i, k)), ("at", upstream, (k, j)))
        for k in range(shape[0])
    ]
    yield "not transposed", summed(pairs)


def _without_target(term: Term, key: str, place: Place) -> Iterator[tuple[str, Formula]]:
    """softmax(z) alone: the gradient of a cross-entropy subtracts the target."""
    node = term.consumer
    attrs = node.attrs
    logits, targets = (o.value for o in node.operands[:2])
    plain = attrs.get("weight") is None and not attrs.get("label_smoothing")
    if not plain or attrs.get("reduction", "mean") != "mean" or logits.ndim != 2:
        return
    n = float(len(logits))
    target: Formula = at(f"v{node.args[1]}", place)
    if targets.ndim == 1:
        target = 1.0 if int(targets[place[0]]) == place[1] else 0.0
    part = ("/", ("*", target, f"x{key}"), n)
    yield "target", ("+", at(f"p{key}", place), part)
    if n > 1:
        yield "batch", ("*", at(f"p{key}", place), n)


# -- forward mode, and the update -----------------------------------------------------------------


def tangent_slips(step: Step) -> Slips:
    """The slips of adding up a tangent."""
    key = key_of(step)
    slips: list[tuple[str, Formula]] = [("sign", negative(f"d{key}"))]
    for term in step.terms:
        name = f"{key}.{term.slot}"
        if len(step.terms) > 1:
            slips.append(("one term", f"p{name}"))
        else:
            slips += [("tangent", f"l{name}"), ("local of tangent", f"x{name}")]
    slips.append(("value of tangent", f"v{step.node.index}"))
    return tuple(slips)


def update_slips(step: Step) -> Slips:
    """The slips of ``w - lr * gradient``."""
    row = step.node.index
    old, slope = f"v{row}", f"g{row}"
    change: Formula = ("*", "r", slope)
    return (
        ("uphill", ("+", old, change)),
        ("rate", ("-", old, slope)),
        ("change", change),
        ("change", negative(change)),
        ("old", old),
        ("gradient", slope),
    )
