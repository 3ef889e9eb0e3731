"""What the stage is held to, measured in Chromium: ``python -m tests.stage [NAME...]``.

For every page and window size: the share of the steps whose active card is wholly in the window and
in its stage, the smallest text of that card on screen, how many pixels of a step's formulas need
scrolling, the widest overflow, and what the console said; for every page its bytes, the first paint
and the median time of a step; and what axe-core finds in each of its states, light and dark.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograd.lessons.stepper import steps
from autograd.lessons.worked_examples import EXAMPLES
from autograd.stage import html
from tests.browser import chromium, visit
from tests.stage_graphs import GRAPHS
from tests.stage_states import violations

SIZES = ((1280, 720), (1920, 1080), (768, 1024), (360, 740), (740, 360))
#: At most this many steps of a scene are looked at, evenly spaced.
MOST = 400

LOOK = """(most) => {
  const seen = [], count = scenes.length, clock = [];
  let cut = 0;
  for (let place = 0; place < count; place += 1) {
    choose(place, 0);
    const end = last(), stride = Math.max(1, Math.ceil(end / most));
    for (let k = 1; k <= end; k += stride) {
      const began = performance.now();
      go(k);
      clock.push(performance.now() - began);
      const panel = document.querySelector('.scene:not([hidden]) .panel');
      const lines = [...panel.querySelectorAll('.step.on .eq')].filter((e) => e.offsetHeight);
      const bottom = Math.max(0, ...lines.map((e) => e.getBoundingClientRect().bottom));
      const below = bottom - panel.getBoundingClientRect().bottom;
      cut = Math.max(cut, below, panel.scrollWidth - panel.clientWidth);
      const cards = document.querySelectorAll('[aria-current="step"]');
      const card = cards[0] || document.querySelector('.scene:not([hidden]) .now .card');
      if (!card) { seen.push([0, 0]); continue; }
      const r = (card.querySelector?.('.card') || card).getBoundingClientRect();
      const s = card.closest('.picture').getBoundingClientRect();
      const whole = r.width > 0 &&
        r.top >= Math.max(0, s.top) - 1 && r.bottom <= Math.min(innerHeight, s.bottom) + 1 &&
        r.left >= Math.max(0, s.left) - 1 && r.right <= Math.min(innerWidth, s.right) + 1;
      const texts = [...(card.matches('g') ? card : card.parentNode).querySelectorAll('text')];
      const sizes = texts.filter((t) => t.textContent).map((t) =>
        parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a);
      seen.push([whole ? 1 : 0, sizes.length ? Math.min(...sizes) : 99]);
    }
  }
  const d = document.documentElement;
  clock.sort((a, b) => a - b);
  return { seen, cut, over: d.scrollWidth - innerWidth, median: clock[clock.length >> 1] || 0 };
}"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass
class Figures:
    """One page at one size."""

    page: str
    size: tuple[int, int]
    steps: int
    visible: int
    smallest: float
    cut: float
    overflow: float
    median: float
    paint: float
    said: list[str]

    def line(self) -> str:
        share = 100 * self.visible / max(1, self.steps)
        size = f"{self.size[0]}x{self.size[1]}"
        return (
            f"{self.page:24} {size:>9} {self.steps:5} steps {share:5.1f} % visible "
            f"text {self.smallest:5.1f} px  cut {self.cut:4.0f} px  "
            f"step {self.median:6.1f} ms  paint {self.paint:6.0f} ms"
            + (f"  OVERFLOW {self.overflow:.0f} px" if self.overflow > 0 else "")
            + (f"  SAID {self.said[0][:80]}" if self.said else "")
        )


def write_pages(folder: Path, names: Iterable[str] = ()) -> list[Path]:
    """The lessons' pages and those of the graphs, or those of them that are named."""
    makers: dict[str, Callable[[], str]] = {}
    makers |= {example.name: partial(html, example) for example in EXAMPLES.values()}
    makers |= {name: partial(graph_page, make) for name, make in GRAPHS.items()}
    paths = []
    for name in names or makers:
        path = folder / f"{name}.html"
        began = time.perf_counter()
        try:
            path.write_text(makers[name](), encoding="utf-8")
        except ValueError as error:
            print(f"{name:24} no page: {error}")
            continue
        seconds = time.perf_counter() - began
        print(f"{name:24} {path.stat().st_size:10,} bytes  written in {seconds:.1f} s", flush=True)
        paths.append(path)
    return paths


def graph_page(make: Callable[[], Any]) -> str:
    return steps(make(), names={}).html()


def look(browser: Any, path: Path, size: tuple[int, int], most: int = MOST) -> Figures:
    window = {"width": size[0], "height": size[1]}
    with visit(browser, path, viewport=window, reduced_motion="reduce") as seen:
        found = seen.script(LOOK, most)
        paint = float(seen.script(PAINTED))
        cards = found["seen"]
        smallest = min((text for _, text in cards), default=0.0)
        visible = sum(whole for whole, _ in cards)
        return Figures(
            path.stem, size, len(cards), visible, smallest, found["cut"], found["over"],
            found["median"], paint, seen.errors,
        )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sizes", default=",".join(f"{w}x{h}" for w, h in SIZES))
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--no-axe", action="store_true", help="leave out axe-core")
    options = parser.parse_args()
    sizes = [tuple(map(int, size.split("x"))) for size in options.sizes.split(",")]
    every, faults = [], 0
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for path in write_pages(Path(folder), options.names):
            for width, height in sizes:
                figures = look(browser, path, (width, height), options.most)
                print(figures.line(), flush=True)
                every.append(figures)
            for state, found in () if options.no_axe else violations(browser, path):
                faults += len(found)
                for fault in found:
                    print(f"{path.stem:24} {state}: {fault}", flush=True)
    total = sum(f.steps for f in every)
    whole = sum(f.visible for f in every)
    print(f"\n{whole:,} of {total:,} steps show the active card whole: {100 * whole / total:.1f} %")
    print(f"smallest text {min(f.smallest for f in every):.1f} px")
    print(f"median step, on the slowest page {max(f.median for f in every):.0f} ms")
    print(f"latest paint {max(f.paint for f in every):.0f} ms")
    print(f"{faults} violations of axe-core's rules, in any state")
    return 0 if whole == total and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
