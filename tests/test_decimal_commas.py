"""A decimal comma where one number is typed; where it may mean two, one line says what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd.cli import main
from autograd.formulas import assignments


@pytest.mark.parametrize(
    "typed, value",
    [("0,5", 0.5), ("-2,25", -2.25), ("1,5e-3", 0.0015), ("1/0,5", 2.0), ("2*1,5", 3.0)],
)
def test_values_of_variables(typed: str, value: float) -> None:
    assert assignments([f"x={typed}"]) == {"x": value}


def test_lists_keep_their_commas() -> None:
    assert assignments(["x=[0,5]"])["x"].tolist() == [0.0, 5.0]


@pytest.mark.parametrize(
    "words, shown",
    [
        (["step", "x*y", "x=0,5", "y=3"], "x · y = 0.5 · 3 = 1.5"),
        (["step", "w*w", "w=1", "--lr", "0,25"], "1 - 0.25 · 2 = 0.5"),
        (["race", "--surface", "bowl", "--steps", "2", "--start", "0,5;1"], "from (0.5, 1.0)"),
        (
            ["step", "w*w", "w=1", "--optimizer", "sgd", "--lr", "0,1", "--option", "momentum=0,9",
             "--iterations", "1"],
            "0.9",
        ),
    ],
)  # fmt: skip
def test_the_command_line_takes_it(
    words: list[str], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    assert shown in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, remedy",
    [
        (["step", "x*0,5", "x=2"], "a number in a formula has a point: 0.5"),
        (["step", "x", "x=1,2,3"], "an array as x=[1,2]"),
        (["step", "x", "x=1.000,5"], "an array as x=[1,2]"),
        (
            ["step", "w*w", "w=1", "--optimizer", "sgd", "--schedule", "exponential(gamma=0,9)"],
            "a number in it has a point: 0.9",
        ),
        (["race", "--start", "0,5,1", "--steps", "2"], "x;y with decimal commas"),
    ],
)
def test_what_may_mean_two_numbers_is_refused(
    words: list[str], remedy: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(words) == 2
    said = capfd.readouterr()
    assert remedy in said.err and said.err.count("\n") == 1 and said.out == ""
