"""One row of the structural table, and what its rows share.

Adjoints and tangents are written once, in a namespace ``F`` that has a function for every row of
both tables. Over plain arrays ``F`` is NumPy; over nodes it is the library's own functions, so that
a derivative is a graph again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy import ndarray
from numpy.typing import NDArray

from autograd.calculus import (
    Attributes,
    Axis,
    DTypeLike,
    Function,
    Namespace,
    Quantity,
    Shape,
    State,
)
from autograd.calculus.array_rules.printed import Printed

#: An array or a node.
Array: TypeAlias = Quantity
#: What makes an operand from a random stream.
Builder: TypeAlias = Callable[[np.random.Generator], Array]
#: The operands and the attributes of a call.
Bound: TypeAlias = tuple[tuple[Array, ...], State]

# The ufunc methods that np.sum and its kin end up in, without the Python in between.
add_reduce: Function = np.add.reduce
max_reduce: Function = np.maximum.reduce
min_reduce: Function = np.minimum.reduce


@dataclass(frozen=True)
class Sample:
    """A call on which tests and gradcheck try a row: operand builders, and the attributes.

    ``smooth`` is False where a finite difference would step over a kink (ties of a maximum) or has
    nothing to step along (an empty array); such samples still check shapes and dtypes.
    """

    builders: tuple[Builder, ...]
    attrs: Attributes = field(default_factory=dict)
    smooth: bool = True

    def operands(self, rng: np.random.Generator) -> tuple[Array, ...]:
        return tuple(build(rng) for build in self.builders)


def sample(*operands: Array, smooth: bool = True, **attrs: object) -> Sample:
    """A sample; an operand is a shape (normal variates), an array or None, or a builder."""
    return Sample(tuple(_builder(operand) for operand in operands), attrs, smooth)


def _builder(operand: Array) -> Builder:
    if isinstance(operand, tuple):
        return lambda rng: np.asarray(rng.standard_normal(operand))
    return operand if callable(operand) else lambda rng: operand


def away_from_zero(*shape: int) -> Builder:
    """A builder of variates in ±[0.5, 1.5], for rows that have a kink or a pole at zero."""

    def build(rng: np.random.Generator) -> Array:
        return rng.uniform(0.5, 1.5, shape) * rng.choice((-1.0, 1.0), shape)

    return build


@dataclass(frozen=True, eq=False)
class ArrayRule:
    """One structural operation: its value, one adjoint per operand, its tangent, its printed form.

    ``forward(*operands, **attrs)``
        the value, over raw NumPy. A 0-d result may be a NumPy scalar, and a result may be a view
        of an operand or read-only: copy before writing into it.
    ``adjoints``
        per operand ``adjoint(F, g, out, *operands, **attrs)``, the contribution of the upstream
        gradient ``g`` to that operand, of its shape. None: nothing flows there. A variadic row
        (``arity`` None) has one callable instead, ``adjoint(F, i, g, out, *operands, **attrs)``.
        A contribution may be ``g`` itself, a view of it or a read-only broadcast: whoever
        accumulates must not add into it in place.
    ``tangent(F, tangents, out, *operands, **attrs)``
        the directional derivative; an entry of ``tangents`` is None where an operand is constant.
    ``printed``
        the adjoints as a reader sees them, one line per operand (``da = ...``, ``db = ...``), in
        the notation of :mod:`~autograd.calculus.array_rules.printed`; or, where they depend on
        ranks or attributes, a function ``printed(*operands, **attrs)`` that returns the lines.
    ``bind(*args, **kwargs) -> (operands, attrs)``
        only where the public signature is not forward's own: the sequence of ``concatenate``, the
        subscripts of ``einsum``. It also copies index arrays, which the caller may change later.
    ``keep(*operands, **attrs) -> (out, saved)``
        only where the forward pass has work to spare the adjoints. An engine that calls it in
        place of ``forward`` passes ``saved=saved`` to every adjoint of the row; an engine that
        ignores it loses only time, and over nodes ``saved`` must not be passed, because it is not
        part of the graph.
    ``optional``
        how many of the last operands may be left out: the bias of ``linear``.
    """

    name: str
    forward: Function
    adjoints: tuple[Function | None, ...] | Function
    printed: Printed
    tangent: Function
    samples: tuple[Sample, ...]
    arity: int | None = 1
    bind: Callable[..., Bound] | None = None
    keep: Callable[..., tuple[Array, object]] | None = None
    optional: int = 0

    def adjoint(self, i: int) -> Function | None:
        """The adjoint for operand ``i``: ``(F, g, out, *operands, **attrs)`` in every row."""
        if not callable(self.adjoints):
            return self.adjoints[i]
        variadic = self.adjoints
        return lambda F, g, out, *operands, **attrs: variadic(F, i, g, out, *operands, **attrs)


def linear_tangent(name: str, arity: int = 1) -> Function:
    """The tangent of a row that is linear in each of its first ``arity`` operands.

    It is the sum, over the operands that move, of the row with the operand's tangent in its place.
    """

    def tangent(
        F: Namespace, tangents: tuple[Array, ...], out: Array, *operands: Array, **attrs: object
    ) -> Array:
        total = None
        for i in range(arity):
            if tangents[i] is not None:
                moved = (*operands[:i], tangents[i], *operands[i + 1 :])
                term = getattr(F, name)(*moved, **attrs)
                total = term if total is None else total + term
        return total

    return tangent


@lru_cache(maxsize=64)
def ones(n: int, dtype: DTypeLike) -> NDArray[np.floating]:
    """A vector of ones to take products with; not to be written into."""
    vector = np.ones(n, dtype)
    vector.flags.writeable = False
    return vector


def product(a: Array, b: Array) -> Array:
    """a @ b for a matrix b; over arrays by ``dot``, in half the time if small."""
    if a.__class__ is not ndarray or b.__class__ is not ndarray:
        return a @ b
    if a.ndim < 3:
        return a.dot(b)
    # One matrix of all rows: of more axes ``dot`` takes each row alone, in forty times the time.
    rows = a.reshape(math.prod(a.shape[:-1]), a.shape[-1])
    return rows.dot(b).reshape(*a.shape[:-1], b.shape[-1])


def array_in(x: Array) -> Array:
    """The array in a node, or the array itself: for what no gradient flows into, such as labels."""
    return x if isinstance(x, (np.ndarray, np.generic)) else x.data


def unbroadcast(F: Namespace, g: Array, shape: Shape) -> Array:
    """``g`` summed down to ``shape``, from which broadcasting had stretched it."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    if g.shape[extra:] == shape:
        return F.sum(g, axis=0 if extra == 1 else tuple(range(extra)))
    stretched = tuple(extra + i for i, n in enumerate(shape) if n == 1 and g.shape[extra + i] != 1)
    total = F.sum(g, axis=(*range(extra), *stretched), keepdims=True)
    return F.reshape(total, shape)


