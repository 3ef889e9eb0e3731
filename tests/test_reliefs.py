"""Landscapes in a page, in a real browser: heights that are read, surfaces that are turned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd.cli.drawn import Drawn
from autograd.writing import in_every_language
from nn.pictures import LossSurface
from optim.figures import Relief, relief_page
from optim.races import race
from tests.browser import Visit, visit

X, Y = nn.data.moons(40, rng=0)


@pytest.fixture(scope="module")
def surface() -> LossSurface:
    net = nn.MLP(2, [4, 2], rng=0)
    return nn.loss_surface(net, (X, Y), nn.CrossEntropyLoss(), resolution=7, rng=0)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, surface: LossSurface) -> Path:
    path = tmp_path_factory.mktemp("reliefs") / "pair.html"
    two = [surface.relief(in_every_language(name)) for name in ("one", "other")]
    path.write_text(relief_page(two, in_every_language("two"), "en"), encoding="utf-8")
    return path


@pytest.fixture
def seen(browser: Any, pair: Path) -> Iterator[Visit]:
    with visit(browser, pair, viewport={"width": 1280, "height": 720}) as page:
        yield page
        assert page.errors == [] and page.requests == []


def test_a_height_is_read_by_pointer_and_keys(seen: Visit, surface: LossSurface) -> None:
    map_ = seen.page.locator(".relief-map").first
    map_.focus()
    seen.page.keyboard.press("ArrowRight")  # from the middle
    loss = float(surface.losses[3, 4])
    assert seen.text(".relief-said") == f"loss at (0.3333, 0): {loss:.4g}"
    map_.hover(position={"x": 60, "y": 15})
    assert f"{float(surface.losses[6, 0]):.4g}" in seen.text(".relief-said")


def test_on_paper_a_dark_surface_has_dark_words(browser: Any, pair: Path) -> None:
    light = """(() => {
        const { width, height } = document.querySelector("canvas");
        const paint = document.querySelector("canvas").getContext("2d");
        const found = paint.getImageData(0, 0, width, height).data;
        return found.some((v, k) => k % 4 === 0 && v > 225 && found[k + 2] > 235);
    })()"""
    with visit(browser, pair, color_scheme="dark") as page:
        page.until(light)
        page.page.emulate_media(media="print")
        page.until(f"!{light}")
        page.page.emulate_media(media="screen")
        page.until(light)


def test_both_surfaces_are_turned_together_and_the_address_tells(seen: Visit) -> None:
    pictures = "[...document.querySelectorAll('canvas')].map(c => c.toDataURL())"
    before = seen.script(pictures)
    seen.page.locator("canvas").nth(1).focus()
    seen.page.keyboard.press("ArrowLeft")
    seen.until("location.hash === '#view=-65,32'")
    seen.until(f"({pictures})[0] !== {before[0]!r}")
    assert [a != b for a, b in zip(before, seen.script(pictures))] == [True, True]
    box = seen.page.locator("canvas").first.bounding_box()
    seen.page.mouse.move(box["x"] + 50, box["y"] + 50)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 90, box["y"] + 70, steps=2)
    seen.page.mouse.up()
    assert seen.script("location.hash") == "#view=-45,40"
    seen.page.reload()
    assert "turned by -45°, seen from 40°" in seen.script(
        "document.querySelector('canvas').getAttribute('aria-label')"
    )


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (1280, 720), (1920, 1080)])
def test_it_fits_every_screen_and_reader(browser: Any, pair: Path, size: tuple[int, int]) -> None:
    view = dict(zip(("width", "height"), size))
    with visit(browser, pair, viewport=view) as page:
        assert page.script("document.documentElement.scrollWidth") <= size[0]
        assert page.violations("light", "dark") == []
        for code in page.script("[...document.querySelector('#lang').options].map(o => o.value)"):
            page.page.locator("#lang").select_option(code)
            assert "undefined" not in page.text("main")
        assert page.errors == []


def test_a_surface_is_saved_as_its_name_asks(surface: LossSurface, tmp_path: Path) -> None:
    assert "relief" in surface.save(tmp_path / "a.html").read_text(encoding="utf-8")
    assert surface.save(tmp_path / "a.png").stat().st_size > 1000
    with pytest.raises(ValueError, match=r"must end in \.svg, \.png, \.pdf, \.html"):
        surface.save(tmp_path / "a.txt")


def test_heights_that_are_not_finite_are_left_out(browser: Any, tmp_path: Path) -> None:
    heights = np.array([[1.0, np.nan, 2.0], [0.0, 1.0, np.inf], [3.0, 2.0, 1.0]])
    title, x, y, z = (in_every_language(name) for name in "txyz")
    one = Relief(title, np.arange(3.0), np.arange(3.0), heights, x, y, z)
    path = tmp_path / "gaps.html"
    path.write_text(relief_page([one], title), encoding="utf-8")
    with visit(browser, path) as page:
        assert page.script("document.querySelectorAll('.cells rect').length") == 1
        assert page.errors == []


def test_lessons_show_what_answers_in_less_than_a_megabyte(browser: Any, tmp_path: Path) -> None:
    from nn.examples.procedure import loss_surface_of_a_network
    from optim.examples import EXAMPLES

    runs = {
        "race": EXAMPLES["race"](),
        "landscapes": EXAMPLES["landscapes"](),
        "loss": loss_surface_of_a_network(resolution=9),
    }
    for name, run in runs.items():
        path = tmp_path / f"{name}.html"
        path.write_text(Drawn.of(run).html(), encoding="utf-8")
        assert path.stat().st_size < 900_000, name
        with visit(browser, path, viewport={"width": 1280, "height": 720}) as page:
            kind = ".race-map .racer" if name == "race" else ".relief-map .cells rect"
            assert page.script(f"document.querySelectorAll({kind!r}).length") > 10
            assert page.errors == [] and page.violations() == []


def test_the_surfaces_of_several_races_are_chosen_in_one_page(browser: Any, tmp_path: Path) -> None:
    from autograd.stage import shell
    from optim.races import race_parts

    makers = {"adam": lambda p: optim.Adam(p, 0.1), "own": lambda p: optim.SGD(p, lambda t: 0.1)}
    parts = race_parts([race(name, makers, steps=9) for name in ("bowl", "beale")])
    path = tmp_path / "races.html"
    page_ = shell(in_every_language("races"), parts.sections[0], styles=parts.styles,
                  script=f"{parts.script}speak();", words=parts.words)  # fmt: skip
    path.write_text(page_, encoding="utf-8")
    counted = "document.querySelectorAll('.race-map .racer').length"
    with visit(browser, path) as page:
        found = []
        for place in range(3):
            page.page.locator(".race-surface").select_option(str(place))
            found.append(page.script(counted))
        assert found == [2, 2, 1] and page.errors == []
