"""Numerical derivatives with estimates of their errors, independent of the rules that they check.

A derivative along a line comes from central differences with halved steps, each pair and triple
extrapolated (Richardson, Romberg); for each entry the step at which neighbouring extrapolations
agree best is kept. One-sided derivatives distinguish a kink from a wrong rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array

EPSILON = float(np.finfo(float).eps)
#: The first step, per unit of scale, and the most steps that are tried, each half of the last.
FIRST_STEP, MOST_STEPS = 2.0**-4, 26


@dataclass(frozen=True)
class Slopes:
    """The derivative at 0 of every component of a function of one number, with its error.

    ``error`` estimates how far ``value`` may be off; ``left`` and ``right`` are the one-sided
    derivatives, ``kink`` is True where these two differ however small the step (infinitely where
    the function jumps).
    """

    value: Array
    error: Array
    left: Array
    right: Array
    kink: Array


def slopes(phi: Callable[[float], Array], scale: float = 1.0) -> Slopes:
    """The derivative at 0 of ``phi``, which takes a number and returns a vector.

    >>> import numpy as np
    >>> from autograd.checks.differences import slopes
    >>> slope = slopes(lambda s: np.array([np.exp(s), abs(s)]))
    >>> round(float(slope.value[0]), 10), slope.kink
    (1.0, array([False,  True]))
    """
    with np.errstate(all="ignore"):
        middle = np.asarray(phi(0.0), dtype=float)
        value, error = _extrapolated(phi, middle, scale)
        left, right, kink = _one_sided(phi, middle, scale)
    return Slopes(value, error, left, right, kink)


def _extrapolated(
    phi: Callable[[float], Array], middle: Array, scale: float
) -> tuple[Array, Array]:
    best = np.full(middle.shape, np.nan)
    least = np.full(middle.shape, np.inf)
    rows: list[Array] = []  # the last line of the Romberg table
    for k in range(MOST_STEPS):
        h = scale * FIRST_STEP * 0.5**k
        up, down = (np.asarray(phi(s), dtype=float) for s in (h, -h))
        line = [(up - down) / (2 * h)]
        for order, above in enumerate(rows[:2]):
            factor = 4.0 ** (order + 1)
            line.append((factor * line[-1] - above) / (factor - 1))
        if len(rows) == 3:
            rounding = 4 * EPSILON * (np.abs(middle) + np.abs(up) + np.abs(down)) / h
            doubt = np.abs(line[2] - rows[2]) + rounding
            better = doubt < least  # False for nan: a step outside the domain
            best[better], least[better] = line[2][better], doubt[better]
            if np.all(least <= 1e-11 * np.maximum(1.0, np.abs(best))):
                break
            if k > 12 and np.all(doubt > 1e3 * least):
                break  # rounding errors dominate
        rows = line
    return best, least


def _one_sided(
    phi: Callable[[float], Array], middle: Array, scale: float
) -> tuple[Array, Array, Array]:
    quotients = []
    for h in (scale * 2.0**-11, scale * 2.0**-15):
        sides = []
        for sign in (-1.0, 1.0):
            whole, half = ((phi(sign * s) - middle) / (sign * s) for s in (h, h / 2))
            sides.append(2 * half - whole)
        quotients.append(sides)
    (coarse_left, coarse_right), (left, right) = quotients
    jump, before = right - left, coarse_right - coarse_left
    noise = EPSILON * np.abs(middle) / (scale * 2.0**-15)
    size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
    large = np.abs(jump) > 1e-5 * size + 100 * noise
    kink = large & (np.abs(jump - before) < 0.2 * np.abs(jump))
    # Where the function itself jumps, the quotient on that side grows as 1/h: by 16 between the
    # steps.
    leap = large & (np.abs(jump - 16 * before) < 1.6 * np.abs(jump))
    ends = [
        np.where(leap & (np.abs(fine) > 8 * np.abs(rough)), np.copysign(np.inf, fine), fine)
        for fine, rough in ((left, coarse_left), (right, coarse_right))
    ]
    return ends[0], ends[1], kink | leap


def complex_step(phi: Callable[[complex], Array]) -> Array | None:
    """The derivative at 0 as Im φ(ih)/h, exact to rounding; None if ``phi`` wants real numbers.

    Squire and Trapp, Using complex variables to estimate derivatives of real functions (1998).

    >>> import numpy as np
    >>> from autograd.checks.differences import complex_step
    >>> float(complex_step(lambda s: np.array([np.exp(s)]))[0])
    1.0
    """
    h = 1e-30
    try:
        out = np.asarray(phi(1j * h))
    except Exception:
        return None  # a function of real numbers may raise anything
    return out.imag / h if out.dtype.kind == "c" and np.all(np.isfinite(out)) else None
