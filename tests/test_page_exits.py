"""The page elsewhere: the whole screen, two fingers on a phone, a projector, a frame, paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd.lessons.worked_examples import find
from autograd.stage import html
from tests.browser import Visit, visit
from tests.stage import write_pages

STILL = {"reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exits")
    write_pages(path, ["mlp-2-3-1", "three-layer-backprop"])
    (path / "quiz.html").write_text(html(find("W3"), quiz=True), encoding="utf-8")
    return path


def quiet(seen: Visit) -> bool:
    return seen.requests == [] and seen.errors == []


def test_the_key_f_fills_the_screen_and_gives_it_back(browser: Any, folder: Path) -> None:
    with visit(browser, folder / "mlp-2-3-1.html", **STILL) as seen:
        for key in ("f", "f"):
            before = seen.script("document.fullscreenElement !== null")
            seen.page.keyboard.press(key)
            seen.until(f"(document.fullscreenElement !== null) !== {str(before).lower()}")
        seen.page.click("#full")
        seen.until("document.fullscreenElement === document.documentElement")
        assert quiet(seen)


def test_two_fingers_zoom_around_the_middle_between_them(browser: Any, folder: Path) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, **STILL}
    with visit(browser, folder / "mlp-2-3-1.html", "#step=9", **phone) as seen:
        touch = seen.page.context.new_cdp_session(seen.page)
        before = seen.script("({...camera.view})")
        # What is under the middle of the fingers stays there.
        under = """() => { const b = scene().svg.getBoundingClientRect(), v = camera.view;
          return [v.x + v.w * (180 - b.left) / b.width, v.y + v.h * (260 - b.top) / b.height]; }"""
        middle = seen.script(under)
        for kind, spread in (("Start", 40), ("Move", 60), ("Move", 80), ("End", None)):
            points = [] if spread is None else [
                {"x": 180 - spread, "y": 260, "id": 0}, {"x": 180 + spread, "y": 260, "id": 1},
            ]  # fmt: skip
            event = {"type": f"touch{kind}", "touchPoints": points}
            touch.send("Input.dispatchTouchEvent", event)
        after = seen.script("camera.view")
        assert after["w"] == pytest.approx(before["w"] / 2, rel=0.1)
        assert seen.script(under) == pytest.approx(middle, abs=0.05 * after["w"])
        assert seen.page.get_attribute("#follow", "aria-pressed") == "false"
        # The page itself neither zooms nor scrolls.
        assert seen.script("[visualViewport.scale, scrollX, scrollY]") == [1, 0, 0]
        assert quiet(seen)


def test_on_a_projector_a_clicker_steps_and_the_type_is_large(browser: Any, folder: Path) -> None:
    wide = {"viewport": {"width": 1920, "height": 1080}, **STILL}
    with visit(browser, folder / "mlp-2-3-1.html", "?present#step=3", **wide) as seen:
        assert seen.script("$('header').offsetHeight") == 1  # its heading is there for readers
        seen.page.keyboard.press("PageDown")
        seen.until("document.fullscreenElement === document.documentElement")
        assert seen.script("at") == 4
        seen.page.keyboard.press("PageDown")
        seen.page.keyboard.press("PageUp")
        seen.page.keyboard.press("PageUp")
        assert seen.script("at") == 3
        sizes = seen.script(
            """() => [...document.querySelectorAll('[aria-current="step"] text, .step.on math')]
              .map((e) => parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM?.().a ?? 1))"""
        )
        assert min(sizes) >= 24
        one_row = "$('.controls').offsetHeight < 1.6 * $('#next').offsetHeight"
        assert seen.script(one_row) and quiet(seen)


FRAME = """<!doctype html><title>around</title><iframe title="page" src="PAGE.html?embed"
width="WIDTH" height="200"></iframe><script>heights = []; addEventListener("message", (e) => {
heights.push(e.data.tracegrad.height);
document.querySelector("iframe").style.height = e.data.tracegrad.height + "px"; });</script>"""


@pytest.mark.parametrize("width", [314, 1000])
def test_a_frame_gets_the_height_of_the_page_in_it(browser: Any, folder: Path, width: int) -> None:
    for name in ("mlp-2-3-1", "three-layer-backprop"):
        around = folder / "around.html"
        written = FRAME.replace("PAGE", name).replace("WIDTH", str(width))
        around.write_text(written, encoding="utf-8")
        with visit(browser, around, viewport={"width": width + 60, "height": 900}, **STILL) as seen:
            seen.until("heights.length > 0")
            frame = seen.page.frames[1]
            still = """() => new Promise((done) => setTimeout(() => {
              const d = document.documentElement;
              done([innerHeight, d.scrollHeight, d.scrollWidth]);
            }, 150))"""
            sizes = [frame.evaluate(still) for _ in range(3)]
            # It fits, does not grow with its frame, and is no wider than it.
            assert sizes[-1] == sizes[-2] and sizes[-1][0] == sizes[-1][1], sizes
            assert sizes[-1][2] <= width and len(seen.script("heights")) < 10
            assert not frame.locator(".settings").is_visible()
            assert seen.errors == []


def test_no_width_makes_a_page_scroll_sideways(browser: Any, folder: Path) -> None:
    for name in ("three-layer-backprop", "quiz"):
        with visit(browser, folder / f"{name}.html", **STILL) as seen:
            for width in (300, 314, 420, 610, 990):
                seen.page.set_viewport_size({"width": width, "height": 640})
                for step in ("0", "last()"):
                    seen.script(f"go({step})")
                    over = seen.script("document.documentElement.scrollWidth - innerWidth")
                    assert over <= 0, (name, width, step)
