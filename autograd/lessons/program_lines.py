"""The program that made a graph, as a page shows it beside the graph: its lines and their rows.

Lines are known for what was computed under :func:`autograd.source_lines`. Shown are the functions
that made values, whole, and of a script or a notebook's cell the statements that did. No name of a
file is kept: a page may be sent to anyone.
"""

from __future__ import annotations

import ast
import linecache
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from autograd.graph import Graph

#: Statements of a script that are further apart than this many lines have a gap between them.
WIDEST_STRETCH = 3
#: A function of more lines is shown as a script is.
LONGEST_FUNCTION = 120


@dataclass(frozen=True)
class Passage:
    """A function, or statements of a script (``name`` is empty), as numbered lines."""

    name: str
    lines: tuple[tuple[int, str], ...]

    def gaps(self) -> list[int]:
        """The numbers of the lines before which some are left out."""
        numbers = [number for number, _ in self.lines]
        return [b for a, b in pairwise(numbers) if b != a + 1]


@dataclass(frozen=True)
class Program:
    """Passages in the order in which they were first run, and the lines of the graph's rows.

    ``lines`` has for a row the place of its passage and the number of its line.
    """

    passages: tuple[Passage, ...]
    lines: dict[int, tuple[int, int]]


def program(graph: Graph) -> Program | None:
    """The program lines of ``graph``; None where none were recorded, or their text is not known.

    >>> from autograd import Value, source_lines, trace
    >>> with source_lines():
    ...     x = Value(2.0, "x")
    ...     y = x * x
    >>> program(trace(y)).passages[0].lines[-1]
    (3, '    y = x * x')
    """
    recorded = [(node.index, node.line) for node in graph if node.line is not None]
    used: dict[str, set[int]] = {}
    for _, line in recorded:
        used.setdefault(line.filename, set()).add(line.number)
    sources = {name: _Source(linecache.getlines(name), numbers) for name, numbers in used.items()}
    places: dict[tuple[str, int], int] = {}
    passages: list[Passage] = []
    lines: dict[int, tuple[int, int]] = {}
    for row, line in recorded:
        source = sources[line.filename]
        if not 0 < line.number <= len(source.text):
            continue
        start = source.function_at(line.number)
        place = places.setdefault((line.filename, start), len(passages))
        if place == len(passages):
            passages.append(source.passage(start))
        lines[row] = place, line.number
    return Program(tuple(passages), lines) if passages else None


class _Source:
    """The text of one file or cell, and which of its lines made values."""

    def __init__(self, text: list[str], used: set[int]) -> None:
        self.text = [line.rstrip("\n") for line in text]
        self.used = used
        try:
            self.tree = ast.parse("".join(text))
        except SyntaxError:  # a cell with commands of the notebook's own
            self.tree = ast.Module([], [])
        self.functions = {
            node.lineno: node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    def function_at(self, line: int) -> int:
        """Where the innermost function around a line begins; 0 for none."""
        around = [
            start for start, node in self.functions.items() if start <= line <= _end(node, start)
        ]
        return max(around, default=0)

    def passage(self, start: int) -> Passage:
        node = self.functions.get(start)
        mine = {line for line in self.used if self.function_at(line) == start}
        if node is None:
            return Passage("", self._numbered(_joined(self._statements(self.tree.body, mine))))
        if _end(node, start) - start < LONGEST_FUNCTION:
            return Passage(node.name, self._numbered(range(start, _end(node, start) + 1)))
        head = range(start, node.body[0].lineno)
        rest = _joined(self._statements(node.body, mine))
        return Passage(node.name, self._numbered(sorted({*head, *rest})))

    def _statements(self, body: list[ast.stmt], used: set[int]) -> Iterator[int]:
        """The lines of the innermost statements that hold used lines, and of blocks the heads."""
        seen = set[int]()
        for statement in body:
            span = range(statement.lineno, _end(statement, statement.lineno) + 1)
            inside = used.intersection(span)
            if not inside or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            seen |= inside
            blocks: list[ast.stmt] = getattr(statement, "body", [])
            if not blocks:
                yield from span
                continue
            yield from range(span.start, blocks[0].lineno)
            for name in ("body", "orelse", "finalbody"):
                yield from self._statements(getattr(statement, name, []), inside)
        yield from used - seen

    def _numbered(self, numbers: Iterable[int]) -> tuple[tuple[int, str], ...]:
        kept = [n for n in numbers if n <= len(self.text)]
        text = textwrap.dedent("\n".join(self.text[n - 1] for n in kept)).split("\n")
        return tuple(zip(kept, text))


def _end(node: ast.stmt, start: int) -> int:
    return node.end_lineno or start


def _joined(lines: Iterable[int]) -> list[int]:
    """The lines in order, each once, with those of short stretches between them."""
    kept: list[int] = []
    for line in sorted(set(lines)):
        if kept and line - kept[-1] <= WIDEST_STRETCH:
            kept += range(kept[-1] + 1, line)
        kept.append(line)
    return kept
