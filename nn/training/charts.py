"""The curves of a training in a terminal, drawn with letters."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence

#: Lines of a chart, columns beside it for the numbers of its axis, and the marks of its curves.
_HIGH, _BESIDE = 9, 10
_MARKS = {"training": "*", "validation": "o"}


def chart(
    epochs: Sequence[float], panels: Mapping[str, Mapping[str, Sequence[float]]], width: int | None
) -> str:
    """A chart of each score, one below the other, ``width`` columns wide."""
    wide = shutil.get_terminal_size((80, 24)).columns if width is None else width
    room = max(min(wide, 100) - _BESIDE - 1, 10)
    lines = [line for name, curves in panels.items() for line in _panel(name, epochs, curves, room)]
    return "\n".join(lines)


def _panel(
    name: str, epochs: Sequence[float], curves: Mapping[str, Sequence[float]], wide: int
) -> Iterator[str]:
    every = [value for curve in curves.values() for value in curve if math.isfinite(value)]
    low, high = min(every, default=0.0), max(every, default=1.0)
    logarithmic = low > 0 and high > 100 * low
    scale = math.log10 if logarithmic else float
    bottom, span = scale(low), (scale(high) - scale(low)) or 1.0
    first, length = epochs[0], (epochs[-1] - epochs[0]) or 1
    grid = [[" "] * wide for _ in range(_HIGH)]
    for label, curve in curves.items():
        for epoch, value in zip(epochs, curve):
            if math.isfinite(value):
                down = round((_HIGH - 1) * (1 - (scale(value) - bottom) / span))
                grid[down][round((wide - 1) * (epoch - first) / length)] = _MARKS[label]
    key = "  ".join(f"{_MARKS[label]} {label}" for label in curves)
    yield f"{name}{', logarithmic' if logarithmic else ''}  {key}"
    for i, row in enumerate(grid):
        number = {0: f"{high:.4g}", _HIGH - 1: f"{low:.4g}"}.get(i, "")
        yield f"{number:>{_BESIDE - 1}} |{''.join(row)}".rstrip()
    last = f"{epochs[-1]:g}"
    yield f"{'':{_BESIDE}}+{'-' * wide}"
    yield f"{'epoch':>{_BESIDE - 1}}  {first:g}{last:>{wide - len(f'{first:g}')}}"
