"""Names for what a program's statements assign: ``h`` for the last operation of ``h = tanh(z)``."""

from __future__ import annotations

import ast
import linecache
from functools import lru_cache

from autograd.calculus import Quantity
from autograd.engine import ProgramLine, Tensor


class Statements:
    """The operations of a model in order, each with its line; statements that end are named."""

    def __init__(self) -> None:
        self.results: list[tuple[Tensor | None, tuple[str, int, str] | None]] = []

    def note(self, result: Quantity, line: ProgramLine) -> None:
        """``result`` was computed at ``line``."""
        several = result if isinstance(result, tuple) else (result,)
        nodes = [x for x in several if isinstance(x, Tensor)]
        node = nodes[0] if len(nodes) == 1 else None
        self.results.append((node, _statement(line.filename, line.number)))

    def give(self) -> None:
        """Name the last result of each statement that assigns to a plain name."""
        followers = [statement for _, statement in self.results[1:]] + [None]
        uses: dict[str, int] = {}
        for (node, statement), following in zip(self.results, followers):
            if statement is None or statement == following:
                continue
            if node is None or node.name is not None:
                continue
            name = statement[2]
            uses[name] = uses.get(name, 0) + 1
            node.name = name if uses[name] == 1 else f"{name}_{uses[name]}"


def _statement(filename: str, number: int) -> tuple[str, int, str] | None:
    """The statement at a line, if it assigns to one plain name."""
    start, name = _assignments("".join(linecache.getlines(filename))).get(number, (0, ""))
    return (filename, start, name) if name else None


@lru_cache(maxsize=16)
def _assignments(text: str) -> dict[int, tuple[int, str]]:
    """For each line of an assignment, where it begins and the name that it assigns to."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a cell with commands of the notebook's own
        return {}
    lines: dict[int, tuple[int, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            target = node.target
        else:
            continue
        if isinstance(target, ast.Name):
            span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            lines.update(dict.fromkeys(span, (node.lineno, target.id)))
    return lines
