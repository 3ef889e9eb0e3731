"""The only traversal of live nodes: iterative, so that depth has no limit."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

by_number: Callable[[Any], int] = attrgetter("_number")


def reachable(root: Any, *, leaves: bool = False, since: int = 0) -> list[Any]:
    """The nodes that ``root`` depends on, itself included, oldest first.

    The creation number is a topological order, so collecting and sorting is enough. Leaves are left
    out unless asked for: a sweep has nothing to do at them. Nodes older than ``since`` are left out
    too, with all that lies under them.
    """
    found = [root] if leaves or root._origin.rule is not None else []
    seen = {id(root)}
    stack = [root]
    while stack:
        for operand in stack.pop()._tracked():
            if id(operand) not in seen and operand._number >= since:
                seen.add(id(operand))
                if operand._origin.rule is not None:
                    found.append(operand)
                    stack.append(operand)
                elif leaves:
                    found.append(operand)
    found.sort(key=by_number)
    return found
