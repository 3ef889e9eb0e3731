"""Functions in the formulas of schedules, of numbers and of nodes that record them."""

from __future__ import annotations

import math

import numpy as np


def cosine(x: float) -> float:
    """cos x, of a number or of a node that records it."""
    return math.cos(x) if isinstance(x, float) else np.cos(x)


def root(x: float) -> float:
    """√x, of a number or of a node that records it."""
    return math.sqrt(x) if isinstance(x, float | int) else np.sqrt(x)


def half_wave(start: float, end: float, part: float) -> float:
    """From ``start`` to ``end`` along half a cosine as ``part`` goes from 0 to 1."""
    return end + (start - end) * (1 + cosine(math.pi * part)) / 2
