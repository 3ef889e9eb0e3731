"""The page of a report in a browser: its sizes, its languages, and who it can be used by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from tests.browser import visit
from tests.nn.test_report import everything, regression

SIZES = [(320, 640), (360, 740), (768, 1024), (1280, 800), (1920, 1080)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("reports")
    return [make().save(folder / f"{make.__name__}.html") for make in (everything, regression)]


@pytest.mark.parametrize("which", [0, 1])
def test_everybody_can_read_it(browser: Any, pages: list[Path], which: int) -> None:
    with visit(browser, pages[which], viewport={"width": 360, "height": 740}) as seen:
        assert seen.violations("light", "dark") == []
        assert seen.errors == [] and seen.requests == []


@pytest.mark.parametrize("which", [0, 1])
def test_it_fits_every_screen(browser: Any, pages: list[Path], which: int) -> None:
    with visit(browser, pages[which]) as seen:
        for width, height in SIZES:
            seen.page.set_viewport_size({"width": width, "height": height})
            assert seen.script("document.documentElement.scrollWidth") <= width
            small = "[...document.querySelectorAll('.shown svg')].filter(e => e.checkVisibility())"
            widths = seen.script(f"{small}.map(e => e.getBoundingClientRect().width)")
            assert len(widths) >= 3 and min(widths) >= min(290, width - 60)


def test_numbers_are_on_the_right_and_pictures_have_words(browser: Any, pages: list[Path]) -> None:
    with visit(browser, pages[1]) as seen:
        aligned = "getComputedStyle(e).textAlign"
        cells = (
            "[...document.querySelectorAll('td')].filter(e => /^-?[0-9.,]+%?$/.test(e.innerText))"
        )
        assert set(seen.script(f"{cells}.map(e => {aligned})")) == {"right"}
        pictures = "[...document.querySelectorAll('.shown figure')]"
        words = f"{pictures}.map(e => e.querySelector('figcaption').innerText.length)"
        assert min(seen.script(words)) > 10


def test_it_speaks_the_language_that_is_chosen(browser: Any, pages: list[Path]) -> None:
    with visit(browser, pages[0]) as seen:
        english = seen.text("main")
        assert "Confusion matrix" in english
        seen.page.select_option("#lang", "id")
        indonesian = seen.text("main")
        assert "Matriks konfusi" in indonesian and "Confusion" not in indonesian
        assert seen.script("document.documentElement.lang") == "id"
    with visit(browser, pages[0], "#lang=id") as seen:
        assert seen.text("main") == indonesian


def test_the_importance_of_the_areas_of_a_picture() -> None:
    X = np.random.default_rng(0).normal(size=(40, 1, 8, 8))
    y = (X[:, 0, 1, 6] > 0).astype(int)
    report = nn.report(lambda X: X[:, 0, 1, 6], (X, y))
    found = report.numbers["importance"]
    assert isinstance(found, list) and len(found) == 16
    assert found[0]["feature"] == "[0, 0:2, 6:8]" and found[1]["mean"] == 0
    assert "[0, 0:2, 6:8]<" in report.html()
