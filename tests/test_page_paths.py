"""The path explorer and the program beside the graph, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, explain, scope, source_lines, steps
from autograd.lessons.worked_examples import find
from autograd.stage import html
from autograd.stage.source_data import source_data
from autograd.writing.formatting import number
from tests.browser import Visit, visit
from tests.stage_graphs import chain


def neuron(w: Any, x: Any) -> Any:
    s = w * x
    return s.tanh()


@source_lines()
def program() -> Any:
    x = Value(0.5, "x")
    w = Value(2.0, "w")
    h = neuron(w, x)
    f = neuron(h, x) * x
    f.name = "f"
    return f


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "program.html").write_text(steps(program(), names={}).html(), encoding="utf-8")
    return folder


def minus(value: float) -> str:
    return number(value).replace("-", "−")


def explored(seen: Visit) -> list[str]:
    """The paths that are shown, then the sum and the slope."""
    texts = seen.page.locator(".scene:visible .paths li button").all_inner_texts()
    return [*map(str, texts), seen.text(".paths .sum"), seen.text(".paths .slope")]


def test_the_paths_of_an_input_are_those_of_explain(browser: Any, pages: Path) -> None:
    f = program()
    with visit(browser, pages / "program.html", reduced_motion="reduce") as seen:
        for leaf in ("x", "w"):
            known = explain(f, leaf, names={})
            assert known.paths is not None
            seen.page.click(f'button.to-paths[aria-label="The paths from {leaf} to f"]')
            *paths, total, slope = explored(seen)
            expected = {" → ".join(p.nodes): minus(p.product) for p in known.paths}
            assert len(paths) == len(known.paths) == known.count
            for text in paths:
                way, _, product = text.partition(":")
                assert product.rstrip().endswith(expected[way])
            assert total == f"Sum over {known.count} paths: {minus(known.total)}"
            assert slope == f"Slope by finite difference: {minus(known.total)}"
            assert seen.violations() == []
        assert seen.errors == []


def test_a_path_lights_its_nodes_and_arrows(browser: Any, pages: Path) -> None:
    with visit(browser, pages / "program.html", reduced_motion="reduce") as seen:
        seen.script("document.querySelector('g.node[data-node=x]').dispatchEvent("
                    "new MouseEvent('click', { bubbles: true }))")  # fmt: skip
        lit = "[...document.querySelectorAll('g.node.way')].map((g) => g.dataset.node)"
        assert seen.script(lit) == ["x", "f"]
        assert seen.page.locator("g.edge.way").count() == 1
        seen.page.keyboard.press("Tab")
        seen.page.locator(".paths li button").nth(1).press("Enter")
        way = seen.page.locator(".paths [aria-pressed=true]").inner_text().partition(":")[0]
        assert set(seen.script(lit)) == set(way.split(" → "))
        seen.page.click(".paths > button")
        assert seen.page.locator(".way").count() == 0
        assert seen.script("document.activeElement.dataset.paths") == "0"


def test_paths_light_in_turn(browser: Any, pages: Path) -> None:
    with visit(browser, pages / "program.html") as seen:
        seen.page.click("button.to-paths >> nth=0")
        seen.until("document.querySelectorAll('.paths li button')[1].ariaPressed === 'true'")
        assert seen.errors == []


def test_an_edit_moves_the_paths(browser: Any, pages: Path) -> None:
    with visit(browser, pages / "program.html") as seen:
        seen.page.click('button[aria-label="The paths from w to f"]')
        before = explored(seen)
        seen.page.locator('input[aria-label="x"]').fill("-0.25")
        after = explored(seen)
        assert before[-1] != after[-1]
        assert after[-1].partition(": ")[2] == after[-2].partition(": ")[2]


def test_of_many_paths_the_first_are_shown(browser: Any, tmp_path: Path) -> None:
    x = Value(1.01, "x")
    y = x
    for _ in range(10):
        y = y * y
    path = tmp_path / "page.html"
    path.write_text(steps(y, names={}).html(), encoding="utf-8")
    with visit(browser, path) as seen:
        seen.page.click("button.to-paths")
        *paths, total, slope = explored(seen)
        expected = minus(explain(y, x, names={}).total)
        part = 12 * 1.01**1023  # each path brings as much
        said = f"The first 12 of 1024 paths: their sum is {minus(part)} of {expected}"
        assert len(paths) == 12 and total == said and slope.endswith(expected)


def test_a_cell_of_an_array_has_a_slope(browser: Any, tmp_path: Path) -> None:
    W = Tensor(np.arange(6.0).reshape(2, 3) / 7 - 0.3, name="W")
    x = Tensor([[1.0, -2.0]], name="x")
    lesson = steps((x @ W).tanh().sum(), names={})
    slopes = lesson.gradients[lesson.graph["W"].index]
    path = tmp_path / "page.html"
    path.write_text(lesson.html(), encoding="utf-8")
    with visit(browser, path) as seen:
        seen.page.click('button[aria-label="The paths from W to out"]')
        for i, j in ((0, 0), (1, 2)):
            seen.page.locator(".paths select").select_option(f"W[{i},{j}]")
            (way, total, slope) = explored(seen)
            assert way.startswith("W → ") and way.endswith(f": {minus(slopes[i, j])}")
            assert total.endswith(f": {minus(slopes[i, j])}")
            assert slope.endswith(f": {minus(slopes[i, j])}")
        cells = seen.page.locator("g.node[data-node=W] g.cells.data rect")
        cells.nth(4).click()
        assert seen.page.input_value(".paths select") == "4"
        assert seen.violations() == [] and seen.errors == []


def layered() -> Any:
    """Two layers in scopes, whose inputs go through each several ways, and past them."""
    x, w, u = Value(0.7, "x"), Value(-1.3, "w"), Value(0.4, "u")
    with scope("first"):
        hidden = [(x * w).tanh(), (x * u + w).sigmoid(), x * x]
    with scope("second"):
        total = (hidden[0] * hidden[1] + hidden[2]).tanh() * w
    return total * x + total * total


def test_paths_go_through_closed_boxes(browser: Any, tmp_path: Path) -> None:
    lesson = steps(layered(), names={})
    path = tmp_path / "page.html"
    path.write_text(lesson.html(), encoding="utf-8")
    closed = "scene().opened = new Set([0]); scene().rebuild()"
    unfolded = "scene().boxes.forEach((b) => scene().opened.add(b.id)); scene().rebuild()"
    with visit(browser, path, reduced_motion="reduce") as seen:
        assert seen.script("scene().boxes.length") > 2
        for leaf in ("x", "w", "u"):
            gradient = lesson.gradients[lesson.graph[leaf].index]
            counts = []
            for arrange in (closed, unfolded):
                seen.script(arrange)
                seen.page.click(f'button.to-paths[aria-label="The paths from {leaf} to out"]')
                *paths, total, slope = explored(seen)
                brought = [float(text.rpartition("= ")[2].rpartition(": ")[2].replace("−", "-"))
                           for text in paths]  # fmt: skip
                assert slope.endswith(f": {minus(gradient)}")
                assert total.endswith(f" {minus(gradient)}")
                if len(brought) < 12:
                    assert sum(brought) == pytest.approx(gradient, abs=2e-3)
                    assert total.startswith(f"Sum over {len(brought)} paths")
                counts.append(len(brought))
                assert seen.page.locator("g.node.way").count() > 1
                assert seen.page.locator("g.edge.way").count() > 0
            assert counts[0] < counts[1]
        seen.script(closed)  # while the paths are shown
        assert len(explored(seen)) == counts[0] + 2 and seen.errors == []


def test_a_long_computation_has_paths(browser: Any, tmp_path: Path) -> None:
    lesson = steps(chain(900), names={})
    path = tmp_path / "page.html"
    path.write_text(lesson.html(), encoding="utf-8")
    with visit(browser, path, reduced_motion="reduce") as seen:
        assert seen.script("scene().data.compact") is True
        for leaf in ("x", "w"):
            gradient = minus(lesson.gradients[lesson.graph[leaf].index])
            seen.page.click(f'button.to-paths[aria-label="The paths from {leaf} to out"]')
            *_, total, slope = explored(seen)
            assert total.endswith(f" {gradient}") and slope.endswith(f": {gradient}")
        assert seen.errors == []


def test_a_kink_is_told(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(Value(0.0, "x").relu(), names={}).html(), encoding="utf-8")
    with visit(browser, path) as seen:
        seen.page.click("button.to-paths")
        assert "at a kink" in seen.text(".paths")


def test_paths_do_not_tell_the_answers_of_a_quiz(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html(find("W3"), quiz=True), encoding="utf-8")
    with visit(browser, path) as seen:
        assert seen.page.locator("button.to-paths:visible").count() == 0
        seen.script("document.querySelector('g.node[data-node=w1]').dispatchEvent("
                    "new MouseEvent('click', { bubbles: true }))")  # fmt: skip
        assert seen.page.locator(".paths li").count() == 0
        seen.page.uncheck("#quiz")
        assert seen.page.locator("button.to-paths:visible").count() > 0


def test_the_present_line_is_marked(browser: Any, pages: Path) -> None:
    graph = program()
    with visit(browser, pages / "program.html") as seen:
        lesson = steps(graph, names={})
        for step in lesson:
            seen.script("(k) => go(k)", step.number)
            line = step.node.line
            assert line is not None
            source = Path(__file__).read_text(encoding="utf-8").split("\n")[line.number - 1]
            assert seen.text(".source [aria-current]").strip() == source.strip()
        seen.script("go(0)")
        assert seen.page.locator(".source [aria-current]").count() == 0
        assert seen.page.locator(".source button").count() == 5 and seen.violations() == []


def test_a_line_lights_its_nodes_and_a_node_its_line(browser: Any, pages: Path) -> None:
    with visit(browser, pages / "program.html") as seen:
        lit = "[...document.querySelectorAll('g.node.lit')].map((g) => g.dataset.node).sort()"
        line = seen.page.locator(".source button", has_text="s = w * x")
        line.focus()
        line.press("Enter")
        assert len(seen.script(lit)) == 2 and line.get_attribute("aria-pressed") == "true"
        line.press("Enter")
        assert seen.script(lit) == []
        seen.script("document.querySelector('g.node[data-node=f]').dispatchEvent("
                    "new MouseEvent('click', { bubbles: true }))")  # fmt: skip
        pressed = seen.page.locator(".source [aria-pressed=true]")
        assert pressed.count() == 1 and "f = neuron(h, x) * x" in pressed.inner_text()


def test_no_path_of_the_machine_is_in_the_page(pages: Path) -> None:
    text = (pages / "program.html").read_text(encoding="utf-8")
    assert "def neuron" in text
    assert str(Path(__file__).parent) not in text and Path(__file__).name not in text


def test_a_page_without_lines_shows_no_program(browser: Any, tmp_path: Path) -> None:
    x = Value(2.0, "x")
    lesson = steps(x * x, names={})
    assert source_data(lesson.graph) == {}
    path = tmp_path / "page.html"
    path.write_text(lesson.html(), encoding="utf-8")
    with visit(browser, path) as seen:
        assert seen.page.locator(".source").count() == 0 and seen.errors == []
