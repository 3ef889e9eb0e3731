"""The states of a page, each looked at by axe-core: steps, questions, paths, boxes, frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser import visit

#: What leads to each state of a page that is opened once for them.
STATES = {
    "start": "go(0)",
    "middle": "go(last() >> 1)",
    "last": "go(last())",
    "paths": "document.querySelector('.scene:not([hidden]) .to-paths')?.click()",
    "boxes open": "document.querySelector('.scene:not([hidden]) [data-box][aria-expanded=false]')"
    "?.dispatchEvent(new MouseEvent('click', { bubbles: true }))",
}
#: And what follows the page's address for the others.
ADDRESSES = {"quiz": "#quiz=1&step=1", "embed": "?embed#step=3", "present": "?present#step=3"}


def violations(browser: Any, path: Path) -> Iterator[tuple[str, list[str]]]:
    """What axe-core finds in each state, light and dark."""
    schemes, wishes = ("light", "dark"), {"reduced_motion": "reduce"}
    with visit(browser, path, "#quiz=0", **wishes) as seen:
        for state, script in STATES.items():
            seen.script(f"() => {{ {script} }}")
            yield state, [*seen.violations(*schemes), *seen.errors]
    for state, address in ADDRESSES.items():
        with visit(browser, path, address, **wishes) as seen:
            yield state, [*seen.violations(*schemes), *seen.errors]
