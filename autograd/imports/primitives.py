"""JAX's primitives as functions over our Tensors, by name; None where no gradient flows.

A function takes what JAX made of the primitive, then the operands, and its parameters by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from string import ascii_letters

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.imports.recomputing import NoRow, Theirs
from autograd.imports.shaping import (
    axes_of,
    converted,
    data,
    pieces,
    reshaped,
    same,
    selected,
    unbound,
    widened,
)

_SAME_NAME = (
    "add sub mul div neg exp exp2 log log1p expm1 sin cos tan tanh sinh cosh sqrt cbrt abs sign "
    "floor ceil square erf erfc digamma pow relu silu"
)
_OTHER_NAME = {
    "logistic": "sigmoid", "max": "maximum", "min": "minimum", "erf_inv": "erfinv",
    "atan2": "arctan2", "lgamma": "gammaln", "add_any": "add", "asin": "arcsin", "acos": "arccos",
    "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
}  # fmt: skip


def _elementwise(name: str) -> Callable[..., Quantity]:
    return lambda theirs, *operands, **_: getattr(F, name)(*operands)


def _reduction(name: str) -> Callable[..., Quantity]:
    return lambda theirs, x, axes, **_: getattr(F, name)(x, axis=axes_of(axes))


def _cumulative(name: str) -> Callable[..., Quantity]:
    def accumulate(_: Theirs, x: Quantity, axis: int, reverse: bool = False) -> Quantity:
        if not reverse:
            return getattr(F, name)(x, axis)
        return F.flip(getattr(F, name)(F.flip(x, axis), axis), axis)

    return accumulate


def _integer_pow(_: Theirs, x: Quantity, y: int) -> Quantity:
    return F.square(x) if y == 2 else F.pow(x, y)


def _rsqrt(_: Theirs, x: Quantity, **__: object) -> Quantity:
    return F.reciprocal(F.sqrt(x))


def _select(_: Theirs, which: Quantity, *cases: Quantity) -> Quantity:
    if len(cases) != 2:
        raise NoRow(f"{len(cases)} cases")
    return F.where(data(which).astype(bool), cases[1], cases[0])


def _clamp(_: Theirs, low: Quantity, x: Quantity, high: Quantity) -> Quantity:
    return F.clip(x, low, high)


def _reshape(theirs: Theirs, x: Quantity, **_: object) -> Quantity:
    return reshaped(x, theirs.shape)


def _broadcast(
    _: Theirs, x: Quantity, shape: Sequence[int], broadcast_dimensions: Sequence[int], **__: object
) -> Quantity:
    sizes = [1] * len(shape)
    for axis, size in zip(broadcast_dimensions, data(x).shape):
        sizes[axis] = size
    return widened(reshaped(x, sizes), shape)


def _transpose(_: Theirs, x: Quantity, permutation: Sequence[int]) -> Quantity:
    axes = tuple(permutation)
    return F.transpose(x) if axes == tuple(range(len(axes)))[::-1] else F.transpose(x, axes)


def _concatenate(_: Theirs, *parts: Quantity, dimension: int) -> Quantity:
    return F.concatenate(list(parts), dimension)


def _slice(
    _: Theirs,
    x: Quantity,
    start_indices: Sequence[int],
    limit_indices: Sequence[int],
    strides: Sequence[int] | None,
) -> Quantity:
    steps = strides or (1,) * len(start_indices)
    index = tuple(
        slice(None) if (a, b, step) == (0, n, 1) else slice(a, b, None if step == 1 else step)
        for a, b, step, n in zip(start_indices, limit_indices, steps, data(x).shape)
    )
    while index and index[-1] == slice(None):
        index = index[:-1]
    return F.getitem(x, index) if index else x


def _moved(name: str) -> Callable[..., Quantity]:
    """A primitive that only moves numbers: it moves their places in the same way."""

    def move(_: Theirs, x: Quantity, *indices: Quantity, **params: Quantity) -> Quantity:
        from jax import lax

        shape = data(x).shape
        primitive = getattr(lax, f"{name}_p")
        if name == "gather":
            params["mode"], params["fill_value"] = lax.GatherScatterMode.CLIP, None
        places = np.arange(prod(shape), dtype=np.int32).reshape(shape)
        return selected(x, np.asarray(primitive.bind(places, *map(np.asarray, indices), **params)))

    return move


def _written(name: str) -> Callable[..., Quantity]:
    """A primitive that writes numbers into others: the places of both say which are there."""

    def write(_: Theirs, x: Quantity, *rest: Quantity, **params: Quantity) -> Quantity:
        from jax import lax

        new, indices = (rest[1], rest[:1]) if name == "scatter" else (rest[0], rest[1:])
        size, shape = data(x).size, data(x).shape
        old_places = np.arange(size, dtype=np.int32).reshape(shape)
        new_places = np.arange(data(new).size, dtype=np.int32).reshape(data(new).shape) + size
        where = [np.asarray(i) for i in indices]
        operands = [*where, new_places] if name == "scatter" else [new_places, *where]
        places = np.asarray(getattr(lax, f"{name}_p").bind(old_places, *operands, **params))
        both = [F.ravel(part) if data(part).ndim else F.reshape(part, (1,)) for part in (x, new)]
        return F.getitem(F.concatenate(both), places)

    return write


def _pad(_: Theirs, x: Quantity, value: Quantity, padding_config: Quantity) -> Quantity:
    if any(inner or low < 0 or high < 0 for low, high, inner in padding_config):
        raise NoRow("padding inside or below zero")
    widths = [(int(low), int(high)) for low, high, _ in padding_config]
    return F.pad(x, widths, constant_values=float(data(value)))


def _sort(theirs: Theirs, *operands: Quantity, dimension: int, **_: object) -> Quantity:
    if len(operands) != 1:
        raise NoRow("several arrays sorted together")
    return (F.sort(operands[0], dimension),)


def _dot(
    _: Theirs, a: Quantity, b: Quantity, dimension_numbers: Quantity, **__: object
) -> Quantity:
    (left, right), (left_batch, right_batch) = dimension_numbers
    last = tuple(left) == (data(a).ndim - 1,)
    if not left_batch and last and tuple(right) == (0,) and data(b).ndim <= 2:
        return F.matmul(a, b)
    letters = iter(ascii_letters)
    of_a = [next(letters) for _ in data(a).shape]
    of_b = [next(letters) for _ in data(b).shape]
    for i, j in (*zip(left, right), *zip(left_batch, right_batch)):
        of_b[j] = of_a[i]
    free_a = [x for i, x in enumerate(of_a) if i not in (*left, *left_batch)]
    free_b = [x for i, x in enumerate(of_b) if i not in (*right, *right_batch)]
    out = [of_a[i] for i in left_batch] + free_a + free_b
    return F.einsum(f"{''.join(of_a)},{''.join(of_b)}->{''.join(out)}", a, b)


def _arranged(x: Quantity, axes: Sequence[int]) -> Quantity:
    return x if tuple(axes) == tuple(range(len(axes))) else F.transpose(x, tuple(axes))


def _padded(x: Quantity, padding: Sequence[Sequence[int]], value: float = 0.0) -> Quantity:
    """With a border that is not the same on both sides; one that is, is for the row."""
    if not any(any(pair) for pair in padding):
        return x
    return F.pad(x, [(int(a), int(b)) for a, b in padding], constant_values=value)


def _convolution(
    _: Theirs,
    x: Quantity,
    w: Quantity,
    window_strides: Sequence[int],
    padding: Sequence[Sequence[int]],
    lhs_dilation: Sequence[int],
    rhs_dilation: Sequence[int],
    dimension_numbers: Quantity,
    feature_group_count: int,
    batch_group_count: int,
    **__: object,
) -> Quantity:
    if any(n != 1 for n in lhs_dilation) or batch_group_count != 1:
        raise NoRow("a dilated picture, or groups of examples")
    x, w = _arranged(x, dimension_numbers.lhs_spec), _arranged(w, dimension_numbers.rhs_spec)
    equal = all(a == b for a, b in padding)
    border = tuple(int(a) for a, _ in padding) if equal else 0
    x = x if equal else _padded(x, [(0, 0), (0, 0), *padding])
    out = F.conv(x, w, tuple(window_strides), border, tuple(rhs_dilation), int(feature_group_count))
    return _arranged(out, np.argsort(dimension_numbers.out_spec).tolist())


def _pool(largest: bool) -> Callable[..., Quantity]:
    def pool(
        _: Theirs,
        x: Quantity,
        window_dimensions: Sequence[int],
        window_strides: Sequence[int],
        padding: Sequence[Sequence[int]],
        base_dilation: Sequence[int],
        window_dilation: Sequence[int],
    ) -> Quantity:
        if any(n != 1 for n in (*base_dilation, *window_dilation)):
            raise NoRow("dilated windows")
        axes = list(range(len(window_dimensions)))
        alone = [i for i in axes if window_dimensions[i] == window_strides[i] == 1]
        if len(alone) < 2:
            raise NoRow("windows over examples or channels")
        kept = [alone[0], alone[1] if alone[1] == 1 else alone[-1]]
        order = [*kept, *(i for i in axes if i not in kept)]
        inner = order[2:]
        x = _padded(_arranged(x, order), [padding[i] for i in order], -np.inf if largest else 0.0)
        size = tuple(int(window_dimensions[i]) for i in inner)
        stride = tuple(int(window_strides[i]) for i in inner)
        out = F.max_pool(x, size, stride) if largest else F.avg_pool(x, size, stride, 0, 1)
        return _arranged(out, np.argsort(order).tolist())

    return pool


def _remainder(_: Theirs, a: Quantity, b: Quantity) -> Quantity:
    return F.sub(a, F.mul(np.trunc(data(a) / data(b)), b))


PRIMITIVES: dict[str, Callable[..., Quantity] | None] = {
    **{name: _elementwise(name) for name in _SAME_NAME.split()},
    **{name: _elementwise(row) for name, row in _OTHER_NAME.items()},
    **{f"reduce_{name}": _reduction(name) for name in ("sum", "max", "min", "prod")},
    "cumsum": _cumulative("cumsum"), "cumprod": _cumulative("cumprod"),
    "integer_pow": _integer_pow, "rsqrt": _rsqrt, "select_n": _select, "clamp": _clamp,
    "copy": same, "copy_p": same, "optimization_barrier": same, "reduce_precision": same,
    "convert_element_type": converted, "reshape": _reshape, "squeeze": _reshape,
    "expand_dims": _reshape, "broadcast_in_dim": _broadcast, "transpose": _transpose,
    "concatenate": _concatenate, "slice": _slice,
    "split": lambda theirs, x, sizes, axis: pieces(theirs, x, sizes, axis),
    "rev": lambda _, x, dimensions: F.flip(x, axes_of(dimensions)),
    "gather": _moved("gather"), "dynamic_slice": _moved("dynamic_slice"),
    "scatter": _written("scatter"), "dynamic_update_slice": _written("dynamic_update_slice"),
    "pad": _pad, "sort": _sort, "dot_general": _dot, "conv_general_dilated": _convolution,
    "reduce_window_max": _pool(largest=True), "reduce_window_sum": _pool(largest=False),
    "rem": _remainder, "round": lambda _, x, **__: F.round(x),
    "row of scan": lambda _, x, place: F.getitem(x, place),
    "stack": lambda _, *parts, axis: F.stack(list(parts), axis), "unstack": unbound,
    "stack of scan": lambda _, *rows: F.stack(list(rows)),
}  # fmt: skip
