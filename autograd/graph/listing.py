"""A graph as text: one assignment per line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.writing import formatting, one_line

#: Longer names and expressions do not widen the column for the other lines.
WIDEST = 40


def listing(graph: Iterable[Any]) -> str:
    """``d = x + y  = -2  grad 4`` per row of ``graph``; literals have no line."""
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
    name_width, expression_width, value_width = (
        max((len(row[i]) for row in rows if len(row[i]) <= WIDEST), default=0) for i in range(3)
    )
    lines = []
    for name, expression, value, grad in rows:
        if expression_width:
            right_side = f"{expression:<{expression_width}}  = {value}" if expression else value
            width = expression_width + 4 + value_width
        else:
            right_side, width = value, value_width
        lines.append(f"{name:<{name_width}} = {right_side:<{width}}  {grad}".rstrip())
    return "\n".join(lines)
