"""Numerical derivatives that know how good they are: the judge of the rules, and itself no rule.

A derivative along a line is taken by central differences over a ladder of halved steps, each pair
and triple of rungs extrapolated (Richardson, Romberg), and the rung at which neighbours agree best
is kept, entry by entry. One-sided derivatives tell a kink from a wrong rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

EPSILON = float(np.finfo(float).eps)
#: The ladder's first step, per unit of scale, and how often it is halved at most.
FIRST_STEP, RUNGS = 2.0**-4, 26


@dataclass(frozen=True)
class Slopes:
    """The derivative at 0 of every component of a function of one number, and how it was found.

    ``error`` estimates how far ``value`` may be off; ``left`` and ``right`` are the one-sided
    derivatives, ``kink`` is True where these two stay apart however small the step (infinitely far
    where the function jumps).
    """

    value: Any
    error: Any
    left: Any
    right: Any
    kink: Any


def slopes(phi: Callable[[float], Any], scale: float = 1.0) -> Slopes:
    """The derivative at 0 of ``phi``, which takes a number and returns a vector.

    >>> found = slopes(lambda s: np.array([np.exp(s), abs(s)]))
    >>> round(float(found.value[0]), 10), found.kink
    (1.0, array([False,  True]))
    """
    with np.errstate(all="ignore"):
        middle = np.asarray(phi(0.0), dtype=float)
        value, error = _ladder(phi, middle, scale)
        left, right, kink = _one_sided(phi, middle, scale)
    return Slopes(value, error, left, right, kink)


def _ladder(phi: Callable[[float], Any], middle: Any, scale: float) -> tuple[Any, Any]:
    best = np.full(middle.shape, np.nan)
    least = np.full(middle.shape, np.inf)
    rows: list[Any] = []  # the last line of the Romberg table
    for rung in range(RUNGS):
        h = scale * FIRST_STEP * 0.5**rung
        up, down = (np.asarray(phi(s), dtype=float) for s in (h, -h))
        line = [(up - down) / (2 * h)]
        for order, above in enumerate(rows[:2]):
            factor = 4.0 ** (order + 1)
            line.append((factor * line[-1] - above) / (factor - 1))
        if len(rows) == 3:
            rounding = 4 * EPSILON * (np.abs(middle) + np.abs(up) + np.abs(down)) / h
            doubt = np.abs(line[2] - rows[2]) + rounding
            better = doubt < least  # False for nan: a rung outside the domain
            best[better], least[better] = line[2][better], doubt[better]
            if np.all(least <= 1e-11 * np.maximum(1.0, np.abs(best))):
                break
            if rung > 12 and np.all(doubt > 1e3 * least):
                break  # rounding has taken over
        rows = line
    return best, least


def _one_sided(phi: Callable[[float], Any], middle: Any, scale: float) -> tuple[Any, Any, Any]:
    found = []
    for h in (scale * 2.0**-11, scale * 2.0**-15):
        sides = []
        for sign in (-1.0, 1.0):
            whole, half = ((phi(sign * s) - middle) / (sign * s) for s in (h, h / 2))
            sides.append(2 * half - whole)
        found.append(sides)
    (coarse_left, coarse_right), (left, right) = found
    jump, before = right - left, coarse_right - coarse_left
    noise = EPSILON * np.abs(middle) / (scale * 2.0**-15)
    size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
    large = np.abs(jump) > 1e-5 * size + 100 * noise
    kink = large & (np.abs(jump - before) < 0.2 * np.abs(jump))
    # Where the function itself jumps, the quotient on that side grows as 1/h: by 16 between rungs.
    leap = large & (np.abs(jump - 16 * before) < 1.6 * np.abs(jump))
    ends = [
        np.where(leap & (np.abs(fine) > 8 * np.abs(rough)), np.copysign(np.inf, fine), fine)
        for fine, rough in ((left, coarse_left), (right, coarse_right))
    ]
    return ends[0], ends[1], kink | leap


def complex_step(phi: Callable[[complex], Any]) -> Any:
    """The derivative at 0 as Im φ(ih)/h, exact to rounding; None if ``phi`` wants real numbers.

    Squire and Trapp, Using complex variables to estimate derivatives of real functions (1998).

    >>> float(complex_step(lambda s: np.array([np.exp(s)]))[0])
    1.0
    """
    h = 1e-30
    try:
        out = np.asarray(phi(1j * h))
    except Exception:
        return None  # whatever it raises: it was not made for complex numbers
    return out.imag / h if out.dtype.kind == "c" and np.all(np.isfinite(out)) else None
