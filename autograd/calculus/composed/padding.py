"""Borders of every kind: pad."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Attributes, Function, Namespace, short
from autograd.calculus.array_rules import Array
from autograd.calculus.composed.assembling import as_array
from autograd.calculus.composed.differences import cut
from autograd.calculus.composed.statistics import median

#: Modes whose border repeats elements; the others compute it.
COPIES = ("edge", "reflect", "symmetric", "wrap")
STATISTICS = ("maximum", "minimum", "mean", "median")


def pad(
    F: Namespace,
    a: Array,
    pad_width: int | Sequence[int] | Sequence[Sequence[int]] | dict[int, int | Sequence[int]],
    mode: str = "constant",
    constant_values: float | Sequence[float] = 0,
    end_values: float | Sequence[float] = 0,
    stat_length: int | Sequence[int] | None = None,
    reflect_type: str = "even",
) -> Array:
    """a with a border, in any of NumPy's modes; its gradient goes to what the border is made of.

    ``pad_width`` is n, (before, after) for every axis, one such pair per axis, or a dictionary of
    them by axis. ``mode`` is "constant", "edge", "reflect", "symmetric", "wrap", "linear_ramp",
    "maximum", "minimum", "mean", "median" or "empty".

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.pad(np.array([1.0, 2.0]), (1, 2), mode="edge"))
    [1. 1. 2. 2. 2.]
    """
    if isinstance(pad_width, dict):
        by_axis = {axis % a.ndim: width for axis, width in pad_width.items()}
        pad_width = [np.broadcast_to(by_axis.get(i, 0), 2).tolist() for i in range(a.ndim)]
    if mode in ("constant", "empty"):  # what stands in an empty border is not said
        return F.pad(a, pad_width, constant_values=constant_values)
    a = as_array(a)
    if mode in COPIES:
        if reflect_type != "even":
            raise ValueError(
                f"pad: reflect_type {short(reflect_type)} is not supported; use 'even'"
            )
        places = np.arange(a.size).reshape(a.shape)
        try:
            wide = np.pad(places, pad_width, mode=mode)  # type: ignore[call-overload]
        except ValueError as error:
            raise ValueError(f"pad: shape {a.shape}: {error}") from None
        return F.getitem(F.ravel(a), wide)
    if mode not in (*STATISTICS, "linear_ramp"):
        raise ValueError(
            f"pad: mode {short(mode)} is unknown; use 'constant', 'linear_ramp', "
            f"{', '.join(map(repr, (*COPIES, *STATISTICS)))}"
        )
    if 0 in a.shape:
        raise ValueError(
            f"pad: shape {a.shape} has no element for mode {short(mode)}; use 'constant'"
        )
    widths = np.broadcast_to(pad_width, (a.ndim, 2)).tolist()
    settings = {"end_values": end_values, "stat_length": stat_length}
    pairs = {
        name: [[None, None]] * a.ndim if x is None else np.broadcast_to(x, (a.ndim, 2)).tolist()
        for name, x in settings.items()
    }
    for axis, (before, after) in enumerate(widths):
        options = {name: pair[axis] for name, pair in pairs.items()}
        sides = [_side(F, a, axis, n, i, mode, options) for i, n in enumerate((before, after))]
        parts = [part for part in (sides[0], a, sides[1]) if part is not None]
        a = F.concatenate(parts, axis=axis) if len(parts) > 1 else a
    return a


def _side(
    F: Namespace, a: Array, axis: int, n: int, side: int, mode: str, options: Attributes
) -> Array | None:
    """The ``n`` entries before (``side`` 0) or behind (1) ``a`` along ``axis``."""
    if not n:
        return None
    shape = (*a.shape[:axis], n, *a.shape[axis + 1 :])
    if mode == "linear_ramp":
        edge = cut(F, a, axis, 0, 1) if side == 0 else cut(F, a, axis, -1, None)
        part = np.arange(n) / n if side == 0 else np.arange(n - 1, -1, -1) / n
        part = part.astype(a.dtype).reshape(n, *(1,) * (a.ndim - axis - 1))
        return edge * part + options["end_values"][side] * (1 - part)
    length = options["stat_length"][side]
    length = a.shape[axis] if length is None else min(int(length), a.shape[axis])
    seen = cut(F, a, axis, None, length) if side == 0 else cut(F, a, axis, -length, None)
    one = (
        median(F, seen, axis, keepdims=True)
        if mode == "median"
        else getattr(F, {"maximum": "max", "minimum": "min"}.get(mode, mode))(
            seen, axis=axis, keepdims=True
        )
    )
    return F.broadcast_to(one, shape)


FUNCTIONS: tuple[Function, ...] = (pad,)
