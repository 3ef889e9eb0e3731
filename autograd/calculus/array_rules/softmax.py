"""Log-sum-exp and its derivatives: logsumexp softmax log_softmax, stable for any finite input."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Axis, Namespace
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    add_reduce,
    max_reduce,
    sample,
    weighted,
)


def logsumexp(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """log Σ exp(a) over ``axis``, without overflow; the derivative is softmax(a).

    Of nothing it is -inf, the logarithm of an empty sum.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.logsumexp(np.array([1000.0, 1000.0])) - 1000)
    0.693147180559...
    """
    top = _largest(a, axis)
    if np.isfinite(top).all():
        total = np.log(add_reduce(np.exp(a - top), axis=axis, keepdims=True)) + top
    else:
        top = np.where(np.isfinite(top), top, 0)  # the result is infinite or nan as well
        with np.errstate(divide="ignore"):
            total = np.log(add_reduce(np.exp(a - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis=axis)


def _largest(a: Array, axis: Axis) -> Array:
    if a.size:
        return max_reduce(a, axis=axis, keepdims=True)
    return max_reduce(a, axis=axis, keepdims=True, initial=-np.inf)


def logsumexp_slope(F: Namespace, x: Array, out: Array, a: Array, axis: Axis) -> Array:
    """x times softmax(a), which is 0 where every entry is -inf."""
    # Not exp(a - out): beside large entries out rounds to the largest one.
    empty = F.equal(out, -np.inf)
    if empty.any():
        return x * F.where(empty, 0.0, F.softmax(F.where(empty, 0.0, a), axis=axis))
    return x * F.softmax(a, axis=axis)


def softmax(a: Array, axis: Axis = -1) -> Array:
    """exp(a) / Σ exp(a) over ``axis``; da = out (g - Σ g out).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.softmax(np.array([1000.0, 1000.0])))
    [0.5 0.5]
    """
    powers = np.exp(a - _largest(a, axis))
    return powers / add_reduce(powers, axis=axis, keepdims=True)


def softmax_a(F: Namespace, g: Array, out: Array, a: Array, axis: Axis = -1) -> Array:
    return out * (g - F.sum(g * out, axis=axis, keepdims=True))


def softmax_tangent(
    F: Namespace, tangents: tuple[Array], out: Array, a: Array, axis: Axis = -1
) -> Array:
    return softmax_a(F, tangents[0], out, a, axis)  # its Jacobian is symmetric


def log_softmax(a: Array, axis: Axis = -1) -> Array:
    """a - log Σ exp(a) over ``axis``; da = g - exp(out) Σ g.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.log_softmax(np.array([0.0, -1000.0])))
    [    0. -1000.]
    """
    shifted = a - _largest(a, axis)
    sums = add_reduce(np.exp(shifted), axis=axis, keepdims=True)
    return shifted - (np.log(sums) if a.size else sums)  # of nothing the logarithm would warn


def log_softmax_a(F: Namespace, g: Array, out: Array, a: Array, axis: Axis = -1) -> Array:
    return g - F.exp(out) * F.sum(g, axis=axis, keepdims=True)


def log_softmax_tangent(
    F: Namespace, tangents: tuple[Array], out: Array, a: Array, axis: Axis = -1
) -> Array:
    da = tangents[0]
    return da - F.sum(F.exp(out) * da, axis=axis, keepdims=True)


def _sum_printed(text: str, a: Array) -> str:
    return f"sum({text})" if a.ndim == 1 else f"sum({text}, axis=axis, keepdims=True)"


def softmax_printed(a: Array, axis: Axis) -> tuple[str, ...]:
    return (f"da = out * (g - {_sum_printed('g * out', a)})",)


def log_softmax_printed(a: Array, axis: Axis) -> tuple[str, ...]:
    return (f"da = g - exp(out) * {_sum_printed('g', a)}",)


_LARGE = np.array([[1000.0, 999.5, -1000.0], [-1000.0, -1000.5, -999.0]])

_SAMPLES = (
    sample((2, 3)),
    sample((2, 3), axis=0),
    sample((2, 3), axis=None),
    sample((2, 3, 4), axis=(0, -1)),
    sample(_LARGE),
    sample((3,)),
)

_ADJOINT, _TANGENT = weighted(logsumexp_slope)

RULES = (
    ArrayRule(
        "logsumexp",
        logsumexp,
        (_ADJOINT,),
        ("da = kept(g) * exp(a - kept(out))",),
        _TANGENT,
        (
            sample((2, 3)),
            sample((2, 3), axis=1),
            sample((2, 3), axis=-2, keepdims=True),
            sample((2, 3, 4), axis=(0, -1)),
            sample(_LARGE, axis=1),
            sample(()),
        ),
    ),
    ArrayRule(
        "softmax",
        softmax,
        (softmax_a,),
        softmax_printed,
        softmax_tangent,
        _SAMPLES,
    ),
    ArrayRule(
        "log_softmax",
        log_softmax,
        (log_softmax_a,),
        log_softmax_printed,
        log_softmax_tangent,
        _SAMPLES,
    ),
)
