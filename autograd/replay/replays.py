"""One traced program, ready to run: its executor is chosen here."""

from __future__ import annotations

import functools
import math
import struct
import threading
import warnings
from collections.abc import Sequence
from time import perf_counter

import numpy as np

from autograd.calculus import Array
from autograd.engine import Value, frames_to_user
from autograd.replay import row_by_row
from autograd.replay.arguments import Arguments
from autograd.replay.arrays import Profile, profile, quietly
from autograd.replay.compiler import NoCompiler
from autograd.replay.leaves import reader
from autograd.replay.listing import listing
from autograd.replay.native import Native, native_executor
from autograd.replay.numpy_source import Groups
from autograd.replay.plan import Plan, kinds_of, plan
from autograd.replay.points import Points
from autograd.replay.program import record
from autograd.replay.simplify import simplified
from autograd.replay.standalone import standalone
from autograd.replay.straight_line import Blocks, StraightLine, straight_line
from autograd.replay.sums import units
from autograd.replay.watching import SIGNS, Comparison

#: Below so many rows a statement, and above so many statements, single lines are faster.
ROWS_A_STATEMENT, STATEMENTS = 12, 2_000


Executor = Groups | StraightLine | Blocks | Native

#: Why there was no machine code, as said in this process.
_said: set[str] = set()


