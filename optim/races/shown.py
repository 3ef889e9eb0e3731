"""A race as what is shown: its picture, its film, its table, in files of every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape
from typing import Any, TypeVar

import numpy as np

from optim.figures import bytes_of, pyplot, svg_of
from optim.kinds import Array, State
from optim.races.page import race_page
from optim.races.plots import draw_contours, ends_of, film_of, plot_race, style
from optim.races.results import Results, Run

T = TypeVar("T")
#: Frames of a film, and the seconds of each.
FRAMES, PACE = 60, 1 / 12


def exhibit_of(race: Results, frames: int = FRAMES, lang: str = "en") -> Any:
    """``race`` as an ``Exhibit`` for the table of formats, its film in so many frames."""
    from autograd.exports import Exhibit, figure_tikz, text_pages

    title, ends = title_of(race), ends_of(race, frames)

    def drawn(write: Callable[..., T], *about: object) -> T:
        figure = plot_race(race)
        try:
            return write(figure, *about)
        finally:
            pyplot().close(figure)

    def picture(words: bool = False) -> str:
        return drawn(svg_of, title, race.text(lang), words)

    def pages() -> list[str]:
        return [picture(words=True), *text_pages([("table", race.text(lang))], title)]

    return Exhibit(
        name=title,
        html=lambda: race_page(race, lang),
        text=lambda: f"{race.text(lang)}\n",
        latex=lambda: latex(race, lang),
        json=lambda: as_json(race),
        picture=picture,
        tikz=lambda: drawn(figure_tikz),
        frames=lambda most: svg_frames(race, ends[:most], lang),
        count=lambda: len(ends),
        pages=pages,
        film=lambda: film_of(race, ends),
        pace=PACE,
        otherwise=lambda kind: drawn(bytes_of, kind),
    )


def title_of(race: Results) -> str:
    return f"{race.surface.name}: f = {race.surface.formula}"


def latex(race: Results, lang: str = "en") -> str:
    """The table, to be input."""
    from autograd.exports import table_latex
    from autograd.lessons.worked_examples import Table
    from autograd.writing import column, escaped, translated, words

    rows = [
        (name, len(run.losses) - 1, *(f"{n:.4g}" for n in (run.losses[-1], *run.path[-1])),
         "" if (gap := race.gap(run)) is None else f"{gap:.3g}", translated(run.remark))
        for name, run in race.runs.items()
    ]  # fmt: skip
    columns = (
        words("optimizer"), words("steps"), words("loss"), "x", "y", words("from minimum"), "",
    )  # fmt: skip
    table = table_latex(Table("", columns, rows), column(lang))
    return rf"\noindent {escaped(title_of(race))}\par\medskip" + f"\n\\noindent {table}"


def as_json(race: Results) -> str:
    """``format version surface formula start steps runs``; a run has its path and losses."""
    content = {
        "format": "tracegrad-race",
        "version": 1,
        "surface": race.surface.name,
        "formula": race.surface.formula,
        "start": list(race.start),
        "steps": race.steps,
        "runs": {name: _run(run) for name, run in race.runs.items()},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"


def _run(run: Run) -> State:
    return {"path": run.path.tolist(), "losses": run.losses.tolist(), "remark": run.remark}


def svg_frames(race: Results, ends: Array, lang: str = "en") -> Iterator[str]:
    """The frames of the film as SVG: over one picture the paths as far as each has come."""
    pyplot()  # says what is missing
    from matplotlib.figure import Figure

    from autograd.writing import column, words

    figure = Figure(figsize=(7, 5), dpi=72, layout="constrained")
    axes = figure.add_subplot()
    draw_contours(axes, race.surface)
    for i, name in enumerate(race.runs):
        look = style(i)
        axes.plot([], [], color=look["color"], ls=look["linestyle"], marker=look["marker"],
                  label=name)  # fmt: skip
    figure.legend(loc="outside right upper", fontsize=9)
    still = svg_of(figure, title_of(race)).replace("</svg>", "").rstrip()
    still = still[: still.index("@media")] + still[still.index("</style>") :]  # for paper
    height = figure.bbox.height
    left, bottom, right, top = axes.bbox.extents
    clip = (
        f'<clipPath id="paths"><rect x="{left:.1f}" y="{height - top:.1f}" '
        f'width="{right - left:.1f}" height="{top - bottom:.1f}"/></clipPath>'
    )
    paths = {name: axes.transData.transform(run.path) for name, run in race.runs.items()}
    for end in ends:
        parts = [_path(points[:end], i, height) for i, points in enumerate(paths.values())]
        step = escape(words("step {n}", n=end - 1)[column(lang)])
        said = f'<text x="{left + 8:.1f}" y="{height - top + 16:.1f}" font-size="11" '
        said += f"font-family=\"'DejaVu Sans', sans-serif\">{step}</text>"
        inside = "".join(parts)
        yield f'{still}\n{clip}<g clip-path="url(#paths)">{inside}</g>{said}\n</svg>\n'


def _path(points: Array, i: int, height: float) -> str:
    """A path, and where it has come to."""
    look = style(i)
    x, y = np.clip(points, -5000, 5000).T.round(1)
    line = " ".join(f"{a:g},{height - b:.1f}" for a, b in zip(x, y))
    dashes = "" if isinstance(look["linestyle"], str) else look["linestyle"][1]
    lengths = " ".join(f"{1.8 * float(length):g}" for length in dashes)
    dashed = f' stroke-dasharray="{lengths}"' if dashes else ""
    return (
        f'<polyline points="{line}" fill="none" stroke="{look["color"]}" stroke-width="1.8"{dashed}'
        f'/><circle cx="{x[-1]:g}" cy="{height - y[-1]:.1f}" r="4" fill="{look["color"]}" '
        'stroke="#ffffff"/>'
    )
