"""How a compiled function is read: its statements, its source, the page that explains it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.calculus import Function
from autograd.engine import Node, Rebuild, Value, shown
from autograd.replay.arrays import CompiledArrays
from autograd.replay.replays import Replay
from autograd.writing import write_file


@dataclass
class Variant:
    """What was traced for one structure of arguments and one course through the branches."""

    replay: Replay
    outputs: Rebuild  # the function's result from its numbers
    fits: Function  # whether what the function reads around it is what it was

    @property
    def captured(self) -> list[Value]:
        return self.replay.captured


class Readable:
    """What a compiled function shows of the program that was traced last."""

    _name: str
    _arrays: CompiledArrays | None
    _variants: dict[object, list[Variant]]

    @property
    def captured(self) -> Sequence[Node]:
        """The leaves that the function uses beside its arguments, as last traced."""
        if self._arrays is not None:
            return self._arrays.captured
        return self._latest().captured

    @property
    def source(self) -> str:
        """The code that runs, as last traced."""
        if self._arrays is not None:
            return self._arrays.source
        return self._latest().replay.executor.source

    def __str__(self) -> str:
        if self._arrays is not None:
            return self._arrays.source
        return str(self._latest().replay)

    def __repr__(self) -> str:
        if self._arrays is not None:
            return f"<compiled {self._name} of arrays>"
        count = sum(map(len, self._variants.values()))
        return f"<compiled {self._name}, traced {count} time{'' if count == 1 else 's'}>"

    def source_for(self, language: str) -> str:
        """The function as last traced, in a source that runs without this library.

        ``language`` is ``"python"``, ``"numpy"``, ``"javascript"`` or ``"c"``. The source has
        ``value_and_grad(inputs)``, where the inputs are the numbers of the arguments and then
        those that the function captures; in C ``value_and_grad(inputs, gradients)`` fills the
        gradients and returns the value. Its branches are those that were traced. TypeError where
        the function returns several numbers; ValueError for another language.

        >>> import autograd
        >>> f = autograd.compile(lambda x, y: x * y + y)
        >>> _ = f.value(2.0, 3.0)
        >>> print(f.source_for("python"))
        # value_and_grad of <lambda>
        # inputs: x, y
        import math
        pow = math.pow
        <BLANKLINE>
        <BLANKLINE>
        def value_and_grad(inputs):
            x, y, = inputs
            v2 = (x * y)
            v3 = (v2 + y)
            seeds = (1.0,)
            d_v3 = seeds[0]
            d_v2 = d_v3
            d_y = d_v3
            d_x = d_v2 * y
            d_y = d_y + d_v2 * x
            return v3, [d_x, d_y]
        <BLANKLINE>
        """
        if self._arrays is not None:
            raise TypeError(
                f"compile: source_for is of functions of numbers, and {self._name} is one of "
                f"arrays; print it to see its statements"
            )
        replay = self._latest().replay
        self._single("source_for", len(replay.program.outputs))
        return replay.source_for(language)

    def explain(self, path: str | os.PathLike[str] | None = None) -> str:
        """An HTML page: the rows that were traced, and the statements that they became.

        With ``path`` it is written there as well. It loads nothing, and works offline.
        """
        page = self._page(whole=True)
        if path is not None:
            write_file(path, page)
        return page

    def _repr_html_(self) -> str | None:
        if not self._variants and (self._arrays is None or self._arrays.program is None):
            return None
        return self._page(whole=False)

    def _page(self, *, whole: bool) -> str:
        if self._arrays is not None:
            source, program = self._arrays.source, self._arrays.program
            assert program is not None  # the source would not be there
            page: str = shown("compiled arrays", self._name, program.kinds(), source, whole=whole)
        else:
            page = shown("compiled", self._latest().replay, whole=whole)
        return page

    def _latest(self) -> Variant:
        if not self._variants:
            raise RuntimeError(
                f"compile: {self._name} has not been traced yet; call it once with its arguments"
            )
        return next(reversed(self._variants.values()))[0]

    def _single(self, what: str, outputs: int) -> None:
        if outputs != 1:
            raise TypeError(
                f"compile: {what} is of one number, and {self._name} returns several; take .jvp, "
                f"or compile a function that returns one"
            )
