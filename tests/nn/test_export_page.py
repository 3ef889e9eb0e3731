"""The page in which a network answers: as the network does, for everybody, on every screen."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

import nn
from nn.exports import export_table
from nn.tables import predict_table
from tests.browser import visit
from tests.nn.damaged_tables import quiet
from tests.nn.test_export_tables import CLASSES, HOME, train_on_people

SIZES = [(320, 640), (390, 844), (768, 1024), (1280, 800), (1920, 1080)]
#: What the page computes of its fields.
ANSWER = "plain(network(current())[0])"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return train_on_people(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def pages(trained: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 3))
    return {
        "classes": export_table(trained["classes"], folder / "classes.html"),
        "number": export_table(trained["number"], folder / "number.html"),
        "plain": nn.export(nn.MLP(3, [64, 5, 2], rng=0), folder / "plain.html", X),
        "deep": nn.export(
            nn.Sequential(nn.Linear(3, 4, rng=0), nn.LayerNorm(4), nn.Linear(4, 1, rng=0)),
            folder / "deep.html", X,
        ),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["classes", "number"])
def test_it_answers_as_the_network(
    browser: Any,
    pages: dict[str, Path],
    trained: dict[str, Path],
    tmp_path: Path,
    kind: str,
) -> None:
    """50 rows of every kind of cell, some of which are missing, each by its link."""
    draw, rows, links = random.Random(1), [], []
    table = tmp_path / "rows.csv"
    with visit(browser, pages[kind]) as seen:
        fields = seen.script("page.fields")
        for _ in range(50):
            cells, parts = [], []
            for k, field in enumerate(fields):
                cell = text = ""
                if field["optional"] and draw.random() < 0.15:
                    pass
                elif field["kind"] == "number":
                    cell = text = repr(draw.uniform(field["low"], field["high"]))
                elif field["kind"] == "date":
                    month, day = draw.randint(1, 12), draw.randint(1, 28)
                    date = f"20{draw.randint(15, 26)}-{month:02}-{day:02}"
                    cell = text = f"{date}T{draw.randint(0, 23):02}:{draw.randint(0, 59):02}"
                elif field["kind"] == "hashed":
                    cell = text = draw.choice(["läuft um  31", "35% off", "日本", "-"])
                else:
                    place = draw.randrange(len(field["words"]))
                    cell, text = field["words"][place], str(place)
                cells.append(cell)
                parts.append(f"f{k}={quote(text)}")
            rows.append(cells)
            links.append("&".join(parts))
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[field["name"] for field in fields], *rows])
        said = predict_table(trained[kind], table, console=quiet())
        chances = said.probabilities
        wanted = np.array(said.values)[:, None] if chances is None else chances
        for link, row in zip(links, wanted):
            seen.script("link => { location.hash = link; }", link)
            seen.until(f"location.hash.includes({json.dumps(link[:40])})")
            seen.script("() => { read(); update(); }")
            np.testing.assert_allclose(seen.script(ANSWER), row, 1e-9, 1e-9)
            if kind == "classes":
                best = seen.text(".answer li.best")
                assert CLASSES[int(row.argmax())] in best and f"{100 * row.max():.1f} %" in best
        assert seen.errors == [] and seen.requests == []


def test_the_link_carries_what_is_set(browser: Any, pages: dict[str, Path]) -> None:
    with visit(browser, pages["classes"]) as seen:
        seen.page.locator("input[inputmode=decimal]").first.fill("33.25")
        seen.page.locator("select").nth(1).select_option(label=HOME[1])
        seen.page.locator("input[type=checkbox]").last.check()
        before = seen.script(ANSWER)
        seen.script("keep()")  # the link follows a little after the last change
        link = seen.script("location.hash")
        assert "33.25" in link
    with visit(browser, pages["classes"], link) as seen:
        assert seen.script(ANSWER) == before
        assert seen.page.locator("input[type=checkbox]").last.is_checked()
        seen.page.locator("#again").click()
        assert seen.script(ANSWER) != before
    for damaged in ("#f0=abc&f1=99&f99=1&lang=xx", "#f0=%", "#=&&"):
        with visit(browser, pages["classes"], damaged) as seen:
            assert seen.errors == [] and "%" in seen.text("#answer")


def test_a_slider_moves_by_keys_and_the_units_follow(browser: Any, pages: dict[str, Path]) -> None:
    with visit(browser, pages["plain"]) as seen:
        held = "units.map(layer => layer.map(u => u.on.getAttribute('fill-opacity')))"
        before, answer = seen.script(held), seen.script(ANSWER)
        assert [len(layer) for layer in before] == [3, 64, 5, 2]
        seen.page.locator("input[type=range]").first.focus()
        for key in ("ArrowRight", "PageUp", "ArrowUp"):
            seen.page.keyboard.press(key)
        assert seen.script(held) != before and seen.script(ANSWER) != answer
        assert seen.page.locator(".drawing line").count() == 10  # no lines to or from a block
        assert "y2" in seen.text("#answer")
    with visit(browser, pages["deep"]) as seen:
        assert seen.page.locator(".drawing circle").count() == 2 * (3 + 4 + 1)


def test_names_of_a_table_are_text(browser: Any, pages: dict[str, Path]) -> None:
    with visit(browser, pages["classes"]) as seen:
        assert CLASSES[0] in seen.text("#answer") and 'in"come' in seen.text("#fields")
        options = seen.script("[...document.querySelectorAll('option')].map(o => o.textContent)")
        assert set(HOME) <= set(options)
        assert (
            seen.script("document.querySelectorAll('main b b, main script:not([type])').length")
            == 0
        )


@pytest.mark.parametrize("which", ["classes", "number", "plain"])
def test_everybody_can_use_it(browser: Any, pages: dict[str, Path], which: str) -> None:
    with visit(browser, pages[which], viewport={"width": 390, "height": 844}) as seen:
        assert seen.violations("light", "dark") == []
        for width, height in SIZES:
            seen.page.set_viewport_size({"width": width, "height": height})
            assert seen.script("document.documentElement.scrollWidth") <= width
            assert seen.script("document.querySelector('.drawing svg').clientWidth") >= 500
        assert seen.errors == [] and seen.requests == []


def test_it_speaks_the_language_that_is_chosen(browser: Any, pages: dict[str, Path]) -> None:
    with visit(browser, pages["classes"]) as seen:
        assert "missing" in seen.text("main") and "Start again" in seen.text("main")
        seen.page.select_option("#lang", "id")
        assert "tidak ada" in seen.text("main") and "Answer" not in seen.text("main")


def test_what_has_no_page_is_refused(tmp_path: Path) -> None:
    conv = nn.Sequential(nn.Conv2d(1, 1, 2), nn.Flatten())
    for model, X, message in [
        (conv, np.zeros((2, 1, 4, 4)), r"a page has a control for each number of a row.*\.js"),
        (nn.MLP(3, [1]), None, "the sliders of a page go from .*several rows"),
        (nn.MLP(101, [1]), np.eye(101), "each of up to 100 inputs"),
        (nn.Embedding(3, 2), np.zeros((2, 1), int), "a control for each number of a row"),
    ]:
        with pytest.raises(ValueError, match=message):
            nn.export(model, tmp_path / "net.html", X)
    assert not list(tmp_path.iterdir())
