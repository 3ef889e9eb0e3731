"""A lesson: records of steps that print themselves."""

from __future__ import annotations

from autograd.calculus import Quantity
from autograd.engine import shown
from autograd.lessons import step_json, step_latex, step_text
from autograd.lessons.records import Records
from autograd.lessons.saved import Saved
from autograd.writing import figures


class Steps(Records, Saved):
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

    def _repr_mimebundle_(self, **_: Quantity) -> dict[str, str]:
        bundle: dict[str, str] = shown("bundle_of_steps", self)
        return bundle
