"""The executor of many points: pieces of them, over the processors where they are many."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograd.calculus import Array
from autograd.replay.array_lines import Statements
from autograd.replay.compiler import NoCompiler
from autograd.replay.native import NativePoints
from autograd.replay.program import Program

#: So many points at once: what a statement reads and writes then stays near the processor.
CHUNK = 8_192
#: Machine code keeps them in registers: what a piece costs beside is all that counts.
NATIVE_CHUNK = 32_768
#: So many pieces are worth a thread.
PIECES = 4


class Points:
    """Runs one program at many points, and derives it by its first ``wanted`` inputs.

    Where a derivative is not finite, the program runs again as it was ``recorded``, no row shared.
    With ``native`` it is machine code; where there is none, ``say`` is told why.
    """

    def __init__(
        self,
        program: Program,
        recorded: Program,
        wanted: int,
        *,
        native: bool,
        say: Callable[[NoCompiler], None],
    ) -> None:
        self._program, self._recorded, self._wanted = program, recorded, wanted
        self._native, self._say = native, say
        self._kept: dict[object, Statements | NativePoints] = {}

    def forward(self, inputs: Sequence[Array]) -> Array:
        """The ends at each point; ``inputs`` and the result have a line for each number."""
        return self._run(inputs, None)[0]

    def both(self, inputs: Sequence[Array], output: int) -> tuple[Array, Array]:
        """The ends, and the derivatives of one of the outputs, at each point."""
        return self._run(inputs, output)

    def _run(self, inputs: Sequence[Array], derived: int | None) -> tuple[Array, Array]:
        points = len(inputs[0])
        ends = np.empty((len(self._program.outputs) + self._program.compared.size, points))
        gradients = np.empty((0 if derived is None else self._wanted, points))
        statements = self._statements(derived)
        size = min(points, NATIVE_CHUNK if isinstance(statements, NativePoints) else CHUNK)

        def work(pieces: Iterator[slice]) -> None:
            run = statements.worker(size)
            with np.errstate(all="ignore"):
                for piece in pieces:
                    lines, slopes = [line[piece] for line in inputs], [*gradients[:, piece]]
                    results = [*ends[:, piece], *slopes]
                    run(lines, results)
                    if not all(np.isfinite(line).all() for line in slopes):
                        self._repaired(derived).worker(len(lines[0]))(lines, results)

        over_pieces(work, points, size)
        return ends, gradients

    def _statements(self, derived: int | None) -> Statements | NativePoints:
        if derived not in self._kept:
            if self._native:
                try:
                    self._kept[derived] = NativePoints(self._program, derived, self._wanted)
                except NoCompiler as reason:
                    self._native = False
                    self._say(reason)
            if not self._native:
                self._kept[derived] = Statements(self._program, derived, self._wanted)
        return self._kept[derived]

    def _repaired(self, derived: int | None) -> Statements | NativePoints:
        key = "repaired", derived
        if key not in self._kept:
            self._kept[key] = Statements(self._recorded, derived, self._wanted, repaired=True)
        return self._kept[key]


def over_pieces(work: Callable[[Iterator[slice]], None], points: int, size: int) -> None:
    """Over the processors where there are many pieces: NumPy lets others run while it computes."""
    pieces = deque(slice(start, min(start + size, points)) for start in range(0, points, size))
    workers = min(processors(), len(pieces) // PIECES)
    if workers < 2:
        return work(_taken(pieces))
    # It loads the module of logging: a program without many points does not wait for it.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers - 1) as pool:
        try:
            others = [pool.submit(work, _taken(pieces)) for _ in range(workers - 1)]
            work(_taken(pieces))
            for other in others:
                other.result()  # what one of them raises comes out here
        finally:
            pieces.clear()  # the others end with the piece they are at


def _taken(pieces: deque[slice]) -> Iterator[slice]:
    """Each piece once, whatever thread takes it."""
    while True:
        try:
            yield pieces.popleft()
        except IndexError:
            return


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
