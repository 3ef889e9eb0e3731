"""Pages of array lessons in a real browser: their cells are edited, and descend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, custom_rule, remove_rule, steps
from tests.browser import Visit, chromium, visit


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


X, Y = np.array([[1.0, -2.0], [0.5, 0.25]]), np.array([2, 0])
START = {"W": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], "b": [0.01, 0.02, -0.03]}


def classifier(W: Any, b: Any) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of a softmax regression, and its parameters."""
    weight, bias = Tensor(W, name="W"), Tensor(b, name="b")
    scores = autograd.tanh(X @ weight) + bias
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
    fields = seen.page.locator(".live input[step='1']")
    assert [fields.nth(i).input_value() for i in range(fields.count())] == ["2", "0"]
    fields.nth(0).fill("1")
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