class Replay:
    """One traced program with its executors.

    The leaves that it uses beside ``inputs`` are inputs too, ``captured``, where they are older
    than the creation number ``since``; younger ones are constants. Without ``since`` all are
    inputs.
    """

    def __init__(
        self,
        name: str,
        outputs: Sequence[Value],
        inputs: Sequence[Value],
        comparisons: Sequence[Comparison] = (),
        since: int | None = None,
        executor: str | None = None,
        native: bool = False,
    ) -> None:
        compared = [(one.left, one.right) for one in comparisons]
        recorded, self.captured = record(outputs, inputs, compared, since=since)
        # A struct packs a list in a quarter of the time that NumPy takes for it.
        self.numbers = struct.Struct(f"{len(inputs) + len(self.captured)}d")
        self._seeds = np.eye(len(outputs)).tolist()
        self.name = name
        self.recorded, self.program = recorded, simplified(recorded)
        self.rows = int((recorded.codes >= 0).sum())
        self.comparisons = comparisons
        self.executor = self._chosen(executor, native)
        native = isinstance(self.executor, Native)
        self._leaves = reader(self.captured) if native else None
        self._wanted = len(inputs)
        self._lock = threading.Lock()
        self._quietly = quietly()

    def _chosen(self, executor: str | None, native: bool) -> Executor:
        whole = None if executor == "python" else self._plan(always=executor == "numpy")
        if native:
            try:
                return native_executor(self.program, whole)
            except NoCompiler as reason:
                self._say(reason, "Python" if whole is None else "NumPy")
        return straight_line(self.program) if whole is None else Groups(whole)

    def _plan(self, *, always: bool) -> Plan | None:
        """The program as statements; None where single lines are better."""
        parts = units(self.program)
        kinds, count = kinds_of(self.program, parts)
        few = len(parts.rows) < ROWS_A_STATEMENT * count or count > STATEMENTS
        return None if few and not always else plan(self.program, parts, kinds, count)

    def _say(self, reason: NoCompiler, instead: str) -> None:
        """One line for each reason, once in a process."""
        if str(reason) not in _said:
            _said.add(str(reason))
            warnings.warn(
                f"compile: {reason}; {self.name} is run by {instead} instead of machine code",
                RuntimeWarning,
                stacklevel=frames_to_user(),
            )

    @property
    def plan(self) -> Plan | None:
        """The statements, where the executor runs statements."""
        return self.executor.plan

    @functools.cached_property
    def points(self) -> Points:
        native = isinstance(self.executor, Native)
        say = functools.partial(self._say, instead="NumPy")
        return Points(self.program, self.recorded, self._wanted, native=native, say=say)

    def failed(self, ends: Array) -> int | None:
        """The first comparison that comes out otherwise at these ends."""
        if not self.comparisons:
            return None
        sides = ends[len(self.program.outputs) :].reshape(len(self.comparisons), 2, -1)
        for place, one in enumerate(self.comparisons):
            if (SIGNS[one.sign](sides[place, 0], sides[place, 1]) != one.outcome).any():
                return place
        return None

    def forward(self, inputs: Sequence[float] | Array) -> Array:
        inputs = np.asarray(inputs, float)
        with self._lock:
            try:
                return self.executor.forward(inputs)
            except (ArithmeticError, ValueError):  # where Python's math raises, NumPy says nan
                return row_by_row.ends_of(self.program, row_by_row.forward(self.program, inputs))

    def both(self, inputs: Sequence[float] | Array, seeds: list[float]) -> tuple[Array, Array]:
        inputs = np.asarray(inputs, float)
        with self._lock:
            try:
                ends, slopes = self.executor.both(inputs, seeds)
            except (ArithmeticError, ValueError):
                return row_by_row.both(self.recorded, inputs, seeds)
            square = self._quietly(slopes.dot, slopes)
        # Where rows are shared or sums are added up in another order, an infinity may stand where
        # the eager pass has nan: a + b times an infinity is not a and b times it.
        if not math.isfinite(square) and not np.isfinite(slopes).all():
            return row_by_row.both(self.recorded, inputs, seeds)
        return ends, slopes

    def results(
        self, arguments: Arguments, derive: bool
    ) -> tuple[Array, list[Array], Comparison | None]:
        """The outputs, the gradients of each, and the first comparison that fails."""
        if arguments.points is not None:
            ends, slopes = self._at_points(arguments.lines(self.captured), derive)
        else:
            ends, slopes = self._at_one(self._inputs(arguments), derive)
        failed = self.failed(ends) if self.comparisons else None
        ends = ends[: len(self.program.outputs)]
        return ends, slopes, None if failed is None else self.comparisons[failed]

    def _inputs(self, arguments: Arguments) -> Array:
        """The numbers of the arguments, and of the leaves that are captured."""
        if self._leaves is not None and not arguments.leaves:
            inputs = self._leaves.read()
            if inputs is not None:
                return inputs
        numbers = [leaf.data for leaf in self.captured]
        if arguments.leaves:
            numbers = arguments.values() + numbers
        try:
            return np.frombuffer(self.numbers.pack(*numbers))
        except struct.error:
            raise arguments.refusal(self.captured) from None

    def _at_one(self, inputs: Array, derive: bool) -> tuple[Array, list[Array]]:
        if not derive:
            return self.forward(inputs), []
        slopes = []
        for seeds in self._seeds:
            ends, line = self.both(inputs, seeds)
            slopes.append(line)
        return ends, slopes

    def _at_points(self, lines: list[Array], derive: bool) -> tuple[Array, list[Array]]:
        if not derive:
            return self.points.forward(lines), []
        slopes = []
        for output in range(len(self.program.outputs)):
            ends, line = self.points.both(lines, output)
            slopes.append(line)
        return ends, slopes

    def profile(self, arguments: Arguments, calls: int) -> Profile:
        """The time of each statement; of forward and backward as a whole where there are none."""
        beside = [leaf.data for leaf in self.captured]
        inputs = np.asarray([*arguments.values(), *beside], float)
        if isinstance(self.executor, Groups):
            with self._lock:
                return profile(self.name, calls, self.executor.timed(inputs, calls))
        seeds = [1.0] * len(self.program.outputs)
        seconds = []
        for _ in range(calls):
            begin = perf_counter()
            self.both(inputs, seeds)
            seconds.append(perf_counter() - begin)
        whole = (f"forward and backward, as {self.executor.kind}", float(np.median(seconds)))
        return Profile(self.name, calls, (whole,))

    def source_for(self, language: str) -> str:
        notes = [f"valid where this comes out as {one.outcome}: {one}" for one in self.comparisons]
        return standalone(language, self.name, self.program, self.plan, notes)

    def __str__(self) -> str:
        return listing(self.name, self.rows, len(self.program.inputs), self.executor)
