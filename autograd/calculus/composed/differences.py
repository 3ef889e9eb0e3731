"""Calculus on samples: diff gradient trapezoid interp polyval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Axis, Function, Namespace
from autograd.calculus.array_rules import Array, array_in, axes_of
from autograd.calculus.composed.assembling import as_array


def cut(F: Namespace, a: Array, axis: int, start: int | None, stop: int | None) -> Array:
    """The part of ``a`` from ``start`` to ``stop`` along ``axis``."""
    return F.getitem(a, (slice(None),) * axis + (slice(start, stop),))


def diff(
    F: Namespace, a: Array, n: int = 1, axis: int = -1, prepend: Array = None, append: Array = None
) -> Array:
    """The n-th differences a[i+1] - a[i] along an axis.

    ``prepend`` and ``append``, numbers or arrays, stand before and behind ``a`` first.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.diff(np.array([1.0, 4.0, 9.0]))
    array([3., 5.])
    """
    if n < 0:
        raise ValueError(f"diff: n is {n}; give how often to take differences, 0 or more")
    (place,) = axes_of(axis, a.ndim)
    one = (*a.shape[:place], 1, *a.shape[place + 1 :])
    ends = [None if x is None else as_array(x) for x in (prepend, append)]
    ends = [F.broadcast_to(x, one) if x is not None and not x.ndim else x for x in ends]
    parts = [x for x in (ends[0], a, ends[1]) if x is not None]
    if n and len(parts) > 1:
        a = F.concatenate(parts, axis=place)
    for _ in range(n):
        a = cut(F, a, place, 1, None) - cut(F, a, place, None, -1)
    return a


def gradient(
    F: Namespace,
    a: Array,
    *spacings: float | Sequence[float],
    axis: Axis = None,
    edge_order: int = 1,
) -> Array:
    """Slopes by central differences along each axis, as ``numpy.gradient``.

    ``spacings`` is the distance between samples, or one distance or list of places for each axis.
    Of several axes the result is a tuple.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.gradient(np.array([1.0, 2.0, 4.0, 7.0])))
    [1.  1.5 2.5 3. ]
    """
    a = as_array(a)
    axes = axes_of(axis, a.ndim)
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order {edge_order} is unknown; use 1 or 2")
    if len(spacings) not in (0, 1, len(axes)) or (
        len(spacings) == 1 < len(axes) and np.ndim(spacings[0])
    ):
        raise ValueError(f"gradient: {len(spacings)} spacings for {len(axes)} axes")
    steps = spacings or (1.0,)
    steps = steps * len(axes) if len(steps) == 1 else steps
    slopes = tuple([_slope(F, a, i, h, edge_order) for i, h in zip(axes, steps, strict=True)])
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(
    F: Namespace, a: Array, axis: int, spacing: float | Sequence[float], edge_order: int
) -> Array:
    n = a.shape[axis]
    if n < edge_order + 1:
        raise ValueError(
            f"gradient: axis {axis} of shape {a.shape} is too short; "
            f"it takes {edge_order + 1} samples or more"
        )
    places = np.asarray(array_in(as_array(spacing)), np.float64)
    steps = np.diff(places) if places.ndim else np.full(n - 1, float(places))
    if steps.shape != (n - 1,):
        raise ValueError(f"gradient: {len(places)} places for an axis of length {n}")
    kind = a.dtype if a.dtype.kind == "f" else np.float64
    along = (n, *(1,) * (a.ndim - axis - 1))
    h = steps.astype(kind).reshape(n - 1, *along[1:])
    back, ahead = h[:-1], h[1:]
    low, high = cut(F, a, axis, None, -1), cut(F, a, axis, 1, None)
    rises = (high - low) / h  # the slopes between neighbours
    before, behind = cut(F, rises, axis, None, -1), cut(F, rises, axis, 1, None)
    inner = (before * ahead + behind * back) / (back + ahead)
    first, last = cut(F, rises, axis, None, 1), cut(F, rises, axis, -1, None)
    if edge_order == 2:
        bend = (behind - before) / (back + ahead)
        first = first - cut(F, bend, axis, None, 1) * h[:1]
        last = last + cut(F, bend, axis, -1, None) * h[-1:]
    return F.concatenate([first, inner, last], axis=axis)


def trapezoid(F: Namespace, y: Array, x: Array = None, dx: float = 1.0, axis: int = -1) -> Array:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule; ``x`` are the places.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.trapezoid(np.array([1.0, 2.0, 3.0])))
    4.0
    """
    y = as_array(y)
    (place,) = axes_of(axis, y.ndim)
    width: Array = dx
    if x is not None:
        x = as_array(x)
        width = diff(F, x, axis=axis if x.ndim > 1 else -1)
        if x.ndim == 1:
            width = F.reshape(width, (-1, *(1,) * (y.ndim - place - 1)))
    heights = (cut(F, y, place, 1, None) + cut(F, y, place, None, -1)) / 2
    return F.sum(width * heights, axis=place)


def interp(
    F: Namespace,
    x: Array,
    xp: Array,
    fp: Array,
    left: float | None = None,
    right: float | None = None,
    period: float | None = None,
) -> Array:
    """The line through the points (xp, fp), xp ascending, at ``x``; beyond the ends it is flat.

    It has a gradient for all three. ``left`` and ``right`` are the values beyond the ends.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.interp(np.array([0.5, 1.5]), [0.0, 1.0, 2.0], [0.0, 10.0, 40.0]))
    [ 5. 25.]
    """
    x, xp, fp = as_array(x), as_array(xp), as_array(fp)
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.shape[0]:
        raise ValueError(
            f"interp: xp {xp.shape} and fp {fp.shape} do not fit; give two vectors of one length"
        )
    if period is not None:
        period = abs(period)
        x, xp = F.mod(x, period), F.mod(xp, period)
        order = np.argsort(array_in(xp), kind="stable")
        xp, fp = F.getitem(xp, order), F.getitem(fp, order)
        ends = [F.getitem(xp, slice(-1, None)) - period, xp, F.getitem(xp, slice(1)) + period]
        xp = F.concatenate(ends)
        fp = F.concatenate([F.getitem(fp, slice(-1, None)), fp, F.getitem(fp, slice(1))])
    at, places = array_in(x), array_in(xp)
    if len(places) == 1:
        out = F.broadcast_to(F.getitem(fp, 0), at.shape)
    else:
        i = np.clip(np.searchsorted(places, at, side="right") - 1, 0, len(places) - 2)
        start, low = F.getitem(xp, i), F.getitem(fp, i)
        slope = (F.getitem(fp, i + 1) - low) / (F.getitem(xp, i + 1) - start)
        out = low + slope * (x - start)
    if period is None:
        first = F.getitem(fp, 0) if left is None else left
        last = F.getitem(fp, -1) if right is None else right
        out = F.where(at < places[0], first, F.where(at > places[-1], last, out))
    return out


def polyval(F: Namespace, p: Array, x: Array) -> Array:
    """p[0] x^(n-1) + ... + p[n-1], by Horner's rule.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.polyval(np.array([3.0, 0.0, 1.0]), 2.0))
    13.0
    """
    p, x = as_array(p), as_array(x)
    out = x * 0.0
    for i in range(p.shape[0]):
        out = out * x + F.getitem(p, i)
    return out


FUNCTIONS: tuple[Function, ...] = (diff, gradient, trapezoid, interp, polyval)
