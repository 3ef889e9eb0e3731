"""The page in a real browser: every control, keys, address, quiz, live edits, descent, a scan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, scope
from autograd.lessons.stepper import steps
from autograd.lessons.worked_examples import find
from autograd.stage import html
from autograd.writing.formatting import number
from tests.browser import Visit, visit


@pytest.fixture(scope="module")
def w3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "w3.html"
    path.write_text(html(find("W3")), encoding="utf-8")
    return path


@pytest.fixture
def seen(browser: Any, w3: Path) -> Iterator[Visit]:
    with visit(browser, w3) as opened:
        yield opened
        assert opened.requests == []
        assert opened.errors == []


def at(seen: Visit) -> int:
    return int(seen.script("at"))


def card(seen: Visit, name: str, line: str = "data") -> str:
    """What the visible picture's card of a node says."""
    return str(
        seen.script(
            """([name, line]) => {
              const row = scene().data.rows.findIndex((r) => r.name === name);
              return scene().nodes[row][line].textContent;
            }""",
            [name, line],
        )
    )


def equations(seen: Visit) -> list[str]:
    return [str(t) for t in seen.page.locator(".scene:visible .step.on .eq").all_inner_texts()]


def test_every_button_and_the_scrubber(seen: Visit) -> None:
    steps_ = int(seen.script("last()"))
    assert at(seen) == 0 and steps_ == 13
    for button, where in (
        ("next", 1), ("next", 2), ("previous", 1), ("last", 13), ("next", 13), ("first", 0),
        ("previous", 0),
    ):  # fmt: skip
        seen.page.click(f"#{button}", force=True)  # one at its end says that it is disabled
        assert at(seen) == where, button
        assert seen.text("#count") == f"{where} / 13"
    seen.page.locator("#scrub").fill("7")
    assert at(seen) == 7 and seen.page.locator(".step.on").get_attribute("data-step") == "7"


def test_keys(seen: Visit) -> None:
    for key, where in (
        ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 13), ("Home", 0),
    ):  # fmt: skip
        seen.page.keyboard.press(key)
        assert at(seen) == where, key
    seen.page.locator("input[data-row]:visible").first.focus()
    seen.page.keyboard.press("ArrowRight")
    assert at(seen) == 0


def test_play_goes_on_by_itself_and_stops(browser: Any, w3: Path, tmp_path: Path) -> None:
    quick = tmp_path / "quick.html"
    quick.write_text(w3.read_text(encoding="utf-8").replace('"pace":1200', '"pace":20'), "utf-8")
    with visit(browser, quick) as seen:
        pressed = "document.getElementById('play').getAttribute('aria-pressed')"
        assert seen.script(f"document.getElementById('play').click(), {pressed}") == "true"
        seen.until("at === last()")
        assert seen.page.get_attribute("#play", "aria-pressed") == "false"
        seen.page.keyboard.press("Home")
        seen.page.locator("body").press(" ")
        seen.until("at >= 2")
        assert seen.errors == []


def test_address(browser: Any, w3: Path) -> None:
    with visit(browser, w3, "#scene=2&step=9") as seen:
        assert at(seen) == 9 and seen.page.input_value("#scene") == "1"
        seen.page.click("#next")
        seen.until("location.hash === '#scene=2&step=10'")
        seen.script("location.hash = 'scene=1&step=3'")
        seen.until("at === 3")
        assert seen.page.input_value("#scene") == "0"
        for nonsense in ("step=-4", "step=999", "step=x&scene=7", "<img>"):
            seen.script(f"location.hash = {json.dumps(nonsense)}")
            seen.page.wait_for_timeout(20)
        assert seen.errors == []


def test_what_is_not_computed_yet_is_blank(seen: Visit) -> None:
    assert card(seen, "w1") == "0.3333" and card(seen, "a") == ""
    seen.script("go(1)")
    assert card(seen, "a") == "0.3333" and card(seen, "h") == ""
    seen.script("go(8)")
    assert card(seen, "ŷ", "grad") == "1.333" and card(seen, "h", "grad") == ""
    seen.script("go(11)")
    assert card(seen, "w1", "grad") == "2.667"
    assert seen.page.locator(".scene:visible .edge.back").count() == 1
    back = seen.page.locator(".scene:visible .edge.back .line")
    assert back.get_attribute("marker-start") and back.get_attribute("marker-end") is None
    seen.script("go(13)")
    assert card(seen, "w1") == number(1 / 3 - 0.1 * 8 / 3)


