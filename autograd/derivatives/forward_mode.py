"""Forward mode: every node paired with its tangent, pushed from the inputs to the outputs.

A node and its tangent are a dual number a + ȧε with ε² = 0. Forward mode uses the same local
derivatives as reverse mode: the tangent of a node is the sum, over its operands, of the local
derivative times the operand's tangent. Structural rows have a tangent of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import ARRAY, NODE, Namespace, Quantity, Rule, Tree, partial_functions, short
from autograd.derivatives.batching import Batch, Batched, as_node, innermost
from autograd.engine import (
    ARRAYS,
    NODES,
    Node,
    Tensor,
    Value,
    by_number,
    data_of,
    oldest,
    reachable,
    stale,
    term,
    times,
)


def tangents(outputs: Tree, inputs: Tree, directions: Tree, create_graph: bool = False) -> Quantity:
    """The tangents ẏ = Σᵢ (∂y/∂xᵢ) ẋᵢ of ``outputs`` when ``inputs`` move along ``directions``.

    The mirror of :func:`gradients`: one node or a list of nodes on either side, one direction per
    input, of its shape. With ``create_graph=True`` the results are nodes that can be differentiated
    again; otherwise they are constants. An output that depends on no input gets None. ValueError
    for a direction whose shape is not its input's.

    Wengert, A simple automatic derivative evaluation program (1964).

    >>> from autograd import Value, tangents
    >>> x, y = Value(3.0), Value(-2.0)
    >>> tangents(x * y, [x, y], [1.0, 10.0]).data
    28.0
    """
    ends = [outputs] if isinstance(outputs, Node) else list(outputs)
    starts = [inputs] if isinstance(inputs, Node) else list(inputs)
    moves = [directions] if isinstance(inputs, Node) else list(directions)
    if len(starts) != len(moves):
        raise ValueError(f"tangents: {len(starts)} inputs but {len(moves)} directions")
    seeds = {id(x): _seed(x, v, create_graph) for x, v in zip(starts, moves)}
    pushed = push(ends, starts, seeds, create_graph)
    nodes = [
        None if t is None else t if isinstance(t, Node) else node._constant(t)
        for node, t in zip(ends, pushed)
    ]
    return nodes[0] if isinstance(outputs, Node) else nodes


def _seed(x: Quantity, direction: Quantity, create_graph: bool) -> Quantity:
    if not isinstance(x, Value | Tensor):
        raise TypeError(f"tangents: the input is no node but {short(x)}")
    shape, expected = (() if isinstance(y, Value) else np.shape(y) for y in (direction, x))
    if shape != expected:
        raise ValueError(
            f"tangents: a direction of shape {shape} does not fit an input of shape {expected}"
        )
    if isinstance(direction, Batched):
        return direction
    if isinstance(direction, Node):
        return direction if create_graph else direction.data
    return float(direction) if isinstance(x, Value) else np.asarray(direction, dtype=x.dtype)


def push(
    ends: Sequence[Quantity],
    starts: Sequence[Quantity],
    seeds: dict[int, Quantity],
    create_graph: bool,
) -> list[Quantity]:
    """The tangents of ``ends``: nodes, or numbers and arrays; None where no input is used."""
    batch = innermost([*ends, *starts])
    if batch is not None:
        return _pushed_by_each(batch, ends, starts, seeds, create_graph)
    moved = dict(seeds)
    with np.errstate(all="ignore"):
        for node in _between(ends, starts):
            if id(node) not in seeds:
                t = _tangent(node, moved, create_graph)
                if t is not None:
                    moved[id(node)] = t
    return [moved.get(id(end)) for end in ends]


def _pushed_by_each(
    batch: Batch,
    ends: Sequence[Quantity],
    starts: Sequence[Quantity],
    seeds: dict[int, Quantity],
    create_graph: bool,
) -> list[Quantity]:
    """The tangents of the nodes that hold all examples, each example along its own direction."""

    def node_of(x: Quantity) -> Quantity:
        return x.node if batch.holds(x) else x

    each = {
        id(node_of(x)): batch.spread(seeds[id(x)]) if batch.holds(x) else seeds[id(x)]
        for x in starts
        if id(x) in seeds
    }
    if not create_graph:
        each = {key: data_of(t) if t.__class__ is Tensor else t for key, t in each.items()}
    pushed = push([node_of(x) for x in ends], [node_of(x) for x in starts], each, create_graph)
    return [
        batch.wrap(as_node(t)) if t is not None and batch.holds(end) else t
        for end, t in zip(ends, pushed)
    ]


def _between(ends: Sequence[Quantity], starts: Sequence[Quantity]) -> list[Quantity]:
    """The computed nodes under ``ends`` that may depend on ``starts``."""
    since = oldest(starts)
    nodes: dict[int, Quantity] = {}
    for end in ends:
        if id(end) not in nodes:
            nodes |= {id(node): node for node in reachable(end, since=since)}
    return sorted(nodes.values(), key=by_number)


def _tangent(node: Quantity, moved: dict[int, Quantity], create_graph: bool) -> Quantity:
    """The tangent of one node from those of its operands; None if no operand has one."""
    for operand in node._operands():
        if isinstance(operand, Node) and operand._number > node._number:
            raise RuntimeError(stale(node, operand))
    edges = [
        (place, moved[id(operand)]) for place, operand in node._edge_list() if id(operand) in moved
    ]
    if not edges:
        return None
    rule = node._origin.rule
    if isinstance(node, Value):
        return _total(NODES, [node._term(place, t, create_graph) for place, t in edges])
    if isinstance(rule, Rule):
        return _elementwise(node, rule, edges, create_graph)
    directions: list[Quantity] = [None] * len(node._operands())
    for place, t in edges:
        directions[place] = t
    attrs = node._attrs()
    if create_graph:
        return rule.tangent(NODES, tuple(directions), node, *node._operands(), **attrs)
    t = rule.tangent(ARRAYS, tuple(directions), node.data, *node._arrays, **attrs)
    return np.asarray(t, dtype=node.dtype)


def _elementwise(
    node: Quantity, rule: Rule, edges: list[tuple[int, Quantity]], create_graph: bool
) -> Quantity:
    partials = partial_functions(rule, NODE if create_graph else ARRAY)
    terms = []
    for place, t in edges:
        partial = partials[place]
        assert partial is not None
        if create_graph:
            terms.append(term(NODES, t, partial(NODES, node, *node._operands())))
            continue
        terms.append(times(t, partial(None, node.data, *node._arrays)))
    F = NODES if create_graph else ARRAYS
    total = _total(F, terms)
    if np.shape(data_of(total)) != node.shape:
        total = F.broadcast_to(total, node.shape)
    return total if create_graph else np.asarray(total, dtype=node.dtype)


def _total(F: Namespace, terms: list[Quantity]) -> Quantity:
    total = terms[0]
    for t in terms[1:]:
        total = F.add(total, t)
    return total
