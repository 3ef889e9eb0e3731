"""The rows of the lectures against a lesson that a test has run anyway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.lectures import LECTURES, Place, lecture

ROWS: list[Place] = [place for letter in LECTURES for place in lecture(letter).places]


def check_rows(lesson: str, facts: Mapping[str, Any]) -> None:
    """Each number of the places with this lesson is met, or differs and says why."""
    for place in ROWS:
        if place.lesson != lesson:
            continue
        for number in place.numbers:
            told = (place.id, number.fact, number.pairs(facts))
            assert number.met(facts) == (number.reason is None), told
