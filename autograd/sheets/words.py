"""The sentences of a worksheet, in English and in Indonesian."""

from __future__ import annotations

import math

from autograd.sheets.exercises import Exercise, Sheet
from autograd.sheets.numbers import short_number

Words = tuple[str, ...]

GIVEN: Words = ("Given", "Diketahui")
EXERCISE: Words = ("Exercise {n}", "Soal {n}")
NAME: Words = ("Name", "Nama")
TITLE: Words = ("Worksheet {seed}: {title}", "Lembar kerja {seed}: {title}")
SOLVED: Words = (
    "Solutions of worksheet {seed}: {title}", "Kunci jawaban lembar kerja {seed}: {title}"
)  # fmt: skip
TASKS: dict[str, Words] = {
    "values": (
        "Compute the forward pass: fill in every value.",
        "Hitung forward pass: isi setiap nilai.",
    ),
    "grads": (
        "The values are given. Compute the backward pass: fill in every gradient.",
        "Nilai-nilainya sudah diberikan. Hitung proses backward: isi setiap gradien.",
    ),
    "both": (
        "Compute the forward pass, then the backward pass: fill in every value and every gradient.",
        "Hitung forward pass, lalu proses backward: isi setiap nilai dan setiap gradien.",
    ),
}
ROUNDED: Words = (
    "Give fractions, or round to 4 significant digits.",
    "Tulis pecahan, atau bulatkan ke 4 angka penting.",
)
PICTURE: Words = ("The graph, to be filled in", "Graf, untuk diisi")


def title(sheet: Sheet, solved: bool) -> Words:
    """The heading of a sheet, or of its solutions, in each language."""
    form = SOLVED if solved else TITLE
    return tuple(text.format(seed=sheet.seed, title=sheet.title) for text in form)


def task(sheet: Sheet) -> Words:
    """What is to be done, and how numbers are written where some have many digits."""
    words = TASKS[sheet.blank]
    if all(map(_is_short, sheet.exercises)):
        return words
    return tuple(f"{text} {more}" for text, more in zip(words, ROUNDED))


def _is_short(exercise: Exercise) -> bool:
    return all(map(is_exact, (x for gap in exercise.gaps for x in gap.numbers)))


def is_exact(value: float) -> bool:
    """Whether a number is a short decimal, which needs no rounding."""
    text = short_number(value)
    return "/" not in text and math.isclose(float(text), value, rel_tol=1e-12)


def exercise(n: int) -> Words:
    return tuple(text.format(n=n) for text in EXERCISE)
