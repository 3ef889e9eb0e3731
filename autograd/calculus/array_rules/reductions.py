"""Reductions over axes: sum mean max min var std."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.calculus import Axis, Namespace, Shape
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    Sample,
    add_reduce,
    array_in,
    count,
    in_float32,
    linear_tangent,
    max_reduce,
    min_reduce,
    sample,
    shared,
    spread,
    weighted,
)


def sum_(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Sum of the elements over ``axis``; every element has derivative 1.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.sum(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0))
    [4. 6.]
    """
    return add_reduce(a, axis=axis, keepdims=keepdims)


def sum_a(
    F: Namespace, g: Array, out: Array, a: Array, axis: Axis = None, keepdims: bool = False
) -> Array:
    return spread(F, g, a, axis, keepdims)


def mean(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Arithmetic mean over ``axis``; every one of n elements has derivative 1/n.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.mean(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=-1))
    [1.5 3.5]
    """
    if a.dtype.char == "e":
        return in_float32(mean, a, axis, keepdims)
    return np.true_divide(add_reduce(a, axis=axis, keepdims=keepdims), count(a.shape, axis))


def mean_a(
    F: Namespace, g: Array, out: Array, a: Array, axis: Axis = None, keepdims: bool = False
) -> Array:
    return spread(F, shared(g, count(a.shape, axis)), a, axis, keepdims)


def max_(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Largest element over ``axis``; elements that tie share the gradient equally.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.max(np.array([[1.0, 2.0], [4.0, 3.0]]), axis=1))
    [2. 4.]
    """
    return max_reduce(a, axis=axis, keepdims=keepdims)


def min_(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Smallest element over ``axis``; elements that tie share the gradient equally.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.min(np.array([[1.0, 2.0], [4.0, 3.0]]), axis=1))
    [1. 3.]
    """
    return min_reduce(a, axis=axis, keepdims=keepdims)


def shares(F: Namespace, a: Array, extreme: Array, axis: Axis) -> Array:
    """Which part of the gradient each element of ``a`` gets from its extreme: a plain array.

    A NaN is the extreme of its slice, as it is for NumPy, so that its gradient is not lost.
    """
    mask = F.equal(a, extreme)
    ties = add_reduce(mask, axis=axis, dtype=a.dtype, keepdims=True)
    if not ties.all():
        mask = mask | F.not_equal(a, a)
        ties = add_reduce(mask, axis=axis, dtype=a.dtype, keepdims=True)
    return mask / ties


def extreme_slope(F: Namespace, x: Array, out: Array, a: Array, axis: Axis) -> Array:
    return x * shares(F, a, out, axis)


def var(a: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """Σ (a - mean)² / (n - ddof) over ``axis``; its derivative is 2 (a - mean) / (n - ddof).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.var(np.array([1.0, 2.0, 3.0]), ddof=1))
    1.0
    """
    if a.dtype.char == "e":
        return in_float32(var, a, axis, ddof, keepdims)
    n = count(a.shape, axis)
    deviation = a - np.true_divide(add_reduce(a, axis=axis, keepdims=True), n)
    squares = add_reduce(deviation * deviation, axis=axis, keepdims=keepdims)
    return np.true_divide(squares, max(n - ddof, 0))


def deviations(F: Namespace, a: Array, axis: Axis) -> Array:
    return a - F.mean(a, axis=axis, keepdims=True)


def var_slope(F: Namespace, x: Array, out: Array, a: Array, axis: Axis, ddof: float = 0) -> Array:
    return deviations(F, a, axis) * shared(x * 2, max(count(a.shape, axis) - ddof, 0))


def std(a: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """Square root of the variance over ``axis``; the derivative is 0 where all elements are equal.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.std(np.array([1.0, 2.0, 3.0]), ddof=1))
    1.0
    """
    if a.dtype.char == "e":
        return in_float32(std, a, axis, ddof, keepdims)
    return np.sqrt(var(a, axis, ddof, keepdims))


def std_slope(F: Namespace, x: Array, out: Array, a: Array, axis: Axis, ddof: float = 0) -> Array:
    # (a - mean) / std is of a size that every dtype has. Where the deviation is 0, so is the slope.
    x = shared(x, max(count(a.shape, axis) - ddof, 0))
    flat = _flat(array_in(out), array_in(a), axis)
    if not flat.any():
        return deviations(F, a, axis) / out * x
    return F.where(flat, 0.0, deviations(F, a, axis) / F.where(flat, 1.0, out)) * x


def _flat(out: Array, a: Array, axis: Axis) -> Array:
    """Where all elements are equal, so that the deviation is 0 but for what rounds in the mean."""
    if not a.size:
        return out == 0
    largest = np.max(a, axis=axis, keepdims=True)
    suspect = out <= 64 * np.finfo(a.dtype).eps * abs(largest)
    return suspect & (largest == np.min(a, axis=axis, keepdims=True)) if suspect.any() else suspect


def _reductions(shape: Shape = (2, 3, 4), **attrs: Any) -> tuple[Sample, ...]:
    axes: tuple[Axis, ...] = (None, 1, -1, (0, 2), (-1, 0))
    return (
        *(sample(shape, axis=axis, **attrs) for axis in axes),
        sample(shape, axis=1, keepdims=True, **attrs),
        sample(shape, axis=(0, -1), keepdims=True, **attrs),
        sample(shape, axis=None, keepdims=True, **attrs),
        sample(shape[:1], **attrs),
    )


#: The elements that equal the extreme share its gradient.
_EXTREME = "equal(a, kept(out))"
_EXTREMES = (f"da = kept(g) * {_EXTREME} / sum({_EXTREME}, axis=axis, keepdims=True)",)
_DEVIATION = "(a - mean(a, axis=axis, keepdims=True))"

_EXTREME_ADJOINT, _EXTREME_TANGENT = weighted(extreme_slope)
_VAR_ADJOINT, _VAR_TANGENT = weighted(var_slope)
_STD_ADJOINT, _STD_TANGENT = weighted(std_slope)

RULES = (
    ArrayRule(
        "sum",
        sum_,
        (sum_a,),
        ("da = broadcast_to(kept(g), a.shape)",),
        linear_tangent("sum"),
        (*_reductions(), sample(()), sample((0, 3), axis=0, smooth=False)),
    ),
    ArrayRule(
        "mean",
        mean,
        (mean_a,),
        ("da = broadcast_to(kept(g) / n, a.shape)",),
        linear_tangent("mean"),
        (*_reductions(), sample(())),
    ),
    ArrayRule(
        "max",
        max_,
        (_EXTREME_ADJOINT,),
        _EXTREMES,
        _EXTREME_TANGENT,
        (*_reductions(), sample(()), sample(np.ones((2, 3)), axis=1, smooth=False)),
    ),
    ArrayRule(
        "min",
        min_,
        (_EXTREME_ADJOINT,),
        _EXTREMES,
        _EXTREME_TANGENT,
        (*_reductions(), sample(()), sample(np.ones((2, 3)), axis=1, smooth=False)),
    ),
    ArrayRule(
        "var",
        var,
        (_VAR_ADJOINT,),
        (f"da = kept(g) * 2 * {_DEVIATION} / (n - ddof)",),
        _VAR_TANGENT,
        (*_reductions(), *_reductions(ddof=1)),
    ),
    ArrayRule(
        "std",
        std,
        (_STD_ADJOINT,),
        (f"da = kept(g) * {_DEVIATION} / ((n - ddof) * kept(out))",),
        _STD_TANGENT,
        (*_reductions(), *_reductions(ddof=1)),
    ),
)
