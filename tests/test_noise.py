"""Rounding noise is written as 0, and what is tiny but meant as it is; the page decides alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, steps, trace
from autograd.graph import noise
from autograd.lessons import numbers_of
from autograd.stage import page_scene
from tests.browser import visit


def sum_of(*numbers: float) -> Value:
    total = Value(numbers[0], "x0")
    for i, number in enumerate(numbers[1:], 1):
        total = total + Value(number, f"x{i}")
    total.name = "s"
    return total


def descended(turns: int) -> Value:
    """Gradient descent in one graph, w - 3 = -3 · 0.8^turns; its errors are forgotten alike."""
    w = Value(0.0, "w")
    for _ in range(turns):
        w = w - 0.2 * (w - 3.0)
    return w


def cancelled() -> Value:
    """e is noise, and so is the gradient 2e; 3e is; that of e² too."""
    e = sum_of(0.1, 0.2, -0.3)
    f = e**2 + 3 * e
    f.name = "f"
    return f


Case = tuple[Callable[[], Any], str]
NOISE: dict[str, Case] = {
    "a sum": (lambda: sum_of(0.1, 0.2, -0.3), "s"),
    "a product of it": (lambda: sum_of(0.1, 0.2, -0.3) * 3.0, "out"),
    "its square": (lambda: sum_of(0.1, 0.2, -0.3) ** 2, "out"),
    "a sine": (lambda: Value(np.pi, "x").sin(), "out"),
    "a difference of roots": (lambda: Value(2.0, "x").sqrt() ** 2 - 2.0, "out"),
}
MEANT: dict[str, Case] = {
    "typed": (lambda: Value(1e-20, "x") * 1.0, "out"),
    "a sum of tiny ones": (lambda: sum_of(1e-20, 2e-20), "s"),
    "a product of tiny ones": (lambda: Value(1e-12, "x") * Value(1e-11, "y"), "out"),
    "an end of the sigmoid": (lambda: Value(-60.0, "x").sigmoid(), "out"),
    "a difference, squared": (lambda: (Value(1 + 1e-9, "x") - 1.0) ** 2, "out"),
    "small beside large": (lambda: sum_of(1.0, -1.0 + 1e-13), "s"),
    "whole numbers": (lambda: sum_of(9e15, 1 - 9e15), "s"),
    "what a recurrence makes small": (lambda: descended(100) - 3.0, "out"),
}


@pytest.mark.parametrize("kind", [*NOISE, *MEANT])
def test_noise_is_0_and_what_is_meant_is_not(kind: str) -> None:
    make, name = (NOISE | MEANT)[kind]
    lesson = steps(make(), names={})
    node = lesson.graph[name]
    assert node.value != 0  # or there is nothing to hide
    text = lesson.text().splitlines()
    (result,) = (line for line in text if line.startswith(f"  {name} = "))
    assert (result == f"  {name} = 0") == (kind in NOISE), result
    svg, raw = trace(make(), names={}).to_svg(), repr(float(node.value))
    assert f"data {raw}" in svg  # its tooltip has all digits
    assert raw in lesson.json()


def test_gradients_of_noise_are_noise() -> None:
    lesson = steps(cancelled(), lr=0.1)
    assert "= 2 · s = 2 · 0 = 0" in lesson.text()
    assert "e-17" not in lesson.text() and "e-16" not in lesson.text()
    assert "e-17" not in lesson.latex()
    assert "e-17" in lesson.json()


def test_a_gradient_that_vanishes_is_no_noise() -> None:
    lesson = steps(descended(100))
    (slope,) = (lesson.gradients[node.index] for node in lesson.with_gradient)
    assert slope == pytest.approx(0.8**100, 1e-9)
    assert lesson.text().endswith("= 2.037e-10")


def test_noise_in_arrays_is_0_everywhere() -> None:
    x = Tensor([0.1, 0.2, 0.7], name="x")
    deviation = x - x.mean()
    total = deviation.sum()
    lesson = steps(total**2 + total, names={"s": total})
    assert lesson.graph["s"].value != 0
    for shown in (lesson.text(), lesson.latex()):
        assert "e-17" not in shown and "e-16" not in shown
    assert "e-1" in lesson.json()
    softmax = autograd.softmax(Tensor([[1.0, 2.0, 3.0], [0.5, 0.2, 0.1]], name="z"))
    graph = trace(softmax.sum(), names={"p": softmax})
    svg = graph.backward().to_svg()
    assert "e-17" not in re.sub("<title>.*?</title>", "", svg, flags=re.DOTALL)
    assert "e-17" in svg  # the tooltip has all digits
    assert "e-17" not in steps(graph).text()


def test_noise_in_tangents_is_0() -> None:
    x = Value(0.3, "x")
    lesson = steps(x * 3.0 - x * 2.0 - x * 0.7 - x * 0.3, names={}, mode="forward")
    assert 0 < abs(lesson[-1].tangent) < 1e-15
    assert lesson.text().splitlines()[-2].endswith("= 0")
    array = Tensor([0.1, 0.2, 0.7], name="x")
    moved = steps((array * 1e-20 + array - array).sum(), names={}, mode="forward")
    assert "3e-20" not in moved.text()  # beside 1 it is lost
    assert "= 3e-20" in steps((array * 1e-20).sum(), mode="forward").text()


def test_float32_has_its_own_noise() -> None:
    x = Tensor(np.array([0.1, 0.2, -0.3], np.float32), name="x")
    assert steps(x.sum()).text().splitlines()[-3] == "  out = 0"
    assert steps((x * np.float32(1e-9)).max()).text().splitlines()[-3] == "  out = 2e-10"


def test_an_array_without_elements_stays() -> None:
    empty = np.zeros((0, 2))
    assert noise.meant(empty, empty) is empty


def test_what_is_not_finite_stays() -> None:
    x = Tensor([0.0, 1.0], name="x")
    with np.errstate(all="ignore"):
        lesson = steps((1.0 / x).sum() * 0.5)
    assert "out = inf" in lesson.text()


def test_a_large_graph_is_shown_as_it_is() -> None:
    x = Tensor(np.full((40, 40), 0.1), name="x")
    assert steps((x - x.mean()).sum()).bounds == {}


def test_an_update_that_lands_on_0() -> None:
    w = Value(0.3, "w")
    lesson = steps((w * 3.0) ** 2, lr=1 / 18, wrt="w")
    assert lesson[-1].value != 0 and abs(lesson[-1].value) < 1e-15
    assert lesson.text().split("Update")[1].split("\n")[1].endswith("= 0")


X = Tensor([0.1, 0.2, 0.7], name="X")
W = Tensor([[0.3, 1e-20], [0.1, -2.0], [-0.3 / 7, 0.5]], name="W")
ARRAYS: dict[str, Callable[[], Any]] = {
    "deviations": lambda: (X - X.mean()).sum() + (X - X.mean()).var(),
    "a product": lambda: (X @ W * Tensor([1.0, 3.0])).sum(),
    "softmax": lambda: (autograd.softmax(X @ W, axis=0) * autograd.exp(X @ W)).sum(),
    "a cross-entropy": lambda: autograd.cross_entropy(W.T @ W, Tensor([[1.0, 0.0], [0.2, 0.8]])),
    "classes": lambda: autograd.cross_entropy(W, np.array([0, 1, 1])),
    "moves": lambda: autograd.concatenate([X, X[::-1]]).reshape(2, 3).max(axis=0).sum() - X.sum(),
    "normalized": lambda: ((X - X.mean()) / X.std()).tanh().sum(),
}


def lessons_of_all(boxed: bool) -> list[Any]:
    """Of boxes fewer: they compute alike."""
    kinds = ["softmax", "normalized"] if boxed else [*ARRAYS]
    made = [steps(ARRAYS[kind](), names={}, lr=0.1) for kind in kinds]
    made += [steps(cancelled(), lr=0.1), steps(MEANT["small beside large"][0](), names={})]
    moving = [ARRAYS["moves"]] if boxed else [cancelled, ARRAYS["deviations"], ARRAYS["softmax"]]
    return made + [steps(make(), names={}, mode="forward") for make in moving]


@pytest.mark.parametrize("boxed", [False, True])
def test_the_page_decides_alike(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boxed: bool
) -> None:
    if boxed:
        monkeypatch.setattr(page_scene, "has_boxes", lambda graph: True)
        monkeypatch.setattr(page_scene, "folded_picture", lambda graph, lang: "")
        monkeypatch.setattr(page_scene, "MOST_CARRIED", 0)
    for lesson in lessons_of_all(boxed):
        path = tmp_path / "page.html"
        path.write_text(lesson.html(), encoding="utf-8")
        names = [n for n in numbers_of(lesson) if n in lesson.bounds]
        if lesson.mode == "forward":  # the page has the tangents alone
            names = [n for n in names if n[0] != "g"]
        assert len(names) > len(lesson.graph)
        with visit(browser, path) as seen:
            there = seen.script(
                "(names) => names.map((n) => [[...flat(scene().meant(n))], scene().bounds()[n]])",
                names,
            )
            assert seen.errors == []
            for name, (shown, bound) in zip(names, there, strict=True):
                value = numbers_of(lesson)[name]
                here = np.ravel(noise.shown(value, name, lesson.bounds, 0.1))
                size = np.abs(np.ravel(value))
                near = np.abs(size - np.ravel(lesson.bounds[name])) < 1e-2 * size
                assert (((np.array(shown) == 0) == (here == 0)) | near).all(), (name, shown, here)
                bounds = np.ravel(lesson.bounds[name])
                assert np.allclose(bound, bounds, 1e-2, 1e-22), (name, bound, bounds)


def test_a_page_shows_0_after_an_edit(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(sum_of(0.1, 0.2, -0.5)).html(), encoding="utf-8")
    with visit(browser, path) as seen:
        seen.script("go(scene().steps.length)")
        seen.page.locator('input[aria-label="x2"]').fill("-0.3")
        cards = seen.script("all('g.node').map((e) => e.textContent.trim())")
        assert any("5.55" in card for card in cards)  # in the tooltip
        assert "0" in seen.script("all('text.data').map((e) => e.textContent)")
        assert not seen.script("all('text.data').some((e) => e.textContent.includes('e-17'))")
        seen.page.locator('input[aria-label="x2"]').fill("-0.29999999999")
        assert "1e-11" in seen.script("all('text.data').map((e) => e.textContent)")
