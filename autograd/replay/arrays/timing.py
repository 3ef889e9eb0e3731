"""How long each statement of a generated function takes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from autograd.calculus import Function, State, one_line, stamp


@dataclass(frozen=True)
class Profile:
    """The statements of a compiled function and the median seconds of each; text when printed."""

    name: str
    calls: int
    statements: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.statements)

    def __str__(self) -> str:
        count = len(self.statements)
        lines = [
            f"{self.name}: {self.seconds * 1e6:,.1f} µs a call, {count} statement"
            f"{'' if count == 1 else 's'}, medians of {self.calls} calls",
            f"  {'µs':>9}  {'share':>6}  statement",
        ]
        for text, seconds in self.statements:
            share = seconds / self.seconds if self.seconds else 0.0
            lines.append(f"  {seconds * 1e6:9,.2f}  {share:6.1%}  {text}")
        return "\n".join(lines)


class Timed:
    """A copy of a generated function that notes the time of each of its simple statements.

    What an ``if`` asks counts to the statement behind it.
    """

    def __init__(self, source: str, function: Function) -> None:
        name = function.__name__
        tree = ast.parse(source)
        self.texts: list[str] = []
        for x in tree.body:
            if isinstance(x, ast.FunctionDef) and x.name == name:
                x.body = [_call("_begin"), *self._marked(x.body)]
        space: State = {**function.__globals__, "_begin": self._begin, "_mark": self._mark}
        self.call: Function = stamp(ast.unparse(ast.fix_missing_locations(tree)), name, space)
        self._seconds: list[list[float]] = []
        self._row: list[float] = []
        self._last = 0.0

    def _marked(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        marked: list[ast.stmt] = []
        for statement in body:
            marked.append(statement)
            if isinstance(statement, ast.If):
                statement.body = self._marked(statement.body)
                statement.orelse = self._marked(statement.orelse)
            elif isinstance(statement, ast.FunctionDef):
                statement.body = self._marked(statement.body)
            elif not isinstance(statement, ast.Return | ast.Raise):
                marked.append(_call("_mark", len(self.texts)))
                self.texts.append(one_line(ast.unparse(statement)))
        return marked

    def _begin(self) -> None:
        self._row = [0.0] * len(self.texts)
        self._seconds.append(self._row)
        self._last = perf_counter()

    def _mark(self, place: int) -> None:
        now = perf_counter()
        self._row[place] += now - self._last
        self._last = perf_counter()

    def statements(self) -> list[tuple[str, float]]:
        """The statements that ran, and how long each took: the median of the calls."""
        medians = np.median(self._seconds, axis=0).tolist()
        return [(text, seconds) for text, seconds in zip(self.texts, medians) if seconds]


def _call(name: str, *args: int) -> ast.stmt:
    return ast.Expr(ast.Call(ast.Name(name), [ast.Constant(arg) for arg in args], []))


def profile(name: str, calls: int, timed: Sequence[Timed]) -> Profile:
    return Profile(name, calls, tuple(line for one in timed for line in one.statements()))
