"""The local derivatives that the forward pass saves, beside its steps: their numbers and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, steps
from autograd.cli import main
from autograd.engine.value import apply_to_values
from autograd.lessons import BACKWARD, FORWARD, Steps
from autograd.lessons.notes import saved
from autograd.lessons.records import Term
from autograd.lessons.worked_examples import EXAMPLES
from autograd.writing import LANGUAGES, say
from tests.browser import visit
from tests.worked import lesson_of

STEP = 1e-6


def lessons() -> list[Steps]:
    """The scalar lessons of the worked examples in reverse mode."""
    found = [scene.steps for name in EXAMPLES for scene in lesson_of(name).scenes]
    return [one for one in found if one.mode == "reverse" and one.graph.is_scalar]


def quotient(steps: Steps, term: Term) -> float:
    """The derivative of a row by one of its operands, from two values of its rule."""
    node = term.consumer
    values = [float(operand.value) for operand in node.operands]
    ends = []
    for sign in (1, -1):
        moved = [x + sign * STEP * (k == term.slot) for k, x in enumerate(values)]
        leaves = [Value(x, f"a{k}") for k, x in enumerate(moved)]
        ends.append(apply_to_values(node.rule, tuple(leaves)).data)
    return float((ends[0] - ends[1]) / (2 * STEP))


def wrong(lesson: Steps) -> Iterator[str]:
    """One sentence for each saved number that is not the derivative."""
    for step in lesson:
        if step.phase != FORWARD:
            continue
        for term in saved(lesson, step):
            expected = quotient(lesson, term)
            if not np.isclose(term.local, expected, 1e-4, 1e-5):
                yield f"{step.node.label} by {term.operand.text}: {term.local}, not {expected}"


def test_what_is_saved_is_the_derivative_in_every_worked_example() -> None:
    every = lessons()
    assert len(every) > 15
    count = 0
    for lesson in every:
        assert [*wrong(lesson)] == []
        count += sum(len(saved(lesson, step)) for step in lesson if step.phase == FORWARD)
    assert count > 100


def test_a_wrong_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = steps("x * y + 1 / x", x=2.0, y=3.0)
    assert [*wrong(lesson)] == []
    monkeypatch.setattr("autograd.lessons.notes.local_derivative", lambda *_: 0.25)
    assert len([*wrong(lesson)]) >= 3


def test_the_backward_pass_multiplies_by_what_was_saved() -> None:
    for lesson in lessons():
        kept = {
            (step.node.index, term.slot): term.local
            for step in lesson
            if step.phase == FORWARD
            for term in saved(lesson, step)
        }
        used = {
            (step.node.index, term.slot): term.local
            for step in lesson
            if step.phase == BACKWARD
            for term in step.terms
            if term.local is not None
        }
        assert kept == used


def test_without_it_every_text_is_as_it_was() -> None:
    for lesson in lessons():
        text, told = lesson.text(), lesson.text(local=True)
        word = say("en", "saved")
        kept = [line for line in told.split("\n") if not line.strip().startswith(word)]
        assert text == "\n".join(kept) and text != told
        assert lesson.text(local=False) == text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_each_language(lang: str) -> None:
    lesson = steps("(x1 + x2) * z", x1=1.0, x2=2.0, z=4.0)
    text = lesson.text(lang=lang, local=True)
    word = say(lang, "saved")
    assert f"{word} ∂d/∂x1 = 1, ∂d/∂x2 = 1\n" in text
    assert f"{word} ∂f/∂d = z = 4, ∂f/∂z = d = 3\n" in text
    assert rf"\text{{{word} }}\frac{{\partial d}}" in lesson.latex(lang=lang, local=True)


def test_constants_save_nothing_and_a_square_once() -> None:
    x = Value(3.0, "x")
    text = steps(x * x + 5.0, names={}).text(local=True)
    assert text.count("saved:") == 2 and "saved: ∂v1/∂x = x = 3\n" in text


def test_arrays_tell_what_has_a_formula_for_each_element() -> None:
    x = Tensor([[1.0, 2.0]], name="x")
    text = steps((np.tanh(x @ np.eye(2)) * 2.0).sum(), names={}).text(local=True)
    assert text.count("saved:") == 2 and "= 1 - " in text
    assert not re.search(r"sum\(.*\n +saved", text)


def test_forward_mode_saves_nothing() -> None:
    lesson = steps("x * y", x=2.0, y=3.0, mode="forward")
    assert lesson.text(local=True) == lesson.text()


@pytest.mark.parametrize("command", [["step", "1/v", "v=1.37"], ["examples", "W2"]])
def test_options(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 0
    assert "saved:" not in capsys.readouterr().out
    assert main([*command, "--local"]) == 0
    assert "saved: " in capsys.readouterr().out
    for suffix, part in (("tex", r"\text{saved: }"), ("html", 'data-say="saved"')):
        for option in ([], ["--local"]):
            path = tmp_path / f"{len(option)}.{suffix}"
            assert main([*command, *option, "-o", str(path)]) == 0
            assert (part in path.read_text(encoding="utf-8")) == bool(option)


def test_a_page_keeps_them_right_after_an_edit(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    lesson = steps("(x1 + x2) * z", x1=1.0, x2=2.0, z=4.0)
    path.write_text(lesson.html(local=True), encoding="utf-8")
    with visit(browser, path) as seen:
        seen.script("go(2)")
        shown = "all('.step.on [data-ref^=l]').map((e) => e.textContent)"
        assert seen.script(shown) == ["4", "3"]
        assert seen.script("$('.step.on [data-say=saved]').textContent") == "saved:"
        seen.page.locator('input[aria-label="x2"]').fill("7")
        assert seen.script(shown) == ["4", "8"]
        assert seen.errors == []
