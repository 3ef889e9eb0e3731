"""How many pictures a second the page of a training draws: ``python -m tests.peers.live_frames``.

Two hidden layers of 8 neurons and 200 points, in a Chromium without a graphics card; each pace of
the page for four seconds. Beside it the milliseconds of the parts of one picture.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import nn
from tests.browser import chromium, visit

FRAGMENT = "#d=spirals&net=8,8&act=tanh,tanh&lr=0.01"
RUNS = """async () => {
  live.frames = 0;
  const first = live.training.steps, began = performance.now();
  live.toggle();
  await new Promise((done) => setTimeout(done, 4000));
  live.stop();
  const seconds = (performance.now() - began) / 1000;
  return [live.frames / seconds, (live.training.steps - first) / seconds];
}"""
PARTS = """() => {
  const layers = maps.over(maps.coarse), acts = {
    "one update": () => live.training.step(), "losses of all rows": () => live.noted(),
    "values over the plane": () => maps.over(maps.coarse),
    "maps of neurons": () => drawing.maps(layers, false),
    "map of the output": () => plane.draw(layers, false), "weights": () => drawing.weights(),
    "chart": () => chart.draw(),
  };
  return Object.entries(acts).map(([name, act]) => {
    const began = performance.now();
    for (let i = 0; i < 100; i += 1) act();
    return [name, (performance.now() - began) / 100];
  });
}"""


def main() -> None:
    with TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "live.html"
        text = nn.live_page("spirals", path)
        print(f"the page has {len(text.encode()):,} bytes")
        with visit(browser, path, FRAGMENT, viewport={"width": 1280, "height": 720}) as seen:
            for pace in ("step", "epoch", "ten"):
                seen.page.select_option("#pace", pace)
                frames, steps = seen.script(RUNS)
                print(f"{pace:>5}  {frames:5.1f} pictures/s  {steps:7.0f} updates/s")
            for name, milliseconds in seen.script(PARTS):
                print(f"{name:>22}  {milliseconds:6.3f} ms")


if __name__ == "__main__":
    main()
