"""Gradient descent as a lesson: forward, backward, update, again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.frozen import KINDS
from autograd.graph import Builder, Graph, trace
from autograd.stepper import UPDATE, Steps, replay, steps


def descent(
    output: Any,
    lr: float,
    iterations: int,
    *,
    wrt: Sequence[str] | str | None = None,
    names: Mapping[str, Any] | None = None,
) -> list[Steps]:
    """The steps of each of ``iterations`` rounds of w' = w - lr · ∂f/∂w, one lesson per round.

    Arguments as for :func:`autograd.stepper.steps`. The live nodes are not touched: each round
    computes the graph anew from the parameters that the round before it left. ValueError for
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
    return rows.build()
