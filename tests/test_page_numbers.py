"""Numbers typed into pages: with a decimal comma, as a fraction, by the arrow keys, and wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, steps
from autograd.cli import main
from optim.races import race
from tests.browser import Visit, visit


def lesson(path: Path) -> None:
    x = Value(2.0, "x")
    path.write_text(steps(x * x, names={}).html(), encoding="utf-8")


def cells(path: Path) -> None:
    w = Tensor(np.array([2.0, 3.0]), requires_grad=True, name="W")
    path.write_text(steps((w * w).sum(), names={}).html(), encoding="utf-8")


def playground(path: Path) -> None:
    assert main(["play", "x * x", "x=2", "-o", str(path)]) == 0


def racing(path: Path) -> None:
    race("beale", ["sgd"], steps=5).save(path)


def training(path: Path) -> None:
    nn.live_page("moons", path, seed=1)


def graph(path: Path) -> None:
    """The graph of a point, which a training shows."""
    training(path)


def answering(path: Path) -> None:
    nn.export(nn.MLP(2, [2, 1], rng=0), path, np.random.default_rng(0).normal(size=(9, 2)))


RATE = "Number(new URLSearchParams(location.hash.slice(1)).get('rates')?.split(':')[1])"
START = "Number(new URLSearchParams(location.hash.slice(1)).get('start')?.split(',')[0])"
#: A page, a field of it, the number in force, and how far an arrow key moves 0.5.
FIELDS = [
    (lesson, ".live input[data-row]", "scene().values[0]", 1.0),
    (lesson, "[data-rate]", "scene().rate", 1.0),
    (cells, "[aria-label='W[1]']", "scene().values[0].data[1]", 1.0),
    (playground, ".inputs input.value", "scene().values[0]", 0.1),
    (playground, "[data-bound=low]", "Number(document.querySelector('[data-slider]').min)", 1.0),
    (racing, ".race-rows input[type=text]", RATE, 0.01),
    (racing, ".race-x", START, 0.1),
    (training, "#set-rate", "live.training.settings.rate", 0.01),
    (graph, "#of-point input", "graphView.now.s.values[graphView.now.places.inputs[0]]", 0.1),
    (answering, "#field0", "current()[0]", 1.0),
]


def typed(seen: Visit, field: Any, text: str) -> None:
    field.fill(text)
    field.dispatch_event("change")
    seen.page.wait_for_timeout(60)


@pytest.mark.parametrize(("build", "selector", "held", "step"), FIELDS)
def test_a_number_is_typed_as_people_write_it(
    browser: Any, tmp_path: Path, build: Any, selector: str, held: str, step: float
) -> None:
    path = tmp_path / "page.html"
    build(path)
    with visit(browser, path) as seen:
        if build is graph:
            seen.page.click("#point-graph")
        if "bound" in selector:
            seen.page.locator("details > summary", has_text="⋯").first.click()
        field = seen.page.locator(selector).first
        assert field.get_attribute("type") == "text"
        for text, value in (("0,25", 0.25), ("1/4", 0.25), ("1", 1), ("1/2", 0.5), ("0,5", 0.5)):
            typed(seen, field, text)
            seen.until(f"({held}) === {value}")
            assert field.get_attribute("aria-invalid") == "false"
        for wrong in ("abc", ""):
            typed(seen, field, wrong)
            assert field.get_attribute("aria-invalid") == "true"
            assert seen.script(held) == 0.5
        assert seen.violations() == []
        typed(seen, field, "0,5")
        for key, value in (("ArrowUp", 0.5 + step), ("ArrowDown", 0.5)):
            field.press(key)
            seen.until(f"({held}) === {value!r}")
            assert field.input_value() == str(value).removesuffix(".0")
        assert "0,5" not in seen.script("location.hash")
        assert seen.errors == [] and seen.requests == []
