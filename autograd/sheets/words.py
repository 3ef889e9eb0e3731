"""The sentences of a worksheet, in every language."""

from __future__ import annotations

import math

from autograd.sheets.exercises import Exercise, Sheet
from autograd.sheets.numbers import short_number
from autograd.writing import Words, joined, words

GIVEN: Words = words("Given")
NAME: Words = words("Name")
TASKS: dict[str, Words] = {
    "values": words("Compute the forward pass: fill in every value."),
    "grads": words("The values are given. Compute the backward pass: fill in every gradient."),
    "both": words(
        "Compute the forward pass, then the backward pass: fill in every value and every gradient."
    ),
}
ROUNDED: Words = words("Give fractions, or round to 4 significant digits.")
PICTURE: Words = words("The graph, to be filled in")


def title(sheet: Sheet, solved: bool) -> Words:
    """The heading of a sheet, or of its solutions, in each language."""
    if solved:
        return words("Solutions of worksheet {seed}: {title}", seed=sheet.seed, title=sheet.title)
    return words("Worksheet {seed}: {title}", seed=sheet.seed, title=sheet.title)


def task(sheet: Sheet) -> Words:
    """What is to be done, and how numbers are written where some have many digits."""
    asked = TASKS[sheet.blank]
    if all(map(_is_short, sheet.exercises)):
        return asked
    return joined(asked, ROUNDED, between=" ")


def _is_short(exercise: Exercise) -> bool:
    return all(map(is_exact, (x for gap in exercise.gaps for x in gap.numbers)))


def is_exact(value: float) -> bool:
    """Whether a number is a short decimal, which needs no rounding."""
    text = short_number(value)
    return "/" not in text and math.isclose(float(text), value, rel_tol=1e-12)


def exercise(n: int) -> Words:
    return words("Exercise {n}", n=n)
