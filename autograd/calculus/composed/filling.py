"""Arrays filled by a rule: full linspace logspace select nan_to_num."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from autograd.calculus import DTypeLike, Function, Namespace, Shape
from autograd.calculus.array_rules import Array
from autograd.calculus.composed.assembling import as_array


def full(
    F: Namespace, shape: int | Shape, fill_value: Array, dtype: DTypeLike | None = None
) -> Array:
    """``fill_value`` repeated over ``shape``.

    >>> import autograd
    >>> autograd.full((2,), 7.0)
    array([7., 7.])
    """
    value = as_array(fill_value)
    return F.broadcast_to(value if dtype is None else value.astype(dtype), shape)


def linspace(
    F: Namespace,
    start: Array,
    stop: Array,
    num: int = 50,
    endpoint: bool = True,
    retstep: Literal[False] = False,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Array:
    """``num`` numbers at equal distances from ``start`` to ``stop``, along ``axis``.

    >>> import autograd
    >>> autograd.linspace(0.0, 1.0, 3)
    array([0. , 0.5, 1. ])
    """
    if retstep:
        raise ValueError("linspace: retstep is not supported; the step is out[1] - out[0]")
    kinds = [x.dtype for x in (start, stop) if hasattr(x, "dtype")]
    start, stop = (  # a Python number takes the type of what is beside it
        x if hasattr(x, "dtype") else np.asarray(x, np.result_type(x, *kinds))
        for x in (start, stop)
    )
    parts = np.linspace(0.0, 1.0, num, endpoint)
    parts = parts.reshape(num, *(1,) * max(start.ndim, stop.ndim))
    kind = np.result_type(start.dtype, stop.dtype, np.float16)
    parts = parts.astype(np.float64 if kind == np.float16 else kind)
    out = start * (1 - parts) + stop * parts  # right to the last digit at both ends
    out = F.moveaxis(out, 0, axis) if axis else out
    return out if dtype is None else out.astype(dtype)


def logspace(
    F: Namespace,
    start: Array,
    stop: Array,
    num: int = 50,
    endpoint: bool = True,
    base: Array = 10.0,
    axis: int = 0,
) -> Array:
    """``base`` to the powers of ``linspace``.

    >>> import autograd
    >>> autograd.logspace(0.0, 2.0, 3)
    array([  1.,  10., 100.])
    """
    return base ** linspace(F, start, stop, num, endpoint, axis=axis)


def select(
    F: Namespace, condlist: Sequence[Array], choicelist: Sequence[Array], default: Array = 0.0
) -> Array:
    """By element the first choice whose condition holds, else ``default``.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.select([np.array([True, False])], [np.array([1.0, 2.0])], 9.0)
    array([1., 9.])
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: {len(condlist)} conditions but {len(choicelist)} choices; give one for each"
        )
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = F.where(condition, choice, out)
    return out


def nan_to_num(
    F: Namespace,
    a: Array,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Array:
    """``a`` with numbers in place of nan, inf and -inf, which take no gradient.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.nan_to_num(np.array([1.0, np.nan]))
    array([1., 0.])
    """
    a = as_array(a)
    if a.dtype.kind in "iub":
        return F.where(True, a, a)
    limits = np.finfo(a.dtype)
    largest = limits.max if posinf is None else posinf
    smallest = limits.min if neginf is None else neginf
    infinite = F.where(F.greater(a, 0), a.dtype.type(largest), a.dtype.type(smallest))
    return F.where(F.isfinite(a), a, F.where(F.isnan(a), a.dtype.type(nan), infinite))


FUNCTIONS: tuple[Function, ...] = (full, linspace, logspace, select, nan_to_num)
