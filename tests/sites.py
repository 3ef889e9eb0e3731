"""A site is whole: what its pages link is there, and every page has the shell of all.

``python -m tests.sites DIR`` reads a site that ``tracegrad examples --all -o DIR`` wrote: it
follows every link, and opens every page at five sizes, light and dark, with axe-core.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.browser import chromium, visit

SIZES = ((1280, 720), (1920, 1080), (768, 1024), (360, 740), (740, 360))


def broken_links(folder: Path, elsewhere: Collection[str] = ()) -> list[str]:
    """The links of a site's pages that lead nowhere, or out of it; and pages without a way back.

    ``elsewhere`` are pages that a part of a site does not have.
    """
    pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    found, reached = [], {"index.html"}
    for name, page in pages.items():
        for value in re.findall(r'\b(?:href|src)="([^"]*)"', page):
            target = html.unescape(value)
            if target.startswith("data:image/"):
                continue
            file, _, anchor = target.partition("#")
            if file in elsewhere and file not in pages:
                continue
            if not file:
                inside = page
            elif re.match(r"[a-z]+:|/", file) or unquote(file) not in pages:
                found.append(f"{name}: {target}")
                continue
            else:
                inside = pages[unquote(file)]
                reached.add(unquote(file))
            if anchor and f'id="{anchor}"' not in inside:
                found.append(f"{name}: {target}")
        if name != "index.html" and 'href="index.html" rel="contents"' not in page:
            found.append(f"{name}: no link to the index")
        for relation in ("prev", "next"):
            for target in re.findall(rf'href="([^"]*)" rel="{relation}"', page):
                back = {"prev": "next", "next": "prev"}[relation]
                if f'href="{name}" rel="{back}"' not in pages.get(target, ""):
                    found.append(f"{name}: {target} does not lead back")
    return found + [f"{name}: not reached" for name in sorted(set(pages) - reached)]


def controls(page: str) -> list[str]:
    """What the header of a page has, in order: elements, ids and relations of links."""
    header = re.findall(r"<header>\n.*?</header>", page, re.DOTALL)
    assert len(header) == 1, len(header)
    parts = re.findall(r'<(nav|h1|select|button)\b(?:[^>]*? id="(\w+)")?', header[0])
    return [name or tag for tag, name in parts]


def faults(browser: Any, path: Path) -> list[str]:
    """What is wrong with a page on any screen, light and dark."""
    found = []
    for width, height in SIZES:
        with visit(browser, path, viewport={"width": width, "height": height}) as seen:
            over = seen.script("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                found.append(f"{path.name} at {width}x{height}: {over} px too wide")
            if (width, height) == SIZES[0]:
                found += [f"{path.name}: {one}" for one in seen.violations("light", "dark")]
            found += [f"{path.name}: {one}" for one in (*seen.errors, *seen.requests)]
    return found


def main() -> int:
    folder = Path(sys.argv[1])
    found = broken_links(folder)
    with chromium() as browser:
        for path in sorted(folder.glob("*.html")):
            found += faults(browser, path)
            print(path.name, flush=True)
    print(*found, sep="\n")
    print(f"{len(found)} faults")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
