"""The quiz in a real browser: two tries, hints by slip, the score, a replay; no answer leaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, steps
from autograd.lessons import Steps, numbers_of
from autograd.lessons.worked_examples import EXAMPLES, find
from autograd.render.cells import cell_text
from autograd.stage import html
from autograd.writing.formatting import number
from tests.browser import Visit, visit


@pytest.fixture(scope="module")
def w3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "w3.html"
    path.write_text(html(find("W3"), quiz=True), encoding="utf-8")
    return path


@pytest.fixture
def seen(browser: Any, w3: Path) -> Iterator[Visit]:
    with visit(browser, w3) as opened:
        yield opened
        assert opened.requests == []
        assert opened.errors == []


def answer(seen: Visit, text: str, which: int = 0) -> str:
    """Give an answer to a question of the present step; what the page says to it."""
    form = seen.page.locator(".scene:visible .step.on .ask").nth(which)
    form.locator("input").fill(text)
    form.locator("input").press("Enter")
    return str(form.locator(".verdict").inner_text())


def ahead(seen: Visit, k: int) -> None:
    """Go to step ``k``; the questions before it are passed over."""
    seen.script("(k) => { go(k - 1); quiz.passOver(); go(k); }", k)


# Text and attributes in which a person, or a program that reads the page to one, meets a number.
# Numbers that only place things are no answers.
READ = """() => {
  const told = [], skipped = new Set(`x y x1 x2 y1 y2 d width height rx viewBox transform points
    style id class marker-start marker-end cx cy r font-size stroke-width fill stroke content href
    max min for`.split(/\\s+/));
  const walk = (node) => {
    if (node.nodeType === 3) told.push(node.data);
    if (node.nodeType !== 1 || node.tagName === "STYLE") return;
    if (node.tagName === "SCRIPT" && node.type !== "application/json") return;
    for (const a of node.attributes) if (!skipped.has(a.name)) told.push(a.name + " " + a.value);
    if (node.value !== undefined) told.push(String(node.value));
    for (const child of (node.tagName === "TEMPLATE" ? node.content : node).childNodes) walk(child);
  };
  walk(document.documentElement);
  return told.join("\\n");
}"""
#: Lessons whose numbers are too short to be told from others in the page, such as -8.
ROUND = {"sum-times", "product-of-sums", "saddle-point", "kernel-over-picture"}
NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def numbers_in(text: str) -> set[str]:
    """All numbers of a text, with ordinary minus signs."""
    return {match.replace("−", "-") for match in NUMBER.findall(text)}


def told(seen: Visit) -> set[str]:
    """All numbers in the document."""
    return numbers_in(str(seen.script(READ)))


def open_answers(seen: Visit) -> list[str]:
    """The right answers, as they print, of the questions that are open at this step."""
    return [
        str(x)
        for x in seen.script(
            """() => quiz.openAt(scene(), at).filter((q) => /number|cell/.test(q.kind))
                 .map((q) => show(evaluated(scene(), q.answer)))"""
        )
    ]


def written(value: Any) -> set[str]:
    """The numbers of a value as they print, and as cells cut them."""
    numbers = np.ravel(value).tolist()
    return {number(x) for x in numbers} | {cell_text(x, n) for x in numbers for n in (5, 6, 7)}


def known(lesson: Steps, k: int) -> set[str]:
    """Every number that a learner knows after step ``k``: given, computed, or told with a step."""
    numbers = numbers_of(lesson)
    names = {f"v{node.index}" for node in lesson.graph if node.rule is None}
    for step in lesson[:k]:
        names.add(
            {"forward": "v", "backward": "g", "update": "u"}[step.phase] + str(step.node.index)
        )
        keys = [f"{step.node.index}.{term.slot}" for term in step.terms]
        names |= {letter + key for key in keys for letter in "xlpbt"}
    return set[str]().union(*(written(numbers[name]) for name in names & numbers.keys()))


# The question that is open: its answer, in full and as it prints, and what the document tells.
OPEN = f"""() => {{
  const q = quiz.openAt(scene(), at)[0];
  const early = document.querySelectorAll(".ask:not(.done)[data-answer]");
  if (!q) return null;
  const other = q.kind === "shape" ? `(${{q.answer}})` : q.kind === "expression" ? q.answer : null;
  const value = other === null ? evaluated(scene(), q.answer) : 0;
  return {{ name: q.name, right: other ?? String(value), shown: other === null ? show(value) : "",
    told: ({READ})(), early: early.length }};
}}"""
ALL = """() => scene().questions.filter((q) => q.kind === "number" || q.kind === "cell")
  .map((q) => show(evaluated(scene(), q.answer)))"""
GIVE = """(text) => {
  const { form } = quiz.openAt(scene(), at)[0];
  form.querySelector("input").value = text;
  form.requestSubmit();
  return form.querySelector(".verdict").textContent;
}"""


# A whole scene, answered rightly: which of the answers of a step the document has, with or without
# their signs, while the last of them is open. All in one call: between two the browser would paint.
ANSWERED = f"""(end) => {{
  const open = {OPEN}, give = {GIVE}, said = [];
  for (let k = 1; k <= end; k += 1) {{
    go(k);
    const answers = new Set();
    for (let q = open(); q !== null; q = open()) {{
      const numbers = q.told.match(/{NUMBER.pattern}/g) ?? [];
      const there = new Set(numbers.map((number) => number.replace("−", "-")));
      answers.add(q.shown).add(q.shown.replace(/^-+/, ""));
      const verdict = give(q.right);
      said.push({{ k, shown: q.shown, right: q.right, early: q.early, verdict,
        told: [...answers].filter((answer) => there.has(answer)) }});
      if (verdict !== "Right.") return said;
    }}
  }}
  return said;
}}"""


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_answer_is_in_the_document_before_it_is_earned(
    browser: Any, tmp_path: Path, name: str
) -> None:
    """Answer a whole lesson: what is asked stands nowhere, unless it was known before."""
    path = tmp_path / "page.html"
    path.write_text(html(find(name), quiz=True), encoding="utf-8")
    asked = looked_for = 0
    earned: set[str] = set()
    with visit(browser, path, reduced_motion="reduce") as seen:
        for place, part in enumerate(find(name).lesson().scenes):
            seen.script("(place) => choose(place, 0)", place)
            first = set[str]() if place else known(part.steps, 0)
            seen.script("go(last())")  # whoever jumps ahead sees no answer, nor one of the way
            answers = {x for x in seen.script(ALL) if len(x.strip("-0.")) > 2}
            assert not (answers - first - earned) & told(seen) or name in ROUND, (place, answers)
            step, learned, given = 0, set[str](), set[str]()
            for said in seen.script(ANSWERED, len(part.steps)):
                k, shown = said["k"], said["shown"]
                if k != step:
                    step, learned, given = k, earned | known(part.steps, k - 1), set()
                there, right = set(said["told"]), {shown, shown.lstrip("-")}
                learned |= there & given
                if len(shown.strip("-0.")) > 2 and shown not in learned:
                    looked_for += 1
                    assert not there & right - learned, (place, k, shown)
                assert said["early"] == 0
                assert said["verdict"] == "Right.", (place, k, said["right"])
                given |= right
                asked += 1
            earned |= known(part.steps, len(part.steps))
        assert asked >= 5 and (looked_for or name in ROUND)
        assert seen.text("#score") == f"{asked} of {asked} right"
        assert f"{asked} of {asked} questions right, {asked} at the first try." in seen.text(
            ".scene:not([hidden]) .quiz-end"
        )
        assert not seen.page.locator(".quiz-end a").first.is_visible()
        assert seen.errors == []


@pytest.mark.parametrize(
    "leak",
    [
        "document.querySelector('g.node title').textContent = 'L 0.4444'",
        "document.body.setAttribute('aria-label', '0.4444')",
        "document.querySelector('#score').dataset.answer = '0.4444'",
        "document.getElementById('lesson').textContent = '{\"a\":0.4444}'",
        "document.querySelector('desc').textContent = 'L = 0.4444'",
    ],
)
def test_the_leak_detector_sees_an_answer(seen: Visit, leak: str) -> None:
    ahead(seen, 5)
    (right,) = open_answers(seen)
    assert right == "0.4444" and right not in told(seen)
    seen.script(leak)
    assert right in told(seen)


def test_two_tries_and_a_hint_between(seen: Visit) -> None:
    seen.page.click("#next")
    assert not seen.page.locator(".scene:visible .step.on .eq").first.is_visible()
    assert answer(seen, "wat") == "Type a number, such as -0.5."
    assert answer(seen, "-1/3") == "The size is right, the sign is not. One more try."
    assert seen.page.locator("[data-answer]").count() == 0
    assert answer(seen, "1/3") == "Right." and seen.text("#score") == "1 of 1 right"
    assert seen.page.locator("[data-answer]").get_attribute("data-answer") == "0.3333"
    assert seen.page.locator(".scene:visible .step.on .eq").first.is_visible()
    ahead(seen, 9)
    assert "multiply it by the upstream gradient, 1.333." in answer(seen, "0,3333")
    assert answer(seen, "4") == "Not quite: it is 1.333 · 0.3333 = 0.4444."
    assert answer(seen, "4/3", 1).startswith("That is the upstream gradient alone")
    assert answer(seen, "2.67", 1) == "Right."
    assert seen.text("#score") == "2 of 10 right"
    assert "0.4444" in seen.script("document.getElementById('live').textContent")


def test_a_question_may_be_passed_over(seen: Visit) -> None:
    seen.page.click("#next")
    seen.page.click("#next")
    assert seen.script("at") == 1
    assert seen.page.locator(".scene:visible .step.on .eq").first.is_visible()
    assert seen.text("#score") == "0 of 1 right"
    seen.page.click("#next")
    assert seen.script("at") == 2


def test_who_jumps_ahead_is_led_back_to_the_question(seen: Visit) -> None:
    seen.script("go(last())")
    assert "Step 1 asks a question" in seen.text(".quiz-gate:visible")
    blank = "[...document.querySelectorAll('.interior .data, .grad')].map((e) => e.textContent)"
    assert set(seen.script(blank)) == {""} and seen.text("#score") == ""
    seen.page.click(".quiz-gate button >> text=To the question")
    assert seen.script("at") == 1 and answer(seen, "1/3") == "Right."
    seen.script("go(3)")
    assert "Step 2 asks" in seen.text("#live")
    seen.page.click("#next")
    assert seen.script("at") == 4 and seen.text("#score") == "1 of 1 right"
    seen.page.click(".quiz-gate button >> text=Show the answers up to here")
    assert seen.text("#score") == "1 of 4 right" and seen.page.locator(".eq:visible").count() > 0
    assert not seen.page.locator(".quiz-gate:visible").count()


def test_the_missed_ones_are_asked_again(seen: Visit) -> None:
    for k in range(1, 14):
        seen.script("(k) => go(k)", k)
        while (question := seen.script(OPEN)) is not None:
            wrong = question["name"] in ("1.1", "1.10")
            for text in ("71", "72") if wrong else (question["right"],):
                seen.script(GIVE, text)
    link = seen.page.locator(".quiz-end a:visible")
    assert "12 of 14 questions right, 12 at the first try." in seen.text(".quiz-end")
    assert link.get_attribute("href") == "#scene=1&step=1&ask=1.1,1.10"
    link.click()
    seen.until("at === 1")
    assert seen.page.locator(".ask:visible").count() == 1 and seen.text("#score") == ""
    assert answer(seen, "1/3") == "Right."
    seen.script("go(2)")
    assert seen.page.locator(".ask:visible").count() == 0
    seen.script("go(9)")
    assert seen.page.locator(".ask:visible").count() == 1
    assert answer(seen, "8/3") == "Right."
    seen.script("go(13)")
    assert seen.page.locator(".ask:visible").count() == 0
    assert "2 of 2 questions right" in seen.text(".quiz-end")
    seen.until("location.hash === '#scene=1&step=13&ask=1.1,1.10'")


def test_the_address_turns_the_quiz_on_and_off(browser: Any, w3: Path) -> None:
    with visit(browser, w3, "#scene=1&step=1&quiz=0") as seen:
        assert not seen.page.is_checked("#quiz")
        assert seen.page.locator(".step.on .eq:visible").count() == 1
        seen.until("location.hash === '#scene=1&step=1&quiz=0'")
        seen.page.check("#quiz")
        assert seen.page.locator(".step.on .ask:visible").count() == 1
        seen.until("location.hash === '#scene=1&step=1'")
        seen.script("location.hash = 'ask=1.2,<b>,9.9&step=2'")
        seen.until("location.hash.includes('ask=1.2')")
        assert seen.errors == []


def test_with_the_keyboard_alone(seen: Visit) -> None:
    keyboard = seen.page.keyboard
    keyboard.press("ArrowRight")
    keyboard.type("-1/3")
    keyboard.press("Enter")
    focused = "document.activeElement"
    assert seen.script(f"{focused}.tagName") == "INPUT"
    described = seen.script(f"document.getElementById({focused}.getAttribute('aria-describedby'))"
                            ".textContent")  # fmt: skip
    assert described.startswith("The size is right")
    assert seen.script(f"{focused}.getAttribute('aria-label')") == "a = w1 · x"
    keyboard.type("1/3")
    keyboard.press("Enter")
    assert seen.script(f"{focused}.id") == "next"
    keyboard.press("Enter")
    assert seen.script("at") == 2


def test_both_languages(seen: Visit) -> None:
    seen.page.select_option("#lang", "id")
    seen.page.click("#next")
    assert answer(seen, "-1/3") == "Besarnya benar, tandanya tidak. Coba sekali lagi."
    assert seen.text(".ask button:visible") == "Periksa"


def test_an_edited_input_moves_the_answers(seen: Visit) -> None:
    seen.page.locator('.scene:visible input[aria-label="w1"]').fill("-4")
    seen.script("go(1)")
    assert answer(seen, "4").startswith("The size is right") and answer(seen, "-4") == "Right."


def test_cells_and_shapes_of_arrays(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    A = Tensor([[1.0, 2.0], [3.0, 4.0]], name="A")
    B = Tensor([[5.0, 6.0, 0.0], [7.0, 8.0, 0.5]], name="B")
    f = A @ B
    f.name = "f"
    lesson = steps(f, names={}, gradient=np.array([[1.0, 0, 0], [0, 1, 2]]))
    path.write_text(lesson.html(quiz=True), encoding="utf-8")
    with visit(browser, path, "#step=1") as seen:
        assert "shape of" in seen.text(".ask:visible label")
        assert answer(seen, "(3, 2)") == (
            "These are the sizes in reverse: rows first, then columns. One more try."
        )
        assert answer(seen, "2 3") == "Right."
        place = seen.script("scene().questions[1].place")
        label = seen.page.locator(".ask input").nth(1).get_attribute("aria-label")
        assert label == f"f = A @ B row {place[0] + 1}, column {place[1] + 1}"
        assert seen.page.locator(".ask math mtable").count() == 0  # in names, not in numbers
        i, j = place
        assert answer(seen, str(A.data[i, 0] * B.data[0, j]), 1).startswith("That is one product")
        assert answer(seen, "99", 1).startswith("Not quite: it is ")
        ahead(seen, 3)
        assert seen.page.locator(".ask math").count() == 1
        assert seen.page.locator(".ask math mtable").count() == 0
        assert seen.violations() == [] and seen.errors == []


def test_no_accessibility_violation(browser: Any, w3: Path) -> None:
    with visit(browser, w3, "#step=9", reduced_motion="reduce") as seen:
        assert seen.page.locator(".quiz-gate button:visible").count() == 2
        assert seen.violations("light", "dark") == []
        ahead(seen, 9)
        assert seen.violations("light", "dark") == []
        answer(seen, "1/3"), answer(seen, "4"), answer(seen, "8/3", 1)
        assert seen.violations("light", "dark") == []
        ahead(seen, 13)
        answer(seen, "1"), answer(seen, "2")
        assert seen.page.locator(".quiz-end a:visible").count() == 1
        assert seen.violations("light", "dark") == []


def test_forward_mode_asks_for_tangents(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    x, y = Value(3, "x"), Value(-2, "y")
    path.write_text(steps(x * y + x, names={}, mode="forward").html(quiz=True), encoding="utf-8")
    with visit(browser, path) as seen:
        ahead(seen, 2)
        assert answer(seen, "-2").startswith("That is the part of one operand")
        assert answer(seen, "-1") == "Right." and seen.errors == []
