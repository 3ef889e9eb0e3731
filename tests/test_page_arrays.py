"""Pages of array lessons in a real browser: their cells are edited, and descend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, custom_rule, remove_rule, steps
from autograd.render.cells import cells_of, strip_of
from autograd.render.theme import DARK, LIGHT
from tests.browser import Visit, visit

X, Y = np.array([[1.0, -2.0], [0.5, 0.25]]), np.array([2, 0])
START = {"W": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], "b": [0.01, 0.02, -0.03]}


def classifier(W: Any, b: Any) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of a softmax regression, and its parameters."""
    weight, bias = Tensor(W, name="W"), Tensor(b, name="b")
    scores = autograd.tanh(X @ weight) + bias
    scores.name = "scores"
    loss = autograd.cross_entropy(scores, Y) + 0.1 * (weight * weight).mean(axis=0).sum()
    return loss, weight, bias


@pytest.fixture
def seen(browser: Any, tmp_path: Path) -> Iterator[Visit]:
    path = tmp_path / "page.html"
    path.write_text(steps(classifier(**START)[0], lr=0.5, names={}).html(), encoding="utf-8")
    with visit(browser, path) as opened:
        yield opened
        assert opened.requests == []
        assert opened.errors == []


def gradient(seen: Visit, name: str) -> Any:
    found = seen.script(
        """(name) => {
          const row = scene().data.rows.findIndex((r) => r.name === name);
          const g = scene().gradients[row];
          return [g.shape, [...g.data]];
        }""",
        name,
    )
    return np.reshape(found[1], found[0])


def test_an_edited_cell_moves_every_gradient(seen: Visit) -> None:
    seen.page.locator('input[aria-label="W[1, 2]"]').fill("-1.5")
    seen.page.locator('input[aria-label="b[0]"]').fill("0.75")
    loss, weight, bias = classifier([[0.1, -0.2, 0.3], [0.4, 0.5, -1.5]], [0.75, 0.02, -0.03])
    loss.backward()
    np.testing.assert_allclose(gradient(seen, "W"), weight.grad, 1e-12)
    np.testing.assert_allclose(gradient(seen, "b"), bias.grad, 1e-12)
    assert seen.script("scene().values.at(-1)") == pytest.approx(loss.item(), rel=1e-12)


def test_a_label_is_edited_as_a_whole_number(seen: Visit) -> None:
    fields = seen.page.locator(".live input[data-whole]")
    assert [fields.nth(i).input_value() for i in range(fields.count())] == ["2", "0"]
    fields.nth(0).fill("1")
    assert np.isfinite(seen.script("scene().values.at(-1)"))
    fields.nth(0).fill("0.5")  # the last number stays
    assert fields.nth(0).get_attribute("aria-invalid") == "true"
    assert np.isfinite(seen.script("scene().values.at(-1)"))
    fields.nth(0).fill("7")  # there is no such class
    assert str(seen.script("String(scene().values.at(-1))")) == "NaN"


def test_descent_over_arrays_is_what_python_descends(seen: Visit) -> None:
    loss, weight, bias = classifier(**START)
    expected = [loss.item()]
    seen.page.click('[data-descend="10"]:visible')
    for _ in range(10):
        loss.backward()
        loss, weight, bias = classifier(
            weight.data - 0.5 * weight.grad, bias.data - 0.5 * bias.grad
        )
        expected.append(loss.item())
    np.testing.assert_allclose(seen.script("scene().losses"), expected, 1e-11)
    assert float(seen.page.input_value('input[aria-label="W[1, 2]"]')) == pytest.approx(
        weight.data[1, 2], rel=1e-11
    )
    seen.page.click(".reset:visible")
    assert seen.page.input_value('input[aria-label="W[1, 2]"]') == "-0.6"


def test_every_step_of_an_array_lesson_paints(seen: Visit) -> None:
    seen.script("for (let k = 0; k <= last(); k += 1) go(k)")
    assert seen.violations() == []


def test_arrows_and_formulas_are_the_same_when_one_comes_back(seen: Visit) -> None:
    shown = """() => {
      go(last());
      return [all(".edge .local", scene().svg).map((e) => e.textContent), $(".step.on").innerHTML];
    }"""
    first = seen.script(shown)
    assert "c1.T @ g" in first[0] and "" not in first[0]
    seen.script("for (let k = last(); k >= 0; k -= 1) go(k)")
    assert seen.script(shown) == first
    assert "<mrow></mrow></math>" not in first[1]


