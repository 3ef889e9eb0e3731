"""``gradcheck``: are the derivatives of a function the limits of its difference quotients?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from autograd.calculus import Function, Quantity, Tree, short
from autograd.checks.comparison import Comparison, Settings, is_moving
from autograd.checks.report import Blame, Report
from autograd.derivatives import argument_names, called, checked_function, grad
from autograd.engine import (
    NODES,
    Node,
    Value,
    applier,
    data_of,
    flatten,
    reachable,
    source_lines,
)

#: How many nodes of a failing function are tried one by one.
MOST_NODES = 500


def gradcheck(
    f: Function,
    *inputs: Tree,
    order: int = 1,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    seed: int = 0,
) -> Report:
    """Whether every derivative of ``f`` at ``inputs`` is the limit of its difference quotients.

    Numbers, arrays, nodes, and tuples, lists, dicts and dataclasses of them; floating ones are
    checked, in float64. Reverse mode is compared with central differences, with a step chosen per
    entry (and the complex step where ``f`` takes complex numbers), forward mode with reverse.
    Beyond a hundred inputs or forty outputs random directions replace the entries. ``order=2``
    checks the derivatives of the gradient as well. On a kink any value between the one-sided
    derivatives passes. The report is true when all agree; otherwise it names the worst entry, and
    the operation to blame if one is wrong by itself. ValueError if ``f`` is not finite at the
    point.

    ``rtol`` and ``atol`` are how far two derivatives may be apart, ``seed`` is that of the random
    directions. Returns the report.

    >>> from autograd import gradcheck
    >>> import autograd
    >>> print(gradcheck(autograd.abs, 0.0))
    gradcheck passed: order 1, 1 derivatives, central differences
    worst: d output / d argument 'a': 0 by the rules, 0 by differences (off by 0)
    kink at d output / d argument 'a': slopes -1 and 1 beside it, 0 by the rules
    """
    checked_function("gradcheck", f)
    if order not in (1, 2):
        raise ValueError(f"gradcheck: order is 1 or 2, not {short(order)}")
    flat, leaves, labels = _flattened(f, inputs)
    settings = Settings(rtol, atol, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = _checked(flat, leaves, labels, order, settings)
        return report if report else _with_blame(report, flat, leaves, settings)


def _checked(
    flat: Function, leaves: list[Quantity], labels: list[str], order: int, settings: Settings
) -> Report:
    with np.errstate(all="ignore"):
        report = Comparison(flat, leaves, labels, 1, settings).report()
        if order == 1 or not report:
            return report
        slope, names = _gradient_of(flat, leaves, labels, settings.seed)
        return Comparison(slope, leaves, labels, 2, settings, names).report()


def _flattened(
    f: Function, inputs: Sequence[Quantity]
) -> tuple[Function, list[Quantity], list[str]]:
    """``f`` as a function of the leaves of its inputs; their values in float64; their names."""
    names = argument_names(f, len(inputs))
    leaves, paths, rebuild = flatten(tuple(inputs))
    labels: list[str] = []
    values: list[Quantity] = []
    for leaf, path in zip(leaves, paths):
        place, _, under = path[1:].partition("]")
        labels.append(f"argument {names[int(place)]}{under}")
        data = leaf.data if isinstance(leaf, Node) else leaf
        floating = isinstance(data, float) or getattr(getattr(data, "dtype", 0), "kind", "") == "f"
        if isinstance(leaf, Value):
            values.append(leaf)
        else:
            values.append(np.array(data, dtype=float) if floating else leaf)
    if not any(map(is_moving, values)):
        raise TypeError("gradcheck: no argument is a float or an array of floats; nothing to check")
    return lambda *xs: called("gradcheck", f, rebuild(list(xs)), {}), values, labels


def _gradient_of(
    flat: Function, leaves: list[Quantity], labels: list[str], seed: int
) -> tuple[Function, list[str]]:
    """∇(w · f) for fixed random weights w, as a function of the same leaves; its outputs' names."""
    moving = tuple(i for i, leaf in enumerate(leaves) if is_moving(leaf))

    def total(*xs: Quantity) -> Quantity:
        rng = np.random.default_rng(seed + 1)
        out: Quantity = 0.0
        for end in flatten(flat(*xs))[0]:
            weights = rng.uniform(0.5, 1.5, np.shape(data_of(end)))
            if isinstance(end, Value):
                out = end * float(weights) + out
            elif isinstance(end, Node):
                out = NODES.sum(NODES.mul(end, weights)) + out
        return out

    return grad(total, argnum=moving), [f"gradient by {labels[i]}" for i in moving]


def _with_blame(
    report: Report, flat: Function, leaves: list[Quantity], settings: Settings
) -> Report:
    """``report`` with the operation to blame: the first node that fails when checked alone."""
    with source_lines():
        check = Comparison(flat, leaves, [""] * len(leaves), 1, settings)
    nodes = {
        id(n): n
        for out in check.outs
        if isinstance(out, Node)
        for n in reachable(out)
        if n._origin.rule is not None
    }
    tried = sorted(nodes.values(), key=lambda node: int(node._number))[:MOST_NODES]
    for node in tried:
        alone = _alone(node, report.order, settings)
        if alone is not None and not alone:
            line = str(node._origin.line)
            blame = Blame(node._origin.rule.name, alone.worst, alone.reason, line)
            return replace(report, blame=blame)
    note = (
        "every operation is right by itself: does a value leave the graph on the way (.data, "
        "float(), a plain NumPy call on .data), or does the function change between two calls?"
    )
    return replace(report, notes=(note,))


def _alone(node: Quantity, order: int, settings: Settings) -> Report | None:
    """The check of one operation at its operands; None where it has nothing to check."""
    rule, attrs = node._origin.rule, node._attrs()
    operands = [data_of(x) if x is not None else None for x in node._operands()]
    # All operands that move, also those to which the rule sends nothing.
    places = [
        place for place, x in enumerate(node._operands()) if isinstance(x, Node) and x.requires_grad
    ]
    apply = applier(rule)

    def operation(*xs: Quantity) -> Quantity:
        arguments = list(operands)
        for place, x in zip(places, xs):
            arguments[place] = x
        return apply(tuple(arguments), attrs)

    points = [np.array(operands[place], dtype=float) for place in places]
    names = [f"operand {place + 1}" for place in places]
    with suppress(ValueError, TypeError):  # not finite there, or too coarse
        return _checked(operation, points, names, order, settings)
    return None
