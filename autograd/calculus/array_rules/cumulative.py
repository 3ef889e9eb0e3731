"""Running sums and products, and the product over axes: right with any number of zeros."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Axis, Function, Namespace
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    axes_of,
    count,
    linear_tangent,
    sample,
    weighted,
)
from autograd.calculus.array_rules.printed import shortened


def cumsum(a: Array, axis: int | None = None) -> Array:
    """Running sums along ``axis`` (of a flattened if none); da sums g from the end.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.cumsum(np.array([1.0, 2.0, 3.0])))
    [1. 3. 6.]
    """
    return np.cumsum(a, axis)


def sums_to_the_end(F: Namespace, g: Array, axis: int) -> Array:
    return F.flip(F.cumsum(F.flip(g, axis), axis), axis)


def cumsum_a(F: Namespace, g: Array, out: Array, a: Array, axis: int | None = None) -> Array:
    if axis is None or not a.ndim:  # the result is a vector
        return F.reshape(sums_to_the_end(F, g, 0), a.shape)
    return sums_to_the_end(F, g, axis)


def cumprod(a: Array, axis: int | None = None) -> Array:
    """Running products along ``axis`` (of a flattened if none).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.cumprod(np.array([1.0, 2.0, 3.0])))
    [1. 2. 6.]
    """
    return np.cumprod(a, axis)


def part(F: Namespace, a: Array, axis: int, start: int | None, stop: int | None) -> Array:
    return F.getitem(a, (slice(None),) * axis + (slice(start, stop),))


def shifted(F: Namespace, a: Array, axis: int, by: int, fill: float) -> Array:
    """a moved by ``by`` along ``axis``, ``fill`` entering at the end it leaves."""
    n = a.shape[axis]
    by = max(-n, min(by, n))
    filling = np.full((*a.shape[:axis], abs(by), *a.shape[axis + 1 :]), fill, a.dtype)
    if by > 0:
        return F.concatenate([filling, part(F, a, axis, None, n - by)], axis=axis)
    return F.concatenate([part(F, a, axis, -by, None), filling], axis=axis)


def cumprod_a(F: Namespace, g: Array, out: Array, a: Array, axis: int | None = None) -> Array:
    """Without a division: da = (product of what is before) * s, with s = g + next a * next s.

    The recurrence runs from the end, in log n steps that double their reach; sums and products
    alone make it right at zeros, and differentiable again.
    """
    if axis is None or not a.ndim:
        flat = F.reshape(a, (math.prod(a.shape),))
        return F.reshape(cumprod_a(F, g, out, flat, 0), a.shape)
    axis %= a.ndim
    before = shifted(F, out, axis, 1, 1.0)
    s, factor = g, shifted(F, a, axis, -1, 0.0)
    reach = 1
    while reach < a.shape[axis]:
        s = s + factor * shifted(F, s, axis, -reach, 0.0)
        factor = factor * shifted(F, factor, axis, -reach, 0.0)
        reach *= 2
    return before * s


def cumprod_tangent(
    F: Namespace, tangents: tuple[Array], out: Array, a: Array, axis: int | None = None
) -> Array:
    """dout = a * (dout before) + da * (product of what is before), doubled likewise."""
    da = tangents[0]
    if axis is None or not a.ndim:
        n = (math.prod(a.shape),)
        a, da, axis = F.reshape(a, n), F.reshape(da, n), 0
    axis %= a.ndim
    s, factor = da * shifted(F, out, axis, 1, 1.0), a
    reach = 1
    while reach < a.shape[axis]:
        s = s + factor * shifted(F, s, axis, reach, 0.0)
        factor = factor * shifted(F, factor, axis, reach, 1.0)
        reach *= 2
    return s


def prod(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Product of the elements over ``axis``; each has the product of the others as derivative.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.prod(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0))
    [3. 8.]
    """
    return multiply_reduce(a, axis=axis, keepdims=keepdims)


multiply_reduce: Function = np.multiply.reduce


def prod_slope(F: Namespace, x: Array, out: Array, a: Array, axis: Axis) -> Array:
    """x times, per element, the product over ``axis`` of the elements other than it."""
    if not F.equal(a, 0).any():
        return x * (out / a)
    # Beside a zero there is no dividing: the product of what is before times that of what is after,
    # with the axes in one last axis.
    axes = axes_of(axis, a.ndim)
    order = (*(i for i in range(a.ndim) if i not in axes), *axes)
    moved = F.transpose(a, order)
    flat = F.reshape(moved, (*moved.shape[: a.ndim - len(axes)], count(a.shape, axis)))
    last = flat.ndim - 1
    before = shifted(F, F.cumprod(flat, last), last, 1, 1.0)
    after = F.flip(shifted(F, F.cumprod(F.flip(flat, last), last), last, 1, 1.0), last)
    others = F.reshape(before * after, moved.shape)
    return x * F.transpose(others, tuple(np.argsort(order).tolist()))