def test_numbers_of_float32_are_rounded_to_it(browser: Any, tmp_path: Path) -> None:
    x = Tensor(np.array([0.1, 0.2, 0.7], dtype=np.float32), name="x")
    total = (x * x + x).sum()
    path = tmp_path / "page.html"
    path.write_text(steps(total, names={}).html(), encoding="utf-8")
    with visit(browser, path) as seen:
        computed = seen.script("[...scene().values.slice(0, -1).map((x) => [...x.data])]")
        for numbers in computed:
            assert np.array_equal(np.float32(numbers), numbers)
        total.backward()
        assert np.array_equal(gradient(seen, "x"), x.grad)


def test_a_page_that_cannot_compute_an_operation_says_which(browser: Any, tmp_path: Path) -> None:
    halved = custom_rule("halved", forward=lambda a: a / 2, adjoint=lambda g, out, a: g * 0.5)
    try:
        y = halved(Tensor([2.0, 4.0], name="x")).sum()
        path = tmp_path / "page.html"
        path.write_text(steps(y, names={}).html(), encoding="utf-8")
    finally:
        remove_rule("halved")
    with visit(browser, path, "#step=4") as seen:
        assert "cannot compute" in seen.text(".fixed") and "halved" in seen.text(".fixed")
        assert seen.page.locator(".live").count() == 0
        assert seen.script("typeof kernels") == "undefined"
        assert seen.violations() == [] and seen.errors == []


def test_a_page_of_numbers_carries_nothing_of_arrays() -> None:
    page = steps(autograd.Value(2.0, "x") * 3).html()
    assert "kernels" not in page and "Float64Array.of" not in page


# Cells


def cells(seen: Visit, name: str, key: str = "data") -> list[str] | None:
    """The numbers in the cells of a card as they are shown; None where they are blank."""
    found: list[str] | None = seen.script(
        """([name, key]) => {
          const row = scene().data.rows.findIndex((r) => r.name === name);
          const group = $(`g.cells.${key}`, scene().nodes[row].g);
          if (group.classList.contains("blank")) return null;
          return all("text", group).map((text) => text.textContent);
        }""",
        [name, key],
    )
    return found


def test_cells_are_blank_until_computed_and_follow_an_edit(seen: Visit) -> None:
    assert cells(seen, "b") == ["0.01", "0.02", "-0.03"] and cells(seen, "scores") is None
    seen.script("go(last() - 2)")
    assert cells(seen, "scores") is not None and cells(seen, "b", "grad") is not None
    seen.page.locator('input[aria-label="b[1]"]').fill("-12345.678")
    assert cells(seen, "b") == ["0.01", "-12346", "-0.03"]
    boxes = '$("g.cells.data", scene().nodes[scene().data.rows.findIndex((r) => r.name === "b")].g)'
    classes = seen.script(f'all("rect", {boxes}).map((r) => r.getAttribute("class"))')
    assert classes == ["cell plus1", "cell less4", "cell less1"]


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_cells_have_the_colours_of_the_theme(
    browser: Any, tmp_path: Path, scheme: str, theme: dict[str, str]
) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(Tensor([0.0, 4.0, -4.0], name="x").sum(), names={}).html(), "utf-8")
    with visit(browser, path, color_scheme=scheme) as seen:
        seen.page.locator('input[aria-label="x[0]"]').fill("2")
        fills = seen.script('all(".cells.data rect").map((r) => getComputedStyle(r).fill)')
    colours = [theme[name] for name in ("plus2", "plus4", "less4")]
    parts = [[str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)] for colour in colours]
    assert fills == [f"rgb({', '.join(part)})" for part in parts]


def test_javascript_draws_cells_and_strips_as_python_does(seen: Visit) -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        value = rng.normal(size=8) * 10.0 ** rng.integers(-9, 9, 8)
        value[0] = rng.choice([0.0, np.inf, -np.inf, np.nan, 1e-3])
        drawn = cells_of(value, 5)
        read = [str(x).replace("inf", "Infinity").replace("nan", "NaN") for x in value.tolist()]
        there = seen.script(
            "(data) => [data.map(Number).map((x) => fitted(x, 5)), levelsOf(data.map(Number))]",
            read,
        )
        assert there == [list(drawn.texts[0]), list(drawn.levels[0])]
    for shape in ((3, 40), (50, 7), (9,), (2, 3, 100)):
        value = rng.normal(size=shape)
        there = seen.script(
            """([data, width]) => {
              const rows = [];
              for (let k = 0; k < data.length; k += width) rows.push(data.slice(k, k + width));
              const mean = averaged(averaged(rows, Math.min(4, rows.length)), Math.min(24, width));
              return [levelsOf(mean.flat()), mean[0].length];
            }""",
            [value.ravel().tolist(), shape[-1]],
        )
        levels = strip_of(value).levels
        assert there == [[x for row in levels for x in row], len(levels[0])]


