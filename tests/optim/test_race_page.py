"""The page of a race in a real browser: its paths are Python's, and it answers to every control."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import optim
from autograd.writing import LANGUAGES, translated
from optim.races import ENTRANTS, race
from optim.surfaces import SURFACES
from tests.browser import Visit, visit
from tests.optim.test_race_programs import opened


@pytest.fixture
def seen(browser: Any, beale: Path) -> Iterator[Visit]:
    with visit(browser, beale, viewport={"width": 1280, "height": 720}) as page:
        yield page
        assert page.requests == [] and page.errors == []


def test_what_follows_a_schedule_stays_as_python_computed_it(browser: Any, tmp_path: Path) -> None:
    one = race("bowl", {"own": lambda p: optim.SGD(p, optim.Cosine(0.1, 9)), "sgd": optim.SGD})
    with opened(browser, tmp_path, one, fragment="#start=1,1&pick=own") as page:
        assert losses(page)[0] == "–" and losses(page)[1] != "–"
        assert "Python alone computes own" in page.text(".race-notice")
        page.page.locator(".race-again").click()
        assert losses(page)[0] != "–" and page.text(".race-notice") == ""
        assert page.errors == []


def losses(seen: Visit) -> list[str]:
    return seen.page.locator(".race-rows td.number").all_inner_texts()  # type: ignore[no-any-return]


def hash_of(seen: Visit) -> str:
    return str(seen.script("location.hash"))


def test_the_start_is_dragged_and_moved_by_keys(seen: Visit) -> None:
    before = losses(seen)
    box = seen.page.locator(".start circle").last.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x + 60, y + 30, steps=3)
    seen.page.mouse.up()
    seen.until("location.hash.includes('start=')")
    moved = losses(seen)
    assert all(a != b for a, b in zip(before, moved))
    assert "–" not in moved and seen.text(".race-notice") == ""
    seen.page.keyboard.press("ArrowLeft")
    was = hash_of(seen)
    seen.page.keyboard.press("Shift+ArrowUp")
    seen.until(f"location.hash !== {was!r}")
    seen.page.locator(".race-again").click()
    seen.until("!location.hash.includes('start=')")
    assert losses(seen) == before


def test_rates_are_typed_with_a_comma_and_kept_in_the_address(seen: Visit) -> None:
    before = losses(seen)
    field = seen.page.locator(".race-rows input[type=text]").first
    field.fill("0,02")
    field.press("Enter")
    seen.until("location.hash.includes('rates=sgd:0.02')")
    after = losses(seen)
    assert after[0] != before[0] and after[1:] == before[1:]
    field.fill("fast")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true" and losses(seen) == after
    assert "above 0" in seen.text(".race-notice")
    seen.page.locator(".race-rows input[type=range]").nth(1).focus()
    seen.page.keyboard.press("ArrowRight")
    seen.until("location.hash.includes('momentum:')")
    address = hash_of(seen)
    seen.page.reload()
    assert hash_of(seen) == address and losses(seen)[0] == after[0]


def test_the_start_keeps_the_focus_while_the_page_grows(browser: Any, beale: Path) -> None:
    """Of Newton's update there are more rows where it descends; the keys go on moving the start."""
    with visit(browser, beale, "#pick=newton&start=3.2,0.3&step=0") as seen:
        seen.page.locator(".start").focus()
        rows = set()
        for _ in range(8):
            before = hash_of(seen)
            seen.page.keyboard.press("Shift+ArrowLeft")
            seen.until(f"location.hash !== {before!r}")
            rows.add(seen.script("document.querySelectorAll('.race-update tr').length"))
        assert len(rows) == 2
        assert seen.script("document.activeElement.matches('.start')")
        assert seen.errors == []


def test_a_start_without_a_height_is_refused(seen: Visit) -> None:
    before = losses(seen)
    field = seen.page.locator(".race-x")
    field.fill("1e200")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true" and losses(seen) == before
    assert "finite height" in seen.text(".race-notice") and hash_of(seen) == ""


def test_names_of_any_letters_are_kept_in_the_address(browser: Any, tmp_path: Path) -> None:
    names = ("a&b, c: 50%", "x:1,y")
    one = race("bowl", {name: lambda p: optim.SGD(p, 0.1) for name in names}, steps=9)
    with opened(browser, tmp_path, one) as page:
        page.page.locator(".race-rows input[type=checkbox]").first.uncheck()
        field = page.page.locator(".race-rows input[type=text]").last
        field.fill("0.25")
        field.press("Enter")
        page.until("location.hash.includes('rates')")
        page.page.reload()
        on = "[...document.querySelectorAll('.race-rows input[type=checkbox]')].map(e => e.checked)"
        assert page.script(on) == [False, True]
        rates = "[...document.querySelectorAll('.race-rows input[type=text]')].map(e => e.value)"
        assert page.script(rates) == ["0.1", "0.25"]
        assert page.errors == []


