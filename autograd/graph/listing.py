"""A graph as text: one assignment per line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.writing import formatting, one_line

#: Longer names and expressions push their own line to the right, not every line.
WIDEST = 40


def listing(graph: Iterable[Any]) -> str:
    """``d = x + y  = -2  grad 4`` per row of ``graph``; mere numbers in expressions have none."""
    rows = [
        (
            one_line(node.label),
            one_line(node.expression),
            formatting.summary(node.value),
            "" if node.grad is None else f"grad {formatting.summary(node.grad)}",
        )
        for node in graph
        if not node.is_literal or node.is_output
    ]
    names, made, values = (
        max((len(row[i]) for row in rows if len(row[i]) <= WIDEST), default=0) for i in range(3)
    )
    lines = []
    for name, expression, value, grad in rows:
        if made:
            shown = f"{expression:<{made}}  = {value}" if expression else value
            width = made + 4 + values
        else:
            shown, width = value, values
        lines.append(f"{name:<{names}} = {shown:<{width}}  {grad}".rstrip())
    return "\n".join(lines)
