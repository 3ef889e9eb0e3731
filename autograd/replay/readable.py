"""How a compiled function is read: as source that stands alone, and as a page."""

from __future__ import annotations

import os

from autograd.engine import shown
from autograd.replay.replays import Replay
from autograd.writing import write_file


class Readable:
    """The part of a compiled function that shows what was traced."""

    def _program_to_read(self, what: str) -> Replay:
        """The program that was traced last; TypeError where there is none of numbers."""
        raise NotImplementedError

    def _is_readable(self) -> bool:
        raise NotImplementedError

    def _single(self, what: str, outputs: int) -> None:
        raise NotImplementedError

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
        replay = self._program_to_read("source_for")
        self._single("source_for", len(replay.program.outputs))
        return replay.source_for(language)

    def explain(self, path: str | os.PathLike[str] | None = None) -> str:
        """An HTML page: the rows that were traced, and the statements that they became.

        With ``path`` it is written there as well. It loads nothing, and works offline.
        """
        page: str = shown("compiled", self._program_to_read("explain"))
        if path is not None:
            write_file(path, page)
        return page

    def _repr_html_(self) -> str | None:
        if not self._is_readable():
            return None
        html: str = shown("compiled", self._program_to_read("explain"), whole=False)
        return html
