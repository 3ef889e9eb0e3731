"""A real Chromium for tests of pages, and what it notices: requests, console messages, errors."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import peers

#: Without these the browser looks up hosts of its own at every start.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

#: Neither what passed nor where it stands: axe-core would work both out at length.
SCAN = "axe.run(document, { resultTypes: ['violations'], selectors: false })"


@dataclass
class Visit:
    """An open page and what has happened on it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).first.inner_text())

    def script(self, expression: str, *arguments: Any) -> Any:
        return self.page.evaluate(expression, *arguments)

    def until(self, expression: str) -> None:
        """Wait for it to become true; the page's policy forbids Playwright's own way of waiting."""
        for _ in range(200):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"{expression} did not become true within 5 seconds")

    def violations(self, *schemes: str) -> list[str]:
        """What axe-core has to say about the page as it is now, in each of the colour schemes."""
        if not self.script("typeof axe === 'object'"):
            axe = peers.require("axe_playwright_python")
            source = importlib.resources.files(axe).joinpath("axe.min.js")
            # Through the debugger's protocol: the page's own policy would not let a script in.
            self.script(source.read_text(encoding="utf-8") + "\n;0")
        found = []
        for scheme in schemes or (None,):
            if scheme is not None:
                self.page.emulate_media(color_scheme=scheme)
            found += self.script(SCAN)["violations"]
        return [f"{v['id']}: {v['help']}: {n['html'][:200]}" for v in found for n in v["nodes"]]


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser with a window; skips (in CI fails) where there is none."""
    path = peers.require("chromium")
    playwright = peers.require("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=FLAGS)
        try:
            # The page keeps the window open: a new one costs more than most visits.
            browser.new_context().new_page()
            yield browser
        finally:
            browser.close()


class Shared:
    """The Chromium of the tests in a row that ask for one, from the first of them."""

    _running: ExitStack | None = None
    _browser: Any = None

    @classmethod
    def browser(cls) -> Any:
        if cls._running is None:
            running = ExitStack()
            cls._browser = running.enter_context(chromium())
            cls._running = running
        return cls._browser

    @classmethod
    def stop(cls) -> None:
        if cls._running is not None:
            cls._running.close()
            cls._running = cls._browser = None


@contextmanager
def visit(browser: Any, path: Path, fragment: str = "", **wishes: Any) -> Iterator[Visit]:
    """``path`` opened in a tab; where a tab cannot have the ``wishes``, in a window of its own."""
    size = wishes.pop("viewport", None)
    media = {key: wishes.pop(key) for key in ("color_scheme", "reduced_motion") if key in wishes}
    context = browser.new_context(**wishes) if wishes else browser.contexts[0]
    seen = Visit(context.new_page())
    if size is not None:
        seen.page.set_viewport_size(size)
    if media:
        seen.page.emulate_media(**media)
    own = path.resolve().as_uri()
    seen.page.on(
        "request",
        lambda request: None if request.url.startswith(own) else seen.requests.append(request.url),
    )
    seen.page.on(
        "console", lambda m: seen.errors.append(m.text) if m.type in ("error", "warning") else None
    )
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    try:
        seen.page.goto(own + fragment)
        yield seen
    finally:
        seen.page.close()
        if wishes:
            context.close()