def test_editing_an_input_moves_every_number(seen: Visit) -> None:
    for i in range(seen.page.locator(".scene:visible input[data-row]").count()):
        field = seen.page.locator(".scene:visible input[data-row]").nth(i)
        name = field.get_attribute("aria-label")
        values = {"x": 1.0, "y": 0.0, "w1": 1 / 3, "w2": 2.0, name: -1.25}
        field.fill("-1.25")
        graph = steps(relu_two_layer(**values), names={})
        seen.script("go(11)")
        for node in graph.graph:
            if node.is_literal:
                continue
            label = node.label
            assert card(seen, label) == number(node.value), (name, label)
            gradient = graph.gradients[node.index]
            if gradient is not None and node.kind != "constant":
                assert card(seen, label, "grad") == number(gradient), (name, label)
        seen.page.click(".reset:visible")
        assert card(seen, "w1") == "0.3333"


def relu_two_layer(x: float, y: float, w1: float, w2: float) -> Value:
    given = Value(x).detach(), Value(y).detach()
    weights = Value(w1, "w1"), Value(w2, "w2")
    given[0].name, given[1].name = "x", "y"
    a = weights[0] * given[0]
    h = a.relu()
    guess = weights[1] * h
    error = guess - given[1]
    loss = error.square()
    for node, name in ((a, "a"), (h, "h"), (guess, "ŷ"), (error, "e"), (loss, "L")):
        node.name = name
    return loss


def test_formulas_follow_an_edit_with_their_brackets(seen: Visit) -> None:
    seen.script("go(9)")
    assert "(" not in equations(seen)[-1]
    seen.page.locator('.scene:visible input[aria-label="w2"]').fill("-2")
    shown = "".join(equations(seen)[-1].split())
    assert "(−2)" in shown and shown.endswith("=2.667"), shown
    seen.page.locator('.scene:visible input[aria-label="w2"]').fill("")
    field = seen.page.locator('.scene:visible input[aria-label="w2"]')
    assert field.get_attribute("aria-invalid") == "true"


def test_descending_moves_the_parameters_and_draws_the_loss(seen: Visit) -> None:
    loss = 4 / 9
    w1, w2 = 1 / 3, 2.0
    for _ in range(3):
        seen.page.click('[data-descend="1"]:visible')
        error = w2 * max(0.0, w1)
        w1, w2 = w1 - 0.1 * 2 * error * w2 * (w1 > 0), w2 - 0.1 * 2 * error * max(0.0, w1)
    seen.page.click('[data-descend="10"]:visible')
    losses = seen.script("scene().losses")
    assert losses[0] == pytest.approx(loss) and losses[3] == pytest.approx((w1 * w2) ** 2)
    assert len(losses) == 14 and "13 updates" in seen.text(".losses")
    points = seen.page.locator(".scene:visible polyline").get_attribute("points").split()
    assert len(points) == 14
    seen.page.click(".reset:visible")
    assert seen.script("scene().losses") == [] and seen.text(".losses") == ""


def test_a_field_says_which_number_it_cannot_hold(browser: Any, tmp_path: Path) -> None:
    x, y = Value(1e300, "x"), Value(-np.inf, "y")
    path = tmp_path / "page.html"
    path.write_text(steps(x * x * x + y, lr=1.0, names={}).html(), encoding="utf-8")
    with visit(browser, path) as seen:
        fields = [seen.page.locator(f'input[aria-label="{name}"]') for name in "xy"]

        def texts() -> list[str]:
            return [f"{f.input_value()}|{f.get_attribute('placeholder') or ''}" for f in fields]

        assert texts() == ["1e+300|", "|-inf"]
        seen.page.click('[data-descend="1"]:visible')
        assert texts() == ["|-inf", "|-inf"]
        seen.page.click(".reset:visible")
        assert texts() == ["1e+300|", "|-inf"] and seen.errors == []


