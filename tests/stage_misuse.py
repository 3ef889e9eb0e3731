"""What people do to a page that nobody planned: it goes on, and says nothing on the console."""

from __future__ import annotations

from tests.browser import Visit

ADDRESSES = (
    "step=999999", "step=-1", "step=1e99", "step=%E0%A4%A", "open=9.99999.x&step=3",
    "set=0:x,9999:1", "scene=99", "ask=1.999,9.1", "quiz=0&lang=xx", "", "=&&=", "rate=nan",
)  # fmt: skip
NONSENSE = ("", "-", "1e", "1e999", "e", "..", "0x10")


def mishandle(seen: Visit) -> None:
    """Every misuse in turn; AssertionError where the page does not step afterwards."""
    page = seen.page
    for text in ADDRESSES:
        seen.script("(text) => { location.hash = text; }", text)
        page.wait_for_timeout(30)
        assert seen.script("at >= 0 && at <= last()"), text
    seen.script("location.hash = 'quiz=0&step=2'")
    page.wait_for_timeout(30)
    page.go_back()
    page.go_forward()
    fields = page.locator(".live input[data-row]:visible")
    for text in NONSENSE if fields.count() else ():
        fields.first.focus()
        page.keyboard.press("Control+A")
        page.keyboard.press("Backspace")
        page.keyboard.type(text)
    page.click(".picture:visible")  # leaves the field
    page.keyboard.press("Escape")
    seen.script(
        "document.activeElement.blur(); for (let k = 0; k < 200; k += 1) {"
        "  const key = k % 7 ? 'ArrowRight' : 'ArrowLeft';"
        "  document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, key })); }"
    )
    assert seen.script("at >= 0 && at <= last()")
    page.keyboard.press("Home")
    page.click("#play")
    for size in ((500, 400), (1280, 720), (320, 300)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
    page.click("#play")
    page.set_viewport_size({"width": 640, "height": 360})  # 1280 by 720 at 200 %
    assert seen.script("document.documentElement.scrollWidth <= innerWidth")
    page.mouse.move(150, 150)
    page.mouse.down()
    page.mouse.move(-50, -80, steps=3)  # off the window, where the button is let go
    seen.script("dispatchEvent(new PointerEvent('pointerup', { pointerId: 99 }))")
    page.mouse.up()
    page.mouse.move(200, 150)
    held = seen.script("[camera.view.x, touching.size]")
    page.mouse.move(260, 190)
    assert seen.script("[camera.view.x, touching.size]") == held == [held[0], 0]
    for button in ("next", "play", "fit", "follow", "last"):
        page.dblclick(f"#{button}", force=True)
    page.dblclick(".picture:visible")
    if seen.script("timer !== null"):
        page.click("#play")
    page.set_viewport_size({"width": 1280, "height": 720})
    seen.script("camera.following || document.getElementById('follow').click(); go(0)")
    page.keyboard.press("ArrowRight")
    assert seen.script("at") == 1 and page.locator('[aria-current="step"]').count() == 1
    assert seen.errors == [] and seen.requests == []
