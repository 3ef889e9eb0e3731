"""Pictures of races: paths over contours, loss curves, and an animation of both.

The colours are Okabe and Ito's, distinguishable with any colour vision; markers and dashes differ
too, so that the paths are distinguishable without colour.
"""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optim.figures import (
    COLOURS,
    KINDS,
    Place,
    axes_of,
    checked,
    either,
    pyplot,
    save_figure,
    whole_figure,
    written,
)
from optim.kinds import Array, State
from optim.races.page import race_page
from optim.races.results import Results, Run
from optim.surfaces import Surface

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL.Image import Image

MARKERS = "os^Dv<>"
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)))
ANIMATIONS = (".gif", ".html")
# Pixels of an inch of a film.
DPI = 120
# Losses closer to the minimum than this are drawn at this height.
FLOOR = 1e-12


def style(i: int) -> State:
    """Colour, dashes and marker of the i-th racer."""
    n = len(COLOURS)
    return {
        "color": COLOURS[i % n],
        "linestyle": DASHES[i // n % len(DASHES)],
        "marker": MARKERS[(i + i // n) % n],
    }


def draw_contours(axes: Axes, surface: Surface, labels: bool = True) -> None:
    """Grey level lines at even steps of the logarithm of the height, minima as crosses."""
    left, right, bottom, top = surface.window
    x, y = np.meshgrid(np.linspace(left, right, 140), np.linspace(bottom, top, 140))
    z = np.asarray(surface(x, y))
    low = min(float(z.min()), surface.floor())
    low = float(z.min()) if math.isinf(low) else low
    height = np.log1p(4 * (z - low) / max(float(np.median(z - low)), 1e-12))
    axes.contourf(x, y, height, levels=16, cmap="Greys", alpha=0.35)
    axes.contour(x, y, height, levels=16, colors="#8a8a8a", linewidths=0.5)
    for i, (a, b) in enumerate(surface.minima):
        label = "minimum" if labels and i == 0 else None
        axes.plot(a, b, "x", color="#7a0000", ms=9, mew=2.2, zorder=6, label=label)
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="x", ylabel="y")
    axes.set_title(f"{surface.name}: f = {surface.formula}", fontsize=9, loc="left")


def draw_path(axes: Axes, run: Run, i: int, label: str | None = None) -> None:
    """A racer's path, with a marker every so often and a large one where it ended."""
    look = style(i)
    every = max(len(run.path) // 8, 1)
    x, y = run.path.T
    axes.plot(x, y, lw=1.8, ms=5, markevery=every, mec="white", mew=0.6, label=label, **look)
    axes.plot(x[-1], y[-1], ms=9, mec="white", mew=0.9, zorder=5, color=look["color"],
              marker=look["marker"])  # fmt: skip


def draw_losses(axes: Axes, surface: Surface, runs: dict[str, Run]) -> None:
    """The height above the lowest minimum at each step, on a logarithmic axis."""
    floor = surface.floor()
    for i, run in enumerate(runs.values()):
        heights = run.losses if math.isinf(floor) else np.maximum(run.losses - floor, FLOOR)
        every = max(len(heights) // 8, 1)
        axes.plot(heights, lw=1.6, ms=4.5, markevery=every, mec="white", mew=0.5, **style(i))
        if run.remark:
            axes.plot(len(heights) - 1, heights[-1], "X", color=style(i)["color"], ms=10, mec="k")
    if math.isinf(floor):
        axes.set_yscale("symlog", linthresh=0.1)
        axes.set(xlabel="update", ylabel="loss")
    else:
        axes.set_yscale("log")
        axes.set(xlabel="update", ylabel="loss above the minimum")
    axes.grid(alpha=0.3)


def plot_race(race: Results, ax: Place = None, path: str | Path | None = None) -> Figure:
    """The figure of a race: contours with paths, loss curves, a legend; a row for every seven.

    In axes of the caller the racers stand in one picture: contours with paths and a legend in the
    first, the loss curves in the second.
    """
    ax, path = either(ax, path)
    target = None if path is None else checked(path, KINDS)
    figure = _rows(race) if ax is None else _within(race, axes_of(ax, ("paths", "losses")))
    if target is not None:
        title = f"{race.surface.name}: f = {race.surface.formula}"
        save_figure(figure, target, title, str(race))
    return figure


def _within(race: Results, axes: list[Axes]) -> Figure:
    _draw_paths(axes[0], race, race.runs)
    axes[0].legend(fontsize=7, handlelength=3)
    for right in axes[1:]:
        draw_losses(right, race.surface, race.runs)
    return whole_figure(axes[0])


def _draw_paths(axes: Axes, race: Results, runs: dict[str, Run]) -> None:
    draw_contours(axes, race.surface)
    axes.plot(*race.start, "o", color="white", mec="black", ms=9, zorder=6, label="start")
    for i, (name, run) in enumerate(runs.items()):
        draw_path(axes, run, i, _label(name, run))


def _rows(race: Results) -> Figure:
    names = list(race.runs)
    rows = [names[i : i + len(COLOURS)] for i in range(0, len(names), len(COLOURS))]
    figure, grid = pyplot().subplots(
        len(rows), 3, figsize=(13, 5 * len(rows)), width_ratios=(5, 5, 2.2), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for (left, right, key), row in zip(grid, rows):
        runs = {name: race.runs[name] for name in row}
        _draw_paths(left, race, runs)
        draw_losses(right, race.surface, runs)
        key.set_axis_off()
        handles, labels = left.get_legend_handles_labels()
        key.legend(handles, labels, loc="upper left", fontsize=10, handlelength=3.5, frameon=False)
    return figure  # type: ignore[no-any-return]


def _label(name: str, run: Run) -> str:
    return f"{name}\n({run.remark})" if run.remark else name


def animate_race(race: Results, path: str | Path, frames: int) -> Path:
    """Save an animation: each frame draws the paths a little further."""
    target = checked(path, ANIMATIONS)
    ends = ends_of(race, frames)
    if target.suffix.lower() == ".html":
        written(target, race_page(race))
    else:
        written(target, _gif(race, ends))
    return target


def ends_of(race: Results, frames: int) -> Array:
    """How many points of its path each racer has drawn, at each frame."""
    longest = max(len(run.path) for run in race.runs.values())
    return np.unique(np.linspace(1, longest, frames).astype(int))


def film_of(race: Results, ends: Array) -> list[Image]:
    """The frames, as images of Pillow, over one picture of what does not move."""
    pyplot()  # says what is missing
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=(7, 5), dpi=DPI, layout="constrained")
    canvas, axes = FigureCanvasAgg(figure), figure.add_subplot()
    draw_contours(axes, race.surface)
    lines = []
    for i, (name, run) in enumerate(race.runs.items()):
        look = style(i)
        (line,) = axes.plot([], [], lw=1.8, color=look["color"], ls=look["linestyle"])
        (head,) = axes.plot(*race.start, look["marker"], color=look["color"], ms=8, mec="white",
                            label=_label(name, run))  # fmt: skip
        lines.append((line, head, run.path))
    counter = axes.text(0.02, 0.98, "", transform=axes.transAxes, va="top")
    figure.legend(loc="outside right upper", fontsize=9)
    moving = [artist for line, head, _ in lines for artist in (line, head)] + [counter]
    for artist in moving:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(figure.bbox)
    frames = []
    for end in ends:
        for line, head, points in lines:
            line.set_data(*points[:end].T)
            head.set_data(*points[:end][-1:].T)
        counter.set_text(f"step {end - 1}")
        canvas.restore_region(still)
        for artist in moving:
            axes.draw_artist(artist)
        frames.append(Image.fromarray(np.array(canvas.buffer_rgba())).convert("RGB"))
    return frames


def _gif(race: Results, ends: Array) -> bytes:
    frames = film_of(race, ends)
    film = BytesIO()
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:], duration=83, loop=0)
    return film.getvalue()