@pytest.mark.parametrize(
    "name, fragment",
    [
        ("__proto__", "#step=1e400"),
        ("</script><b>", "#scene=__proto__&step=-3"),
        ("\x1b[2J\u202e", "#step=%E0%A4%A"),
        ("\ud800", "#step=NaN"),
    ],
)
def test_hostile_names_and_addresses(
    browser: Any, tmp_path: Path, name: str, fragment: str
) -> None:
    x, y = Tensor([[1e154, -0.0]], name=name), Tensor(np.zeros((0, 2)), name="constructor")
    total = (x * x).sum() + (y * x).sum()
    path = tmp_path / "page.html"
    path.write_text(steps(total, names={}, lr=0.1).html(quiz=True), encoding="utf-8")
    with visit(browser, path, fragment) as seen:
        assert 0 <= at(seen) <= seen.script("last()")
        seen.script("for (let k = 0; k <= last(); k += 1) go(k)")
        assert seen.page.locator("b").count() == 0
        assert seen.requests == seen.errors == []


def test_a_single_leaf_that_was_made_in_a_scope(browser: Any, tmp_path: Path) -> None:
    with scope("layer"):
        x = Value(2.0, "x")
    path = tmp_path / "page.html"
    path.write_text(steps(x, names={}).html(), encoding="utf-8")
    with visit(browser, path, "#step=1") as seen:
        assert at(seen) == 1 and card(seen, "x") == "2" and seen.errors == []


def test_the_rate_of_one_eighth_lands_on_zero(seen: Visit) -> None:
    seen.page.locator("[data-rate]:visible").fill("0.125")
    seen.page.click('[data-descend="1"]:visible')
    assert seen.script("scene().losses")[1] == pytest.approx(0, abs=1e-30)
    assert seen.page.input_value('.scene:visible input[aria-label="w1"]') == "0"
    assert [g for g in seen.script("scene().gradients") if g] == [1]


def test_both_languages(seen: Visit) -> None:
    seen.script("go(9)")
    assert seen.text("#phase") == "Backward pass"
    seen.page.select_option("#lang", "id")
    assert seen.text("#phase") == "Proses backward" and seen.text("#next") == "Berikutnya"
    assert "Dua bobot" in seen.text("h1") and seen.script("document.documentElement.lang") == "id"
    assert "mundur melalui" in seen.text(".scene:not([hidden]) .step.on .op")
    english = set(seen.script("Object.keys(sentences.en)"))
    assert english == set(seen.script("Object.keys(sentences.id)"))


def test_what_a_step_says_is_announced(seen: Visit) -> None:
    assert seen.page.get_attribute("#live", "aria-live") == "polite"
    seen.script("go(11)")
    assert seen.script("document.getElementById('live').textContent") == (
        "step 11 of 13: ∂a/∂w1 = x = 1; ∂L/∂w1 = ∂L/∂a · ∂a/∂w1 = 2.667 · 1 = 2.667"
    )


def test_forward_mode_and_arrays_step_too(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    graph = find("W1").lesson().scenes[0].graph
    path.write_text(steps(graph, mode="forward").html(quiz=True), encoding="utf-8")
    with visit(browser, path) as seen:
        seen.script("document.getElementById('quiz').checked = false; go(4)")
        assert card(seen, "f", "grad") == "4" and card(seen, "x", "grad") == ""
        assert card(seen, "y", "grad") == "1"
        seen.page.locator('input[aria-label="z"]').fill("-3")
        assert card(seen, "f", "grad") == "-3"
        assert seen.violations() == [] and seen.errors == []
    W = Tensor(np.arange(6.0).reshape(2, 3), name="W")
    x = Tensor([[1.0, 2.0]], name="x")
    path.write_text(steps((x @ W).sum(), names={}).html(), encoding="utf-8")
    with visit(browser, path, "#step=5") as seen:
        assert "(2,3) = (2,1) @ (1,3)" in seen.page.inner_text(".step.on")
        cells = seen.page.locator('.scene:visible [data-node="W"] .cells.grad text')
        assert cells.all_text_contents() == list("111222")
        assert seen.violations() == [] and seen.errors == []