def test_a_damaged_address_is_read_as_far_as_it_can_be(browser: Any, beale: Path) -> None:
    wrong = (
        "#lang=constructor&theme=toString&rates=sgd:1e999,adam:0.2&start=1e200,1&steps=-3&step=x"
    )
    with visit(browser, beale, wrong) as seen:
        assert seen.script("document.documentElement.lang") == "en"
        assert seen.page.locator(".race-rows input[type=text]").first.input_value() == "0.01"
        assert seen.script("document.querySelectorAll('.race-map .racer').length") == 18
        assert "of 60" in seen.text(".race-count")
        assert seen.errors == []


def test_a_point_of_a_path_shows_its_update(seen: Visit) -> None:
    assert "Choose" in seen.text(".race-update")
    seen.script("location.hash = '#pick=adam&step=3'")
    seen.until("document.querySelector('.race-update h2').textContent === 'Update 4 of adam'")
    shown = seen.text(".race-update table")
    (run,) = race("beale", ["adam"], steps=4).runs.values()
    for number in (run.path[3][0], run.path[4][0], run.path[4][1]):
        assert f"{number:.4g}".replace("-", "−") in shown.replace(" ", "")
    seen.page.locator(".race-rows button").first.click()
    assert "of sgd" in seen.text(".race-update h2")
    # A click on the map picks what is near.
    spot = seen.script(
        """() => {
            const head = document.querySelectorAll(".race-map .racer .head")[5];
            const box = head.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    seen.page.mouse.click(*spot)
    seen.until("location.hash.includes('pick=')")
    for name, word in (("lbfgs", "d = −Hg"), ("newton", "λ₁"), ("ars", "σ")):
        seen.page.locator(".race-rows button").nth([*ENTRANTS].index(name)).click()
        assert word in seen.text(".race-update table")


def test_it_plays_scrubs_and_hides(seen: Visit) -> None:
    seen.page.locator(".race-play").click()
    assert seen.text(".race-play") == "Pause"
    seen.page.locator(".race-play").click()
    seen.page.locator(".race-scrub").fill("10")
    assert seen.text(".race-count") == "update 10 of 60" and "step=10" in hash_of(seen)
    seen.page.locator(".race-every").click()
    assert seen.script("document.querySelectorAll('.race-map .racer').length") == 0
    seen.page.locator(".race-rows input[type=checkbox]").nth(2).check()
    assert seen.script("document.querySelectorAll('.race-map .racer').length") == 1
    seen.page.locator(".race-steps").fill("30")
    seen.page.keyboard.press("Enter")
    assert "of 30" in seen.text(".race-count")
    seen.page.locator(".race-surface").select_option(label="rosenbrock")
    assert "surface=rosenbrock" in hash_of(seen)
    assert SURFACES["rosenbrock"].formula in seen.text(".race-formula")


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (768, 1024), (1280, 720), (1920, 1080)])
def test_it_fits_every_screen_and_reader(browser: Any, beale: Path, size: tuple[int, int]) -> None:
    wide, high = size
    with visit(
        browser, beale, "#pick=adam&step=5", viewport={"width": wide, "height": high}
    ) as page:
        assert page.script("document.documentElement.scrollWidth") <= wide
        assert page.violations("light", "dark") == []
        for code in page.script("[...document.querySelector('#lang').options].map(o => o.value)"):
            page.page.locator("#lang").select_option(code)
            assert "undefined" not in page.text("main")
        charts = page.script(
            "[...document.querySelectorAll('.race figure')].map(f => f.getBoundingClientRect().y)"
        )
        assert (charts[0] == charts[1]) == (wide > 700)
        assert page.errors == [] and page.requests == []


def test_on_paper_it_is_light_and_has_the_rates(browser: Any, beale: Path) -> None:
    with visit(browser, beale, color_scheme="dark") as page:
        page.page.emulate_media(media="print")
        colour = "getComputedStyle(document.querySelector('.race')).getPropertyValue('--c0')"
        assert page.script(colour) == "#0072b2"
        assert page.page.locator(".race-rows input[type=text]").first.is_visible()
        assert not page.page.locator(".race-rows input[type=range]").first.is_visible()


def test_the_names_of_racers_are_in_the_language_of_the_page(browser: Any, tmp_path: Path) -> None:
    racers = {
        name: lambda p, lr=lr: optim.SGD(p, lr) for name, lr in (("too small", 1e-3), ("mine", 0.1))
    }
    with opened(browser, tmp_path, race("bowl", racers, steps=3)) as page:
        buttons = page.page.locator(".race-rows button")
        for code, words in zip(LANGUAGES, translated("too small"), strict=True):
            page.page.locator("#lang").select_option(code)
            assert buttons.all_inner_texts() == [words, "mine"]
            assert words in page.page.locator(".race-rows input").first.get_attribute("aria-label")
        assert page.errors == []


def test_a_page_is_small(beale: Path) -> None:
    assert beale.stat().st_size < 200_000
