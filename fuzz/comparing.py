"""Comparing numbers of a program, and saying in one line what differs."""

from __future__ import annotations

from typing import Any

import numpy as np

#: How far a gradient in a narrow dtype may be from the one in float64, relative to the largest.
WIDTHS = {"float32": 2e-3, "float16": 0.3}


class Wrong(Exception):
    """What differs, in one line."""


def close(actual: Any, expected: Any, tolerance: float) -> bool:
    """Whether two arrays are equal up to ``tolerance`` of the larger numbers; nan equals nan."""
    actual, expected = np.asarray(actual, float), np.asarray(expected, float)
    if actual.shape != expected.shape:
        return False
    if not actual.size:
        return True
    scale = 1.0 + float(np.max(np.abs(expected)))
    worst = np.max(np.abs(actual - expected))
    if worst <= tolerance * scale and scale < np.inf:
        return True
    return bool(np.allclose(actual, expected, 1e-7 + tolerance, tolerance, equal_nan=True))


def shown(array: Any) -> str:
    text = str(np.asarray(array).tolist())
    return text if len(text) < 120 else text[:117] + "..."
