"""Gradient descent as a lesson: forward, backward, update, again and again."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.calculus import Attributes, Quantity
from autograd.graph import KINDS, Builder, Graph, replay, trace
from autograd.lessons.lesson import Steps
from autograd.lessons.products import name_once
from autograd.lessons.recording_rules import record
from autograd.lessons.records import UPDATE
from autograd.lessons.stepper import steps
from autograd.lessons.updates import Update


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

    >>> from autograd import Value, descent
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
    name_once(lessons)
    return lessons


def update_steps(
    optimizer: object, data: float, grad: float, *, t: int = 1, name: str = "w", **states: float
) -> Steps:
    """The arithmetic of one optimizer update of one number, operation by operation.

    ``optimizer`` has a pure ``rule(theta, g, *states, *, lr, ...)`` and its hyper-parameters in
    ``param_groups[0]``, as those of ``optim`` do; ``t`` counts updates from 1, ``states`` (v, m,
    ...) are 0 unless given. Nothing is updated. The last step is the new parameter; ``m₀`` is the
    state m before the first update. TypeError for an optimizer that has no such rule.

    >>> from autograd import update_steps
    >>> from types import SimpleNamespace
    >>> def heavy_ball(theta, g, v, *, lr, momentum):
    ...     v = momentum * v + g
    ...     return theta - lr * v, v
    >>> ball = SimpleNamespace(rule=heavy_ball, param_groups=[{"lr": 0.1, "momentum": 0.9}])
    >>> print(update_steps(ball, 1.0, -4.0, v=2.0)[-1].node.expression)
    w - η * v
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
    own = {p.name: groups[0].get(p.name) for p in parameters if p.kind is p.KEYWORD_ONLY}
    schedules = {key: value for key, value in own.items() if callable(value)}
    settings = own | {key: schedule(t - 1) for key, schedule in schedules.items()}
    settings |= {"t": t} if "t" in own else {}
    before = {place: states.get(place, 0.0) for place in places}
    recorded = record(rule, (name, data), grad, before, settings, schedules, t - 1, False)
    return Update(recorded, name)


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
