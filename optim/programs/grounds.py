"""Surfaces as JavaScript: their heights, slopes and second derivatives, traced and translated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optim.kinds import Function
from optim.programs.rows import Rows, number
from optim.surfaces import SURFACES, Surface

#: The points a side at which the rows of a surface are compared.
PROBES = 5


@dataclass(frozen=True)
class Ground:
    """A surface that a page computes: the rows of f, of ∂f/∂x and of ∂f/∂y, or their numbers."""

    heights: Rows | float
    slopes: tuple[Rows | float, Rows | float]
    bends: tuple[Rows | float, Rows | float, Rows | float]

    @property
    def parts(self) -> Iterable[Rows | float]:
        return self.heights, *self.slopes, *self.bends


def ground(surface: Surface) -> Ground | None:
    """The rows of a surface; None for one that computes with more than nodes can follow.

    One that takes numbers out of nodes, as ``math.sin`` does, or that branches, has other rows at
    other points: all over the window of a surface that is not the library's they are compared.
    """
    found = _ground_at(surface, *surface.start)
    if found is None or SURFACES.get(surface.name) is surface:
        return found
    left, right, bottom, top = surface.window
    steps = np.linspace(0.03, 0.96, PROBES)
    points = [
        (left + a * (right - left), bottom + b * (top - bottom)) for a in steps for b in steps
    ]
    texts = [*map(function_of, found.parts)]
    for x, y in points:
        other = _ground_at(surface, x, y)
        if other is None or [*map(function_of, other.parts)] != texts:
            return None
    return found


def _ground_at(surface: Surface, x: float, y: float) -> Ground | None:
    from autograd import Value

    at = Value(x, "x"), Value(y, "y")
    makers: list[Function] = [surface.function, surface.derivatives, surface.second]
    height, first, second = makers  # of numbers and, where they can be traced, of nodes
    with np.errstate(all="ignore"):
        try:
            dx, dy = first(*at)
            xx, xy, yy = second(*at)
            parts = [*map(_rows, (height(*at), dx, dy, xx, xy, yy))]
        except (TypeError, ValueError, AttributeError):
            return None
    return Ground(parts[0], (parts[1], parts[2]), (parts[3], parts[4], parts[5]))


def _rows(node: object) -> Rows | float:
    from autograd import Value, trace

    if isinstance(node, Value):
        return Rows.of(lambda: trace(node, names={}))
    return float(node)  # type: ignore[arg-type]


def function_of(part: Rows | float) -> str:
    """A surface's value or derivative as a function of x and y."""
    if isinstance(part, float):
        return f"()=>{number(part)}"
    given = [
        f"r[{i}]={row.label if row.label in ('x', 'y') else number(row.value)};"
        for i, row in enumerate(part.rows)
        if row.rule is None
    ]
    return f"(x,y)=>{{const r=[];{''.join(given)}{part.statements}return r[{part.output}];}}"
