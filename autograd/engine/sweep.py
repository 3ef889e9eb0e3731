"""The reverse sweep: the chain rule, applied once to every node in reverse topological order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.engine.contributions import ARRAYS, NODES
from autograd.engine.node import Node as Node
from autograd.engine.order import by_number, reachable
from autograd.engine.recording import Hooks, present, state


def repaired(g: float, d: float) -> float:
    """The term g * d that came out as nan: 0 where one factor is 0 and the other not finite."""
    if (g == 0.0 and not math.isfinite(d)) or (d == 0.0 and not math.isfinite(g)):
        return 0.0
    return g * d


def sweep_values(root: Any, gradient: float) -> None:
    """Backpropagate from a ``Value``: one pass over flat slots, nothing allocated but the sums."""
    guards = _guards()
    if not root.requires_grad:
        raise RuntimeError(
            "backward: this value is a constant, it depends on nothing that takes a gradient; it "
            "was detached, made inside no_grad, or computed from constants only"
        )
    if state.hooked or guards:
        return _sweep_hooked(root, gradient)
    if root._origin.rule is None:
        root.grad = (root.grad or 0.0) + gradient
        return None
    order = _collect(root)
    root.grad = gradient
    for node in order:
        g = node.grad
        d = node._da
        if d is not None:
            c = g * d
            if c != c:
                c = repaired(g, d)
            node._a.grad += c
            d = node._db
            if d is not None:
                c = g * d
                if c != c:
                    c = repaired(g, d)
                node._b.grad += c
            continue
        d = node._db
        if d is not None:
            c = g * d
            if c != c:
                c = repaired(g, d)
            node._b.grad += c
            continue
        for operand, d in zip(node._a, node._b, strict=True):
            if d is not None:
                c = g * d
                operand.grad += repaired(g, d) if c != c else c
    return None


def _collect(root: Any) -> list[Any]:
    """The computed nodes under ``root``, newest first, their gradients reset to zero.

    The zero is an object of its own, made for this sweep: a node whose ``grad`` is that very
    object has been seen. So marking costs neither a set nor a slot.
    """
    zero = float("0")
    root.grad = zero
    order = [root]
    stack = [root]
    side: list[Any] = []
    pop, add, aside = stack.pop, order.append, side.append
    while stack:
        node = pop()
        # Down the first operands, the others set aside to be taken newest first: sums and products
        # are made in about that order, so the sort below finds long runs and has little to do.
        while node is not None:
            first = None
            if node._db is not None:
                operand = node._b
                if operand.grad is not zero:
                    if operand._a is not None:
                        operand.grad = zero
                        add(operand)
                        aside(operand)
                    elif operand.grad is None:
                        operand.grad = 0.0
            if node._da is not None:
                operand = node._a
                if operand.grad is not zero:
                    if operand._a is not None:
                        operand.grad = zero
                        add(operand)
                        first = operand
                    elif operand.grad is None:
                        operand.grad = 0.0
            elif node._db is None:  # a wide node
                for operand in node._tracked():
                    if operand.grad is not zero:
                        if operand._a is not None:
                            operand.grad = zero
                            add(operand)
                            aside(operand)
                        elif operand.grad is None:
                            operand.grad = 0.0
            node = first
        stack.extend(reversed(side))
        side.clear()
    order.sort(key=by_number, reverse=True)
    return order


def _sweep_hooked(root: Any, gradient: float) -> None:
    """The same sweep with hooks: leaves are visited too, and their sums set aside meanwhile."""
    order = reachable(root, leaves=True)
    before = {id(node): node.grad or 0.0 for node in order if node._origin.rule is None}
    for node in order:
        node.grad = 0.0
    root.grad = gradient
    for node in reversed(order):
        for hook in tuple(node._origin.hooks.values()):
            changed = hook(node.grad)
            if changed is not None:
                node.grad = float(changed)
        for guard in present().guards:
            guard(root, node, node.grad)
        if node._origin.rule is None:
            node.grad += before[id(node)]
            continue
        g = node.grad
        wide = node._da is None and node._db is None
        operands = (
            zip(node._a, node._b, strict=True)
            if wide
            else ((node._a, node._da), (node._b, node._db))
        )
        for operand, d in operands:
            if d is not None:
                c = g * d
                operand.grad += repaired(g, d) if c != c else c


def sweep_tensors(root: Any, gradient: Any) -> None:
    """Backpropagate from a ``Tensor``: into its leaves, and through the nodes in between."""
    guards = _guards()
    if not root._requires_grad:
        raise RuntimeError(
            "backward: this Tensor depends on nothing that takes a gradient; it was detached, made "
            "inside no_grad, or computed from data without requires_grad"
        )
    gradient = seed("backward", root._data, gradient)
    order = _collect_tensors(root)
    if state.hooked or guards:
        _pull_hooked(root, order, gradient)
    elif not order:
        _accumulate(root, gradient)
    else:
        _pull_all(root, order, gradient)


def seed(caller: str, data: Any, gradient: Any) -> Any:
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
def _one(dtype: Any) -> Any:
    one = np.ones((), dtype)
    one.flags.writeable = False
    return one


def _collect_tensors(root: Any) -> list[Any]:
    """The computed nodes under ``root``, newest first, their gradients reset to None."""
    if not root._edges:
        return []
    seen = {id(root)}
    order, stack = [root], [root]
    while stack:
        node = stack.pop()
        node._grad = None
        number = node._number
        for _, operand in node._edges:
            if operand._number > number:
                raise RuntimeError(stale(node, operand))
            if operand._edges and id(operand) not in seen:
                seen.add(id(operand))
                order.append(operand)
                stack.append(operand)
    order.sort(key=by_number, reverse=True)
    return order


def _guards() -> Hooks:
    mode = present()
    if not mode.recording:
        raise RuntimeError(
            "backward: nothing is differentiated inside no_grad; call backward after the block"
        )
    return mode.guards


def stale(node: Any, operand: Any) -> str:
    called = f"parameter {operand.name!r}" if operand.name is not None else "a leaf"
    return (
        f"backward: the data of {called} (shape {operand.shape}) was assigned after "
        f"{node._origin.rule.name} had used it (an optimizer step, a loaded state); run the "
        f"forward pass again before backward"
    )


def _pull_all(root: Any, order: list[Any], gradient: Any) -> None:
    root._grad = gradient
    for node in order:
        g, out, arrays = node._grad, node._data, node._arrays
        pulls, keywords = node._pulls, node._keywords
        for place, operand in node._edges:
            c = pulls[place](ARRAYS, g, out, *arrays, **keywords)
            if not operand._edges:
                _accumulate(operand, c)
                continue
            if c.dtype != operand._data.dtype:
                c = c.astype(operand._data.dtype)
            grad = operand._grad
            operand._grad = c if grad is None else grad + c


def _accumulate(leaf: Any, c: Any) -> None:
    """Add a contribution to a leaf; the first one of a step is copied, it may be shared memory."""
    grad, buffer = leaf._grad, leaf.grad_buffer
    if grad is None:
        if buffer is None:
            leaf._grad = np.array(c, leaf._data.dtype)
        else:
            buffer[...] = c
            leaf._grad = buffer
    elif grad is buffer:
        np.add(grad, c, out=grad)
    else:
        # A new array: whoever holds the old gradient keeps it.
        leaf._grad = (grad + c).astype(leaf._data.dtype, copy=False)


def _pull_hooked(root: Any, order: list[Any], gradient: Any) -> None:
    """The same with hooks: the gradient of a leaf is completed, hooked, and only then added."""
    pending: dict[int, list[Any]] = {id(root): [root, gradient]}
    leaves: dict[int, Any] = {} if order else {id(root): root}
    for node in order:
        g = node._grad = _hooked(root, *pending.pop(id(node)))
        for place, operand in node._edges:
            c = node._pulls[place](ARRAYS, g, node._data, *node._arrays, **node._keywords)
            c = c.astype(operand._data.dtype, copy=False)
            entry = pending.setdefault(id(operand), [operand, None])
            entry[1] = c if entry[1] is None else entry[1] + c
            if not operand._edges:
                leaves[id(operand)] = operand
    for leaf in sorted(leaves.values(), key=by_number):
        _accumulate(leaf, _hooked(root, *pending.pop(id(leaf))))


def _hooked(root: Any, node: Any, g: Any) -> Any:
    for hook in tuple(node._origin.hooks.values()):
        changed = hook(np.asarray(g))
        if changed is not None:
            g = np.asarray(changed.data if isinstance(changed, Node) else changed, node._data.dtype)
            if g.shape != node._data.shape:
                raise ValueError(
                    f"hook: it returned shape {g.shape} for a gradient of shape {node._data.shape}"
                )
    for guard in present().guards:
        guard(root, node, g)
    return g


def oldest(wanted: Sequence[Any]) -> int:
    """The number below which no node can depend on ``wanted``; leaves may be renumbered: 0."""
    leaf = any(node._origin.rule is None for node in wanted)
    return 0 if leaf else min((node._number for node in wanted), default=0)


def gradients(
    output: Any, inputs: Any, gradient: Any = None, create_graph: bool = False
) -> list[Any]:
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
    wanted: list[Any] = [inputs] if isinstance(inputs, Node) else list(inputs)
    if not isinstance(output, Node):
        raise TypeError(
            f"gradients: the output is no node but {output!r:.60}; nothing flows from it"
        )
    for node in wanted:
        if not isinstance(node, Node):
            raise TypeError(
                f"gradients: an input is no node but {node!r:.60}; pass the node itself"
            )
    upstream = seed("gradients", output.data, gradient)
    if isinstance(upstream, np.ndarray):
        upstream = upstream.copy()  # it may be given out
    if create_graph and isinstance(gradient, Node) and type(gradient.data) is type(output.data):
        upstream = gradient
    pending: dict[int, Any] = {id(output): upstream}
    found: dict[int, Any] = {}
    targets = {id(node) for node in wanted}
    F = NODES if create_graph else ARRAYS
    guards = present().guards
    with np.errstate(all="ignore"):
        for node in reversed(reachable(output, leaves=True, since=oldest(wanted))):
            g = pending.pop(id(node), None)
            if g is None:
                continue
            for guard in guards:
                guard(output, node, g)
            if id(node) in targets:
                found[id(node)] = g
            # A recorded derivative reads all operands again, those without a gradient too.
            for operand in node._operands() if create_graph else node._tracked():
                if isinstance(operand, Node) and operand._number > node._number:
                    raise RuntimeError(stale(node, operand))
            for place, operand in node._edge_list():
                c = node._term(place, g, create_graph)
                before = pending.get(id(operand))
                pending[id(operand)] = c if before is None else F.add(before, c)
    return [
        None if g is None else g if isinstance(g, Node) else node._constant(g)
        for node, g in ((node, found.get(id(node))) for node in wanted)
    ]
