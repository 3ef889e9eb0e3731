"""What a page carries, why its inputs are fixed, and how little is computed to write it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, steps
from autograd.lessons.swept import Sweep
from autograd.stage import array_data, page_scene
from autograd.stage.assembly import script
from autograd.stage.page import page
from tests.stage_graphs import chain, recurrent


def test_the_kernel_of_a_row_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[int] = Counter()
    found = array_data.kernel_of_row

    def counted(node: Any) -> Any:
        asked[node.index] += 1
        return found(node)

    monkeypatch.setattr(array_data, "kernel_of_row", counted)
    lesson = steps(recurrent(scoped=True, length=2), names={})
    page(lesson)
    assert set(asked) == set(lesson.graph.computed.tolist()) and set(asked.values()) == {1}


def test_a_long_page_asks_for_few_of_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    found = Sweep.__getitem__

    def counted(sweep: Any, index: Any) -> Any:
        asked.append(index)
        return found(sweep, index)

    lesson = steps(chain(1000), names={}, lr=0.1)
    monkeypatch.setattr(page_scene, "quiz", lambda steps: [])  # it asks of some of them
    monkeypatch.setattr(Sweep, "__getitem__", counted)
    page(lesson)
    assert (
        len(asked) < len(lesson) / 10
    )  # the updates, and the ends, which are read without a script


@pytest.mark.parametrize(
    ("lang", "reason"), [("en", "there are too many for the page"), ("id", "terlalu banyak untuk")]
)
def test_a_page_of_many_numbers_says_why_its_inputs_are_fixed(lang: str, reason: str) -> None:
    x = Tensor(np.ones((150, 140)), name="x")
    written = page(steps((x * x).sum(), names={}), lang=lang)
    assert reason in written.split('class="fixed"')[1].split("</p>")[0]
    assert "21,000 &gt; 20,000" in written


def test_a_page_that_computes_gives_no_reason() -> None:
    assert 'class="fixed"' not in page(steps(Tensor([1.0, 2.0], name="x").sum(), names={}))


def test_an_input_that_is_used_all_along_has_one_port_and_no_layout_of_all_its_arrows() -> None:
    for length, boxed in ((20, False), (56, True)):
        assert ('"boxed":true' in page(steps(chain(length), names={}))) == boxed


def test_a_page_carries_the_script_without_its_comments() -> None:
    assert not re.search(r"^ *//", script(arrays=True, boxed=True, tangents=True), re.MULTILINE)
