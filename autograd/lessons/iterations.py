"""Gradient descent as a lesson: forward, backward, update, again and again."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.calculus import Attributes, Quantity
from autograd.engine import Value
from autograd.graph import KINDS, Builder, Graph, replay, trace
from autograd.lessons.records import FORWARD, UPDATE, Step
from autograd.lessons.stepper import Steps, steps


def descent(
    output: Quantity,
    lr: float,
    iterations: int,
    *,
    wrt: Sequence[str] | str | None = None,
    names: Attributes | None = None,
) -> list[Steps]:
    """The steps of each of ``iterations`` rounds of w' = w - lr · ∂f/∂w, one lesson per round.

    Arguments as for :func:`autograd.lessons.steps`. The live nodes are not touched: each round
    computes the graph from the parameters after the round before it. ValueError for
    fewer than one round.

    >>> from autograd import Value
    >>> w = Value(1.0, "w")
    >>> f = (w - 1) ** 2 + (w - 3) ** 2
    >>> [round(lesson.after, 4) for lesson in descent(f, 0.1, 3, names={})]
    [2.72, 2.2592, 2.0933]
    """
    if iterations < 1:
        raise ValueError(f"descent: iterations={iterations}; one round is the least")
    graph = output if isinstance(output, Graph) else trace(output, names)
    lessons = []
    for _ in range(iterations):
        lesson = steps(graph, lr=lr, wrt=wrt)
        lessons.append(lesson)
        changed = {step.node.index: step.value for step in lesson if step.phase == UPDATE}
        graph = with_leaves(graph, changed)
    return lessons


def update_steps(
    optimizer: object, data: float, grad: float, *, t: int = 1, name: str = "w", **states: float
) -> Steps:
    """The arithmetic of one optimizer update of one number, operation by operation.

    ``optimizer`` has a pure ``rule(theta, g, *states, *, lr, ...)`` and its hyper-parameters in
    ``param_groups[0]``, as those of ``optim`` do; ``t`` counts updates from 1, ``states`` (v, m,
    ...) are 0 unless given. Nothing is updated. The last step is the new parameter; ``m'`` is what
    the state m becomes. TypeError for an optimizer that has no such rule.

    >>> from types import SimpleNamespace
    >>> def heavy_ball(theta, g, v, *, lr, momentum):
    ...     v = momentum * v + g
    ...     return theta - lr * v, v
    >>> ball = SimpleNamespace(rule=heavy_ball, param_groups=[{"lr": 0.1, "momentum": 0.9}])
    >>> print(update_steps(ball, 1.0, -4.0, v=2.0)[-1].node.expression)
    w - v3
    """
    rule = getattr(optimizer, "rule", None)
    groups = getattr(optimizer, "param_groups", None)
    if rule is None or not groups:
        raise TypeError(
            f"update_steps: {type(optimizer).__name__} has no rule of one number to step through"
        )
    parameters = inspect.signature(rule).parameters.values()
    places = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY][2:]
    unknown = set(states) - set(places)
    if unknown:
        raise TypeError(f"update_steps: no state {sorted(unknown)[0]!r}; there are {places}")
    hyper = {
        p.name: groups[0][p.name]
        for p in parameters
        if p.kind is p.KEYWORD_ONLY and (p.name in groups[0])
    }
    hyper = {k: v(t - 1) if callable(v) else v for k, v in hyper.items()}
    if any(p.name == "t" for p in parameters):
        hyper["t"] = t
    before = [Value(states.get(place, 0.0), place) for place in places]
    results = rule(Value(data, name), Value(grad, "g"), *before, **hyper)
    after = results if isinstance(results, tuple) else (results,)
    for node, label in zip(after, [name, *places]):
        if isinstance(node, Value) and node.name is None:
            node.name = f"{label}'"
    graph = trace(after[0], names={})
    computed = [node for node in graph if node.rule is not None]
    records = [Step(i, FORWARD, node, node.value) for i, node in enumerate(computed, 1)]
    return Steps(graph, records, [None] * len(graph))


def with_leaves(graph: Graph, changed: Mapping[int, Any]) -> Graph:
    """The same computation from other leaves: a graph whose values follow from ``changed``."""
    values = replay(graph, changed)
    rows = Builder()
    for node, value in zip(graph, values):
        if node.rule is None:
            rows.leaf(value, name=node.name, kind=KINDS.index(node.kind), scope=node.scope)
        else:
            rows.apply(
                node.rule, node.args, value, attrs=node.attrs, name=node.name, scope=node.scope
            )
    rows.lines = {node.index: node.line for node in graph if node.line is not None}
    return rows.build()
