"""The variable to which a line of the program assigned what it made: ``err`` of ``err = y - 2``.

A value that a loop has made is bound to no variable by the time its graph is drawn, but the text of
the program, where it is known, says what it was called.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache

from autograd.engine import ProgramLine

_Span = tuple[int, int, int, int]


class AssignedNames:
    """The names for the lines of one graph, which has many rows of few expressions."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str | None] = {}

    def __call__(self, line: ProgramLine) -> str | None:
        """The name that the program's text gives to the value made there; None for none."""
        # The line holds its code, so no other code has this id.
        place = id(line.code), line.instruction
        if place not in self._known:
            span = line.span
            names = {} if span is None else _names("".join(linecache.getlines(line.filename)))
            self._known[place] = names.get(span)
        return self._known[place]


@lru_cache(maxsize=64)
def _names(text: str) -> dict[_Span | None, str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a cell with commands of the notebook's own
        return {}
    return {
        (value.lineno, value.end_lineno or 0, value.col_offset, value.end_col_offset or 0): name
        for statement in ast.walk(tree)
        for value, name in _assignments(statement)
    }


def _assignments(statement: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The values that a statement binds to plain names, with the names."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        yield statement, statement.target.id
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _pairs(target, statement.value)
    elif isinstance(statement, ast.AnnAssign | ast.NamedExpr) and statement.value is not None:
        yield from _pairs(statement.target, statement.value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(target, ast.Name):
        yield value, target.id
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts):
            yield from _pairs(one, other)
