"""Between floating dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.calculus.array_rules.core import Array, ArrayRule, Namespace, linear_tangent, sample


def astype(a: Array, dtype: Any) -> Array:
    """The same numbers as another floating dtype; da = g in the dtype of a.

    >>> import autograd
    >>> autograd.astype(np.array([1.0, 2.0]), np.float32).dtype
    dtype('float32')
    """
    return a.astype(dtype)


def astype_a(F: Namespace, g: Array, out: Array, a: Array, dtype: Any) -> Array:
    return F.astype(g, a.dtype)


RULES = (
    ArrayRule(
        "astype",
        astype,
        (astype_a,),
        ("da = g",),
        linear_tangent("astype"),
        (
            sample((2, 3), dtype=np.dtype(np.float64)),
            sample((2, 3), dtype=np.dtype(np.float32), smooth=False),
        ),
    ),
)
