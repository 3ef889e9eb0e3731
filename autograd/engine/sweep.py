"""The reverse sweep: the chain rule, applied once to every node in reverse topological order.

:func:`backpropagate` is the whole of it, for both kinds of node: it serves hooks, guards and
:func:`gradients`. Without hooks and guards ``backward()`` takes a faster way; see ``fast_lanes``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from types import FrameType
from typing import Any

import numpy as np

from autograd.calculus import Array, Numbers, Quantity, short
from autograd.engine.node import Node
from autograd.engine.order import reachable
from autograd.engine.recording import present


def backpropagate(
    output: Node,
    upstream: Quantity,
    arrived: Callable[[Node, Quantity], Quantity],
    *,
    since: int = 0,
    record: bool = False,
    sent: Callable[[Node, Quantity, Quantity], None] | None = None,
) -> None:
    """Send ``upstream`` from ``output`` back to every node it was computed from.

    ``arrived(node, g)`` is called with each node and its complete gradient, newest first, and
    returns the gradient that goes on from there. ``sent(node, g, c)`` is called with each
    contribution ``c`` of a node. With ``record`` the gradients are nodes. Nodes older than
    ``since`` are left out. All state is in one dictionary: nothing is written into the nodes, so
    sweeps may run inside each other, and beside each other in threads.
    """
    pending: dict[Node, Quantity] = {output: upstream}
    for node in reversed(reachable(output, leaves=True, since=since)):
        if node not in pending:
            continue
        g = arrived(node, pending.pop(node))
        # A recorded derivative reads all operands again, those without a gradient too.
        for operand in node._operands() if record else node._tracked():
            if isinstance(operand, Node) and operand._number > node._number:
                raise RuntimeError(stale(node, operand))
        for place, operand in node._edge_list():
            c = node._term(place, g, record)
            if sent is not None:
                sent(node, g, c)
            pending[operand] = pending[operand] + c if operand in pending else c


def seed(caller: str, data: Quantity, gradient: Quantity) -> Quantity:
    """The gradient at an output: 1 or what was given, of the output's shape and dtype."""
    if gradient is not None and isinstance(gradient, Node):
        gradient = gradient.data
    if not isinstance(data, np.ndarray):
        if np.size(gradient) != 1:
            raise ValueError(
                f"{caller}: the output is a number, the gradient has shape {np.shape(gradient)}; "
                f"give a number"
            )
        return 1.0 if gradient is None else float(np.reshape(gradient, ()))
    if gradient is None:
        if data.size != 1:
            raise ValueError(
                f"{caller}: an output of shape {data.shape} has no single gradient; take .sum() or "
                f".mean() first, or pass gradient= of that shape"
            )
        return _one(data.dtype) if not data.ndim else np.ones_like(data)
    gradient = np.array(gradient, data.dtype)
    if gradient.shape != data.shape:
        raise ValueError(
            f"{caller}: gradient of shape {gradient.shape} does not fit the output's {data.shape}"
        )
    return gradient


@cache
def _one(dtype: np.dtype[Any]) -> Array:
    one = np.ones((), dtype)
    one.flags.writeable = False
    return one


def stale(node: Node, operand: Node) -> str:
    called = f"parameter {operand.name!r}" if operand.name is not None else "a leaf"
    return (
        f"backward: the data of {called} (shape {np.shape(operand.data)}) was assigned after "
        f"{node._origin.rule.name} had used it (an optimizer step, a loaded state); run the "
        f"forward pass again before backward"
    )


def hooked(root: Node, node: Node, g: Quantity) -> Quantity:
    """The gradient that goes on from ``node``, after its hooks and the guards have seen it."""
    for hook in tuple(node._origin.hooks.values()):
        try:
            changed = hook(g if g.__class__ is float else np.asarray(g))
        except RecursionError as error:
            if _calls_itself(error):
                raise RuntimeError(
                    f"backward: a hook of {_called(node)} calls backward() on what it is a hook "
                    f"of, without an end; call gradients() in it, which calls no hook"
                ) from None
            raise
        if changed is not None:
            g = _replaced(node, changed)
    for guard in present().guards:
        guard(root, node, g)
    return g


def _calls_itself(error: RecursionError) -> bool:
    """Whether hooks called hooks until the stack was full, and none of them is outside this one."""
    trace, depth = error.__traceback__, 0
    while trace is not None:
        depth += trace.tb_frame.f_code is hooked.__code__
        trace = trace.tb_next
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code is not hooked.__code__:
        frame = frame.f_back
    return depth > 1 and frame is None


def _called(node: Node) -> str:
    rule = node._origin.rule
    return node.name or ("a leaf" if rule is None else f"a {rule.name}")


def _replaced(node: Node, returned: Quantity) -> Quantity:
    """What a hook returned, as a gradient of ``node``."""
    if isinstance(node.data, float):
        return float(returned)
    data = returned.data if isinstance(returned, Node) else returned
    g = np.asarray(data, node.data.dtype)
    if g.shape != node.data.shape:
        raise ValueError(
            f"hook: it returned shape {g.shape} for a gradient of shape {node.data.shape}"
        )
    return g


def oldest(wanted: Sequence[Node]) -> int:
    """The number below which no node can depend on ``wanted``; leaves may be renumbered: 0."""
    leaf = any(node._origin.rule is None for node in wanted)
    return 0 if leaf else min((node._number for node in wanted), default=0)


def gradients(
    output: Node,
    inputs: Iterable[Node],
    gradient: Node | Numbers | None = None,
    create_graph: bool = False,
) -> list[Quantity]:
    """The derivatives of ``output`` with respect to each of ``inputs``; no ``grad`` is touched.

    ``gradient`` is the upstream gradient (1 by default: then the output must have one element).
    With ``create_graph=True`` the results are nodes, computed by the same table over nodes, and can
    be differentiated again; otherwise they are constants. An input that the output does not
    depend on gets None.

    >>> from autograd import Value, gradients
    >>> x = Value(2.0)
    >>> (first,) = gradients(x**3, [x], create_graph=True)
    >>> (second,) = gradients(first, [x])
    >>> first.data, second.data
    (12.0, 12.0)
    """
    wanted: list[Node] = [inputs] if isinstance(inputs, Node) else list(inputs)
    if not isinstance(output, Node):
        raise TypeError(
            f"gradients: the output is no node but {short(output)}; nothing flows from it"
        )
    for node in wanted:
        if not isinstance(node, Node):
            raise TypeError(
                f"gradients: an input is no node but {short(node)}; pass the node itself"
            )
    upstream = seed("gradients", output.data, gradient)
    if isinstance(upstream, np.ndarray):
        upstream = upstream.copy()  # it may be given out
    if create_graph and isinstance(gradient, Node) and type(gradient.data) is type(output.data):
        upstream = gradient
    arrivals: dict[Node, Quantity] = {}
    targets = set(wanted)
    guards = present().guards

    def arrived(node: Node, g: Quantity) -> Quantity:
        for guard in guards:
            guard(output, node, g)
        if node in targets:
            arrivals[node] = g
        return g

    with np.errstate(all="ignore"):
        backpropagate(output, upstream, arrived, since=oldest(wanted), record=create_graph)
    return [
        None if g is None else g if isinstance(g, Node) else node._constant(g)
        for node, g in ((node, arrivals.get(node)) for node in wanted)
    ]
