"""A computation taken step by step: forward, backward, and the update of the parameters.

A step is a record, not a string; printers turn it into text, LaTeX, JSON and a page. The numbers
are those of the frozen graph's own sweep, taken term by term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

import numpy as np

from autograd.calculus import Attributes, Quantity, Rule, short
from autograd.engine import ARRAYS, times
from autograd.graph import Graph, Row, alike, local_derivative, replay, seeded
from autograd.lessons.brought import graph_of
from autograd.lessons.lesson import Steps
from autograd.lessons.records import FORWARD, UPDATE, Step, Term
from autograd.lessons.rounds import updates
from autograd.lessons.swept import Sweep
from autograd.lessons.updates import Closure, Stepping, Updates

MODES = ("reverse", "forward")


@overload
def steps(
    output: Stepping,
    closure: Closure,
    iterations: int = 3,
    *,
    schedule: Callable[[int], float] | None = None,
) -> Updates: ...
@overload
def steps(
    output: Quantity,
    *inputs: Quantity,
    mode: str = "reverse",
    lr: float | None = None,
    gradient: Quantity = None,
    wrt: Sequence[str] | str | None = None,
    names: Attributes | None = None,
    gradient_names: Mapping[str, str] | None = None,
    **variables: Quantity,
) -> Steps: ...
def steps(
    output: Quantity,
    *inputs: Quantity,
    mode: str = "reverse",
    lr: float | None = None,
    gradient: Quantity = None,
    wrt: Sequence[str] | str | None = None,
    names: Attributes | None = None,
    gradient_names: Mapping[str, str] | None = None,
    schedule: Callable[[int], float] | None = None,
    **variables: Quantity,
) -> Steps | Updates:
    """The forward pass, the backward pass and, with ``lr``, one step of gradient descent.

    ``output`` is a ``Value``, a ``Tensor`` or a traced ``Graph``; a formula with its variables,
    ``steps("x * y", x=1, y=2)``, in the grammar of the command line or as an expression of SymPy,
    ``steps(expression, {x: 1})``; or a function with its inputs,
    ``steps(f, 1, 2)``, which become leaves named after its parameters. A module or a function of
    PyTorch or JAX is such a function; see :mod:`autograd.imports`. ``gradient`` is the upstream
    gradient of an output that is not one number. ``lr`` updates the parameters ``wrt`` (by
    default all leaves that take a gradient): w' = w - lr · ∂f/∂w, and computes the output after it.

    ``mode="forward"`` pushes tangents along with the values instead: one pass per input of ``wrt``,
    where reverse mode takes one for all of them; an array moves in the direction of all ones.

    ``steps(optimizer, closure, iterations=3)`` takes so many updates of an optimizer and prints the
    arithmetic of each, from its own rule: see :class:`~autograd.lessons.updates.Updates`.
    ``schedule`` gives the learning rates in place of the optimizer's own, each with its formula.

    ``names`` names nodes after variables as :func:`trace` does. ValueError for an unknown mode or
    name, or an output of several elements without ``gradient``.

    ``gradient_names`` names gradients. Returns ``Steps``: ``.text()``, ``.latex()``, ``.json()``,
    ``.html()``, ``.save(path)``; for an optimizer, ``Updates``.

    >>> from autograd import Value, steps
    >>> x, y, z = Value(1, "x"), Value(-3, "y"), Value(4, "z")
    >>> d = x + y
    >>> for step in steps(d * z):
    ...     print(step.phase, step.node.label, step.value)
    forward d -2.0
    forward out -8.0
    backward out 1.0
    backward out 1.0
    backward d 4.0
    >>> steps("sum((x @ W)**2)", x=[1, 2], W=[[1, 0], [2, 1]]).gradients[0].tolist()
    [10.0, 24.0]
    """
    if isinstance(output, Stepping):
        return _updates(output, inputs, schedule, variables)
    if schedule is not None:
        raise TypeError("steps: a schedule goes with an optimizer: steps(optimizer, closure)")
    if mode not in MODES:
        raise ValueError(f"steps: mode={short(mode)}; the modes are {' and '.join(MODES)}")
    graph = graph_of(output, inputs, variables, names, gradient)
    moved = _inputs(graph, wrt)
    if mode == "forward":
        if lr is not None:
            raise ValueError("steps: an update needs mode='reverse', which finds every gradient")
        return _forward_mode(graph, moved, gradient_names)
    gradients = seeded(graph, gradient, "steps")
    records = Sweep(graph, gradients)
    after = None
    if lr is not None:
        changed: dict[int, Quantity] = {}
        for node in moved:
            slope = gradients[node.index]
            if slope is None:
                continue
            new = alike(node.value, node.value - lr * slope)
            changed[node.index] = new
            at = len(records) + 1
            records.updates.append(Step(at, UPDATE, node, new, old=node.value, rate=float(lr)))
        after = replay(graph, changed)[-1]
    return Steps(graph, records, gradients, mode, after, gradient_names)


def _updates(
    optimizer: Stepping,
    inputs: Sequence[Quantity],
    schedule: Callable[[int], float] | None,
    named: Attributes,
) -> Updates:
    """The updates of ``steps(optimizer, closure, iterations)``, by place or by name."""
    names = "closure", "iterations"
    unknown = next((name for name in named if name not in names[len(inputs) :]), None)
    if unknown is not None or len(inputs) > len(names):
        wrong = f"{unknown}=" if unknown is not None else short(inputs[-1])
        raise TypeError(f"steps: an optimizer takes a closure and iterations=3, not {wrong}")
    given = {"closure": None, "iterations": 3, **dict(zip(names, inputs)), **named}
    return updates(optimizer, given["closure"], given["iterations"], schedule)


def _inputs(graph: Graph, wrt: Sequence[str] | str | None) -> list[Row]:
    if wrt is None:
        return [node for node in graph if node.kind in ("leaf", "parameter")]
    names = [wrt] if isinstance(wrt, str) else wrt
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"steps: wrt takes the names of inputs, such as wrt='x', not {short(wrt)}")
    rows = []
    for name in names:
        try:
            node = graph[name]
        except KeyError as error:
            raise ValueError(f"steps: wrt: {error.args[0]}") from None
        if node.kind not in ("leaf", "parameter"):
            raise ValueError(f"steps: wrt: {name!r} is no input that takes a gradient")
        rows.append(node)
    return rows


def _forward_mode(graph: Graph, inputs: list[Row], names: Mapping[str, str] | None) -> Steps:
    forward = [graph[i] for i in graph.computed.tolist()]
    records: list[Step] = []
    gradients: list[Quantity] = [None] * len(graph)
    for seed in inputs:
        tangents: dict[int, Quantity] = {
            seed.index: alike(seed.value, np.ones(np.shape(seed.value)))
        }
        for node in forward:
            tangent, terms = _tangent(node, tangents)
            if tangent is not None:
                tangents[node.index] = tangent
            at = len(records) + 1
            records.append(Step(at, FORWARD, node, node.value, terms, tangent, seed))
        gradients[seed.index] = tangents.get(graph.output.index)
    return Steps(graph, records, gradients, "forward", None, names)


def _tangent(node: Row, tangents: Mapping[int, Any]) -> tuple[Any, tuple[Term, ...]]:
    """A node's tangent (None where no operand has one) and its terms."""
    moving = [tangents.get(j) for j in node.args]
    if all(t is None for t in moving):
        return None, ()
    if not isinstance(node.rule, Rule):
        values = [o.value for o in node.operands]
        with np.errstate(all="ignore"):
            result = node.rule.tangent(ARRAYS, tuple(moving), node.value, *values, **node.attrs)
        return alike(node.value, result), ()
    total: Quantity = None
    terms = []
    for slot, tangent in enumerate(moving):
        local = None if tangent is None else local_derivative(node.graph, node.index, slot)
        if local is None:
            continue
        with np.errstate(all="ignore"):
            product = times(tangent, local)
        product = alike(node.value, np.broadcast_to(product, np.shape(node.value)))
        before, total = total, product if total is None else total + product
        terms.append(Term(node, slot, tangent, local, product, before, total))
    return total, tuple(terms)