def lit(seen: Visit, key: str = "data") -> dict[str, list[int]]:
    """The places of the cells of values, or of gradients, that are lit, by the card."""
    found: dict[str, list[int]] = seen.script(
        """(key) => Object.fromEntries(Object.entries(scene().nodes).map(([row, { g }]) =>
          [scene().data.rows[row].name, all(`g.cells.${key} rect`, g).flatMap((r, k) =>
            r.classList.contains("lit") ? [k] : [])]).filter(([, places]) => places.length))""",
        key,
    )
    return found


def point(
    seen: Visit, name: str, place: int, event: str = "pointerover", key: str = "data"
) -> None:
    cell = seen.page.locator(f'[data-node="{name}"] g.cells.{key} rect').nth(place)
    cell.dispatch_event(event)


def test_hovering_a_cell_lights_its_row_and_column_and_says_the_sum(
    browser: Any, tmp_path: Path
) -> None:
    A, B = Tensor([[1.0, 2.0], [-3.0, 4.0]], name="A"), Tensor([[5.0, -6.0], [7.0, 8.0]], name="B")
    out = ((A @ B) * Tensor([1.0, 10.0], name="c")).sum(axis=0)
    path = tmp_path / "page.html"
    path.write_text(steps(out.sum(), names={"P": (A @ B)}).html(), encoding="utf-8")
    with visit(browser, path, "#step=4") as seen:
        names = seen.script("scene().data.rows.map((r) => r.name)")
        rows = seen.script("scene().data.rows.map((r) => r.kernel)")
        product, scaled, summed = (names[rows.index(op)] for op in ("product", "mul", "sum"))
        point(seen, product, 2)
        assert lit(seen) == {"A": [2, 3], "B": [0, 2], product: [2]}
        assert seen.text(".sums") == f"{product}[1,0] = (-3) · 5 + 4 · 7 = 13"
        point(seen, scaled, 3)
        assert lit(seen) == {product: [3], "c": [1], scaled: [3]}
        point(seen, summed, 1)
        assert lit(seen) == {scaled: [1, 3], summed: [1]}
        seen.page.mouse.move(2, 2)
        seen.page.locator(".picture svg").dispatch_event("pointerleave")
        assert lit(seen) == {} and not seen.page.locator(".sums").is_visible()
        # The keys do the same.
        seen.page.locator(f'[data-node="{product}"] g.cells.data').focus()
        seen.page.keyboard.press("ArrowRight")
        assert lit(seen) == {"A": [0, 1], "B": [1, 3], product: [1]}
        assert seen.script("at") == 4
        assert seen.violations() == []
        point(seen, "A", 1, "click")
        assert seen.script("document.activeElement.getAttribute('aria-label')") == "A[0, 1]"
        assert seen.errors == []


def test_hovering_a_cell_of_a_gradient_lights_what_it_is_summed_from(
    browser: Any, tmp_path: Path
) -> None:
    A, B = Tensor([[1.0, 2.0], [-3.0, 4.0]], name="A"), Tensor([[5.0, -6.0], [7.0, 8.0]], name="B")
    c, d = Tensor([1.0, 10.0], name="c"), Tensor([0.5, 0.25], name="d")
    P = A @ B + d
    lesson = steps((P * c).sum(axis=0).sum() + A.T.sum(), names={})
    path = tmp_path / "page.html"
    path.write_text(lesson.html(), encoding="utf-8")
    with visit(browser, path) as seen:
        names = [node.label for node in lesson.graph]
        ops = [node.op for node in lesson.graph]
        product, added, scaled, summed, turned = (
            names[ops.index(op)] for op in ("matmul", "add", "mul", "sum", "transpose")
        )
        seen.script("go(last())")
        for name, place, gradients, values, sums in (
            (summed, 1, {summed: [1]}, {}, ""),
            (scaled, 3, {scaled: [3], summed: [1]}, {}, "[1,1] = 1 = 1"),
            (added, 2, {added: [2], scaled: [2]}, {"c": [0]}, "[1,0] = 1 · 1 = 1"),
            ("c", 1, {"c": [1], scaled: [1, 3]}, {added: [1, 3]}, "1 · 10.25 + 1 · 50.25 = 60.5"),
            ("d", 0, {"d": [0], added: [0, 2]}, {product: [0, 2]}, " = 1 · 1 + 1 · 1 = 2"),
            ("B", 1, {"B": [1], product: [1, 3]}, {"A": [0, 2]}, " = 10 · 1 + 10 · (-3) = -20"),
            ("A", 2, {"A": [2], product: [2, 3], turned: [1]}, {"B": [0, 1]},
             " = 1 · 5 + 10 · (-6) + 1 = -54"),
        ):  # fmt: skip
            point(seen, name, place, key="grad")
            assert (lit(seen, "grad"), lit(seen)) == (gradients, values), name
            assert seen.text(".sums").endswith(sums), (name, seen.text(".sums"))
        assert seen.text(".sums").startswith("∂out/∂A[1,0] = ")
        # Only consumers whose backward steps are done count.
        done = [s.number for s in lesson if s.phase == "backward" and s.node.op == "transpose"]
        seen.script(f"go({done[0]})")
        point(seen, "A", 2, key="grad")
        assert lit(seen, "grad") == {"A": [2], turned: [1]}
        assert seen.violations() == [] and seen.errors == []


