"""A worksheet as plain text."""

from __future__ import annotations

from autograd.sheets import words
from autograd.sheets.exercises import Sheet
from autograd.writing import column


def text(sheet: Sheet, solved: bool, lang: str = "en") -> str:
    """The sheet with its gaps, or ``solved`` with the answers in them."""
    place = column(lang)
    lines = [words.title(sheet, solved)[place], "", words.task(sheet)[place]]
    for n, exercise in enumerate(sheet.exercises, 1):
        lines += ["", words.exercise(n)[place]]
        lines += [f"  {words.GIVEN[place]}: {',  '.join(exercise.given())}"]
        lines += [f"  {exercise.line(gap, solved)}" for gap in exercise.gaps]
    return "\n".join(lines) + "\n"
