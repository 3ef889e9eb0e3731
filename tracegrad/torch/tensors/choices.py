"""What picks elements, or answers a question about them: ``max(x, 1)``, ``argmax``, ``topk``."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from tracegrad.torch.tensors.dtypes import DTYPES
from tracegrad.torch.tensors.facts import array_of
from tracegrad.torch.tensors.functions import install, numpys_names
from tracegrad.torch.tensors.tensor import Tensor, lifted, wrapped

#: The answer along an axis; it can be taken apart, ``values, indices = x.max(1)``.
Pair = namedtuple("Pair", ["values", "indices"])


def _extreme(name: str) -> Callable[..., Any]:
    whole, pairwise, places = {
        "max": (autograd.max, autograd.maximum, np.argmax),
        "min": (autograd.min, autograd.minimum, np.argmin),
    }[name]

    def extreme(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        other = dim if isinstance(dim, Tensor) else other
        if other is not None:
            return lifted(pairwise, input, other)
        if dim is None:
            return lifted(whole, input)
        return _picked(input, places(array_of(input), axis=dim), dim, keepdim)

    extreme.__name__ = name
    extreme.__doc__ = (
        f"The {name}imum of all elements; with ``dim`` a pair of them and their places along it; "
        f"with another tensor the {name}imum of each two elements."
    )
    return numpys_names(extreme)


def _picked(input: Any, places: Any, dim: int, keepdim: bool) -> Pair:
    index = np.expand_dims(places, dim)
    values = lifted(lambda x: autograd.take_along_axis(x, index, axis=dim), input)
    return Pair(values if keepdim else values.squeeze(dim), wrapped(index if keepdim else places))


def _place(function: Callable[..., Any]) -> Callable[..., Any]:
    def place(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        axis = {} if dim is None else {"axis": dim, "keepdims": keepdim}
        return wrapped(np.asarray(function(array_of(input), **axis)))

    place.__name__ = function.__name__
    place.__doc__ = (
        f"The place of the {function.__name__[3:]}imum along ``dim``, or in all elements."
    )
    return numpys_names(place)


def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = True) -> Pair:
    """The elements in order along ``dim`` and their places: a pair. Equal ones keep their order."""
    order = _order(array_of(input), dim, descending)
    return Pair(
        lifted(lambda x: autograd.take_along_axis(x, order, axis=dim), input), wrapped(order)
    )


def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The places that the elements have in order along ``dim``."""
    return wrapped(_order(array_of(input), dim, descending))


def _order(array: Any, dim: int, descending: bool) -> Any:
    if descending and array.dtype.kind != "f":
        array = array.astype(np.int64)
    return np.argsort(-array if descending else array, axis=dim, kind="stable")


def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Pair:
    """The ``k`` largest elements along ``dim``, or the smallest, and their places: a pair."""
    values, indices = sort(input, dim, largest)
    return Pair(values.narrow(dim, 0, k), indices.narrow(dim, 0, k))


def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The element in the middle; of two the lower one."""
    flat = input.reshape(-1) if dim is None else input
    axis = 0 if dim is None else dim
    order = _order(array_of(flat), axis, False)
    pair = _picked(flat, np.take(order, (order.shape[axis] - 1) // 2, axis), axis, keepdim)
    return pair.values if dim is None else pair


def _truth(function: Callable[..., Any]) -> Callable[..., Any]:
    def truth(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
        return wrapped(np.asarray(function(array_of(input), axis=dim, keepdims=keepdim)))

    truth.__name__ = function.__name__
    truth.__doc__ = f"Whether {function.__name__} of the elements are true, along ``dim`` if given."
    return numpys_names(truth)


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """The places of the elements that are not 0: a row for each, or an array for each axis."""
    places = np.nonzero(array_of(input))
    return tuple(map(wrapped, places)) if as_tuple else wrapped(np.stack(places, axis=1))


def unique(
    input: Any, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False
) -> Any:
    """The distinct elements in order, with the inverse and the counts if they are asked for."""
    distinct: Any = np.unique
    out = distinct(array_of(input), return_inverse=return_inverse, return_counts=return_counts)
    return wrapped(out)


#: How many elements lie between neighbouring edges.
Histogram = namedtuple("Histogram", ["hist", "bin_edges"])


def histogram(input: Any, bins: Any = 100, *, range: Any = None, density: bool = False) -> Any:
    """Counts in bins of the same width, or shares of them by width: a pair with the edges."""
    array = array_of(input)
    counts, edges = np.histogram(array, array_of(bins), range, density=density)
    return Histogram(*(wrapped(x.astype(array.dtype)) for x in (counts, edges)))


def count_nonzero(input: Any, dim: Any = None) -> Any:
    """How many elements are not 0, along ``dim`` if given."""
    return wrapped(np.asarray(np.count_nonzero(array_of(input), axis=dim)))


def equal(input: Any, other: Any) -> bool:
    """Whether both have the same shape and elements."""
    return bool(np.array_equal(array_of(input), array_of(other)))


def allclose(
    input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all elements are near: ``|input - other| <= atol + rtol * |other|``."""
    return bool(np.allclose(array_of(input), array_of(other), rtol, atol, equal_nan))


