"""The exercises of the notebooks: what is said to right, wrong and strange answers."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from notebooks.building import LANGUAGES
from notebooks.exercises import EXERCISES, check
from notebooks.exercises.judging import TWO_DECIMALS
from notebooks.exercises.replies import replies


def said(name: str, answer: Any, capsys: pytest.CaptureFixture[str], lang: str = "en") -> str:
    check(name, answer, lang)
    return capsys.readouterr().out


#: Answers that are right, in the forms in which learners give them.
RIGHT: dict[str, list[Any]] = {
    "1.1": [-4, "-4", "−4", np.float32(-4), np.array([-4.0]), Value(-4), Tensor(-4.0)],
    "1.2": [-9.0, Fraction(-9), "-8 - 2 * 0.5"],
    "1.3": [lambda w: 3 * w**2, lambda w: 3 * w * w, "3 w^2".replace(" ", "*"), "3·w²"],
    "1.4": ["D", "d", " (d). ", "'D'"],
    "2.1": [1 / 4, "1/4", "0,25", ".25", np.float64(0.25), Value(0.25)],
    "2.2": [0.0000454, 0.00005, 4.5396e-5, "4.54e-5", 0.000045],
    "2.3": [0.872, 0.87223, "0,872", "0.8 + 0.5 * 0.5 * (1 - 0.7109)"],
    "2.4": ["B", "b"],
    "3.1": [12, (3, 12), [3, 12.0], "3, 12", "12", "3 ; 12"],
    "3.2": [1.64, "1,64", "1.4 + 0.24", Value(1.64)],
    "3.3": [2, "2", 2.0],
    "3.4": [0.0625, 1 / 16, "1/16", Fraction(1, 16), 0.06, 0.063],
    "3.5": ["c", "C"],
    "4.1": [1210, "64*16 + 16 + 16*10 + 10", np.int64(1210)],
    "4.2": [10, "10"],
    "4.3": [1.39, "log(4)", "-log(1/4)", np.log(4), 1.386294],
    "4.4": ["C"],
    "4.5": ["A"],
    "4.6": ["D"],
    "5.1": [2.6, "2,6", "2 + 0.1 * 6"],
    "5.2": [1 / 6, "1/6", 0.17, 0.167, Fraction(1, 6)],
    "5.3": [1 / 3, "1/3", 0.33, "0,333"],
    "5.4": ["C", "c"],
    "5.5": ["B"],
    "5.6": ["C", "C."],
    "5.7": [1 / 64, "1/64", 0.0156, 0.016, "0.25^3", "1/4*1/4*1/4"],
    "6.1": [0.8, "0,8", "4/5", np.float32(0.8)],
    "6.2": [1, 1.0, -1, "1"],
    "6.3": [0.8, "4/5", -0.8, "4/sqrt(25)"],
    "6.4": [0.01, "1/100", -0.01, 1e-2],
    "6.5": ["B"],
    "6.6": [0.95, "0,95", "0.9*0.5 + 0.5"],
    "7.1": [60, "3*20", np.int64(60)],
    "7.2": [4, "36/9", 4.0],
    "7.3": [9.4, "9,4", Value(9.4)],
    "7.4": ["b"],
    "7.5": [16, "4*4"],
    "E1": ["B"],
    "E2": ["A"],
    "E3": ["B"],
    "E4": ["C"],
    "E5": ["C"],
    "E6": ["C"],
    "E7": ["B"],
    "E8": ["B"],
    "E9": ["D"],
    "E10": ["B"],
}


def test_every_form_of_a_right_answer_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(RIGHT) == list(EXERCISES)
    for lang in LANGUAGES:
        right = replies(lang)["phrases"]["right"].partition("{")[0]
        for name, forms in RIGHT.items():
            for answer in forms:
                reply = said(name, answer, capsys, lang)
                assert right in reply and replies(lang)[name]["why"] in reply, (name, answer)


def test_an_answer_that_can_be_defended_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    for lang in LANGUAGES:
        for name, exercise in EXERCISES.items():
            for answer in exercise.also:
                reply = said(name, answer, capsys, lang)
                opening = replies(lang)["phrases"]["also"].format(answer=answer)
                told = f"{opening} {replies(lang)[name].get(str(answer), '')}"
                assert told in reply or replies(lang)[name]["why"] in reply


def test_wrong_answers_are_told_what_they_forgot(capsys: pytest.CaptureFixture[str]) -> None:
    for lang in LANGUAGES:
        for name, exercise in EXERCISES.items():
            texts = replies(lang)[name]
            for slip, answer in exercise.slips.items():
                reply = said(name, answer, capsys, lang)
                assert texts[slip] in reply and texts["why"] not in reply, (name, slip)
            right = exercise.right()
            if isinstance(right, str):
                for letter in set("ABCD") - {right, *exercise.also}:
                    assert texts.get(letter, texts["hint"]) in said(name, letter, capsys, lang)
            elif not callable(right):
                for answer in (1e6, -37.25):
                    assert texts["hint"] in said(name, answer, capsys, lang)
            assert replies(lang)["phrases"]["empty"] in said(name, ..., capsys, lang)


def test_no_wrong_answer_is_within_the_tolerance_of_a_right_one() -> None:
    for name, exercise in EXERCISES.items():
        right = exercise.right()
        if not isinstance(right, str) and not callable(right):
            for slip, answer in exercise.slips.items():
                assert all(abs(answer - one) > exercise.near for one in (right, *exercise.also)), (
                    name, slip,
                )  # fmt: skip
            assert exercise.near <= TWO_DECIMALS


@pytest.mark.parametrize(
    "name, answer, reply",
    [
        ("1.1", "four", "a number is wanted here, not 'four' (str)"),
        ("1.1", None, "a number is wanted here, not None"),
        ("1.1", [4], "a number is wanted here"),
        ("1.1", True, "a number is wanted here"),
        ("1.1", 10**400, "a number is wanted here"),
        ("1.1", "1/0", "a number is wanted here"),
        ("1.1", float("nan"), "a number is wanted here"),
        ("1.1", -3.9, "close, but not exact enough"),
        ("1.3", 3, "a function is wanted here"),
        ("1.3", lambda w: ..., "put your formula in place of the ..."),
        ("1.3", lambda w: None, "returns None; a number is wanted"),
        ("1.3", lambda w: 1 / (w - 3), "at 3 your function stops with ZeroDivisionError"),
        ("1.3", lambda w: w + 3, "at -2 your function says 1, the library 12"),
        ("1.3", lambda: 1, "your function stops with TypeError"),
        ("1.4", 4, "a letter is wanted here"),
        ("1.4", "x2", "a letter is wanted here"),
        ("2.3", -0.872, "the size is right, the sign is not"),
        ("3.1", (2, 12), "not (2, 12). w is used three times"),
    ],
)
def test_strange_answers_are_told_what_is_wanted(
    name: str, answer: Any, reply: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reply in said(name, answer, capsys)


def test_an_unknown_exercise_or_language_is_named() -> None:
    with pytest.raises(ValueError, match=r"no exercise '9.9'; there are 1.1, 1.2"):
        check("9.9", 1)
    with pytest.raises(ValueError, match=re.escape("no language 'xx'; there are de, en, id")):
        check("1.1", 1, "xx")
