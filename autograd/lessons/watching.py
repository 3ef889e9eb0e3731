"""The sweeps that a program starts while it is watched, each with the graph of its moment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograd.calculus import Function, Quantity
from autograd.engine import Node, Tensor, Value, calling_frame
from autograd.graph import Graph, trace

Watcher = Callable[[Node, Quantity], None]


@contextmanager
def watching_sweeps(watcher: Watcher) -> Iterator[None]:
    """Call ``watcher(node, gradient)`` before every ``node.backward(gradient)`` in the block."""

    def watched(method: Function) -> Function:
        @functools.wraps(method)
        def backward(node: Node, gradient: Quantity = None) -> None:
            watcher(node, gradient)
            method(node, gradient)

        return backward

    methods = [(kind, kind.backward) for kind in (Value, Tensor)]
    for kind, method in methods:
        setattr(kind, "backward", watched(method))  # noqa: B010  (a method for mypy)
    try:
        yield
    finally:
        for kind, method in methods:
            setattr(kind, "backward", method)  # noqa: B010


@dataclass
class Sweeps:
    """The graph of the last sweep of a script, or of the one that was asked for."""

    wanted: int | None
    count: int = 0
    graph: Graph | None = None
    gradient: Quantity = None

    def __call__(self, node: Node, gradient: Quantity) -> None:
        self.count += 1
        if self.wanted in (None, self.count):
            frame = calling_frame()
            # Now, because a step of an optimizer changes the leaves.
            self.graph = trace(node, {**frame.f_globals, **frame.f_locals})
            self.gradient = gradient