def axes_of(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes that ``axis`` (None: all) names, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    for i in axes:
        if not -ndim <= i < ndim:
            raise np.exceptions.AxisError(i, ndim)
    return tuple([int(i) % ndim for i in axes])


def kept_shape(shape: Shape, axis: Axis) -> Shape:
    """``shape`` with 1 in place of the axes reduced: what ``keepdims=True`` would have left."""
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count(shape: Shape, axis: Axis) -> int:
    """How many elements a reduction over ``axis`` folds into one."""
    if axis is None or not shape:  # NumPy lets a 0-d array be reduced over an axis 0
        return math.prod(shape)
    return math.prod(shape[i] for i in axes_of(axis, len(shape)))


def shared(x: Array, n: float) -> Array:
    """``x / n``, a mean's part for each of n elements, also where float16 has no such n."""
    return x / n if n < 65504 else x * (1 / n)


def in_float32(forward: Callable[..., Array], a: Array, *args: object) -> Array:
    """A reduction of float16 numbers whose sum, or squares, may pass the end of that dtype."""
    return forward(a.astype(np.float32), *args).astype(a.dtype)


def kept(F: Namespace, x: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """``x``, a reduction of ``a``, in a shape that broadcasts against ``a``."""
    if keepdims or axis is None or not x.ndim:
        return x
    return F.reshape(x, kept_shape(a.shape, axis))


def weighted(times_slope: Function) -> tuple[Function, Function]:
    """The adjoint and the tangent of a reduction that gives each element a slope of its own.

    ``times_slope(F, x, out, a, axis, **attrs)`` is ``x`` times the derivative of the result by each
    element of ``a``; ``x`` and ``out`` come in a shape that broadcasts against ``a``.
    """

    def adjoint(
        F: Namespace,
        g: Array,
        out: Array,
        a: Array,
        axis: Axis = None,
        keepdims: bool = False,
        **attrs: object,
    ) -> Array:
        g, out = kept(F, g, a, axis, keepdims), kept(F, out, a, axis, keepdims)
        return times_slope(F, g, out, a, axis, **attrs)

    def tangent(
        F: Namespace,
        tangents: tuple[Array],
        out: Array,
        a: Array,
        axis: Axis = None,
        keepdims: bool = False,
        **attrs: object,
    ) -> Array:
        moved = times_slope(F, tangents[0], kept(F, out, a, axis, keepdims), a, axis, **attrs)
        return F.sum(moved, axis=axis, keepdims=keepdims)

    return adjoint, tangent


def spread(F: Namespace, x: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """``x``, a reduction of ``a``, repeated over the whole shape of ``a``."""
    x = kept(F, x, a, axis, keepdims)
    if isinstance(x, (np.ndarray, np.generic)):
        full = np.empty(a.shape, x.dtype)  # np.broadcast_to takes ten times as long to start
        full[...] = x
        return full
    return F.broadcast_to(x, a.shape)