def prod_printed(a: Array, axis: Axis, keepdims: bool) -> tuple[str, ...]:
    if (a == 0).any():  # where the quotient that one writes has no value
        return (f"da = kept(g) * {_product_of_others(a, axes_of(axis, a.ndim))}",)
    return ("da = kept(g) * kept(out) / a",)


def _product_of_others(a: Array, axes: tuple[int, ...]) -> str:
    """For each element the product of its copies in which a 1 stands for it, in turn."""
    n = count(a.shape, axes)
    if len(axes) == a.ndim:
        flat = "a" if a.ndim == 1 else "ravel(a)"
        text = f"prod(where(eye({n}), 1, {flat}), axis=1)"
        return text if a.ndim == 1 else f"reshape({text}, a.shape)"
    if len(axes) == 1:
        behind = a.ndim - 1 - axes[0]
        eye = f"expand_dims(eye({n}), axis={shortened(range(2, 2 + behind))})" if behind else ""
        rows = f"where({eye or f'eye({n})'}, 1, expand_dims(a, axis={axes[0]}))"
        return f"prod({rows}, axis={axes[0] + 1})"
    last = tuple(range(-len(axes), 0))
    moved = tuple(np.moveaxis(a, axes, last).shape)
    flat = f"reshape(moveaxis(a, {axes}, {last}), {(*moved[: -len(axes)], 1, n)})"
    return f"moveaxis(reshape(prod(where(eye({n}), 1, {flat}), axis=-1), {moved}), {last}, {axes})"


def _summed_to_the_end(a: Array, text: str, axis: int | None) -> str:
    """``text``, of the shape of the result, summed from each element to the end."""
    along = ", axis=axis" if axis is not None and (a.ndim, axis) != (1, 0) else ""
    summed = f"flip(cumsum(flip({text}{along}){along}){along})"
    return summed if axis is not None or a.ndim == 1 else f"reshape({summed}, a.shape)"


def cumsum_printed(a: Array, axis: int | None) -> tuple[str, ...]:
    return (f"da = {_summed_to_the_end(a, 'g', axis)}",)


def cumprod_printed(a: Array, axis: int | None) -> tuple[str, ...]:
    if (a == 0).any():
        return (f"da = {_through_zeros(a, axis)}",)
    return (f"da = {_summed_to_the_end(a, 'g * out', axis)} / a",)


def _through_zeros(a: Array, axis: int | None) -> str:
    """A matrix times g: its row i has the running products from i on, a 1 in the place of a[i]."""
    if axis is None or a.ndim < 2:
        flat = "a" if a.ndim == 1 else "ravel(a)"
        text = f"triu(cumprod(where(eye({a.size}), 1, {flat}), axis=1)) @ g"
        return text if a.ndim == 1 else f"reshape({text}, a.shape)"
    n, last = a.shape[axis], axis % a.ndim == a.ndim - 1
    x, g = ("a", "g") if last else (f"moveaxis(a, {axis}, -1)", f"moveaxis(g, {axis}, -1)")
    rows = f"triu(cumprod(where(eye({n}), 1, expand_dims({x}, axis=-2)), axis=-1))"
    text = f"sum({rows} * expand_dims({g}, axis=-2), axis=-1)"
    return text if last else f"moveaxis({text}, -1, {axis})"


_ONE_ZERO = np.array([[1.5, 0.0, -0.7], [0.4, 1.2, 2.0]])
_ZEROS = np.array([[0.0, 0.0, -0.7], [0.4, 0.0, 2.0], [0.0, 0.0, 0.0]])
_AXES: tuple[Axis, ...] = (None, 1, -1, (0, 2), (-1, 0))

_ADJOINT, _TANGENT = weighted(prod_slope)

RULES = (
    ArrayRule(
        "prod",
        prod,
        (_ADJOINT,),
        prod_printed,
        _TANGENT,
        (
            *(sample((2, 3, 4), axis=axis) for axis in _AXES),
            sample((2, 3), axis=1, keepdims=True),
            sample((2, 3), keepdims=True),
            sample(()),
            *(sample(a, axis=axis) for a in (_ONE_ZERO, _ZEROS) for axis in (None, 0, 1, (0, 1))),
            sample(np.stack([_ONE_ZERO, _ONE_ZERO + 1], 1), axis=(2, 0)),
            sample(_ZEROS[0]),
            sample(_ZEROS, axis=-1, keepdims=True),
            sample(np.zeros(())),
        ),
    ),
    ArrayRule(
        "cumsum",
        cumsum,
        (cumsum_a,),
        cumsum_printed,
        linear_tangent("cumsum"),
        (sample((2, 3)), sample((2, 3), axis=0), sample((2, 3), axis=-1), sample((4,))),
    ),
    ArrayRule(
        "cumprod",
        cumprod,
        (cumprod_a,),
        cumprod_printed,
        cumprod_tangent,
        (
            sample((2, 3)),
            sample((5, 2), axis=0),
            sample((2, 3), axis=-1),
            *(sample(a, axis=axis) for a in (_ONE_ZERO, _ZEROS) for axis in (None, 0, 1)),
            sample(_ZEROS[1]),
        ),
    ),
)
