"""The table of a lesson in a terminal: a line for each value, or for a scope that is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograd.calculus import Quantity
from autograd.graph import Graph, Row
from autograd.lessons import BACKWARD, FORWARD, UPDATE, Step, Steps
from autograd.writing import extent, one_line, say

#: Columns that a name, an expression, a value and a gradient take at most.
NAME, EXPRESSION, NUMBER = 20, 28, 22


@dataclass(frozen=True)
class Entry:
    """A line: one value, or the rows of a closed scope, of which the last is what leaves it."""

    rows: Sequence[Row]
    scope: str = ""

    @property
    def end(self) -> Row:
        return self.rows[-1]


def entries(graph: Graph, current: int, closed: bool) -> list[Entry]:
    """The values in the order of the computation, each input before its first use.

    With ``closed`` a run of values in a scope is one entry, but for the scopes that hold the row
    ``current``, which are open.
    """
    rows = [row for row in graph if not row.is_literal or row.is_output]
    users = _users(graph)
    paths = {row.index: _path(graph, row, users) for row in rows}
    rows.sort(key=lambda row: min(users.get(row.index, [row.index])) if not row.op else row.index)
    if not closed or not any(paths.values()):
        return [Entry([row]) for row in rows]
    return list(_grouped(rows, paths, current, 0))


def _users(graph: Graph) -> dict[int, list[int]]:
    users: dict[int, list[int]] = {}
    for row in graph:
        for operand in row.args:
            users.setdefault(operand, []).append(row.index)
    return users


def _path(graph: Graph, row: Row, users: dict[int, list[int]]) -> tuple[str, ...]:
    """The scope of a value; of an input what the scopes of all that use it have in common."""
    if row.op or row.index not in users:
        return row.scope
    first, *others = {graph[user].scope for user in users[row.index]}
    for i, part in enumerate(first):
        if any(len(path) <= i or path[i] != part for path in others):
            return first[:i]
    return first


def _grouped(
    rows: Sequence[Row], paths: dict[int, tuple[str, ...]], current: int, depth: int
) -> Iterator[Entry]:
    def part(row: Row) -> str:
        path = paths[row.index]
        return path[depth] if len(path) > depth else ""

    runs = _runs(rows, part)
    times = Counter(name for name, _ in runs)
    count: Counter[str] = Counter()
    for name, members in runs:
        count[name] += 1
        if not name:
            yield from (Entry([row]) for row in members)
        elif len(members) > 1 and all(row.index != current for row in members):
            of = f" {count[name]}/{times[name]}" if times[name] > 1 else ""
            yield Entry(members, one_line(name) + of)
        else:
            yield from _grouped(members, paths, current, depth + 1)


def _runs(rows: Sequence[Row], part: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    """The rows in runs of one scope; an input that another run needs as well stands before it."""
    runs: list[tuple[str, list[Row]]] = []
    inputs: list[Row] = []
    for row in rows:
        name = part(row)
        if not row.op and not name:
            inputs.append(row)
            continue
        same = bool(runs) and runs[-1][0] == name
        if inputs:
            runs.insert(len(runs) - same, ("", inputs))
            inputs = []
        if same:
            runs[-1][1].append(row)
        else:
            runs.append((name, [row]))
    return [*runs, ("", inputs)] if inputs else runs


def numbers(steps: Steps, at: int) -> tuple[dict[int, str], dict[int, str]]:
    """The values and the gradients, or in forward mode the tangents, that ``at`` steps computed."""
    values = {row.index: extent(row.value) for row in steps.graph if row.rule is None}
    gradients: dict[int, str] = {}
    moving = None
    for step in steps[:at]:
        if step.phase == FORWARD:
            values[step.node.index] = extent(step.node.value)
        elif step.phase == UPDATE:
            values[step.node.index] = extent(step.value)
        if step.phase == BACKWARD:
            gradients |= _contributions(step)
        elif step.seed is not None:
            if step.seed.index != moving:
                moving, gradients = step.seed.index, {step.seed.index: "1"}
            tangent: Quantity = step.tangent
            gradients[step.node.index] = "0" if tangent is None else extent(tangent)
    return values, gradients


def _contributions(step: Step) -> dict[int, str]:
    seed = {step.node.index: extent(step.value)} if step.is_seed else {}
    return seed | {term.operand.index: extent(term.total) for term in step.terms}


@dataclass(frozen=True)
class Line:
    """What a line of the table says, column by column."""

    marked: bool
    name: str
    expression: str
    data: str
    grad: str


def lines(
    shown: Sequence[Entry], steps: Steps, at: int, lang: str, writable: Callable[[str], str]
) -> list[Line]:
    """The lines of the entries after ``at`` steps, in letters that the terminal can show."""
    values, gradients = numbers(steps, at)
    current = steps[at - 1].node.index if at else -1
    found = []
    for entry in shown:
        row = entry.end
        name, expression = one_line(row.label), one_line(row.expression)
        if entry.scope:
            name = f"▸ {entry.scope}"
            count = sum(bool(r.op) for r in entry.rows)
            expression = say(lang, "one operation" if count == 1 else "operations", n=count)
        marked = row.index == current and not entry.scope
        data, grad = values.get(row.index, ""), gradients.get(row.index, "")
        found.append(Line(marked, *map(writable, (name, expression, data, grad))))
    return found


def widths(table: Sequence[Line], heads: Sequence[str], room: int) -> tuple[int, int, int, int]:
    """The columns' widths in ``room`` columns; the expression, which a step repeats, gives way."""
    name, expression, data, grad = (
        max([len(head), *map(len, texts)])
        for head, texts in zip(
            heads,
            zip(*((line.name, line.expression, line.data, line.grad) for line in table)),
        )
    )
    fixed = 3 + 3 + 2 + 2  # the mark, the equals sign, two gaps
    number = min(NUMBER, (room - fixed) // 3)
    name, expression = min(name, NAME), min(expression, EXPRESSION)
    data, grad = min(data, number), min(grad, number)
    expression = max(min(expression, room - fixed - name - data - grad), 0)
    return min(name, max(room - fixed - data - grad - expression, 4)), expression, data, grad


def fitted(text: str, width: int, ellipsis: str = "…") -> str:
    """``text`` in ``width`` columns, cut with an ellipsis where it is longer.

    >>> from autograd.cli.lesson_table import fitted
    >>> fitted("sigmoid(w0 * x0)", 8), fitted("x", 8)
    ('sigmoid…', 'x')
    """
    if len(text) <= width:
        return text
    return text[: width - len(ellipsis)] + ellipsis if width >= len(ellipsis) else ""
