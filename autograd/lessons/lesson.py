"""A lesson: records of steps that print themselves."""

from __future__ import annotations

import os
from pathlib import Path

from autograd.calculus import Quantity
from autograd.engine import shown
from autograd.lessons import step_json, step_latex, step_text
from autograd.lessons.records import Records
from autograd.writing import figures


class Steps(Records):
    """All steps of a computation, in order.

    ``graph`` is the computation with this lesson's gradients beside it, ``gradients`` the finished
    gradient (None where nothing flows) of each row.

    What writes them takes ``digits``, how many of a number are written (from 1 to 15, usually 4),
    ``fractions``, which writes 4/9 in place of 0.4444, and ``local``: then each forward step tells
    the local derivatives that it saves. Beside one product of the backward pass stands what its
    factors are called: upstream · local = product.
    """

    def __str__(self) -> str:
        return self.text()

    def text(
        self,
        lang: str = "en",
        ascii: bool = False,
        digits: int | None = None,
        fractions: bool | None = None,
        local: bool | None = None,
    ) -> str:
        """The steps as plain text, one per paragraph; ``ascii`` for a console without ∂.

        Of more than 20,000 steps it has the first and the last 500, and so has :meth:`latex`.

        >>> from autograd import Value, steps
        >>> print(steps(Value(3.0, "x") ** -1, names={}).text(fractions=True).splitlines()[-1])
          ∂out/∂x = -1/9
        >>> print(steps(Value(3.0, "x") ** 2, names={}).text(local=True).splitlines()[5])
             saved: ∂out/∂x = 2 · x = 2 · 3 = 6
        """
        with figures(digits, fractions, local):
            return str(step_text.text(self, lang=lang, ascii=ascii))

    def latex(
        self,
        lang: str = "en",
        document: bool = False,
        digits: int | None = None,
        fractions: bool | None = None,
        local: bool | None = None,
    ) -> str:
        """The steps as LaTeX ``align*`` blocks, or a whole document."""
        with figures(digits, fractions, local):
            return str(step_latex.latex(self, lang=lang, document=document))

    def json(self, indent: int | None = 2) -> str:
        """The steps as JSON; the keys are documented in :mod:`autograd.lessons.step_json`.

        ValueError for more than 20,000 steps: a document without some of them would mislead.
        """
        return str(step_json.dumps(self, indent=indent))

    def html(
        self,
        lang: str = "en",
        quiz: bool = False,
        title: str | None = None,
        digits: int | None = None,
        fractions: bool | None = None,
        local: bool | None = None,
    ) -> str:
        """The steps as one offline page: the picture, the controls, live inputs."""
        with figures(digits, fractions, local):
            return str(shown("page", self, lang=lang, quiz=quiz, title=title))

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
        for another extension or setting, ImportError where a package is missing that the format
        needs, OSError for an unwritable path.
        """
        with figures(digits, fractions, local):
            target: Path = shown("lessons", [self], path, lang, quiz, title, style, **settings)
        return target

    def _repr_mimebundle_(self, **_: Quantity) -> dict[str, str]:
        bundle: dict[str, str] = shown("bundle_of_steps", self)
        return bundle