def isclose(
    input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    """Which elements are near: ``|input - other| <= atol + rtol * |other|``."""
    return wrapped(np.isclose(array_of(input), array_of(other), rtol, atol, equal_nan))


CHOICES: dict[str, Callable[..., Any]] = {
    "max": _extreme("max"), "min": _extreme("min"), "argmax": _place(np.argmax),
    "argmin": _place(np.argmin), "all": _truth(np.all), "any": _truth(np.any),
    **{f.__name__: f for f in (sort, argsort, topk, median, nonzero, unique, histogram, equal,
                               allclose, isclose, count_nonzero)},
}  # fmt: skip
install(CHOICES, set())


# -- what changes all elements --------------------------------------------------------------------


def zero_(self: Tensor) -> Tensor:
    """Write 0 into all elements."""
    return self.write(np.zeros(self.shape, self.dtype))


def fill_(self: Tensor, value: Any) -> Tensor:
    """Write ``value`` into all elements."""
    return self.write(np.full(self.shape, array_of(value), self.dtype))


def copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Write the elements of ``src`` into this tensor; its shape is broadcast."""
    return self.write(lifted(lambda x: autograd.broadcast_to(x, self.shape), src)._x)


def scatter_(self: Tensor, dim: int, index: Any, src: Any) -> Tensor:
    """Write ``src`` along an axis at the places of ``index``."""
    places = list(np.indices(index.shape, sparse=True))
    places[dim] = array_of(index)
    part = src[tuple(map(slice, index.shape))] if isinstance(src, Tensor) and src.ndim else src
    self[tuple(places)] = part
    return self


def index_add_(self: Tensor, dim: int, index: Any, source: Any) -> Tensor:
    """Add rows of ``source`` to the rows that ``index`` names."""
    chosen = np.zeros((self.shape[dim], len(index)), self.dtype)
    chosen[array_of(index), np.arange(len(index))] = 1
    total = wrapped(chosen) @ source.reshape(source.shape[0], -1)
    if dim:
        raise NotImplementedError("index_add_: dim=0 is meant here; transpose the tensors")
    return self.write((self + total.reshape(self.shape))._x)


def masked_fill_(self: Tensor, mask: Any, value: Any) -> Tensor:
    """Write ``value`` where ``mask`` is true."""
    return self.write(self.masked_fill(mask, value)._x)


for _function in (zero_, fill_, copy_, scatter_, index_add_, masked_fill_):
    setattr(Tensor, _function.__name__, _function)


def scatter(input: Any, dim: int, index: Any, src: Any) -> Any:
    """A copy with ``src`` along an axis at the places of ``index``."""
    return scatter_(input.clone(), dim, index, src)


CHOICES["scatter"] = scatter
install({"scatter": scatter}, set())


# -- dtypes ---------------------------------------------------------------------------------------


def _conversion(dtype: Any) -> Callable[..., Any]:
    def convert(self: Tensor) -> Any:
        return self.type(dtype)

    convert.__doc__ = f"The elements as {dtype}."
    return convert


for _name, _dtype in DTYPES.items():
    if not _name[-1].isdigit():
        setattr(Tensor, _name, _conversion(_dtype))


def type_as(self: Tensor, other: Tensor) -> Any:
    """The elements in the dtype of ``other``."""
    return self.type(other.dtype)


def _new_of(number: float) -> Callable[..., Any]:
    def made(self: Tensor, *size: Any, dtype: Any = None) -> Any:
        shape = size[0] if len(size) == 1 and isinstance(size[0], tuple | list) else size
        return wrapped(np.full(tuple(shape), number, dtype or self.dtype))

    made.__doc__ = f"A tensor of a shape, filled with {number}, in the dtype of this one."
    return made


def new_tensor(self: Tensor, data: Any) -> Any:
    """A tensor of ``data`` in the dtype of this one."""
    return wrapped(np.array(data, self.dtype))


for _name, _method in {
    "type_as": type_as,
    "new_zeros": _new_of(0),
    "new_ones": _new_of(1),
    "new_tensor": new_tensor,
}.items():
    setattr(Tensor, _name, _method)
