"""Vector and matrix norms, with derivative 0 at zero."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Axis, Namespace
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    array_in,
    away_from_zero,
    axes_of,
    in_float32,
    max_reduce,
    sample,
    weighted,
)
from autograd.calculus.array_rules.reductions import shares


def norm(
    a: Array, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False
) -> Array:
    """(Σ |a|^p)^(1/p) of a vector; Frobenius or the largest line sum of a matrix.

    ``ord`` is None (Euclidean, Frobenius), p, inf or -inf for vectors, and None, "fro", "nuc", 1,
    -1, 2, -2, inf or -inf for matrices (two axes), where "nuc" is the sum of the singular values, 2
    the largest and -2 the smallest.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.norm(np.array([3.0, 4.0])))
    5.0
    """
    kind = a.dtype.char
    if kind == "e":
        return in_float32(norm, a, ord, axis, keepdims)
    # A square may be too large or too small for the dtype where the norm is not.
    smallest = 1e-15 if kind == "f" else 1e-140
    if ord is None and axis is None and kind in "fd" and not keepdims:
        out = np.sqrt(np.vdot(a, a))  # which does not warn of an overflow
        return out if smallest < out < math.inf else _scaled_first(a, ord, axis, keepdims)
    check_order(a, ord, axis)
    with np.errstate(over="ignore"):
        out = _numpys(a, ord, axis, keepdims)
    lost = (out < smallest) | (out == math.inf)
    return np.where(lost, _scaled_first(a, ord, axis, keepdims), out) if lost.any() else out


def _numpys(a: Array, ord: float | str | None, axis: Axis, keepdims: bool) -> Array:
    return np.linalg.norm(a, ord, axis, keepdims)  # type: ignore[arg-type]


def _scaled_first(a: Array, ord: float | str | None, axis: Axis, keepdims: bool) -> Array:
    """The norm of ``a`` divided by its largest element, times that element."""
    largest = max_reduce(np.abs(a), axis=axis, keepdims=True, initial=0)
    largest = np.where((largest > 0) & (largest < math.inf), largest, 1)
    out = _numpys(a / largest, ord, axis, True) * largest
    return out if keepdims else out.squeeze(axes_of(axis, a.ndim))


def check_order(a: Array, ord: float | str | None, axis: Axis) -> None:
    matrix = len(axes_of(axis, a.ndim)) == 2
    if ord is None:
        return
    if matrix and ord not in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
        raise ValueError(
            f"norm: order {ord!r} of a matrix is unknown; use 'fro', 'nuc', 1, -1, 2, -2, inf or "
            f"-inf, or ravel it for the order of a vector"
        )
    if not matrix and isinstance(ord, str):
        raise ValueError(f"norm: order {ord!r} of a vector is unknown; use a number")


def spectral_slope(F: Namespace, a: Array, ord: float | str, axes: tuple[int, ...]) -> Array:
    """The derivative of a norm that is made of singular values: pairs of their vectors, summed."""
    terms = F.svd_terms(F.moveaxis(a, axes, (-2, -1)))
    m, n = a.shape[axes[0]], a.shape[axes[1]]
    U, s, Vh = (
        F.getitem(terms, (..., part)) for part in (slice(m), slice(m, m + 1), slice(-n, None))
    )
    if ord == "nuc":
        numbers = array_in(s)
        largest = numbers.max(axis=-2, keepdims=True, initial=0)
        share = numbers > np.finfo(numbers.dtype).eps * max(m, n) * largest
    else:
        extreme = F.max if ord == 2 else F.min
        share = shares(F, s, extreme(s, axis=-2, keepdims=True), -2)
    slope = F.matmul(F.swapaxes(U, -1, -2), share * Vh)
    return F.moveaxis(slope, (-2, -1), axes)


def norm_slope(
    F: Namespace, x: Array, out: Array, a: Array, axis: Axis, ord: float | str | None = None
) -> Array:
    """x times the derivative of the norm by each element, which is 0 where the norm is 0."""
    axes = axes_of(axis, a.ndim)
    if not a.size:
        return x * a  # No line and no singular value is extreme; no element has a slope.
    if len(axes) == 2 and ord in ("nuc", 2, -2):
        assert ord is not None
        return x * spectral_slope(F, a, ord, axes)
    if len(axes) == 2 and isinstance(ord, (int, float)):
        # The line sums that are extreme share; 1 adds up columns, inf adds up rows.
        along = axes[0] if abs(ord) == 1 else axes[1]
        sums = F.sum(F.abs(a), axis=along, keepdims=True)
        # The norm itself may round another way than these sums, and equal none of them.
        extreme = F.max if ord > 0 else F.min
        return x * F.sign(a) * shares(F, sums, extreme(sums, axis=axis, keepdims=True), axis)
    if ord in (0, 1):
        return x * F.sign(a) * ord
    if ord in (math.inf, -math.inf):
        return x * F.sign(a) * shares(F, F.abs(a), out, axis)
    zero = F.equal(out, 0)
    if zero.any():
        return x * F.where(zero, 0.0, _scaled(F, a, F.where(zero, 1.0, out), ord))
    return x * _scaled(F, a, out, ord)


def _scaled(F: Namespace, a: Array, out: Array, ord: float | str | None) -> Array:
    if ord is None or isinstance(ord, str) or ord == 2:
        return a / out
    return F.sign(a) * (F.abs(a) / out) ** (ord - 1)


def spectral_printed(a: Array, ord: float | str | None, axis: Axis) -> str:
    """Of a matrix with the usual singular values a short text, else one that is right for any."""
    axes = axes_of(axis, a.ndim)
    in_place = axes == (a.ndim - 2, a.ndim - 1)
    matrices = np.moveaxis(a, axes, (-2, -1))
    s = np.linalg.svd(matrices, compute_uv=False)
    place = 0 if ord == 2 else -1
    if a.ndim == 2 and in_place:
        if ord == "nuc" and np.linalg.matrix_rank(a) == min(a.shape):
            return "da = kept(g) * svd(a)[0] @ svd(a)[2]"
        if ord != "nuc" and (s == s[place]).sum() == 1:
            return f"da = kept(g) * outer(svd(a)[0][:, {place}], svd(a)[2][{place}])"
    # The singular values that count: those of the rank, or those that are extreme, shared by ties.
    extreme = f"{'min' if ord == -2 else 'max'}(s, axis=-1, keepdims=True)"
    if ord == "nuc":
        least = np.finfo(a.dtype).eps * max(matrices.shape[-2:])
        share, which = "E", f"greater(s, {least:.4g} * {extreme})"
    else:
        share, which = "E / sum(E, axis=-1, keepdims=True)", f"equal(s, {extreme})"
    product = f"(U * expand_dims({share}, axis=-2)) @ Vh"
    A = "a" if in_place else f"moveaxis(a, {axes}, (-2, -1))"
    product = f"({product})" if in_place else f"moveaxis({product}, (-2, -1), {axes})"
    return (
        f"da = kept(g) * {product} where E = {which}; U = svd({A})[0]; s = svd({A})[1]; "
        f"Vh = svd({A})[2]"
    )


def lines_printed(ord: float, axes: tuple[int, ...]) -> str:
    """The sums of the absolute values in each column, or row, and those of them that are out."""
    along = axes[0] if abs(ord) == 1 else axes[1]
    extreme = f"{'max' if ord > 0 else 'min'}(S, axis=axis, keepdims=True)"
    return (
        f"da = kept(g) * sign(a) * E / sum(E, axis=axis, keepdims=True) "
        f"where E = equal(S, {extreme}); S = sum(abs(a), axis={along}, keepdims=True)"
    )


def norm_printed(a: Array, ord: float | str | None, axis: Axis, keepdims: bool) -> tuple[str, ...]:
    if len(axes_of(axis, a.ndim)) == 2 and ord in ("nuc", 2, -2):
        return (spectral_printed(a, ord, axis),)
    if ord in (None, 2, "fro"):
        return ("da = kept(g) * a / kept(out)",)
    assert not isinstance(ord, str) and ord is not None
    if len(axes_of(axis, a.ndim)) == 2:
        return (lines_printed(ord, axes_of(axis, a.ndim)),)
    if ord == 0:
        return ("da = kept(g) * sign(a) * 0",)
    if ord == 1:
        return ("da = kept(g) * sign(a)",)
    if math.isinf(ord):
        extreme = "equal(abs(a), kept(out))"
        shared = f"{extreme} / sum({extreme}, axis=axis, keepdims=True)"
        return (f"da = kept(g) * sign(a) * {shared}",)
    return (f"da = kept(g) * sign(a) * (abs(a) / kept(out)) ** {ord - 1:g}",)


_A = away_from_zero(3, 4)
_V = away_from_zero(5)

_ADJOINT, _TANGENT = weighted(norm_slope)

RULES = (
    ArrayRule(
        "norm",
        norm,
        (_ADJOINT,),
        norm_printed,
        _TANGENT,
        (
            *(sample(_V, ord=p) for p in (None, 0, 0.5, 1, 2, 2.5, 3, -1, math.inf, -math.inf)),
            *(sample(_A, ord=p, axis=-1) for p in (None, 1, 2, 3, math.inf, -math.inf)),
            *(sample(_A, ord=p) for p in (None, "fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)),
            sample(away_from_zero(2, 3, 4)),
            sample(away_from_zero(2, 3, 4), axis=(0, -1)),
            sample(away_from_zero(2, 3, 4), ord=1, axis=(2, 0)),
            sample(away_from_zero(2, 3, 4), ord=2, axis=(2, 0)),
            sample(away_from_zero(2, 3, 4), ord="nuc", axis=(-2, -1)),
            sample(away_from_zero(2, 3, 4), ord=-2, axis=(0, 1), keepdims=True),
            sample(_A, ord="nuc", axis=(1, 0)),
            sample(_A, ord=2, axis=(0, 1)),
            sample(away_from_zero(2, 3, 4), ord=math.inf, axis=(0, 1), keepdims=True),
            sample(np.array([[1.0, 2.0], [2.0, 4.0]]), ord="nuc", smooth=False),
            sample(np.eye(2), ord=2, smooth=False),
            sample(np.array([[1.0, -2.0], [2.0, 1.0]]), ord=1, smooth=False),
            sample(_A, axis=0, keepdims=True),
            sample(_A, keepdims=True),
            sample(np.zeros(3), smooth=False),
            sample(np.array([[0.0, 0.0], [3.0, 4.0]]), ord=3, axis=1, smooth=False),
            sample(np.array([1.0, -1.0]), ord=math.inf, smooth=False),
        ),
    ),
)
