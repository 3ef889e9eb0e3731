"""The product at which a lesson names upstream, local and product, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, descent, steps
from autograd.calculus import Rule
from autograd.exports import of_example, paragraphs_of
from autograd.lessons import BACKWARD, Steps, name_once
from autograd.lessons.local_derivatives import is_constant
from autograd.lessons.products import named_product
from autograd.lessons.records import Term
from autograd.lessons.worked_examples import EXAMPLES, catalogue
from autograd.stage import page_scene
from autograd.stage.page import pages
from autograd.writing import LANGUAGES, LATEX, portable, say
from optim import Adam
from tests.browser import visit
from tests.worked import lesson_of

KEYS = "chain rule", "chain rule turned"


def count(text: str, lang: str = "en") -> int:
    return sum(text.count(say(lang, key)) for key in KEYS)


def lessons() -> Iterator[Steps]:
    for name in EXAMPLES:
        for scene in lesson_of(name).scenes:
            yield steps(scene.graph, gradient=scene.gradient)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_lesson_of_the_catalogue_names_them_once(lang: str) -> None:
    for example in EXAMPLES.values():
        text = "\n".join(part for _, part in paragraphs_of(example, lang))
        assert count(text, lang) == 1, example.name
        if lang != "en":
            continue  # the other printers take the same words
        shown = of_example(example)
        source = portable(shown.latex())
        found = [source.count(portable(LATEX.words(say(lang, key)).text)) for key in KEYS]
        assert sum(found) == 1, example.name
        if example.name in ("relu-two-layer", "softmax-cross-entropy", "kernel-over-picture"):
            assert len(re.findall('<p class="op" data-say="chain rule', shown.html())) == 1


def test_a_lesson_that_names_them_in_each_part_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "name_once", lambda parts: None)
    found = [
        example.name
        for example in EXAMPLES.values()
        if count("\n".join(part for _, part in paragraphs_of(example))) != 1
    ]
    assert "relu-two-layer" in found and len(found) > 8


def test_it_is_the_first_product_behind_the_output() -> None:
    """Of the steps themselves: each is looked at, in order."""
    count = 0
    for lesson in lessons():
        products = [
            term
            for step in lesson
            if step.phase == BACKWARD and isinstance(step.node.rule, Rule)
            for term in step.terms
            if not isinstance(term.consumer.value, np.ndarray) or not is_unit(term)
        ]
        behind = [term for term in products if not term.consumer.is_output]
        for term in (behind or products)[:1]:
            assert (term.consumer.index, term.slot) == named_product(lesson)
            assert np.allclose(np.multiply(term.upstream, term.local), term.product)
            count += bool(behind)
    assert count > 30


def is_unit(term: Term) -> bool:
    return is_constant(term) and bool(np.all(np.abs(term.local) == 1))


def test_beside_the_equation_with_a_factor_in_each_place() -> None:
    text = steps("(x1 + x2) * z", x1=1.0, x2=2.0, z=4.0).text()
    line = "∂f/∂x1 = ∂f/∂d · ∂d/∂x1 = 4 · 1 = 4    upstream · local = product\n"
    assert line in text and count(text) == 1
    one = steps("1/v", v=4.0).text()
    assert "= 1 · (-1/4²) = -0.0625    upstream · local = product\n" in one


def test_of_matrices_in_the_order_of_the_factors() -> None:
    x, w = np.ones((2, 3)), Tensor(np.ones((3, 2)), name="W")
    text = steps((x @ w).sum(), names={}).text()
    assert "x.T @ " not in text and "local · upstream = product" in text
    text = steps((w @ x).sum(), names={}).text()
    assert re.search(r"dW = d\w+ @ .*    upstream · local = product\n", text)


def test_where_nothing_is_multiplied_nothing_is_named() -> None:
    x = Tensor(np.ones((2, 3)), name="x")
    assert count(steps(x.reshape(3, 2).sum(), names={}).text()) == 0
    assert count(steps(x.sum() + 0.0, names={}).text()) == 0
    assert count(steps("x * y", x=2.0, y=3.0, mode="forward").text()) == 0
    assert count(steps(Value(3.0, "x"), names={}).text()) == 0


def test_rounds_of_one_lesson_name_them_in_the_first() -> None:
    rounds = descent(steps("(w - 1)**2", w=3.0).graph, 0.1, 3)
    assert [count(one.text()) for one in rounds] == [1, 0, 0]
    w = Value(3.0, "w")
    updates = steps(Adam([w], lr=0.1), lambda: (w - 1) ** 2, iterations=3)
    assert count(updates.text()) == 1 and count(updates.text(lang="de"), "de") == 1


def test_a_part_without_a_product_leaves_it_to_the_next() -> None:
    first, *others = parts = [steps(f, x=[1.0, 2.0]) for f in ("sum(x)", "sum(x**2)", "sum(x**3)")]
    name_once(parts)
    assert [count(one.text()) for one in (first, *others)] == [0, 1, 0]


def test_a_console_without_the_dot() -> None:
    text = steps("(x1 + x2) * z", x1=1.0, x2=2.0, z=4.0).text(ascii=True)
    assert text.isascii() and "    upstream * local = product\n" in text


@pytest.mark.parametrize("compact", [False, True], ids=["carried", "made by the script"])
def test_on_a_page(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compact: bool
) -> None:
    """Each step of two parts in each language; the second names nothing."""
    if compact:
        monkeypatch.setattr(page_scene, "has_boxes", lambda graph: True)
        monkeypatch.setattr(page_scene, "MOST_CARRIED", 0)
    path = tmp_path / "page.html"
    parts = [steps("(x1 + x2) * z", x1=1.0, x2=2.0, z=4.0) for _ in range(2)]
    name_once(parts)
    path.write_text(
        pages([((str(i),) * len(LANGUAGES), p) for i, p in enumerate(parts)]), encoding="utf-8"
    )
    with visit(browser, path) as seen:
        shown = "all('.step.on [data-say^=\"chain rule\"]', scene().box).map((e) => e.textContent)"
        assert seen.script("scene().data.compact ?? false") is compact
        for lang in LANGUAGES:
            seen.page.select_option("#lang", lang)
            for part, named in enumerate([[say(lang, "chain rule")], []]):
                each = [seen.script(f"{{ choose({part}, {k}); {shown} }}") for k in range(1, 6)]
                assert each == [[], [], [], [], named]
                spoken = seen.script("scene().spoken(5)")
                assert spoken.count(say(lang, "chain rule")) == len(named)
        assert seen.errors == []
