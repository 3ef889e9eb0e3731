"""The playground in a real browser: what is typed, moved, linked, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from autograd.cli import main
from autograd.formulas import ExpressionError, formula, variables
from autograd.graph import trace
from autograd.lessons import quiz, steps
from autograd.play import playground, starts
from autograd.writing.formatting import number
from tests.browser import Visit, visit
from tests.test_page_words import python_words, same

TYPE = """(text) => {
  const field = document.querySelector("#formula");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  playground.now();
}"""
FAULT = "document.querySelector('#fault').textContent"
#: What a key stroke does to the picture: elements that come and go, attributes and texts.
COUNTED = """(text) => {
  const seen = new MutationObserver(() => {}), count = { come: 0, go: 0, written: 0 };
  const elements = (list) => [...list].filter((e) => e.nodeType === 1);
  const whole = { childList: true, subtree: true, attributes: true, characterData: true };
  seen.observe(document.querySelector("svg.tracegrad"), whole);
  (TYPE)(text);
  for (const { type, addedNodes, removedNodes } of seen.takeRecords()) {
    count.come += elements(addedNodes).length;
    count.go += elements(removedNodes).length;
    count.written += type === "attributes" || [...addedNodes].some((e) => e.nodeType === 3);
  }
  seen.disconnect();
  return count;
}""".replace("TYPE", TYPE)
#: The picture as it stands in the document, its elements in their order.
PICTURE = """() => [...document.querySelectorAll("svg.tracegrad *")].map((e) => [
  e.localName, [...e.attributes].map((a) => `${a.name}=${a.value.split(" ").sort()}`).sort(),
  e.children.length ? "" : e.textContent,
])"""
ONES = {"x": 1.0, "y": -3.0}
OPS = "scenes[0].data.rows.filter((row) => row.op).map((row) => row.op)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("play") / "play.html"
    assert main(["play", "d = x + y; f = d * z", "x=1", "y=-3", "z=4", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def opened(browser: Any, page: Path) -> Iterator[Visit]:
    with visit(browser, page, viewport={"width": 1280, "height": 720}) as seen:
        seen.page.emulate_media(reduced_motion="reduce")
        yield seen
        assert seen.errors == [] and seen.requests == []


@pytest.fixture
def seen(opened: Visit) -> Visit:
    """The open page, as it begins."""
    opened.script("""() => {
      const starts = document.querySelector("#starts");
      starts.value = "0";
      starts.dispatchEvent(new Event("change"));
    }""")
    return opened


def typed(seen: Visit, text: str) -> str:
    seen.script(TYPE, text)
    return str(seen.script(FAULT))


def test_the_page_begins_with_the_formula_of_the_command(seen: Visit, page: Path) -> None:
    assert page.stat().st_size < 2_500_000
    assert seen.script("[at, last(), document.querySelector('main').dataset.steps]") == [5, 5, "5"]
    assert seen.page.locator('[aria-current="step"]').count() == 1
    cards = seen.page.locator("g.node").evaluate_all("all => all.map((g) => g.dataset.node)")
    assert sorted(cards) == ["d", "f", "x", "y", "z"]
    assert seen.script("scenes[0].gradients[scenes[0].data.rows.length - 1]") == 1
    assert "slope 4" in seen.text("#plot-said")


def test_each_key_draws_the_graph_anew_and_leaves_nothing_behind(seen: Visit) -> None:
    text, before = "tanh(x) * y", 0
    for again in range(2):
        for k in range(1, len(text) + 1):
            typed(seen, text[:k])
        assert seen.script(OPS) == ["tanh", "mul"]
        seen.page.wait_for_timeout(250)  # formulas and plot are set out when one pauses
        count = seen.script("document.querySelectorAll('*').length")
        assert count == before or not again
        before = count
    assert seen.script("last()") == seen.script("at") == 5
    assert seen.page.locator('[aria-current="step"]').count() == 1
    ends = "document.querySelector('g.node.output').getBoundingClientRect().right"
    assert seen.script(ends) <= seen.script("document.querySelector('.panel').offsetLeft")
    typed(seen, "x")  # a formula of one card
    assert seen.script("[last(), scenes[0].gradients[0]]") == [1, 1]


def test_a_key_draws_what_differs(seen: Visit) -> None:
    terms = [f"tanh(x*y + {k})" for k in range(1, 20)]
    text = " + ".join(terms)
    typed(seen, text)
    elements = seen.script("document.querySelectorAll('svg.tracegrad *').length")
    assert elements > 1000 and seen.script("scenes[0].data.rows.length") > 60
    changed = seen.script(COUNTED, text)
    # The arrows that the gradient of the present step goes along change their width twice.
    assert (changed["come"], changed["go"]) == (0, 0) and changed["written"] <= 4
    digit = text.replace("+ 9)", "+ 9.5)")
    changed = seen.script(COUNTED, digit)
    assert (changed["come"], changed["go"]) == (0, 0) and 0 < changed["written"] < 60
    operator = digit.replace("x*y + 8)", "x/y + 8)")
    changed = seen.script(COUNTED, operator)
    assert changed["come"] == changed["go"] < 30, changed
    more = operator.replace("x*y + 12)", "x*y + 12 - x)")
    changed = seen.script(COUNTED, more)
    # A card, its arrows, and another place for what follows.
    assert 0 < changed["come"] < 20 and changed["go"] < 20, changed
    assert seen.script(OPS) == [node.op for node in trace(formula(more, ONES)) if node.op]
    labels = seen.page.locator("g.node").evaluate_all("all => all.map((g) => g.dataset.node)")
    names = [node.label for node in trace(formula(more, ONES), names={}) if not node.is_literal]
    assert sorted(labels) == sorted(names)
    # The same picture as one that is drawn from nothing.
    drawn = seen.script(PICTURE)
    seen.script("() => { const { svg } = scenes[0]; svg.whole = svg.laid = undefined; }")
    typed(seen, more)
    assert seen.script(PICTURE) == drawn


def test_an_unfinished_formula_keeps_the_last_graph_and_says_where(seen: Visit) -> None:
    typed(seen, "x * y")
    for text in ("x * ", "x * y)", "x ** ", "", "2x", "tanhh(x)", "log(0 * x)"):
        fault = typed(seen, text)
        now = seen.script("({ ...playground.values })")
        values = {name: now[name] for name in variables_in(text)}
        said, column = mistake(text, values)
        assert fault.startswith(said) and seen.script(OPS) == ["mul"], text
        assert seen.page.locator(".mirror mark").count() == (column is not None), text
    assert typed(seen, "x + y") == "" and seen.script(OPS) == ["add"]


def mistake(text: str, values: dict[str, float]) -> tuple[str, int | None]:
    """What Python says of a formula, and where."""
    try:
        shape = np.shape(formula(text, values).data)
    except ExpressionError as error:
        return str(error), error.column
    return f"the result has shape {shape}, and a sweep begins with one number", None


def variables_in(text: str) -> list[str]:
    try:
        return variables(text)
    except ExpressionError:
        return []


def test_a_name_without_a_value_gets_a_slider_at_1(seen: Visit) -> None:
    assert typed(seen, "x * new + other") == "new, other had no values: each is 1 now."
    sliders = seen.page.locator(".inputs input[type=range]").evaluate_all(
        "all => all.map((e) => [e.dataset.name, e.value])"
    )
    assert sliders[1:] == [["new", "1"], ["other", "1"]]
    typed(seen, "x")
    assert "new" not in seen.script("playground.values")


def test_sliders_fields_and_the_plot_move_all_numbers(seen: Visit) -> None:
    typed(seen, "x**2 * y")
    seen.page.fill("#in-x", "1/2")
    seen.page.fill("#in-y", "4")
    assert seen.script("scenes[0].values.at(-1)") == 1
    assert seen.script("entries.plotted()") == "x" and "slope 4" in seen.text("#plot-said")
    slider = seen.page.locator(".inputs input[type=range]").first
    slider.evaluate("(e) => { e.value = 3; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    assert seen.script("scenes[0].values.at(-1)") == 36
    assert seen.page.locator("#in-x").input_value() == "3"
    box = seen.page.locator(".plot svg").bounding_box()
    seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + box["width"] - 9, box["y"] + 30)
    seen.page.mouse.up()
    assert abs(seen.script("playground.values.x") - 5) < 0.2
    seen.page.fill("#in-x", "40")  # the slider's range grows with it
    assert float(slider.get_attribute("max") or 0) >= 40
    seen.page.fill("#in-x", "no")
    assert seen.page.locator("#in-x").get_attribute("aria-invalid") == "true"
    assert seen.script("playground.values.x") == 40 and "is no number" in seen.script(FAULT)


def test_a_value_that_is_not_finite_is_named(seen: Visit) -> None:
    typed(seen, "log(u) + 1")
    seen.page.fill("#in-u", "-2")
    assert "is nan with these inputs" in seen.script(FAULT)
    seen.page.fill("#in-u", "2")
    assert seen.script(FAULT) == ""


def test_arrays_have_cells_and_any_element_is_plotted(seen: Visit) -> None:
    x, W = np.array([1.0, 2.0]), np.array([[1.0, 0.5], [-2.0, 1.0]])
    seen.script("(hash) => { location.hash = hash; }", f"#f={quote('x + W')}")
    seen.until("playground.text === 'x + W'")
    seen.page.fill("#in-x", "[1, 2]")
    seen.page.fill("#in-W", "[[1, 0.5], [-2, 1]]")
    assert "write sum(...) or mean(...)" in seen.script(FAULT)
    text = "z = x @ W; f = mean(sigmoid(z) + softmax(z, axis=0))"
    assert typed(seen, text) == ""
    seen.page.select_option("#plotted", "W.2")
    cell = seen.page.get_by_label("W[1, 0]", exact=True)
    cell.fill("-1.5")
    W[1, 0] = -1.5
    graph = trace(formula(text, {"x": x, "W": W}), names={}).backward()
    out, grads = seen.script("[scenes[0].values.at(-1), scenes[0].gradients.map((g) => g?.data)]")
    np.testing.assert_allclose(out, graph.output.value, rtol=1e-12)
    np.testing.assert_allclose(grads[1], np.ravel(graph[1].grad), rtol=1e-9)
    assert f"slope {number(graph[1].grad[1, 0])}" in seen.text("#plot-said").replace("−", "-")
    assert seen.page.locator("#in-W").input_value() == "[[1, 0.5], [-1.5, 1]]"
    others = (
        "h = relu(x @ W); sum((h - x)**2)",
        "p = softmax(x); -log(p[1]) + W[0, 1]",
        "norm(x, 1) + sum(einsum('ij,ij->j', W, W))",
        "i = reshape(W, (1, 1, 2, 2)); sum(max_pool(conv(i, i, padding=1), 2, stride=1))",
    )
    for other in (text, *others):
        assert typed(seen, other) == ""
        lesson = steps(formula(other, {"x": x, "W": W}), names={})
        said = seen.script("scenes[0].steps.map((step) => ruleSaid(scenes[0], step))")
        expected = [words for _, _, words, _ in python_words(lesson, list(lesson))]
        assert all(map(same, said, expected)), other


def test_a_descent_moves_what_is_not_held(seen: Visit) -> None:
    typed(seen, "(p - 3)**2 + q")
    for name, value in (("p", "1"), ("q", "2")):
        seen.page.fill(f"#in-{name}", value)
    seen.page.locator(".input details summary").nth(1).click()
    seen.page.locator(".input [data-held]").nth(1).uncheck()
    seen.page.click("[data-descend='10']")
    p, q = seen.script("[playground.values.p, playground.values.q]")
    assert abs(p - 3 + 2 * 0.8**10) < 1e-12 and q == 2
    assert seen.page.locator("#in-p").input_value() == str(p)
    seen.page.click(".reset")
    assert seen.page.locator("#in-p").input_value() == "1"


def test_ten_thousand_letters_are_read_or_refused_in_a_line(seen: Visit) -> None:
    typed(seen, "x * y")
    assert "the limit is 10,000" in typed(seen, "x+" * 5001 + "x")
    assert seen.script(OPS) == ["mul"]
    assert typed(seen, "+".join(["x"] * 400)) == ""
    assert seen.script("scenes[0].data.rows.length") == 400


def test_the_link_has_everything_and_a_damaged_one_says_so(seen: Visit) -> None:
    typed(seen, "a * b + c")
    seen.page.fill("#in-a", "2.5")
    seen.script("go(2)")
    seen.until("location.hash.includes('a%3D2.5') && location.hash.includes('step=2')")
    link = seen.script("location.hash")
    typed(seen, "x")
    seen.until("location.hash.includes('f=x&')")
    seen.script("(hash) => { location.hash = hash; }", link)
    seen.until("playground.text === 'a * b + c'")
    assert seen.script("[at, playground.values.a, playground.values.b]") == [2, 2.5, 1]
    for damaged, said in (
        (f"#f={quote('a *')}", "column"),
        (f"#f={quote('a * 2')}&in={quote('a=1 =3')}&step=nine", "The link is damaged"),
        ("#f=%E0%A4%A&in=%%", "The link is damaged"),
    ):
        seen.script("(hash) => { location.hash = hash; }", damaged)
        seen.until(f"{FAULT}.includes('{said}')")
        assert seen.script("scenes[0].data.rows.length") >= 1


def test_the_examples_are_typed_formulas_with_the_same_numbers(seen: Visit) -> None:
    catalogue = starts()
    assert len(catalogue) >= 30 and len({start.text for start in catalogue}) == len(catalogue)
    scalars = [k for k, s in enumerate(catalogue, 1) if not any(map(np.ndim, s.values.values()))]
    for k in scalars[:8]:
        start = catalogue[k - 1]
        seen.page.select_option("#starts", str(k))
        assert seen.script("playground.text") == start.text and seen.script(FAULT) == ""
        graph = trace(formula(start.text, start.values), names={}).backward()
        out, grads = seen.script("[scenes[0].values.at(-1), scenes[0].gradients]")
        np.testing.assert_allclose(out, graph.output.value, rtol=1e-12)
        np.testing.assert_allclose(grads[0], graph[0].grad, rtol=1e-12)


def test_the_quiz_asks_for_what_was_typed_and_shows_nothing_before(seen: Visit) -> None:
    typed(seen, "s = x * x + x / 3; f = tanh(s)")
    seen.page.fill("#in-x", "0.7")
    seen.page.check("#quiz")
    lesson = steps(formula("s = x * x + x / 3; f = tanh(s)", {"x": 0.7}), names={})
    asked = [question for question in quiz(lesson) if question.kind == "number"]
    records = seen.script("scenes[0].questions.map((q) => [q.answer, q.hint, q.slips.length])")
    assert records == [[q.answer, q.hint, len(q.slips)] for q in asked]
    seen.script("go(last())")
    shown = seen.script("document.body.innerText")
    assert not any(number(node.value) in shown for node in lesson.graph if node.op)
    assert not seen.page.locator(".plot").is_visible()
    for _ in asked:
        answer = seen.script("""() => {
          const q = scenes[0].questions.find((one) => !one.state);
          go(scenes[0].placeOf(q));
          return evaluated(scenes[0], q.answer);
        }""")
        seen.page.locator(".ask:not(.done) input").fill(str(answer))
        seen.page.keyboard.press("Enter")
    assert seen.text("#score") == f"{len(asked)} of {len(asked)} right"
    seen.page.uncheck("#quiz")


ASKED = """scenes[0].questions.map(
  (q) => [q.kind, q.answer, q.hint, q.place, q.worked, q.slips, q.parts]
)"""
#: Gives every question its answer, and says what the page said.
ANSWERED = """() => scenes[0].questions.map((q) => {
  go(scenes[0].placeOf(q));
  const input = document.querySelector(".ask:not(.done) input");
  input.value = q.kind === "shape" ? `(${q.answer.join(", ")})` : evaluated(scenes[0], q.answer);
  input.form.dispatchEvent(new Event("submit", { cancelable: true }));
  return q.form.querySelector(".verdict").textContent;
})"""


def test_the_quiz_asks_of_arrays_what_a_lesson_asks(seen: Visit) -> None:
    x, W = np.array([1.0, -2.0, 3.0]), np.array([[1.0, 2.0], [4.0, -5.0], [0.5, 3.0]])
    S, b = np.array([[1.0, 2.0], [3.0, 0.5]]), np.array([0.1, -0.2])
    known = {"x": x, "W": W, "S": S, "b": b, "s": 2.0}
    typed(seen, "x + W + S + b + s")
    for name, value in known.items():
        seen.page.fill(f"#in-{name}", str(np.asarray(value).tolist()))
    seen.page.check("#quiz")
    for text in (
        "z = x @ W + b; h = tanh(z); sum(h*h)",
        "sum(S @ S * 0.5) + mean(W.T @ W)",
        "log(softmax(x)[1]) + s + max(W)",
        "sum(stack([x[0], x[2]]) * b) + cross_entropy(W, [0, 1, 1])",
        "sum(outer(x, b) * W) + sum(reshape(W, (2, 3)) @ x)",
    ):
        assert typed(seen, text) == ""
        questions = quiz(steps(formula(text, known), names={}))
        asked = [
            [q.kind, q.answer, q.hint, q.place, q.worked, q.slips, dict(q.parts)]
            for q in questions
            if q.kind != "expression"
        ]
        assert seen.script(ASKED) == json.loads(json.dumps(asked)), text
        assert {kind for kind, *_ in asked} == {"number", "cell", "shape"}
        assert set(seen.script(ANSWERED)) == {"Right."}
    seen.page.uncheck("#quiz")


def test_both_languages_and_all_sizes_have_no_violation(seen: Visit) -> None:
    typed(seen, "s = w*x + b; f = sigmoid(s)")
    seen.page.select_option("#lang", "id")
    assert seen.text(".descend h2").startswith("Penurunan") or "gradien" in seen.text(".descend h2")
    assert seen.page.locator("#plot-said").inner_text().startswith("pada")
    assert seen.violations("light", "dark") == []
    seen.page.select_option("#lang", "en")
    for width, height in ((360, 740), (740, 360), (1920, 1080)):
        seen.page.set_viewport_size({"width": width, "height": height})
        seen.script("go(last())")
        assert seen.script("document.documentElement.scrollWidth - innerWidth") <= 0
        language, theme = (seen.page.locator(one).bounding_box() for one in ("#lang", "#theme"))
        assert abs(language["y"] - theme["y"]) < 4, "the theme's button is on a line of its own"
        card = seen.page.locator('[aria-current="step"]').bounding_box()
        assert card["x"] >= 0 and card["x"] + card["width"] <= width
        assert card["y"] >= 0 and card["y"] + card["height"] <= height
    seen.page.set_viewport_size({"width": 1280, "height": 720})


def test_the_command_says_what_is_wrong_with_its_formula(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(tmp_path / "play.html")
    for words, said in ((["x *", "x=1"], "column 3"), (["x * y", "x=1"], "'y' has no value")):
        assert main(["play", *words, "-o", path]) == 2
        assert said in capsys.readouterr().err
    assert main(["play", "-o", str(tmp_path / "play.pdf")]) == 2
    assert ".html" in capsys.readouterr().err and not list(tmp_path.iterdir())
    assert '<html lang="id">' in playground("x", {"x": 1.0}, "id")
