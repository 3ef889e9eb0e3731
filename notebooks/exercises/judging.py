"""The judgement of an answer: in whatever form it is given, and with a word on what it forgot."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.formulas import build

from .replies import Texts

#: How far off a number may be: an answer rounded to two decimals is right.
TWO_DECIMALS = 0.006
#: An answer this close to the right one is only not exact enough.
CLOSE = 0.05


@dataclass(frozen=True)
class Exercise:
    """A question that a notebook asks.

    ``right`` finds the answer: a number, a letter, or a function of ``w``, which is compared at the
    points ``at``. ``also`` are other answers that can be defended: numbers, or letters. ``slips``
    are wrong answers people give, by the name of the reply; a letter's reply is named after it.
    ``near`` is how far off a number may be; ``before`` are numbers that may stand in front of it.
    """

    right: Callable[[], Any]
    slips: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[Any, ...] = ()
    at: tuple[float, ...] = (-2.0, 0.5, 1.0, 3.0)
    near: float = TWO_DECIMALS
    before: tuple[float, ...] = ()


def verdict(exercise: Exercise, answer: Any, phrases: Texts, texts: Texts) -> str:
    """What is said to ``answer``."""
    right = exercise.right()
    if answer is ...:
        return phrases["empty"]
    if callable(right):
        return _of_function(exercise, right, answer, phrases, texts)
    if isinstance(right, str):
        return _of_letter(exercise, right, answer, phrases, texts)
    number = number_in(answer, exercise.before)
    if number is None:
        kind, said = type(answer).__name__, f"{answer!r:.40}"
        if exercise.before and isinstance(answer, tuple | list):
            return f"{phrases['wrong'].format(answer=said)} {texts['hint']}"
        return phrases["number"].format(answer=said, kind=kind)
    return _of_number(exercise, float(right), number, phrases, texts)


def _of_number(
    exercise: Exercise, right: float, answer: float, phrases: Texts, texts: Texts
) -> str:
    if any(abs(answer - one) <= exercise.near for one in (right, *exercise.also)):
        return f"{phrases['right'].format(answer=f'{right:.4g}')} {texts['why']}"
    wrong = phrases["wrong"].format(answer=f"{answer:.6g}")
    for name, slip in exercise.slips.items():
        if abs(answer - slip) <= exercise.near:
            return f"{wrong} {texts[name]}"
    if abs(answer + right) <= exercise.near:
        return f"{phrases['sign']} {texts['hint']}"
    if abs(answer - right) <= CLOSE * abs(right):
        return f"{phrases['close']} {texts['hint']}"
    return f"{wrong} {texts['hint']}"


def _of_letter(exercise: Exercise, right: str, answer: Any, phrases: Texts, texts: Texts) -> str:
    letter = answer.strip(" .:()'\"").upper() if isinstance(answer, str) else ""
    if len(letter) != 1 or not letter.isalpha():
        return phrases["letter"].format(answer=f"{answer!r:.40}")
    if letter == right:
        return f"{phrases['right'].format(answer=letter)} {texts['why']}"
    if letter in exercise.also:
        return f"{phrases['also'].format(answer=letter)} {texts[letter]}"
    return f"{phrases['wrong'].format(answer=letter)} {texts.get(letter, texts['hint'])}"


def _of_function(
    exercise: Exercise,
    right: Callable[[float], Any],
    answer: Any,
    phrases: Texts,
    texts: Texts,
) -> str:
    if isinstance(answer, str):
        formula = answer

        def answer(w: float) -> Any:
            return build(_plain(formula), {"w": w})

    if not callable(answer):
        return phrases["function"].format(answer=f"{answer!r:.40}")
    numbers = []
    for w in exercise.at:
        try:
            returned = answer(w)
        except Exception as error:  # a learner's function may raise anything
            said = f"{type(error).__name__}: {error}"
            return phrases["stops"].format(at=f"{w:g}", error=said)
        if returned is ...:
            return phrases["formula"]
        number = number_in(returned)
        if number is None:
            return phrases["returns"].format(at=f"{w:g}", answer=f"{returned!r:.40}")
        numbers.append(number)

    def same(f: Callable[[float], Any]) -> bool:
        return all(_agree(number, float(f(w)), exercise) for w, number in zip(exercise.at, numbers))

    if same(right):
        return (
            f"{phrases['right at'].format(at=', '.join(f'{w:g}' for w in exercise.at))} "
            + (texts["why"])
        )
    for name, slip in exercise.slips.items():
        if same(slip):
            return f"{phrases['wrong function']} {texts[name]}"
    w, number = next(
        (w, number)
        for w, number in zip(exercise.at, numbers)
        if not _agree(number, float(right(w)), exercise)
    )
    said = phrases["differs"].format(at=f"{w:g}", answer=f"{number:.4g}", right=f"{right(w):.4g}")
    return f"{said} {texts['hint']}"


def _agree(number: float, right: float, exercise: Exercise) -> bool:
    return abs(number - right) <= exercise.near * max(1.0, abs(right))


def number_in(answer: Any, before: tuple[float, ...] = ()) -> float | None:
    """The number that an answer means, or None; ``before`` are numbers that may precede it.

    >>> number_in("1/4"), number_in("0,25"), number_in("3; 12", before=(3,)), number_in("four")
    (0.25, 0.25, 12.0, None)
    """
    if isinstance(answer, str) and before:
        parts = [part for part in answer.replace(";", " ").replace(",", " ").split() if part]
        answer = parts if len(parts) > 1 else answer
    if isinstance(answer, tuple | list):
        numbers = [number_in(one) for one in answer]
        return numbers[-1] if before and tuple(numbers[:-1]) == before else None
    if isinstance(answer, bool):
        return None
    if isinstance(answer, np.ndarray) and answer.size == 1:
        answer = answer.item()
    try:
        number = float(build(_plain(answer), {}).data if isinstance(answer, str) else answer)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None


def _plain(formula: str) -> str:
    """A formula as a person types it, in the signs of Python; a decimal comma is a point."""
    for sign, python in {"·": "*", "×": "*", "−": "-", "^": "**", "²": "**2", "³": "**3"}.items():
        formula = formula.replace(sign, python)
    whole, comma, decimals = formula.partition(",")
    return f"{whole}.{decimals}" if comma and decimals.strip().isdigit() else formula
