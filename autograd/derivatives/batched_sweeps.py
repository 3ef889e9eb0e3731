"""Derivatives inside ``vmap``: one sweep over the nodes of all examples gives that of each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.derivatives.batching import Batch, as_node, innermost
from autograd.engine import (
    NODES,
    Node,
    Tensor,
    backpropagate,
    gradients,
    no_grad,
    oldest,
)


def spread_over(batch: Batch | None, x: Tensor, fresh: Function) -> Tensor:
    """``fresh(x)``, once for each example of this batch and of those around it.

    The derivative by a variable inside ``vmap`` is one for each example, also where its value is
    the same for all: it must not be the sum over the examples.
    """
    if batch is None:
        return fresh(x)  # type: ignore[no-any-return]
    return batch.wrap(spread_over(batch.around, batch.spread(x), fresh))


def swept(
    output: Node, inputs: Sequence[Node], gradient: Quantity = None, create_graph: bool = False
) -> list[Quantity]:
    """``gradients``, for each example where the nodes are of a batch."""
    batch = innermost([output, *inputs, gradient])
    if batch is None:
        return gradients(output, inputs, gradient, create_graph)
    if not batch.holds(output):
        if batch.holds(gradient):
            return _swept_by_each(output, inputs, gradient, create_graph)
        return [None for _ in inputs]  # the inputs differ from example to example, it does not
    for x in inputs:
        if isinstance(x, Tensor) and not batch.holds(x):
            raise TypeError("vmap: a gradient by a Tensor from outside is taken outside")
    upstream: Quantity = np.ones((), output.dtype) if gradient is None else gradient  # type: ignore[attr-defined]
    upstream = batch.spread(NODES.broadcast_to(as_node(upstream), output.shape))  # type: ignore[attr-defined]
    nodes = [x.node if batch.holds(x) else x for x in inputs]  # type: ignore[attr-defined]
    grads = swept(output.node, nodes, upstream, create_graph)  # type: ignore[attr-defined]
    return [None if g is None else batch.wrap(g) for g in grads]


def _swept_by_each(
    output: Node, inputs: Sequence[Node], gradient: Quantity, create_graph: bool
) -> list[Quantity]:
    """One graph swept with an upstream gradient for each example: by adjoints over nodes."""
    arrivals: dict[Node, Quantity] = {}

    def arrived(node: Node, g: Quantity) -> Quantity:
        arrivals[node] = g
        return g

    with nullcontext() if create_graph else no_grad():
        backpropagate(output, gradient, arrived, since=oldest(inputs), record=True)
    return [arrivals.get(x) for x in inputs]
