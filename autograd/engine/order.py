"""The only traversal of live nodes: iterative, so that depth has no limit."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from autograd.engine.node import Node

by_number: Callable[[Node], int] = attrgetter("_number")


def reachable(root: Node, *, leaves: bool = False, since: int = 0) -> list[Node]:
    """The nodes that ``root`` depends on, itself included, oldest first.

    The creation number is a topological order, so collecting and sorting is enough. Leaves are left
    out unless asked for: a sweep has nothing to do at them. Nodes older than ``since`` are left out
    too, with all that lies under them.
    """
    nodes = [root] if leaves or root._origin.rule is not None else []
    seen = {id(root)}
    stack = [root]
    while stack:
        for operand in stack.pop()._tracked():
            if id(operand) not in seen and operand._number >= since:
                seen.add(id(operand))
                if operand._origin.rule is not None:
                    nodes.append(operand)
                    stack.append(operand)
                elif leaves:
                    nodes.append(operand)
    nodes.sort(key=by_number)
    return nodes
