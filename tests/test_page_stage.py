"""The stage: the camera, boxes that open, the timeline, the address, frames on paper."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, steps
from autograd.stage.assembly import MODULES
from optim import ARS, Newton
from tests.browser import Visit, visit
from tests.stage import look, write_pages
from tests.stage_graphs import micrograd, mlp_2_3_1, recurrent

STILL = {"reduced_motion": "reduce"}
FITTED = "mlp-2-3-1 rnn-scoped micrograd-1 lstm-cell".split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stage")
    write_pages(path, [*FITTED, "chain-20000"])
    return path


@pytest.mark.parametrize("size", [(1280, 720), (360, 740)])
@pytest.mark.parametrize("name", FITTED)
def test_the_active_card_is_whole_and_readable(
    browser: Any, folder: Path, name: str, size: tuple[int, int]
) -> None:
    figures = look(browser, folder / f"{name}.html", size, most=12)
    assert figures.visible == figures.steps > 4
    assert figures.smallest >= 9 and figures.overflow <= 0 and figures.said == []
    assert figures.cut <= 1  # matrices of eight columns are elided


def test_20000_nodes_are_a_small_page(folder: Path) -> None:
    assert (folder / "chain-20000.html").stat().st_size < 1_000_000


@pytest.fixture
def boxes(browser: Any, folder: Path) -> Iterator[Visit]:
    with visit(browser, folder / "rnn-scoped.html", **STILL) as seen:
        yield seen
        assert seen.errors == [] and seen.requests == []


def active(seen: Visit) -> str:
    cards = seen.page.locator('[aria-current="step"]')
    assert cards.count() == 1
    return str(cards.get_attribute("data-node"))


def test_a_closed_box_is_one_step_and_an_open_one_its_parts(boxes: Visit) -> None:
    closed = int(boxes.script("last()"))
    box = boxes.page.locator('[data-node="step1"][role="button"]')
    box.focus()
    box.press("Enter")
    assert int(boxes.script("last()")) > closed
    assert boxes.page.get_attribute("main", "data-steps") == str(boxes.script("last()"))
    assert "open=" in boxes.script("addressNow()")
    boxes.page.locator('[aria-expanded="true"][aria-label="Close step1"]').press("Enter")
    assert int(boxes.script("last()")) == closed


def test_what_is_opened_is_in_the_address(browser: Any, folder: Path, boxes: Visit) -> None:
    boxes.page.locator('[data-node="step1"]').press("Enter")
    boxes.script("go(4)")
    fragment, name = boxes.script("addressNow()"), active(boxes)
    with visit(browser, folder / "rnn-scoped.html", fragment, **STILL) as again:
        assert again.script("last()") == boxes.script("last()") and active(again) == name


def test_small_arrays_in_boxes_are_cells(boxes: Visit) -> None:
    boxes.page.locator('[data-node="step1"]').press("Enter")
    cells = boxes.page.locator('[data-node="v4"] .cells')
    assert cells.count() == 2 and cells.first.get_attribute("class").split()[-1] == "blank"
    boxes.script("go(last())")
    lesson = steps(recurrent(True), names={})
    shown = [float(x) for x in cells.first.locator("text").all_text_contents()]
    np.testing.assert_allclose(shown, lesson.graph["v4"].value[0], atol=2e-4)


def test_an_update_in_a_closed_box_is_one_step(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(micrograd(1), names={}, lr=0.1).html(), encoding="utf-8")
    with visit(browser, path, **STILL) as seen:
        updates = seen.script("scene().steps.filter((s) => s.phase === 'update').map((s) => s.key)")
        assert 1 < len(updates) == len(set(updates)) < 40
        seen.script("go(last())")
        assert seen.text(".step.on") and seen.errors == []


def test_a_box_says_how_the_gradient_changes_in_it(boxes: Visit) -> None:
    place = boxes.script("scene().steps.findIndex((s) => s.box && s.phase === 'backward')")
    boxes.script(f"go({place} + 1)")
    said = boxes.text(".step.on")
    assert re.search(r"back through step20: ‖g‖ [\d.]+ → [\d.]+", said), said
    graph = recurrent(True)
    lesson = steps(graph, names={})
    h = [n for n in lesson.graph if n.op == "tanh"]
    norms = [np.linalg.norm(lesson.gradients[n.index]) for n in (h[-1], h[-2])]
    shown = [float(x) for x in re.findall(r"‖g‖ ([\d.]+) → ([\d.]+)", said)[0]]
    np.testing.assert_allclose(shown[0], norms[0], 1e-3)
    np.testing.assert_allclose(shown[1], norms[1], 1e-3)


def test_nothing_is_answered_at_the_start(browser: Any, folder: Path) -> None:
    for name in ("mlp-2-3-1", "rnn-scoped", "micrograd-1"):
        with visit(browser, folder / f"{name}.html", **STILL) as seen:
            grads = seen.script(
                "() => [...document.querySelectorAll('.grad, [data-gradient], .interior .data')]"
                ".map((e) => e.textContent).join('')"
            )
            assert grads == "", name


def test_a_long_computation_is_worked_out_in_the_page(browser: Any, folder: Path) -> None:
    lesson = steps(micrograd(1), names={})
    with visit(browser, folder / "micrograd-1.html", **STILL) as seen:
        assert seen.script("scene().data.compact") is True
        values, gradients = seen.script("[scene().values, scene().gradients]")
        for node in lesson.graph:
            np.testing.assert_allclose(values[node.index], node.value, 1e-12)
            if lesson.gradients[node.index] is not None:
                np.testing.assert_allclose(
                    gradients[node.index], lesson.gradients[node.index], 1e-9, 1e-300
                )
        last = "() => { go(last()); return document.querySelector('.step.on').textContent; }"
        assert seen.script(last) != ""
        assert seen.violations() == [] and seen.errors == []


def test_panning_stops_following_and_a_button_resumes(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "mlp-2-3-1.html", "#step=9", **STILL) as seen:
        before = seen.script("({...camera.view})")
        seen.page.mouse.move(300, 300)
        seen.page.mouse.down()
        seen.page.mouse.move(200, 260)
        seen.page.mouse.up()
        assert seen.page.get_attribute("#follow", "aria-pressed") == "false"
        assert seen.script("camera.view.x") > before["x"]
        seen.page.click("#follow")
        assert seen.script("camera.view.x") == pytest.approx(before["x"])
        for key, wider in (("+", False), ("-", True), ("0", True)):
            was = seen.script("camera.view.w")
            seen.page.keyboard.press(key)
            assert (seen.script("camera.view.w") > was) == wider, key


# Where the moving dots are at the start of a step, in its middle and after its end, by a clock and
# with frames that the test drives.
MOVING = """() => {
  const frames = [], places = [];
  window.requestAnimationFrame = (move) => frames.push(move);
  $("#next").click();
  const began = performance.now();
  for (const later of [0, 450, 5000]) {
    for (const move of frames.splice(0)) move(began + later);
    places.push(all(".pulse circle").map((dot) => [dot.cx.baseVal.value, dot.cy.baseVal.value]));
  }
  return places;
}"""


def test_the_gradient_moves_along_the_edge(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "mlp-2-3-1.html", "#step=25") as seen:
        start, middle, end = seen.script(MOVING)
        assert len(start) == len(middle) > 0 and start != middle and end == []
    with visit(browser, folder / "mlp-2-3-1.html", "#step=25", **STILL) as seen:
        assert seen.script(MOVING) == [[], [], []]


def test_inputs_and_language_are_in_the_address(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(mlp_2_3_1(), names={}).html(), encoding="utf-8")
    with visit(browser, path, "#step=3", **STILL) as seen:
        seen.page.locator('input[aria-label="x0"]').fill("2.5")
        seen.page.select_option("#lang", "id")
        fragment, out = seen.script("[addressNow(), scene().values.at(-1)]")
    with visit(browser, path, fragment, **STILL) as again:
        assert again.script("scene().values.at(-1)") == out and again.script("lang") == "id"
        assert again.page.input_value('input[aria-label="x0"]') == "2.5"
        assert again.script("at") == 3 and again.errors == []


def test_a_frame_for_each_step_on_paper(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "mlp-2-3-1.html", **STILL) as seen:
        seen.page.emulate_media(media="print")
        seen.until("document.querySelectorAll('.frames article').length === last()")
        seen.page.emulate_media(media="screen")
        seen.until("!document.querySelector('.frames')")


def test_a_frame_on_paper_is_seen_as_large_on_every_screen(browser: Any, folder: Path) -> None:
    """A browser asks for the frames before it lays the page out for paper."""
    with visit(browser, folder / "mlp-2-3-1.html", **STILL) as seen:
        views = "all('.frames svg').map((e) => e.getAttribute('viewBox'))"
        seen.script("dispatchEvent(new Event('beforeprint'))")
        early = seen.script(views)
        seen.script("dispatchEvent(new Event('afterprint'))")
        seen.page.emulate_media(media="print")
        seen.until("document.querySelectorAll('.frames article').length === last()")
        assert seen.script(views) == early and seen.errors == []
        boxes = seen.script("all('.frames svg').map((e) => e.getBoundingClientRect().toJSON())")
        assert {round(box["width"] / box["height"], 1) for box in boxes} == {1.5}
        docks = "all('.frames g.dock').length"
        copies = seen.script(docks)
        seen.script("follow(true)")  # as when the page is set for paper, and the stage changes
        assert seen.script(docks) == copies > 0
        seen.page.emulate_media(media="screen")


def test_the_words_of_a_picture_follow_the_language(browser: Any, tmp_path: Path) -> None:
    w = Value(1.0, "w")
    lesson = steps(Newton([w], lambda _: 4.0), lambda: (w - 1) ** 2 + (w - 3) ** 2)
    path = tmp_path / "page.html"
    path.write_text(lesson.html(), encoding="utf-8")
    with visit(browser, path, **STILL) as seen:
        titles = "all('svg.tracegrad :is(title, desc)', scene().box).map((e) => e.textContent)"
        for scene in range(2):
            seen.script("([place]) => choose(place, 0)", [scene])
            seen.script("go(last())")
            picture = seen.script(titles)
            seen.page.select_option("#lang", "id")
            other = seen.script(titles)
            assert len(other) == len(picture) and "nilai" in other[0]
            assert not any(" values" in t or "from " in t or "gradient " in t for t in other)
            seen.page.select_option("#lang", "en")
            assert seen.script(titles) == picture


def test_all_parts_stand_on_paper_where_they_are_not_too_long(browser: Any, tmp_path: Path) -> None:
    w = Value(1.0, "w")
    path = tmp_path / "page.html"
    for optimizer, iterations, parts in ((Newton([w], lambda _: 4.0), 1, 2), (ARS([w]), 3, 1)):
        lesson = steps(optimizer, lambda: (w - 1) ** 2 + (w - 3) ** 2, iterations)
        path.write_text(lesson.html(), encoding="utf-8")
        with visit(browser, path, "#scene=2&step=3", **STILL) as seen:
            heads, place = "all('.frames h2').map((e) => e.textContent)", "[which, at]"
            address = seen.script(place)
            seen.page.emulate_media(media="print")
            seen.until("document.querySelector('.frames')")
            first, *_, last = found = seen.script(heads)
            whole = seen.script("scenes.map((s) => s.steps.length)")
            assert len(found) == (sum(whole) if parts > 1 else whole[1])
            if parts > 1:
                assert first.startswith("Iteration 1 · 1 / ")
                assert last.startswith("Iteration 1: Newton updates w · ")
                assert seen.page.locator(".frames > p").count() == 0
            else:
                assert first.startswith("Iteration 2: ARS updates w · 1 / 45")
                said = seen.page.locator(".frames > p").inner_text()
                assert said.startswith("Part 2 of 3.")
            assert seen.script(place) == address and seen.errors == []
            seen.page.emulate_media(media="screen")


def test_no_edge_only_crosses_a_frame_on_paper(browser: Any, tmp_path: Path) -> None:
    w = Value(1.0, "w")
    path = tmp_path / "page.html"
    lesson = steps(ARS([w], rng=0), lambda: (w - 1) ** 2 + (w - 3) ** 2, 1)
    path.write_text(lesson.html(), encoding="utf-8")
    with visit(browser, path, **STILL) as seen:
        seen.script("dispatchEvent(new Event('beforeprint'))")
        drawn, crossing = seen.script(
            """(() => {
              const lines = all(".frames svg").map((svg) => [svg, all(".edge path.line", svg)]);
              const out = lines.flatMap(([svg, found]) => found.filter((line) => {
                const { x, y, width, height } = svg.viewBox.baseVal;
                const ends = [0, line.getTotalLength()].map((t) => line.getPointAtLength(t));
                return !line.closest(".edge").matches(".now, .back") && !ends.some((p) =>
                  p.x >= x && p.x <= x + width && p.y >= y && p.y <= y + height);
              }));
              return [lines.reduce((sum, [, found]) => sum + found.length, 0), out.length];
            })()"""
        )
        assert drawn > 100 and crossing == 0


def test_an_index_stands_on_the_line_of_its_array(browser: Any, tmp_path: Path) -> None:
    x = Tensor([3.0, 5.0], name="x")
    path = tmp_path / "page.html"
    path.write_text(steps(x[1] * 2.0, names={}).html(), encoding="utf-8")
    with visit(browser, path, **STILL) as seen:
        seen.script("go(1)")
        ends = """all(".step.on .eq mn, .step.on .eq mo, .step.on .eq mtext, .step.on .eq mi")
          .filter((e) => /^[=35x]$|\\[1\\]/.test(e.textContent))
          .map((e) => [e.textContent, e.getBoundingClientRect()])
          .map(([text, box]) => [text, (box.top + box.bottom) / 2])"""
        found = seen.script(ends)
        assert [text for text, _ in found].count("[1]") == 2
        middles = [middle for _, middle in found]
        assert max(middles) - min(middles) < 6, found


def test_nothing_that_moves_stands_on_paper(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "mlp-2-3-1.html") as seen:
        seen.page.emulate_media(media="print")
        seen.until("document.querySelectorAll('.frames article').length === last()")
        assert seen.page.locator(".frames .pulse").count() == 0
        seen.page.emulate_media(media="screen")


def test_no_two_modules_define_the_same_name() -> None:
    folder = Path(__file__).parent.parent / "autograd" / "stage" / "assets"
    assert {path.stem for path in folder.glob("*.js")} >= set(MODULES)
    defined = Counter(
        name
        for path in folder.glob("*.js")
        for name in re.findall(
            r"^(?:const|let|function|class) (\w+)", path.read_text(encoding="utf-8"), re.M
        )
    )
    assert [name for name, count in defined.items() if count > 1] == []
