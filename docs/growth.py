"""The plot of the benchmarks: the time of a pass against the rows of its graph."""

from __future__ import annotations

import json
import re

from optim.figures.themed import svg_of

#: Who goes through the graph, by the names of benchmarks/results.md, and the colour of the line.
COLOURS = {
    "micrograd": "#e69f00",
    "eager": "#0072b2",
    "CasADi": "#cc79a7",
    "compiled": "#d55e00",
    "compiled to C": "#009e73",
}
UNITS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
LINE = re.compile(r"^\| ([\d,]+) rows, ([^|]+) \| ([\d.]+) (s|ms|µs|ns) \(", flags=re.MULTILINE)


def series(results: str) -> dict[str, list[tuple[int, float]]]:
    """By name: the rows of each graph, and the median of the seconds that a pass took."""
    found: dict[str, list[tuple[int, float]]] = {}
    for rows, name, number, unit in LINE.findall(results):
        if name in COLOURS:
            point = int(rows.replace(",", "")), float(f"{float(number) * UNITS[unit]:.6g}")
            found.setdefault(name, []).append(point)
    return found


def description(results: str) -> str:
    """What the plot shows, as its file says it: a test compares the two."""
    return json.dumps(series(results))


def plot(results: str) -> str:
    """The plot as an SVG that turns dark where its reader prefers that."""
    from matplotlib import rc_context, ticker
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "font.family": "sans-serif", "font.size": 11}):
        figure = Figure(figsize=(7.2, 4.4), layout="constrained")
        axes = figure.add_subplot()
        for name, points in series(results).items():
            rows, seconds = zip(*points)
            axes.loglog(rows, seconds, "o-", color=COLOURS[name], markersize=4)
            said = "tracegrad, " * (name in ("eager", "compiled", "compiled to C")) + name
            axes.annotate(said, (rows[-1], seconds[-1]), (8, 0), textcoords="offset points",
                          color=COLOURS[name], va="center")  # fmt: skip
        axes.set_xlabel("operations in the graph")
        axes.set_ylabel("a forward and backward pass, seconds")
        axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:,.0f}"))
        axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:g}"))
        axes.yaxis.set_major_locator(ticker.LogLocator(numticks=12))
        axes.minorticks_off()
        axes.grid(color="#cccccc")
        axes.spines[["top", "right"]].set_visible(False)
        svg = svg_of(figure, "Time of a pass, against the size of its graph", description(results))
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())
