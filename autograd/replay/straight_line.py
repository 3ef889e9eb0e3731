"""The executor of irregular programs: one line of Python for each row, forwards and backwards.

Over numbers it serves deep, narrow programs, whose rows have no like. Over arrays it serves many
points at once: each name then stands for a piece of them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograd.calculus import ARRAY, FLOAT, Array, Dialect, Function, State, namespace, stamp
from autograd.engine import times
from autograd.replay.program import CONSTANT, Program
from autograd.replay.texts import texts


@dataclass(frozen=True)
class Source:
    """``forward(inputs)`` gives the ends, ``both(seeds, inputs)`` the inputs' gradients as well."""

    forward: str
    both: str

    def __str__(self) -> str:
        return f"{self.forward}\n\n{self.both}"


def source(program: Program, dialect: Dialect, *, repaired: bool = False) -> Source:
    """The lines of a program. With ``repaired`` gradients are multiplied by ``times``."""
    names = [f"v{row}" for row in range(len(program))]
    if dialect is not ARRAY:  # there they are numbers of NumPy, which do not raise: 1 / 0 is inf
        for row in np.flatnonzero(program.codes == CONSTANT).tolist():
            names[row] = number(float(program.values[row]))
    inputs = program.inputs.tolist()
    ends = [*program.outputs.tolist(), *program.compared.ravel().tolist()]
    parameters = ", ".join(names[row] for row in inputs)
    lines = [f"    {parameters}, = inputs"] if inputs else []
    for row, code, operands in program.lists():
        text = texts(program.rules[code], dialect).value
        lines.append(f"    v{row} = {text.format(*[names[operand] for operand in operands])}")
    results = f"({''.join(f'{names[row]}, ' for row in ends)})"
    gradients = "".join(f"g{row}, " for row in inputs)
    product = "times({}, {})" if repaired else "{} * {}"
    sent = backward(program, names, [f"g{row}" for row in range(len(program))], dialect, product)
    return Source(
        "\n".join(["def forward(inputs):", *lines, f"    return {results}", ""]),
        "\n".join(
            [
                "def both(seeds, inputs):",
                *lines,
                *(f"    {line}" for line in sent),
                f"    return {results}, ({gradients})",
                "",
            ]
        ),
    )


def backward(
    program: Program,
    names: list[str],
    slopes: list[str],
    dialect: Dialect,
    product: str = "{} * {}",
) -> list[str]:
    """The lines of the backward pass, from ``seeds`` to the gradients of the inputs.

    ``names`` and ``slopes`` are what a row and its gradient are called.
    """
    seen = set()
    lines = []

    def send(row: int, term: str) -> None:
        if program.codes[row] == CONSTANT:
            return
        if row in seen:
            # Not +=: the first term may be the very array of another gradient.
            lines.append(f"{slopes[row]} = {slopes[row]} + {term}")
        else:
            seen.add(row)
            lines.append(f"{slopes[row]} = {term}")

    for place, row in enumerate(program.outputs.tolist()):
        send(row, f"seeds[{place}]")
    for row, code, operands in reversed(list(program.lists())):
        if row not in seen:
            continue
        of_rule = texts(program.rules[code], dialect)
        operand_names = tuple(names[operand] for operand in operands)
        for place, operand in enumerate(operands):
            term = of_rule.term(place, slopes[row], operand_names, names[row], product)
            if term is not None:
                send(operand, term)
    lines += [f"{slopes[row]} = 0.0" for row in program.inputs.tolist() if row not in seen]
    return lines


def number(value: float) -> str:
    return f"({value!r})" if math.isfinite(value) else str(value)


class Lines:
    """The two functions of a source, each compiled when it is first called."""

    def __init__(self, program: Program, dialect: Dialect, *, repaired: bool = False) -> None:
        self.source = source(program, dialect, repaired=repaired)
        rules = program.rules
        trees = tuple(tree for rule in rules for tree in (rule.value_tree, *rule.partial_trees))
        self._space: State = {**namespace(dialect, trees), "nan": math.nan, "inf": math.inf}
        self._space["times"] = times
        if dialect is ARRAY:
            fixed = np.flatnonzero(program.codes == CONSTANT).tolist()
            self._space |= {f"v{row}": program.values[row] for row in fixed}

    @cached_property
    def forward(self) -> Function:
        return stamp(self.source.forward, "forward", self._space)

    @cached_property
    def both(self) -> Function:
        return stamp(self.source.both, "both", self._space)


class StraightLine:
    """Runs the lines over Python's floats."""

    kind = "straight-line Python"

    def __init__(self, program: Program) -> None:
        self._lines = Lines(program, FLOAT)
        self.source = str(self._lines.source)

    def forward(self, inputs: Array) -> Array:
        return np.array(self._lines.forward(inputs.tolist()))

    def both(self, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
        ends, gradients = self._lines.both(seeds, inputs.tolist())
        return np.array(ends), np.array(gradients)


#: So many points at once: what a statement reads and writes then stays near the processor. An array
#: of twice as many is one that the C library asks the system for, page by page, in every statement.
CHUNK = 8_192
#: So many pieces are worth a thread.
PIECES = 4


class Points:
    """Runs the lines over arrays: one program at many points."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._lines = Lines(program, ARRAY)

    @cached_property
    def _repaired(self) -> Lines:
        return Lines(self._program, ARRAY, repaired=True)

    def forward(self, inputs: Sequence[Array]) -> Array:
        """The ends at each point; ``inputs`` and the result have a line for each number."""
        ends = np.empty((len(self._program.outputs) + self._program.compared.size, len(inputs[0])))
        function = self._lines.forward

        def work(piece: slice) -> None:
            with np.errstate(all="ignore"):
                _put(ends[:, piece], function([line[piece] for line in inputs]))

        _for_each_piece(work, len(inputs[0]))
        return ends

    def both(self, inputs: Sequence[Array], seeds: list[float]) -> tuple[Array, Array]:
        """The ends and the gradients at each point."""
        points = len(inputs[0])
        count = len(self._program.outputs) + self._program.compared.size
        ends, gradients = np.empty((count, points)), np.empty((len(inputs), points))
        function = self._lines.both

        def work(piece: slice) -> None:
            with np.errstate(all="ignore"):
                arguments = [line[piece] for line in inputs]
                results = function(seeds, arguments)
                if any(np.isnan(np.vdot(g, g)) for g in results[1]):
                    results = self._repaired.both(seeds, arguments)
                _put(ends[:, piece], results[0])
                _put(gradients[:, piece], results[1])

        _for_each_piece(work, points)
        return ends, gradients


def _put(lines: Array, parts: Sequence[Array | float]) -> None:
    for line, part in zip(lines, parts):
        line[...] = part


def _for_each_piece(work: Callable[[slice], None], points: int) -> None:
    """Over the processors where there are many pieces: NumPy lets others run while it computes."""
    pieces = [slice(start, start + CHUNK) for start in range(0, points, CHUNK)]
    workers = min(processors(), len(pieces) // PIECES)
    if workers < 2:
        for piece in pieces:
            work(piece)
        return
    # It loads the module of logging: a program without many points does not wait for it.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(work, pieces):
            pass  # what one of them raises comes out here


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
