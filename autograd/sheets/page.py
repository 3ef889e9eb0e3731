"""A worksheet as a page to print, in every language at once."""

from __future__ import annotations

from autograd.render import LayoutError, to_svg
from autograd.sheets import words
from autograd.sheets.exercises import Exercise, Sheet
from autograd.stage import figure, reading_page, spoken
from autograd.writing import LANGUAGES, MATHML, Words, math


def page(sheet: Sheet, solved: bool, lang: str = "en", titles: Words | None = None) -> str:
    """The sheet with its gaps, or ``solved`` with the answers in them."""
    name = "" if solved else f"<p>{spoken(words.NAME, lang)}: {'_' * 30}</p>"
    sections = [f"{name}<p>{spoken(words.task(sheet), lang)}</p>"]
    for n, exercise in enumerate(sheet.exercises, 1):
        sections.append(_section(n, exercise, solved, lang))
    return reading_page(titles or words.title(sheet, solved), sections, lang, images=True)


def _section(n: int, exercise: Exercise, solved: bool, lang: str) -> str:
    known = ", ".join(f"<math><mrow>{one}</mrow></math>" for one in exercise.given(MATHML))
    lines = "".join(math(exercise.line(gap, solved, MATHML)) for gap in exercise.gaps)
    return (
        f"<h2>{spoken(words.exercise(n), lang)}</h2>\n"
        f"<p>{spoken(words.GIVEN, lang)}: {known}</p>\n"
        f'{_picture(exercise, solved, lang)}\n<div class="gaps">{lines}</div>'
    )


def _picture(exercise: Exercise, solved: bool, lang: str) -> str:
    """The graph, where something on this machine lays it out: the list says the same."""
    blanks = () if solved else exercise.blanks
    try:
        pictures = [to_svg(exercise.graph, blanks=blanks, lang=code) for code in LANGUAGES]
    except LayoutError:
        return ""
    return figure(pictures, words.PICTURE, lang)
