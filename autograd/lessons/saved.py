"""How lessons get into files: one method for the steps of a graph and for those of an optimizer."""

from __future__ import annotations

import os
from pathlib import Path

from autograd.engine import shown
from autograd.writing import figures


class Saved:
    """What is written to a file of any format."""

    def save(
        self,
        path: str | os.PathLike[str],
        lang: str = "en",
        quiz: bool = False,
        title: str | None = None,
        style: str = "cards",
        digits: int | None = None,
        fractions: bool | None = None,
        local: bool | None = None,
        **settings: float | None,
    ) -> Path:
        """Write the steps to ``path`` in the format of its extension.

        .html .txt .json; .svg and .png, the picture at the end; .pdf .gif and .mp4, a page or a
        frame for each step; .tex, the formulas, and .tikz, the picture, to be input. ``pace`` is
        the seconds of a frame, ``n_up`` (1, 2, 4, 6 or 9) the steps on a page of A4, ``limit`` how
        many steps are drawn, where more than 300 are; ``digits`` is how many a number has,
        ``fractions`` writes 4/9 for 0.4444, ``local`` tells the saved local derivatives. ValueError
        for another extension or setting, TypeError for an argument of another name, ImportError
        where a package is missing that the format needs, OSError for an unwritable path.

        >>> from autograd import Value, steps
        >>> steps(Value(3.0, "x") ** 2).save("x.gif", pase=2)
        Traceback (most recent call last):
        TypeError: save: there is no argument pase=; did you mean pace=? It takes lang, quiz, ...
        """
        with figures(digits, fractions, local):
            target: Path = shown("lessons", self, path, lang, quiz, title, style, **settings)
        return target
