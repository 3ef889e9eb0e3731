"""``scipy.signal`` over nodes: ``convolve``, along chosen axes, with sums over others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.engine import Node

Axes = tuple[Sequence[int], Sequence[int]]


def convolve(
    A: Quantity,
    B: Quantity,
    axes: Axes | None = None,
    dot_axes: Axes = ((), ()),
    mode: str = "full",
) -> Quantity:
    """The convolution Σ A[i - k] B[k] along pairs of axes, all of them if ``axes`` is None.

    ``dot_axes`` are pairs of axes that are multiplied and summed. The result has the other axes of
    A, those of B, and the convolved ones, in this order. ``mode`` is ``"full"``, ``"valid"`` or
    ``"same"`` (the middle of the full one, of A's length). ValueError for axes that do not pair.

    >>> import numpy as np
    >>> from autograd.scipy.signal import convolve
    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0]))
    array([1., 3., 5., 3.])
    """
    if mode not in ("full", "valid", "same"):
        raise ValueError(f"convolve: mode is 'full', 'valid' or 'same', not {mode!r}")
    a: Quantity = A if isinstance(A, Node) else np.asarray(A, float)
    b: Quantity = B if isinstance(B, Node) else np.asarray(B, float)
    along = axes or (range(a.ndim), range(b.ndim))
    _check_pairs("axes", along)
    _check_pairs("dot_axes", dot_axes)
    rows, rest_a = _arranged(a, along[0], dot_axes[0])
    kernels, rest_b = _arranged(b, along[1], dot_axes[1])
    if rows.shape[1] != kernels.shape[1]:
        raise ValueError(
            f"convolve: the dot axes of {a.shape} and {b.shape} have {rows.shape[1]} and "
            f"{kernels.shape[1]} entries; they must be equal"
        )
    if not along[0]:
        return F.reshape(F.matmul(rows, F.transpose(kernels)), (*rest_a, *rest_b))
    size = kernels.shape[2:]
    if mode == "valid" and any(n < k for n, k in zip(rows.shape[2:], size)):
        raise ValueError(
            f"convolve: in mode 'valid' the first array {a.shape} must be as long as the second "
            f"{b.shape} along each axis; exchange them, or use mode 'full'"
        )
    padding = 0 if mode == "valid" else tuple(k - 1 for k in size)
    out = F.conv(rows, F.flip(kernels, tuple(range(2, kernels.ndim))), padding=padding)
    if mode == "same":
        starts = [(k - 1) // 2 for k in size]
        middle = [slice(s, s + n) for s, n in zip(starts, rows.shape[2:])]
        out = out[(slice(None), slice(None), *middle)]
    return F.reshape(out, (*rest_a, *rest_b, *out.shape[2:]))


def _check_pairs(name: str, pairs: Axes) -> None:
    if len(pairs[0]) != len(pairs[1]):
        raise ValueError(
            f"convolve: {name} pairs {len(pairs[0])} axes of the first array with "
            f"{len(pairs[1])} of the second"
        )


def _arranged(
    x: Quantity, along: Sequence[int], dotted: Sequence[int]
) -> tuple[Quantity, tuple[int, ...]]:
    """``x`` as (others, dotted, *along), and the lengths of the others."""
    along, dotted = ([axis % x.ndim for axis in places] for places in (along, dotted))
    others = [axis for axis in range(x.ndim) if axis not in (*along, *dotted)]
    rest = tuple(x.shape[axis] for axis in others)
    summed = math.prod(x.shape[axis] for axis in dotted)
    turned = F.transpose(x, (*others, *dotted, *along)) if x.ndim else x
    return F.reshape(turned, (math.prod(rest), summed, *(x.shape[axis] for axis in along))), rest