def test_cells_of_a_page_that_computes_nothing_show_each_step(browser: Any, tmp_path: Path) -> None:
    halved = custom_rule("halved", forward=lambda a: a / 2, adjoint=lambda g, out, a: g * 0.5)
    try:
        x = Tensor([1.0, 2.0], name="x")
        path = tmp_path / "page.html"
        path.write_text(steps((x * x + halved(x)).sum(), names={}).html(), encoding="utf-8")
    finally:
        remove_rule("halved")
    with visit(browser, path) as seen:
        partial = []
        for step in range(seen.script("last()") + 1):
            seen.script(f"go({step})")
            partial.append(cells(seen, "x", "grad"))
        assert [x for i, x in enumerate(partial) if x not in partial[:i]] == [
            None, ["0.5", "0.5"], ["2.5", "4.5"],
        ]  # fmt: skip
        assert seen.violations() == [] and seen.errors == []


# Formulas


def network(W: Any, x: Any) -> Tensor:
    """A loss whose backward steps have products, sums, transposes, choices and one-hot rows."""
    weight, given = Tensor(W, name="W"), Tensor(x, name="x")
    hidden = autograd.relu(given @ weight + Tensor([0.5, -0.25, 0.125], name="b"))
    scores = hidden @ weight.T + 2 * autograd.softmax(given, axis=1)
    loss: Tensor = autograd.cross_entropy(scores, np.array([1, 0])) + hidden.mean(axis=0).sum()
    return loss


def test_formulas_after_an_edit_are_those_of_a_fresh_page(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    start, x = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], [[1.0, 2.0], [-3.0, 0.75]]

    def texts(W: Any, edits: dict[str, str]) -> tuple[list[str], list[str]]:
        path.write_text(steps(network(W, x), lr=0.5, names={}).html(), encoding="utf-8")
        with visit(browser, path) as seen:
            for name, value in edits.items():
                seen.page.locator(f'input[aria-label="{name}"]').fill(value)
            shown = seen.script('all(".eq").map((e) => e.textContent)')
            said = seen.script("scene().steps.map((_, k) => scene().spoken(k + 1))")
            assert seen.errors == []
        return shown, said

    changed = [[0.1, -0.2, 1.25], [-0.5, 0.5, -0.6]]
    edited = texts(start, {"W[0, 2]": "1.25", "W[1, 0]": "-0.5"})
    fresh = texts(changed, {})
    assert edited[0] == fresh[0]
    assert edited[1] == fresh[1]
    assert edited != texts(start, {})
    assert any("one-hot" in text for text in edited[0])
    assert not any("{" in text for text in edited[1])


def test_tangents_of_arrays_follow_the_inputs(browser: Any, tmp_path: Path) -> None:
    """Forward mode is computed in the page: elementwise, broadcast, products, reductions."""

    def network(corner: float) -> Any:
        x = Tensor([[1.0, -2.0], [0.5, corner]], name="x")
        W, b = (Tensor(np.array(START[name]), name=name) for name in START)
        h = autograd.tanh(x @ W + b)
        return (autograd.softmax(h, axis=1) * h * b).sum() + autograd.cross_entropy(h, Y)

    path = tmp_path / "page.html"
    path.write_text(steps(network(0.25), names={}, mode="forward").html(), encoding="utf-8")
    with visit(browser, path) as seen:
        for corner in (0.25, -1.5):
            seen.page.locator('input[aria-label="x[1, 1]"]').fill(str(corner))
            for step in steps(network(corner), names={}, mode="forward"):
                assert step.seed is not None
                key = f"d{step.node.index}.{step.seed.index}"
                got = seen.script("(key) => { const x = scene().numbers[key];"
                                  " return x.shape ? [...x.data] : [x]; }", key)  # fmt: skip
                expected = np.zeros(len(got)) if step.tangent is None else step.tangent
                np.testing.assert_allclose(got, np.ravel(expected), 1e-11, 1e-13)
        for k in (0, 4, seen.script("last()")):
            seen.script("(k) => go(k)", k)
        assert seen.violations() == [] and seen.errors == []
