"""How structural rows go over a batch: axes counted on by one, shapes led by the size.

A rule is ``rule(batch, *operands, **attrs)``. It gives the node of all examples, the batch along
axis 0, or NotImplemented: then the row is called for one example after the other, with a warning.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Axis, Function, Index, Quantity, Shape
from autograd.calculus.array_rules import ARRAY_RULES, axes_of
from autograd.derivatives.batching import Batch, Batched, as_node, innermost, rank
from autograd.engine import NODES, Tensor


def _shifted(axis: Axis, ndim: int) -> Axis:
    """An axis of one example as an axis of the batch; None is every axis but that of the batch."""
    axes = tuple([i + 1 for i in axes_of(axis, ndim)])
    return axes[0] if isinstance(axis, int | np.integer) else axes


def _flat(batch: Batch, a: Batched) -> Quantity:
    return NODES.reshape(a.node, (batch.size, a.size))


def _reduction(name: str) -> Function:
    def rule(
        batch: Batch, a: Batched, axis: Axis = None, keepdims: bool = False, **attrs: Quantity
    ) -> Quantity:
        reduce = getattr(NODES, name)
        if not a.ndim:
            if axis not in (None, 0, -1, ()):
                return NotImplemented
            return reduce(_flat(batch, a), axis=1, **attrs)
        along = _shifted(axis, a.ndim)
        return reduce(a.node, axis=along, keepdims=keepdims, **attrs)

    return rule


def _norm(
    batch: Batch,
    a: Batched,
    ord: float | str | None = None,
    axis: Axis = None,
    keepdims: bool = False,
) -> Quantity:
    if axis is None and (ord is None or a.ndim < 2):
        out = NODES.norm(_flat(batch, a), ord=ord, axis=1)
        return NODES.reshape(out, (batch.size, *(1,) * a.ndim)) if keepdims else out
    along = _shifted(axis, a.ndim)
    return NODES.norm(a.node, ord=ord, axis=along, keepdims=keepdims)


def _along(name: str, flattens: bool = False) -> Function:
    """A row along an axis; for None it flattens first, or goes along all axes together."""

    parameters = inspect.signature(ARRAY_RULES[name].forward).parameters
    usual: Axis = parameters["axis"].default

    def rule(batch: Batch, a: Batched, axis: Axis = usual, **attrs: Quantity) -> Quantity:
        function = getattr(NODES, name)
        if axis is None and flattens:
            return function(_flat(batch, a), axis=1, **attrs)
        if not a.ndim:
            return NotImplemented
        return function(a.node, axis=_shifted(axis, a.ndim), **attrs)

    return rule


def _plainly(name: str) -> Function:
    """A function of NumPy along an axis, without a gradient; for None it flattens first."""
    usual: Axis = inspect.signature(getattr(np, name)).parameters["axis"].default

    def rule(batch: Batch, a: Quantity, axis: Axis = usual, **attrs: Quantity) -> Quantity:
        if not batch.holds(a) or not a.ndim or (axis is None and attrs):
            return NotImplemented
        node = NODES.reshape(a.node, (batch.size, a.size)) if axis is None else a.node
        along = 1 if axis is None else _shifted(axis, a.ndim)
        # NumPy's function brings the node of a batch around back here.
        return as_node(getattr(np, name)(node if node.batched else node.data, axis=along, **attrs))

    return rule


def _roll(batch: Batch, a: Batched, shift: int | tuple[int, ...], axis: Axis = None) -> Quantity:
    if axis is None:
        return NODES.reshape(NODES.roll(_flat(batch, a), shift, axis=1), a.node.shape)
    return NODES.roll(a.node, shift, axis=_shifted(axis, a.ndim))


# -- shapes ---------------------------------------------------------------------------------------


def _reshape(batch: Batch, a: Batched, shape: int | Shape) -> Quantity:
    shape = shape if isinstance(shape, tuple | list) else (shape,)
    known = math.prod([n for n in shape if n != -1])
    if -1 in shape:
        if not known or a.size % known:
            return NotImplemented
        shape = tuple([a.size // known if n == -1 else n for n in shape])
    if math.prod(shape) != a.size:
        return NotImplemented
    return NODES.reshape(a.node, (batch.size, *shape))


def _transpose(batch: Batch, a: Batched, axes: int | Sequence[int] | None = None) -> Quantity:
    if axes is None:
        order: tuple[int, ...] = tuple(range(a.ndim, 0, -1))
    else:
        given = (axes,) if isinstance(axes, int) else tuple(axes)
        order = tuple([i + 1 for i in axes_of(given, a.ndim)])
    return NODES.transpose(a.node, (0, *order))


def _swapaxes(batch: Batch, a: Batched, axis1: int, axis2: int) -> Quantity:
    one, other = axes_of((axis1, axis2), a.ndim)
    return NODES.swapaxes(a.node, one + 1, other + 1)


def _moveaxis(batch: Batch, a: Batched, source: Axis, destination: Axis) -> Quantity:
    return NODES.moveaxis(a.node, _shifted(source, a.ndim), _shifted(destination, a.ndim))


def _squeeze(batch: Batch, a: Batched, axis: Axis = None) -> Quantity:
    ones: Axis = tuple([i for i, n in enumerate(a.shape) if n == 1]) if axis is None else axis
    return NODES.squeeze(a.node, _shifted(ones, a.ndim))


def _expand_dims(batch: Batch, a: Batched, axis: int | tuple[int, ...]) -> Quantity:
    count = len(axis) if isinstance(axis, tuple) else 1
    return NODES.expand_dims(a.node, _shifted(axis, a.ndim + count))


def _broadcast_to(batch: Batch, a: Batched, shape: int | Shape) -> Quantity:
    shape = shape if isinstance(shape, tuple | list) else (shape,)
    if len(shape) < a.ndim:
        return NotImplemented
    whole = (batch.size, *(1,) * (len(shape) - a.ndim), *a.shape)
    return NODES.broadcast_to(NODES.reshape(a.node, whole), (batch.size, *shape))


def _concatenate(batch: Batch, *arrays: Quantity, axis: int | None = 0) -> Quantity:
    nodes = [batch.spread(x) for x in arrays]
    if axis is None:
        nodes = [NODES.reshape(x, (batch.size, math.prod(x.shape[1:]))) for x in nodes]
        return NODES.concatenate(nodes, 1)
    return NODES.concatenate(nodes, _shifted(axis, min(map(rank, arrays))))


def _stack(batch: Batch, *arrays: Quantity, axis: int = 0) -> Quantity:
    along = _shifted(axis, rank(arrays[0]) + 1)
    return NODES.stack([batch.spread(x) for x in arrays], along)


def _tile(batch: Batch, a: Batched, reps: int | Sequence[int]) -> Quantity:
    times = (reps,) if isinstance(reps, int | np.integer) else tuple(reps)
    missing = max(0, len(times) - a.ndim)
    node = NODES.reshape(a.node, (batch.size, *(1,) * missing, *a.shape))
    times = (1,) * (a.ndim - len(times)) + times
    return NODES.tile(node, (1, *times))


def _pad(
    batch: Batch, a: Batched, pad_width: Quantity, constant_values: float | Sequence[float] = 0
) -> Quantity:
    if not a.ndim:
        return NotImplemented
    widths = np.broadcast_to(pad_width, (a.ndim, 2)).tolist()
    values = np.broadcast_to(constant_values, (a.ndim, 2)).tolist()
    return NODES.pad(a.node, [(0, 0), *widths], [(0, 0), *values])


# -- picking --------------------------------------------------------------------------------------


def prefixed(batch: Batch, index: Index) -> Index:
    """An index into one example as an index into all of them."""
    items = index if isinstance(index, tuple) else (index,)
    places = [i for i, item in enumerate(items) if hasattr(item, "dtype") and np.ndim(item)]
    if places:
        places = [i for i, item in enumerate(items) if hasattr(item, "__index__") or i in places]
    if not places or places == list(range(places[0], places[-1] + 1)):
        return (slice(None), *items)
    # Arrays that stand apart put their axes in front: those of the batch must be among them.
    most = max(_axes_picked(items[i]) for i in places)
    return (np.arange(batch.size).reshape(batch.size, *(1,) * most), *items)


def _axes_picked(item: Quantity) -> int:
    """How many axes an index adds: a mask, however many it replaces, picks along one."""
    return 1 if getattr(item, "dtype", None) == np.bool_ else np.ndim(item)


def _getitem(batch: Batch, a: Quantity, index: Index) -> Quantity:
    items = index if isinstance(index, tuple) else (index,)
    if innermost(items) is not batch:
        return NODES.getitem(a.node, prefixed(batch, index))
    # The lookups must stand in front, where their axes stay beside the batch's.
    most = 0
    lookups: list[Quantity] = []
    for item in items:
        mask = getattr(item, "dtype", None) == np.bool_
        if mask and batch.holds(item):
            raise ValueError(
                "a mask that differs from example to example picks different numbers of elements; "
                "use autograd.where(mask, a, b)"
            )
        if not batch.holds(item) and not isinstance(item, int | np.ndarray | np.integer):
            break
        lookups.append(item)
        most = max(most, rank(item))
    rest = items[len(lookups) :]
    unusable = any(getattr(x, "dtype", np.dtype(int)).kind == "b" for x in lookups)
    if unusable or any(not isinstance(x, slice | type(None) | type(...)) for x in rest):
        return NotImplemented
    aligned = batch.aligned([*lookups, np.empty((1,) * most)])[:-1]
    if any(x.__class__ is Batched for x in aligned):
        return NotImplemented
    picks = [x.data if isinstance(x, Tensor) else x for x in aligned]
    if batch.holds(a):
        rows = np.arange(batch.size).reshape(batch.size, *(1,) * most)
        return NODES.getitem(a.node, (rows, *picks, *rest))
    return NODES.getitem(as_node(a), (*picks, *rest))


def _put_index(batch: Batch, a: Batched, index: Index, shape: Shape) -> Quantity:
    items = index if isinstance(index, tuple) else (index,)
    if innermost(items) is not None or not batch.holds(a):
        return NotImplemented
    result = np.broadcast_to(np.zeros(()), shape)[index]
    node = batch.spread(NODES.broadcast_to(a, result.shape))
    return NODES.put_index(node, prefixed(batch, index), (batch.size, *shape))


def _take(batch: Batch, a: Quantity, indices: Quantity, axis: int | None = None) -> Quantity:
    if axis is None:
        a, axis = NODES.reshape(a, (-1,)), 0
    if not rank(a):
        return NotImplemented
    if not batch.holds(indices):
        return NODES.take(a.node, indices, axis=_shifted(axis, a.ndim))
    (place,) = axes_of(axis, rank(a))
    picked = NODES.getitem(NODES.moveaxis(as_node(a), place, 0), indices)
    axes = range(rank(indices))
    return batch.spread(NODES.moveaxis(picked, tuple(axes), tuple([place + i for i in axes])))


def _take_along_axis(
    batch: Batch, a: Quantity, indices: Quantity, axis: int | None = -1
) -> Quantity:
    if axis is None:
        a, axis = NODES.reshape(a, (-1,)), 0
    picks = batch.spread(indices)
    if rank(indices) != rank(a):
        return NotImplemented
    along = _shifted(axis, rank(a))
    return NODES.take_along_axis(batch.spread(a), picks if picks.batched else picks.data, along)


def _diag(batch: Batch, a: Batched, k: int = 0) -> Quantity:
    if a.ndim == 2:
        return NODES.diagonal(a.node, k, 1, 2)
    if a.ndim != 1:
        return NotImplemented
    n = a.shape[0] + abs(k)
    rows = np.arange(a.shape[0])
    index = (slice(None), rows + max(-k, 0), rows + max(k, 0))
    return NODES.put_index(a.node, index, (batch.size, n, n))


def _diagonal(
    batch: Batch, a: Batched, offset: int = 0, axis1: int = 0, axis2: int = 1
) -> Quantity:
    one, other = axes_of((axis1, axis2), a.ndim)
    return NODES.diagonal(a.node, offset, one + 1, other + 1)


#: By the name of the row, or of NumPy's function.
RULES: dict[str, Function] = {
    **{name: _reduction(name) for name in "sum mean max min var std prod logsumexp".split()},
    **{name: _along(name) for name in "softmax log_softmax flip".split()},
    **{name: _along(name, True) for name in "cumsum cumprod sort repeat".split()},
    **{
        name: _plainly(name)
        for name in "argmax argmin argsort argpartition any all count_nonzero".split()
    },
    "astype": lambda batch, a, dtype: NODES.astype(a.node, dtype),
    "broadcast_to": _broadcast_to,
    "concatenate": _concatenate,
    "det_sign": lambda batch, a: as_node(NODES.det_sign(a.node)),
    "diag": _diag,
    "diagonal": _diagonal,
    "expand_dims": _expand_dims,
    "getitem": _getitem,
    "moveaxis": _moveaxis,
    "norm": _norm,
    "pad": _pad,
    "put_index": _put_index,
    "ravel": lambda batch, a: _flat(batch, a),
    "reshape": _reshape,
    "roll": _roll,
    "squeeze": _squeeze,
    "stack": _stack,
    "swapaxes": _swapaxes,
    "take": _take,
    "take_along_axis": _take_along_axis,
    "tile": _tile,
    "transpose": _transpose,
}
