"""A real Chromium for tests of pages, and what it notices: requests, console messages, errors."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import peers

#: Without these the browser looks up hosts of its own at every start.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


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

    def violations(self) -> list[str]:
        """What axe-core has to say about the page as it is now."""
        axe = peers.require("axe_playwright_python")
        source = importlib.resources.files(axe).joinpath("axe.min.js").read_text(encoding="utf-8")
        # Through the debugger's protocol: the page's own policy would not let a script in.
        self.page.evaluate(source + "\n;0")
        found = self.page.evaluate("axe.run()")
        return [
            f"{v['id']}: {v['help']}: {n['html'][:200]}"
            for v in found["violations"]
            for n in v["nodes"]
        ]


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser; skips (in CI fails) where there is none."""
    path = peers.require("chromium")
    playwright = peers.require("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Any, path: Path, fragment: str = "", **wishes: Any) -> Iterator[Visit]:
    """``path`` opened in a window of its own."""
    context = browser.new_context(**wishes)
    seen = Visit(context.new_page())
    own = path.resolve().as_uri()
    seen.page.on(
        "request",
        lambda request: None if request.url.startswith(own) else seen.requests.append(request.url),
    )
    seen.page.on(
        "console", lambda m: seen.errors.append(m.text) if m.type in ("error", "warning") else None
    )
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.goto(own + fragment)
    try:
        yield seen
    finally:
        context.close()
