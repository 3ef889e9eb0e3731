"""What an optimizer does, as lines of the program: the lines of its own rule, over its memory."""

from __future__ import annotations

import keyword
import re

from autograd.calculus import Array, Quantity
from autograd.engine import Tensor
from autograd.replay.arrays.forward import Forward
from autograd.replay.arrays.program import Call, Effect


class Update:
    """The lines that stand for one effect, where it can say them and they fit the program."""

    def __init__(self, source: Forward, step: Effect, fresh: set[int]) -> None:
        self.source, self.step = source, step
        #: The places of leaves whose gradients were written where their optimizer reads them.
        self.fresh = fresh
        self.places = {id(leaf): place for place, leaf in source.program.leaves.items()}
        write = getattr(step.function, "in_lines", None)
        self.lines: Quantity = None
        if write is not None and step.args and not step.kwargs:
            self.lines = write(self._stem(), *step.args)
        if self.lines is not None and not all(map(_is_known, self._parameters())):
            self.lines = None

    @property
    def clears(self) -> bool:
        """Whether all it does is to take gradients away."""
        return self.lines is not None and not self.lines.rows

    @property
    def kept(self) -> list[tuple[object, str, object]]:
        return [] if self.lines is None else list(self.lines.kept)

    def write(self) -> bool:
        """Write the lines, or nothing."""
        source = self.source
        if self.lines is None or not all(_fits(*row) for row in self.lines.rows):
            return False
        for parameter in self.lines.cleared:
            source._line(f"{self._leaf(parameter)}._grad = None")
        if self.clears:
            return True
        source._line("# " + type(self.step.args[0]).__name__)
        tests = [*self._memory(), *map(self._named, self.lines.tests)]
        source._line(f"if {' and '.join(tests)}:")
        for line in self.lines.body:
            source._line(f"    {self._named(line)}")
        for parameter, _, _ in self.lines.rows:
            source._line(f"    {self._leaf(parameter)}._number = next(numbers)")
        source._line("else:")
        source._line(f"    {source.call_of(self.step)}")
        return True

    def _parameters(self) -> list[Tensor]:
        return [*self.lines.cleared, *(row[0] for row in self.lines.rows)]

    def _stem(self) -> str:
        name = type(self.step.args[0]).__name__.lower()
        if not name.isascii() or keyword.iskeyword(name):
            name = "optimizer"
        stem, taken = name, " ".join(self.source.space)
        while re.search(rf"\b{stem}", taken):
            stem += "_"
        return stem

    def _leaf(self, parameter: Tensor) -> str:
        place = self.places.get(id(parameter))
        if place is not None:
            return f"leaf{place}"
        return self.source._constant(parameter, "other")

    def _memory(self) -> list[str]:
        """Tests whether data and gradients lie where the lines expect them.

        The data are looked at before every call. Another array can be there since by a callback or
        an update.
        """
        source = self.source
        moved = source.updated or any(isinstance(step, Call) for step in source.program.steps)
        tests = ["direct"] if self.fresh else []
        for parameter, view, slot in self.lines.rows:
            leaf = self._leaf(parameter)
            if moved or leaf.startswith("other"):
                tests.append(f"{leaf}._data is {source._constant(view, 'data')}")
            if self.places.get(id(parameter)) not in self.fresh:
                tests.append(f"{leaf}._grad is {source._constant(slot, 'slot')}")
        return tests

    def _named(self, line: str) -> str:
        """The line with the names that its objects have in this program."""
        names = self.lines.names

        def own(found: re.Match[str]) -> str:
            name = found[0]
            return self.source._function(name, names[name]) if name in names else name

        return re.sub(r"\b[A-Za-z_]\w*", own, line)


def _is_known(parameter: object) -> bool:
    """Whether it is a Tensor whose gradient and data are what its slots hold."""
    return isinstance(parameter, Tensor) and all(
        getattr(type(parameter), name) is getattr(Tensor, name) for name in ("data", "grad")
    )


def _fits(parameter: Tensor, view: Array, slot: Array) -> bool:
    return parameter._data is view and parameter.grad_buffer is slot
