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

from autograd.calculus import State
from autograd.engine import ProgramLine
from autograd.graph import Graph
from autograd.writing import say

#: Statements of a script that are further apart than this many lines have a gap between them.
WIDEST_STRETCH = 3
#: A function of more lines is shown as a script is.
LONGEST_FUNCTION = 120


@dataclass(frozen=True)
class Passage:
    """A function, or statements of a script (``name`` is empty), as numbered lines.

    ``indent`` is how many characters were taken from the front of every line.
    """

    name: str
    lines: tuple[tuple[int, str], ...]
    indent: int = 0

    def gaps(self) -> list[int]:
        """The numbers of the lines before which some are left out."""
        numbers = [number for number, _ in self.lines]
        return [b for a, b in pairwise(numbers) if b != a + 1]


@dataclass(frozen=True)
class Program:
    """Passages in the order in which they were first run, and the lines of the graph's rows.

    ``lines`` has for a row the place of its passage and the number of its line; ``columns`` where
    in the text of the passage the expression begins and ends, where that is known; ``turns`` which
    time this was that the expression made a row, and how often it did: those of a loop.
    """

    passages: tuple[Passage, ...]
    lines: dict[int, tuple[int, int]]
    columns: dict[int, tuple[int, int]]
    turns: dict[int, tuple[int, int]]


def program(graph: Graph) -> Program | None:
    """The program lines of ``graph``; None where none were recorded, or their text is not known.

    >>> from autograd.lessons import program
    >>> from autograd import Value, source_lines, trace
    >>> with source_lines():
    ...     x = Value(2.0, "x")
    ...     y = x * x
    >>> program(trace(y)).passages[0].lines[-1]
    (3, '    y = x * x')
    """
    recorded = sorted(graph.lines.items())
    used: dict[str, set[int]] = {}
    for _, line in recorded:
        used.setdefault(line.filename, set()).add(line.number)
    sources = {name: _Source(linecache.getlines(name), numbers) for name, numbers in used.items()}
    places: dict[tuple[str, int], int] = {}
    passages: list[Passage] = []
    lines: dict[int, tuple[int, int]] = {}
    spans: dict[int, tuple[int, int]] = {}
    for row, line in recorded:
        source = sources[line.filename]
        if not 0 < line.number <= len(source.text):
            continue
        start = source.function_at(line.number)
        place = places.setdefault((line.filename, start), len(passages))
        if place == len(passages):
            passages.append(source.passage(start))
        lines[row] = place, line.number
        columns = line.columns
        if columns is not None:
            shift = passages[place].indent
            spans[row] = max(columns[0] - shift, 0), columns[1] - shift
    return Program(tuple(passages), lines, spans, _turns(recorded)) if passages else None


def program_places(graph: Graph) -> dict[int, State]:
    """For each row whose line is known: ``line``, and where known ``columns`` and ``turn``."""
    recorded = sorted(graph.lines.items())
    turns = _turns(recorded)
    places: dict[int, State] = {}
    for row, line in recorded:
        known = {"line": line.number, "columns": line.columns, "turn": turns.get(row)}
        places[row] = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in known.items()
            if value is not None
        }
    return places


def line_notes(graph: Graph, lang: str) -> dict[int, str]:
    """The number of each known line, and in a loop the turn, in words, by row."""
    notes = {}
    for row, place in program_places(graph).items():
        notes[row] = say(lang, "line", n=place["line"])
        if "turn" in place:
            turn, last = place["turn"]
            notes[row] += ", " + say(lang, "turn", n=turn, last=last)
    return notes


def _turns(recorded: list[tuple[int, ProgramLine]]) -> dict[int, tuple[int, int]]:
    """For rows that one expression made in several calls, the turn of each and their number."""
    calls: dict[tuple[str, int, int], dict[int, int]] = {}
    places = [(line.filename, line.number, line.instruction) for _, line in recorded]
    for place, (_, line) in zip(places, recorded):
        turns = calls.setdefault(place, {})
        turns.setdefault(line.call, len(turns) + 1)
    return {
        row: (calls[place][line.call], len(calls[place]))
        for place, (row, line) in zip(places, recorded)
        if len(calls[place]) > 1
    }


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
            return self._shown("", _joined(self._statements(self.tree.body, mine)))
        if _end(node, start) - start < LONGEST_FUNCTION:
            return self._shown(node.name, range(start, _end(node, start) + 1))
        head = range(start, node.body[0].lineno)
        rest = _joined(self._statements(node.body, mine))
        return self._shown(node.name, sorted({*head, *rest}))

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

    def _shown(self, name: str, numbers: Iterable[int]) -> Passage:
        kept = [n for n in numbers if n <= len(self.text)]
        text = textwrap.dedent("\n".join(self.text[n - 1] for n in kept)).split("\n")
        taken = (len(self.text[n - 1]) - len(short) for n, short in zip(kept, text) if short)
        return Passage(name, tuple(zip(kept, text)), max(taken, default=0))


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
