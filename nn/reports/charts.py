"""The pictures of a report as SVG: reliability, a histogram, a cloud of points, bars.

Each is drawn for the place of a language, alone with its styles or for a page that has them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.typing import Array
from autograd.writing import words
from nn.metrics import Calibration
from nn.notebook import escaped, svg

_WIDTH, _HEIGHT = 300, 204
_LEFT, _TOP, _RIGHT, _BOTTOM = 52, 14, 14, 40


class _Axes:
    """A rectangle of the plane in the picture, with the numbers at the ends of its axes."""

    def __init__(self, xs: tuple[float, float], ys: tuple[float, float]) -> None:
        self.xs, self.ys = _wide(*xs), _wide(*ys)

    def x(self, value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (value - self.xs[0]) / (self.xs[1] - self.xs[0])

    def y(self, value: float) -> float:
        low, high = self.ys
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low)

    def frame(self, across: str, up: str, percent: bool = False) -> str:
        """The axes: what they are of, and their ends."""
        base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
        low, high, least, most = (
            f"{v:.0%}" if percent else f"{v:.3g}" for v in (*self.xs, *self.ys)
        )
        return (
            f'<path d="M{_LEFT} {_TOP}V{base}H{right}"/>'
            f'<text x="{_LEFT}" y="{base + 15}">{low}</text>'
            f'<text x="{right}" y="{base + 15}" text-anchor="end">{high}</text>'
            f'<text x="{(_LEFT + right) / 2}" y="{base + 30}" text-anchor="middle">'
            f"{escaped(across)}</text>"
            f'<text x="{_LEFT - 5}" y="{_TOP + 8}" text-anchor="end">{most}</text>'
            f'<text x="{_LEFT - 5}" y="{base}" text-anchor="end">{least}</text>'
            f'<text transform="translate(14 {(_TOP + base) / 2}) rotate(-90)" '
            f'text-anchor="middle">{escaped(up)}</text>'
        )


def _wide(low: float, high: float) -> tuple[float, float]:
    """The same interval; one without a width gets one."""
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def reliability(curve: Calibration, place: int, alone: bool) -> str:
    """What came true against what was said; the area of a dot is its number of rows."""
    axes = _Axes((0, 1), (0, 1))
    full = np.flatnonzero(curve.rows)
    points = [
        (axes.x(curve.predicted[k]), axes.y(curve.observed[k]), int(curve.rows[k])) for k in full
    ]
    most = max(curve.rows)
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in points)
    dots = "".join(
        f'<circle class="tg-f" cx="{x:.1f}" cy="{y:.1f}" r="{2 + 7 * math.sqrt(n / most):.1f}"/>'
        for x, y, n in points
    )
    diagonal = (
        f'<path d="M{axes.x(0)} {axes.y(0)}L{axes.x(1)} {axes.y(1)}" stroke-dasharray="3 3"/>'
    )
    across, up = words("said")[place], words("came true")[place]
    body = axes.frame(across, up, percent=True) + diagonal
    return svg(_WIDTH, _HEIGHT, f"{across}, {up}", f'{body}<path class="tg-a" d="M{line}"/>{dots}',
               alone)  # fmt: skip


def histogram(values: Array, place: int, alone: bool) -> str:
    """How many of the values are in each of up to thirty intervals."""
    counts, edges = np.histogram(values, bins=min(30, 4 + int(2 * len(values) ** 0.5)))
    axes = _Axes((edges[0], edges[-1]), (0, counts.max()))
    bars = "".join(
        f"M{axes.x(low):.1f} {axes.y(0):.1f}V{axes.y(count):.1f}H{axes.x(high):.1f}"
        f"V{axes.y(0):.1f}z"
        for count, low, high in zip(counts, edges, edges[1:])
        if count
    )
    zero = ""
    if edges[0] < 0 < edges[-1]:
        zero = f'<path d="M{axes.x(0):.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke-dasharray="3 3"/>'
    across, up = words("residual")[place], words("rows")[place]
    body = f'{axes.frame(across, up)}<path class="tg-f" d="{bars}"/>{zero}'
    return svg(_WIDTH, _HEIGHT, f"{across}, {up}", body, alone)


def scatter(xs: Array, ys: Array, place: int, alone: bool) -> str:
    """The residual of each row against its prediction."""
    high = float(abs(ys).max())
    axes = _Axes((float(xs.min()), float(xs.max())), (-high, high))
    dots = "".join(
        f'<circle class="tg-f" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="2"/>'
        for x, y in zip(xs.tolist(), ys.tolist())
    )
    zero = f'<path d="M{_LEFT} {axes.y(0):.1f}H{_WIDTH - _RIGHT}" stroke-dasharray="3 3"/>'
    across, up = words("prediction")[place], words("residual")[place]
    return svg(_WIDTH, _HEIGHT, f"{up}, {across}", axes.frame(across, up) + zero + dots, alone)


_ROW, _NAME, _LETTERS = 18, 112, 17


def bars(
    names: Sequence[str], values: Sequence[float], errors: Sequence[float], place: int, alone: bool
) -> str:
    """A bar for each name, and by a line how far it varied."""
    low = min(0.0, *(v - e for v, e in zip(values, errors)))
    high = max(0.0, *(v + e for v, e in zip(values, errors)))
    low, high = _wide(low, high)
    room = _WIDTH - _NAME - 48

    def x(value: float) -> float:
        return _NAME + room * (value - low) / (high - low)

    parts = [f'<path d="M{x(0):.1f} 4V{4 + _ROW * len(names)}"/>']
    for i, (name, value, error) in enumerate(zip(names, values, errors)):
        y = 4 + _ROW * i
        short = name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
        parts.append(
            f'<text x="{_NAME - 5}" y="{y + 13}" text-anchor="end">{escaped(short)}</text>'
            f'<path class="tg-f" d="M{x(0):.1f} {y + 3}H{x(value):.1f}v{_ROW - 6}H{x(0):.1f}z"/>'
            f'<path class="tg-a" d="M{x(value - error):.1f} {y + 9}H{x(value + error):.1f}"/>'
            f'<text x="{_WIDTH - 4}" y="{y + 13}" text-anchor="end">{value:.3g}</text>'
        )
    title = words("importance")[place]
    return svg(_WIDTH, 8 + _ROW * len(names), title, "".join(parts), alone)
