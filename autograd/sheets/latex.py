"""A worksheet as LaTeX, which compiles alone or in a document, with the graph in TikZ."""

from __future__ import annotations

from autograd.lessons import latex_heading, whole
from autograd.render import LayoutError, to_tikz
from autograd.sheets import words
from autograd.sheets.exercises import Exercise, Sheet
from autograd.writing import LATEX, column, escaped

_NAME = r"\noindent %s: \underline{\hspace{6cm}}\par\medskip"


def latex(sheet: Sheet, solved: bool, lang: str = "en") -> str:
    """The sheet with its gaps, or ``solved`` with the answers in them."""
    place = column(lang)
    parts = [latex_heading(words.title(sheet, solved)[place], 0)]
    parts += [] if solved else [_NAME % words.NAME[place]]
    parts.append(rf"\noindent {escaped(words.task(sheet)[place])}\par")
    for n, exercise in enumerate(sheet.exercises, 1):
        parts.append(latex_heading(words.exercise(n)[place], 1))
        given = [equation.replace("&=", "=") for equation in exercise.given(LATEX)]
        known = ", ".join(f"${equation}$" for equation in given)
        parts.append(rf"\noindent {words.GIVEN[place]}: {known}\par\smallskip")
        parts += _picture(exercise, solved)
        lines = [exercise.line(gap, solved, LATEX) for gap in exercise.gaps]
        inner = " \\\\\n  ".join(lines)
        parts.append(f"\\begin{{align*}}\n  {inner}\n\\end{{align*}}")
    return whole("\n\n".join(parts), pictures=True)


def _picture(exercise: Exercise, solved: bool) -> list[str]:
    """The graph, where something on this machine lays it out: the list says the same."""
    try:
        picture = to_tikz(exercise.graph, blanks=() if solved else exercise.blanks)
    except LayoutError:
        return []
    return [rf"\noindent {picture}"]
