"""A graph as text: one assignment per line."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.graph.rows import Columns, Row
from autograd.writing import formatting, one_line

#: Longer names and expressions do not widen the column for the other lines.
WIDEST = 40


#: Of a graph with more rows than this, so many are written from each end.
MOST_ROWS = 50_000
END_ROWS = 500


def listing(graph: Columns) -> str:
    """``d = x + y  = -2  grad 4`` per row of ``graph``; mere numbers in expressions have none."""
    folded = len(graph) > MOST_ROWS
    rows = _cells(graph[i] for i in range(END_ROWS if folded else len(graph)))
    lines_of_start = len(rows)
    if folded:
        rows += _cells(graph[i] for i in range(len(graph) - END_ROWS, len(graph)))
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
    if folded:
        left_out = len(graph) - 2 * END_ROWS
        lines.insert(lines_of_start, f"... {left_out:,} rows are left out; graph[i] has each ...")
    return "\n".join(lines)


def _cells(nodes: Iterable[Row]) -> list[tuple[str, str, str, str]]:
    return [
        (
            one_line(node.label),
            one_line(node.expression),
            formatting.summary(node.value),
            "" if node.grad is None else f"grad {formatting.summary(node.grad)}",
        )
        for node in nodes
        if not node.is_literal or node.is_output
    ]
