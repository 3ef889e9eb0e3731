"""Programs that are ready to run, and the short way to the one that ran last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd.calculus import Array, Quantity
from autograd.replay.arrays.buffered import Buffered
from autograd.replay.arrays.checks import constant, takes, unchanged
from autograd.replay.arrays.program import Program
from autograd.replay.arrays.settings import alike
from autograd.replay.arrays.source import Broken, Source

#: How often the lines are written anew for leaves that were given other arrays.
MOVES = 20


@dataclass(eq=False)
class Variant:
    """What was traced for one structure of arguments: one program for each course through it."""

    latest: Program | None = None
    tries: int = 0
    replays: list[Replay] = field(default_factory=list)


class Replay:
    """One program that two traces agree in, ready to run."""

    def __init__(
        self, program: Program, wanted: Sequence[int] | None, alone: Sequence[Array] | None
    ) -> None:
        """``alone`` are the arguments, where they are arrays and nothing else."""
        self.program, self.wanted = program, wanted
        self.lane = Lane(self, alone) if alone is not None and program.acts else None
        self._moves = self._updates = 0
        self._write()

    def _write(self) -> None:
        program = self.program
        self.kept: Sequence[tuple[object, str, object]] = ()
        if program.acts and self._moves < MOVES:
            buffered = Buffered(program, self._updates < MOVES)
            self.kept = buffered.kept
            source: Source = buffered
        else:
            source = Source(program, self.wanted)
        self.source = source.text
        self.run = source.function()
        self.leaves = [(leaf, leaf._data, leaf._requires_grad) for leaf in program.leaves.values()]
        self.unchanged = unchanged(self.leaves, program.assumed, self.kept)

    def fits(self) -> bool:
        """Whether the captured leaves, and what was assumed, are as they were."""
        if self.unchanged():
            return True
        moved = False
        for leaf, seen, requires_grad in self.leaves:
            data = leaf._data
            if data is not seen:
                if data.shape != seen.shape or data.dtype != seen.dtype:
                    return False
                moved = True
            if leaf._requires_grad is not requires_grad:
                return False
        updated = any(getattr(holder, name) is not value for holder, name, value in self.kept)
        if moved or updated:  # a loaded state, a setting: the lines name the memory of before
            self._moves += moved
            self._updates += updated
            self._write()
        return all(
            alike(getattr(holder, name, None), x) for holder, name, x in self.program.assumed
        )


class Lane:
    """The short way to one program, for arguments that are arrays of the usual kind."""

    def __init__(self, replay: Replay, arrays: Sequence[Array]) -> None:
        self.replay, self.outputs = replay, replay.program.outputs
        self.count = len(arrays)
        self.takes = takes(arrays)

    def results(self, arrays: Sequence[Array]) -> list[Quantity] | None:
        """What stands in the results; None where the program does not fit."""
        if not self.replay.fits():
            return None
        try:
            results = self.replay.run(*arrays)
        except Broken:
            return None
        return [constant(x) for x in results]
