"""The target column: classes, or numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.calculus import short
from autograd.typing import Array
from nn.columns.cells import plain

MANY_CLASSES = 20


def encode(
    file: str, name: str, answers: Sequence[str], classification: bool | None
) -> tuple[Array, list[str] | None]:
    """The target column as class indices with the names of the classes, or as numbers with None."""
    numbers = [plain(cell) for cell in answers]
    different = sorted(set(answers))
    if None in numbers:
        if classification is False:
            text = next(cell for cell, number in zip(answers, numbers) if number is None)
            raise ValueError(
                f"{file}: target {short(name)} is text ({short(text)}); that is no regression"
            )
        classification = True
    elif not all(map(math.isfinite, numbers)):  # type: ignore[arg-type]
        raise ValueError(f"{file}: target {short(name)} is not finite everywhere; drop those rows")
    elif classification is None:
        whole = all(number == int(number) for number in numbers if number is not None)
        classification = whole and len(different) <= MANY_CLASSES
    if not classification:
        return np.array(numbers, float), None
    if None not in numbers:
        different.sort(key=float)
    if len(different) == 1:
        raise ValueError(f"{file}: target {short(name)} has one class only, {short(different[0])}")
    if len(different) == len(answers) > 2:
        raise ValueError(
            f"{file}: every row of target {short(name)} is a class of its own; is it an identifier?"
        )
    place = {text: i for i, text in enumerate(different)}
    return np.array([place[text] for text in answers]), different


def class_codes(classes: Sequence[str]) -> Callable[[str], int | None]:
    """The index of the class that a text is: as it stands, in other letters, or as a number.

    A program writes True where another writes true, and 1.0 where another writes 1.
    """
    exact = {name: i for i, name in enumerate(classes)}
    lower = {name.lower(): i for i, name in enumerate(classes)}
    numbers = {plain(name): i for i, name in enumerate(classes)}

    def code(text: str) -> int | None:
        if text in exact:
            return exact[text]
        if len(lower) == len(classes) and text.lower() in lower:
            return lower[text.lower()]
        value = plain(text)
        return numbers.get(value) if value is not None and len(numbers) == len(classes) else None

    return code
