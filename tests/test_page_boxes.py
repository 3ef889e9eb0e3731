"""Boxes in a real browser: questions in a long computation, gradients that move into boxes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Value
from autograd.lessons import numbers_of, quiz, steps
from autograd.lessons.answers import evaluated
from autograd.writing.formatting import number
from tests.browser import Visit, visit
from tests.stage import look
from tests.stage_graphs import chain, micrograd, recurrent
from tests.test_quiz_browser import ALL, GIVE, OPEN, told

STILL = {"reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("boxes")
    for name, graph in (("micrograd", micrograd(1)), ("chain", chain(600))):
        page = steps(graph, names={}).html(quiz=True)
        (path / f"{name}.html").write_text(page, encoding="utf-8")
    page = steps(recurrent(True), names={}).html()
    (path / "recurrent.html").write_text(page, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "graph"), [("micrograd", micrograd(1)), ("chain", chain(600))])
def test_a_long_computation_asks_questions(
    browser: Any, folder: Path, name: str, graph: Any
) -> None:
    lesson = steps(graph, names={})
    asked = quiz(lesson)
    numbers = numbers_of(lesson, [lesson[question.step - 1] for question in asked])
    answers = [evaluated(question.answer, numbers) for question in asked]
    assert len(asked) >= 5
    with visit(browser, folder / f"{name}.html", **STILL) as seen:
        assert seen.script("scene().data.compact") is True
        seen.script("go(last())")
        given = {number(node.value) for node in lesson.graph if node.rule is None}
        early = {text for text in seen.script(ALL) if len(text.strip("-0.")) > 2} - given
        assert not early & told(seen) and seen.page.locator(".quiz-gate:visible").count() == 1
        places = seen.script("scene().questions.map((q) => scene().placeOf(q))")
        assert places == sorted(places) and None not in places
        for question, place, answer in zip(asked, places, answers):
            seen.script("(k) => go(k)", place)
            shown = seen.script(OPEN)
            np.testing.assert_allclose(float(shown["right"]), answer, 1e-12)
            assert seen.script(GIVE, shown["right"]) == "Right.", question
        count = len(asked)
        seen.script("go(last())")
        assert f"{count} of {count} questions right" in seen.text(".quiz-end")
        assert seen.page.locator(".step.on").inner_text() and seen.errors == []


def test_a_question_in_a_closed_box_holds_the_numbers_back(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "micrograd.html", "#step=1", **STILL) as seen:
        assert seen.page.locator(".ask input:visible").count() == 1
        before = seen.script("last()")
        name = seen.script("scene().boxes[scene().home[scene().questions[0].row]].name")
        seen.page.locator(f'[data-box][aria-label="Close {name}"]').press("Enter")
        assert seen.script("last()") < before
        assert f"{name}, which is closed, asks a question" in seen.text(".quiz-gate")
        seen.page.click(".quiz-gate button >> text=To the question")
        assert seen.script("last()") == before and seen.page.locator(".ask:visible").count() == 1
        seen.page.locator(".ask input:visible").fill("7")
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.press("Enter")
        assert "Not quite" in seen.text(".verdict:visible") and seen.errors == []


def test_a_box_is_opened_while_the_camera_does_not_follow(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "recurrent.html", **STILL) as seen:
        box = seen.page.locator('[data-box][aria-expanded="false"]').first
        seen.script("fit()")
        before = seen.script("last()")
        box.press("Enter")
        assert seen.script("last()") > before
        seen.script("zoom(1.4)")
        assert seen.script("camera.view.w") > 0 and not seen.script("camera.following")
        assert seen.errors == []


def test_without_a_script_the_first_and_the_last_steps_are_read(folder: Path) -> None:
    text = (folder / "micrograd.html").read_text(encoding="utf-8")
    picture, read = re.findall("<noscript>(.*?)</noscript>", text, re.DOTALL)
    last = len(steps(micrograd(1), names={}))
    assert "<svg" in picture and f'data-step="{last}"' in read and 'data-step="1"' in read
    assert f"{last - 80:,} are left out" in read and len(text) < 1_000_000


def test_the_pages_of_updates_end_with_their_last_step_and_show_operands_whole(
    browser: Any, tmp_path: Path
) -> None:
    x, y = Value(0.0, "x"), Value(2.0, "y")
    for optimizer in (optim.ARS([x, y], 0.1, rng=0), optim.RAdam([x], 0.1)):
        lesson = steps(optimizer, lambda: (x - 1) ** 2 + 10 * (y - x) ** 2, iterations=1)
        (tmp_path / "u.html").write_text(lesson.html(), encoding="utf-8")
        last = len([*lesson.parts()]) - 1
        window = {"width": 360, "height": 740}
        with visit(browser, tmp_path / "u.html", viewport=window, **STILL) as seen:
            seen.script(f"choose({last}, 0)")
            seen.script("go(last())")
            assert seen.script("last()") == len(lesson[0].updates[0])
            assert seen.page.locator(".scene:not([hidden]) .grad").all_text_contents() == []
            wide = "[...document.querySelectorAll('.dock [data-copy] .card')]"
            right = seen.script(f"{wide}.map((e) => e.getBoundingClientRect().right)")
            assert right and max(right) <= 360 and seen.errors == []


def test_boxes_speak_the_language_that_is_chosen(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "recurrent.html", "#step=9", **STILL) as seen:
        words = "[...document.querySelectorAll('.drawn .word')].map((e) => e.textContent)"
        assert "zero grad" in seen.script(words)
        place = seen.script("[at, last(), camera.view.x]")
        seen.page.select_option("#lang", "id")
        assert "grad nol" in seen.script(words) and "zero grad" not in seen.script(words)
        assert seen.page.locator('[data-box][aria-label^="Buka "]').count() > 0
        assert seen.page.locator('[data-box][aria-label^="Open "]').count() == 0
        assert seen.script("[at, last(), camera.view.x]") == place and seen.errors == []


MOVING = """(k) => {
  go(k);
  go(k + 1);
  const streams = scene().streams(scene().steps[at - 1]);
  const says = streams.map((one) => `${one.says(0)} > ${one.says(1)}`);
  return [says, document.querySelectorAll(".pulse").length];
}"""


def motion(seen: Visit, find: str) -> list[str]:
    """What the numbers that move in the first step that ``find`` finds say at both ends."""
    says, pulses = seen.script(MOVING, seen.script(f"scene().steps.findIndex({find})"))
    assert len(says) == pulses > 0
    return [str(text) for text in says]


def test_gradients_move_into_and_out_of_boxes(browser: Any, folder: Path) -> None:
    lesson = steps(recurrent(True), names={})
    *_, before, last = [node.index for node in lesson.graph if node.op == "tanh"]
    product = next(node.index for node in lesson.graph if before in node.args)
    norms = [f"‖g‖ {np.linalg.norm(lesson.gradients[i]):.4g}" for i in (last, product, before)]
    with visit(browser, folder / "recurrent.html") as seen:
        (moving,) = [
            text
            for text in motion(seen, "(s) => s.phase === 'backward' && s.box?.name === 'step20'")
            if norms[2] in text
        ]
        assert moving == f"{norms[0]} > {norms[2]}"
        seen.page.locator('[data-node="step20"]').press("Enter")
        moves = motion(seen, f"(s) => s.phase === 'backward' && s.row === {product}")
        assert f"{norms[1]} > {norms[2]}" in moves
        counts = seen.page.locator(".edge > .word").all_text_contents()
        assert counts and all(text.startswith("×") for text in counts)
        assert seen.errors == []


def test_forward_mode_steps_through_boxes_once_for_each_input(browser: Any, tmp_path: Path) -> None:
    lesson = steps(chain(310), names={}, mode="forward")
    path = tmp_path / "forward.html"
    path.write_text(lesson.html(), encoding="utf-8")
    out, *inputs = lesson.graph.output.index, *[n.index for n in lesson.graph if n.kind == "leaf"]
    with visit(browser, path, **STILL) as seen:
        passes = seen.script("scene().steps.map((step) => [step.seedRow, step.row])")
        assert [row for seed, row in passes if seed == inputs[0]] == [
            row for seed, row in passes if seed == inputs[1]
        ]
        for place, row in enumerate(inputs):
            seen.script("(k) => go(k)", (place + 1) * len(passes) // 2)
            shown = seen.script(f"scene().nodes[{out}].grad.textContent")
            assert shown == number(lesson.gradients[row])
        closed = "scene().steps.findIndex((step) => step.box) + 1"
        assert re.search(
            r"‖tangent‖ [1-9]", seen.script(f"(go({closed}), $('.step.on').innerText)")
        )
        places = seen.script("scene().questions.map((q) => scene().placeOf(q))")
        assert len(places) > 3 and places == sorted(places) and None not in places
    figures = look(browser, path, (360, 740))
    assert figures.visible == figures.steps == len(passes) and figures.said == []
