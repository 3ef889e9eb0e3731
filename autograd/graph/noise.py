"""Which numbers of a computation are rounding noise, where exact arithmetic would give 0.

To first order a computed number is off by ε times its *scale*: the sum over what it was made of,
|∂number/∂part| times the part's scale, and a typed number's scale is its size (running error
analysis: Higham, Accuracy and Stability of Numerical Algorithms, §3.3). A number that is no larger
than its possible error is noise: 0.1 + 0.2 - 0.3 is, and 1e-20 that was typed is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from autograd.calculus import FLOAT, Function, Quantity, Rule, value_function
from autograd.engine import partial_of_floats
from autograd.graph.chain_rule import sent
from autograd.graph.forward_pass import filled
from autograd.graph.rows import Columns, Row

#: A number of at most so much of its scale is noise: a few times the distance of floats at 1.
NOISE = 4 * 2.0**-52
#: By this part of its scale an operand is moved to see how a local derivative moves with it.
MOVE = 2.0**-20
#: Of more rows the numbers are shown as they are.
MOST_ROWS = 5_000


def scales(graph: Columns, gradients: Sequence[Quantity]) -> dict[str, float]:
    """The scale of each number of a sweep over plain numbers, by the names that lessons use.

    ``v3`` is the value of row 3, ``g3`` its gradient; ``l4.0 p4.0 b4.0 t4.0`` are the local
    derivative of row 4 by operand 0, the product, the sum before it and after it.
    """
    found: dict[str, float] = {}
    if not graph.is_scalar or len(graph) > MOST_ROWS:
        return found
    size: list[float] = []
    sums: dict[int, float] = {}
    for node in graph:
        size.append(_value(node, size))
        found[f"v{node.index}"] = size[-1]
    for i in range(len(graph) - 1, -1, -1):
        node, upstream = graph[i], gradients[i]
        if upstream is None:
            continue
        own = found[f"g{i}"] = sums.get(i, abs(float(upstream)))
        for operand, term in sent(graph, i, upstream) if isinstance(node.rule, Rule) else ():
            key = f"{i}.{term.slot}"
            local = found[f"l{key}"] = _local(node, term.slot, float(term.local), size)
            product = abs(float(term.local)) * own + abs(float(upstream)) * local
            found[f"p{key}"], found[f"b{key}"] = product, sums.get(operand, 0.0)
            found[f"t{key}"] = sums[operand] = sums.get(operand, 0.0) + product
    return found


def meant(value: Quantity, scale: float | None) -> Quantity:
    """``value``, or 0 where it is noise beside its scale.

    >>> from autograd.graph.noise import meant
    >>> meant(0.1 + 0.2 - 0.3, 0.6), meant(1e-20, 1e-20)
    (0.0, 1e-20)
    """
    noise = scale is not None and math.isfinite(scale) and abs(float(value)) <= NOISE * scale
    return 0.0 if noise else value


def shown(
    value: Quantity, ref: str, known: Mapping[str, float], rate: float | None = None
) -> Quantity:
    """What is written for the number ``ref`` of a lesson; ``rate`` is that of its updates."""
    if ref.startswith("u") and rate is not None and f"g{ref[1:]}" in known:
        return meant(value, known[f"v{ref[1:]}"] + abs(rate) * known[f"g{ref[1:]}"])
    return meant(value, known[ref]) if ref in known else value


def _value(node: Row, size: Sequence[float]) -> float:
    value = abs(float(node.value))
    if not isinstance(node.rule, Rule):
        return value
    operands = [float(x) for x in filled(node.rule, [o.value for o in node.operands])]
    out, total = float(node.value), 0.0
    for slot, j in enumerate(node.args):
        local = _slope(node.rule, slot, out, operands)
        part = abs(local) * size[j] if local is not None else 0.0
        total += part if math.isfinite(part) else 0.0
    return max(value, total)


@cache
def _function(rule: Rule) -> Function:
    return value_function(rule, FLOAT)


def _slope(rule: Rule, slot: int, out: float, operands: list[float]) -> float | None:
    """The local derivative, None where there is none: of an order, and outside of the domain."""
    try:
        return partial_of_floats(rule, slot, out, operands)
    except (ArithmeticError, TypeError, ValueError):
        return None


def _local(node: Row, slot: int, local: float, size: Sequence[float]) -> float:
    """|∂local/∂operand| times the scale of each operand, by a difference."""
    rule, total = node.rule, 0.0
    operands = [float(x) for x in filled(rule, [o.value for o in node.operands])]
    value = _function(rule)
    for k, j in enumerate(node.args):
        moved = [x + MOVE * size[j] if k == at else x for at, x in enumerate(operands)]
        try:
            out = float(value(*moved))
        except (ArithmeticError, ValueError):
            continue
        there = _slope(rule, slot, out, moved)
        part = abs(there - local) / MOVE if there is not None else 0.0
        total += part if math.isfinite(part) else 0.0
    return max(abs(local), total)
