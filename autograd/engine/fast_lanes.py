"""``backward()``: from an output into the ``grad`` of its leaves, as fast as Python can.

With hooks or guards the general sweep does it. Without, there is a faster function for each kind
of node, which computes the same.

What a sweep writes, and when. The gradients of leaves are added at the end, all or none: an
interrupt leaves them as they were. The sums of Tensors wait in a dictionary, so threads may sweep
shared graphs at the same time; only one thread at a time adds to leaves. The sums of Values
wait in ``grad`` itself, the fastest place; so one sweep of Values runs at a time, and other
threads wait. A sweep that starts inside another of the same thread (from a hook,
from a finalizer) takes the general sweep, which keeps nothing in nodes. The ``grad`` of a node in
between is that of the last sweep that came through it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Any, TypeAlias

import numpy as np
from numpy import ndarray

from autograd.calculus import Array, Quantity
from autograd.engine.contributions import ARRAYS, repaired_number
from autograd.engine.node import Node
from autograd.engine.order import by_number
from autograd.engine.recording import Hooks, current, present, state
from autograd.engine.sweep import backpropagate, hooked, seed, stale

#: A Value, and a Tensor. Their classes import this file, which reads their slots.
ScalarNode: TypeAlias = Any
ArrayNode: TypeAlias = Any


class _Lane:
    """One sweep at a time writes into nodes.

    The lock is taken by ``with``: it is written in C, so Python handles no interrupt between taking
    it and entering the block, nor between the end of the block and giving it back.
    """

    __slots__ = ("lock", "taken")

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.lock = threading.RLock()
        self.taken = False  # by a sweep of Values, which keeps its sums in the nodes


_lane = _Lane()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_lane.renew)  # its owner may be a thread of the parent


class _Zero(float):
    """The zero of one sweep. A node whose ``grad`` is this very object has been seen by it.

    So marking costs neither a set nor a slot, and resets the sum. A subclass, because Python
    promises the identity of its instances, but not that of two equal floats.
    """

    __slots__ = ()


def _guards() -> Hooks:
    mode = current()
    if not mode.special:
        return ()
    mode = present()
    if not mode.recording:
        raise RuntimeError(
            "backward: nothing is differentiated inside no_grad; call backward after the block"
        )
    return mode.guards


def _general(root: Node, gradient: Quantity) -> None:
    """``backward()`` by the general sweep: with hooks, with guards, or inside another sweep."""
    sums: dict[Node, Quantity] = {}

    def arrived(node: Node, g: Quantity) -> Quantity:
        g = hooked(root, node, g)
        if node._origin.rule is None:
            sums[node] = g
        else:
            with _lane.lock:
                if not _lane.taken:
                    node.grad = g
        return g

    backpropagate(root, gradient, arrived)
    if isinstance(gradient, float):
        _add_numbers(sums)
    else:
        add_to_leaves(list(sums.items()))


# -- Values ---------------------------------------------------------------------------------------


def sweep_values(root: ScalarNode, gradient: float) -> None:
    """Backpropagate from a ``Value``: one pass over flat slots, nothing allocated but the sums."""
    guards = _guards()
    if not root.requires_grad:
        raise RuntimeError(
            "backward: this value is a constant, it depends on nothing that takes a gradient; it "
            "was detached, made inside no_grad, or computed from constants only"
        )
    if state.hooked or guards:
        return _general(root, gradient)
    if root._origin.rule is None:
        return _add_numbers({root: gradient})
    with _lane.lock:
        if _lane.taken:
            return _general(root, gradient)
        leaves: list[tuple[ScalarNode, float]] = []
        try:
            _lane.taken = True
            order = _collect(root, leaves)
            root.grad = gradient
            _push(order)
            for leaf, before in leaves:
                leaf.grad += before or 0.0
        except BaseException:
            for leaf, before in leaves:
                leaf.grad = before
            raise
        finally:
            _lane.taken = False
    return None


def _collect(root: ScalarNode, leaves: list[tuple[ScalarNode, float]]) -> list[ScalarNode]:
    """The computed nodes under ``root``, newest first, all sums reset to zero.

    ``leaves`` gets every leaf with the ``grad`` that it had.
    """
    zero = _Zero()
    root.grad = zero
    order = [root]
    stack = [root]
    side: list[ScalarNode] = []
    pop, add, aside, keep = stack.pop, order.append, side.append, leaves.append
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
                        add(operand)
                        aside(operand)
                    else:
                        keep((operand, operand.grad))
                    operand.grad = zero
            if node._da is not None:
                operand = node._a
                if operand.grad is not zero:
                    if operand._a is not None:
                        add(operand)
                        first = operand
                    else:
                        keep((operand, operand.grad))
                    operand.grad = zero
            elif node._db is None:  # a wide node
                for operand in node._tracked():
                    if operand.grad is not zero:
                        if operand._a is not None:
                            add(operand)
                            aside(operand)
                        else:
                            keep((operand, operand.grad))
                        operand.grad = zero
            node = first
        if side:
            stack.extend(reversed(side))
            side.clear()
    order.sort(key=by_number, reverse=True)
    return order


def _push(order: list[ScalarNode]) -> None:
    """Add to each operand's ``grad`` the node's times the local derivative."""
    for node in order:
        g = node.grad
        d = node._da
        if d is not None:
            c = g * d
            if c != c:
                c = repaired_number(g, d)
            node._a.grad += c
            d = node._db
            if d is not None:
                c = g * d
                if c != c:
                    c = repaired_number(g, d)
                node._b.grad += c
            continue
        d = node._db
        if d is not None:
            c = g * d
            if c != c:
                c = repaired_number(g, d)
            node._b.grad += c
            continue
        for operand, d in zip(node._a, node._b, strict=True):
            if d is not None:
                c = g * d
                operand.grad += repaired_number(g, d) if c != c else c


def _add_numbers(sums: dict[ScalarNode, float]) -> None:
    """Add to the ``grad`` of leaves: to all, or after an interrupt to none."""
    with _lane.lock:
        before = [leaf.grad for leaf in sums]
        try:
            for leaf, c in sums.items():
                leaf.grad = (leaf.grad or 0.0) + c
        except BaseException:
            for leaf, grad in zip(sums, before):
                leaf.grad = grad
            raise


# -- Tensors --------------------------------------------------------------------------------------


def sweep_tensors(root: ArrayNode, gradient: Quantity) -> None:
    """Backpropagate from a ``Tensor``: into its leaves, and through the nodes in between."""
    guards = _guards() if current().special else ()
    if not root._requires_grad:
        if root._data.dtype.kind != "f":
            raise RuntimeError(
                f"backward: this Tensor holds {root._data.dtype}, and only floating data takes a "
                f"gradient; make its leaves with dtype=float"
            )
        raise RuntimeError(
            "backward: this Tensor depends on nothing that takes a gradient; it was detached, made "
            "inside no_grad, or computed from data without requires_grad"
        )
    gradient = seed("backward", root._data, gradient)
    if state.hooked or guards:
        _general(root, gradient)
    else:
        add_to_leaves(_pull(root, gradient))


def _pull(root: ArrayNode, gradient: Quantity) -> list[tuple[ArrayNode, Quantity]]:
    """What arrives at each leaf; the gradients in between are written as they are complete.

    The newest node that a gradient has reached is next: whatever else may send to it is newer.
    """
    if not root._edges:
        return [(root, gradient)]
    sums = {root: gradient}
    reached = [(-root._number, root)]
    terms: list[tuple[ArrayNode, Quantity]] = []
    while reached:
        negated, node = heappop(reached)
        g = sums[node]
        node._grad = g if g.__class__ is ndarray else np.asarray(g)
        pulls, keywords = node._pulls, node._keywords
        arguments = (ARRAYS, g, node._data, *node._arrays)
        for place, operand in node._edges:
            number = -operand._number
            if number < negated:
                raise RuntimeError(stale(node, operand))
            # Without keywords the call is cheaper in this form.
            c = pulls[place](*arguments, **keywords) if keywords else pulls[place](*arguments)
            if not operand._edges:
                terms.append((operand, c))
                continue
            if c.dtype is not operand._data.dtype:
                c = c.astype(operand._data.dtype, copy=False)
            if operand in sums:
                sums[operand] = sums[operand] + c
            else:
                sums[operand] = c
                heappush(reached, (number, operand))
    return terms


def add_to_leaves(terms: Sequence[tuple[ArrayNode, Quantity]]) -> None:
    """Add to the ``grad`` of leaves: every term, or after an interrupt none."""
    with _lane.lock:
        before: list[tuple[ArrayNode, Quantity]] = []  # the leaves, and the ``grad`` that each had
        contents: dict[ArrayNode, Array] = {}  # of the buffers that were added to
        try:
            for leaf, c in terms:
                grad, buffer = leaf._grad, leaf.grad_buffer
                before.append((leaf, grad))
                if grad is None:  # copied, since it may be shared memory
                    if buffer is None:
                        leaf._grad = np.array(c, leaf._data.dtype)
                    else:
                        buffer[...] = c
                        leaf._grad = buffer
                elif grad is buffer:
                    if leaf not in contents:
                        contents[leaf] = buffer.copy()
                    np.add(grad, c, out=grad)
                else:
                    # A new array: whoever holds the old gradient keeps it.
                    leaf._grad = np.asarray(grad + c, leaf._data.dtype)
        except BaseException:
            for leaf, grad in reversed(before):
                leaf._grad = grad
            for leaf, content in contents.items():
                leaf.grad_buffer[...] = content
            raise
