"""Other shapes of a tensor, parts of it, and tensors put together."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from tracegrad.torch.tensors.facts import array_of
from tracegrad.torch.tensors.functions import install
from tracegrad.torch.tensors.tensor import Tensor, lifted, wrapped
from tracegrad.torch.tensors.views import reshaped, viewed


def _sizes(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """``x.view(2, 3)`` and ``x.view((2, 3))`` mean the same."""
    if len(sizes) == 1 and isinstance(sizes[0], list | tuple):
        sizes = tuple(sizes[0])
    return tuple(map(operator.index, sizes))


def view(input: Any, *shape: Any) -> Any:
    """The same elements in another shape; -1 stands for what is left."""
    if len(shape) == 1 and isinstance(shape[0], str | type | np.dtype):
        return input.type(shape[0])
    return reshaped(input, _sizes(shape))


def view_as(input: Any, other: Any) -> Any:
    """The same elements in the shape of ``other``."""
    return view(input, other.shape)


def t(input: Any) -> Any:
    """The transpose of a matrix, a view; a vector stays as it is."""
    return viewed(input, lambda x: x.T)


def transpose(input: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged: a view."""
    return viewed(input, lambda x: autograd.swapaxes(x, dim0, dim1))


def permute(input: Any, *axes: Any, dims: Any = ()) -> Any:
    """The axes in another order: a view."""
    return viewed(input, lambda x: autograd.transpose(x, _sizes(axes or (dims,))))


def movedim(input: Any, source: Any, destination: Any) -> Any:
    """Axes moved to other places: a view."""
    return viewed(input, lambda x: autograd.moveaxis(x, source, destination))


def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """The diagonals of the matrices in two axes, on a new last axis: a view."""
    return viewed(input, lambda x: autograd.diagonal(x, offset, dim1, dim2))


def unsqueeze(input: Any, dim: int) -> Any:
    """A new axis of length 1 at the place ``dim``: a view."""
    return viewed(input, lambda x: autograd.expand_dims(x, dim))


def squeeze(input: Any, dim: Any = None) -> Any:
    """Without the axes of length 1, or the one that is named if its length is 1."""
    axes = range(input.ndim) if dim is None else np.atleast_1d(dim) % max(input.ndim, 1)
    kept = tuple(n for i, n in enumerate(input.shape) if i not in axes or n != 1)
    return view(input, kept)


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """The axes from ``start_dim`` to ``end_dim`` as one."""
    shape, ndim = input.shape, max(input.ndim, 1)
    start, end = start_dim % ndim, end_dim % ndim
    middle = int(np.prod(shape[start : end + 1], dtype=int))
    return view(input, (*shape[:start], middle, *shape[end + 1 :]))


def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """One axis as several."""
    before = dim % input.ndim
    return view(input, (*input.shape[:before], *sizes, *input.shape[before + 1 :]))


def expand(input: Any, *sizes: Any) -> Any:
    """Axes of length 1 repeated without a copy, -1 keeps a length; more axes come in front."""
    wanted = _sizes(sizes)
    given = (*(1,) * (len(wanted) - input.ndim), *input.shape)
    shape = tuple(old if n == -1 else n for n, old in zip(wanted, given, strict=True))
    return viewed(input, lambda x: autograd.broadcast_to(x, shape))


def expand_as(input: Any, other: Any) -> Any:
    """Axes of length 1 repeated without a copy, to the shape of ``other``."""
    return expand(input, *other.shape)


def repeat(input: Any, *sizes: Any) -> Any:
    """The whole tensor repeated along each axis, as ``np.tile``."""
    return lifted(lambda x: autograd.tile(x, _sizes(sizes)), input)


def repeat_interleave(input: Any, repeats: Any, dim: int | None = None) -> Any:
    """Each element repeated along ``dim``; of the flat tensor if that is None."""
    return lifted(lambda x: autograd.repeat(x, array_of(repeats), axis=dim), input)


def flip(input: Any, *axes: Any, dims: Any = ()) -> Any:
    """The elements in reverse order along these axes."""
    return lifted(lambda x: autograd.flip(x, _sizes(axes or (dims,))), input)


def fliplr(input: Any) -> Any:
    """The columns in reverse order."""
    return flip(input, 1)


def flipud(input: Any) -> Any:
    """The rows in reverse order."""
    return flip(input, 0)


def roll(input: Any, shifts: Any, dims: Any = None) -> Any:
    """The elements moved by ``shifts`` along ``dims``; what leaves one end enters the other."""
    return lifted(lambda x: autograd.roll(x, shifts, axis=dims), input)


def split(input: Any, split_size_or_sections: Any, dim: int = 0) -> Any:
    """Parts of so many rows each, the last one maybe shorter, or of the lengths in a list."""
    length, sizes = input.shape[dim], split_size_or_sections
    if isinstance(sizes, int):
        ends = [*range(sizes, length, sizes), length]
    else:
        ends = np.cumsum(sizes).tolist()
    before = (slice(None),) * (dim % input.ndim)
    return tuple(input[(*before, slice(a, b))] for a, b in zip([0, *ends], ends))


def chunk(input: Any, chunks: int, dim: int = 0) -> Any:
    """At most ``chunks`` parts of the same length along ``dim``, the last one maybe shorter."""
    return split(input, -(-input.shape[dim] // chunks), dim)


def unbind(input: Any, dim: int = 0) -> Any:
    """The parts along ``dim``, without that axis: a tuple."""
    before = (slice(None),) * (dim % input.ndim)
    return tuple(input[(*before, i)] for i in range(input.shape[dim]))


def narrow(input: Any, dim: int, start: int, length: int) -> Any:
    """``length`` elements along ``dim`` from ``start``: a view."""
    return input[(*(slice(None),) * (dim % input.ndim), slice(start, start + length))]


def select(input: Any, dim: int, index: int) -> Any:
    """The part at ``index`` along ``dim``, without that axis: a view."""
    return input[(*(slice(None),) * (dim % input.ndim), index)]


def index_select(input: Any, dim: int, index: Any) -> Any:
    """The parts along ``dim`` that ``index`` names."""
    return input[(*(slice(None),) * (dim % input.ndim), index)]


def masked_select(input: Any, mask: Any) -> Any:
    """The elements where ``mask`` is true, as a vector."""
    return input[mask]


def unfold(input: Any, dimension: int, size: int, step: int) -> Any:
    """Windows of ``size`` along an axis, on a new last axis."""
    starts = np.arange(0, input.shape[dimension] - size + 1, step)
    windows = starts[:, None] + np.arange(size)
    axis = dimension % input.ndim
    part = input[(*(slice(None),) * axis, windows)]
    return lifted(lambda x: autograd.moveaxis(x, axis + 1, -1), part)


def cat(tensors: Any, dim: int = 0, *, axis: int | None = None) -> Any:
    """Tensors one after the other along ``dim``."""
    return lifted(
        lambda parts: autograd.concatenate(parts, axis=dim if axis is None else axis),
        list(tensors),
    )


def stack(tensors: Any, dim: int = 0) -> Any:
    """Tensors of one shape along a new axis ``dim``."""
    return lifted(lambda parts: autograd.stack(parts, axis=dim), list(tensors))


def hstack(tensors: Any) -> Any:
    """Tensors side by side: along the second axis, vectors along their own."""
    return lifted(autograd.hstack, list(tensors))


def vstack(tensors: Any) -> Any:
    """Tensors below one another: along the first axis, vectors as rows."""
    return lifted(autograd.vstack, list(tensors))


def _where(self: Tensor, condition: Any, other: Any) -> Any:
    """The elements where the condition holds, else those of ``other``."""
    return where(condition, self, other)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Elements of ``input`` where the condition holds, else of ``other``; alone: the places."""
    if input is None:
        return tuple(map(wrapped, np.nonzero(array_of(condition))))
    return lifted(lambda x, y: autograd.where(array_of(condition), x, y), input, other)


def column_stack(tensors: Any) -> Any:
    """Vectors as columns, and matrices, side by side."""
    return lifted(autograd.column_stack, list(tensors))


def broadcast_tensors(*tensors: Any) -> Any:
    """The tensors in their common shape: views."""
    shape = np.broadcast_shapes(*(tensor.shape for tensor in tensors))
    return tuple(expand(tensor, *shape) for tensor in tensors)


def einsum(equation: str, *operands: Any) -> Any:
    """Sums of products by an equation: ``einsum('ij,jk->ik', a, b)`` is ``a @ b``."""
    parts = (
        operands[0] if len(operands) == 1 and isinstance(operands[0], list | tuple) else operands
    )
    return lifted(lambda *xs: autograd.einsum(equation, *xs), *parts)


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """The sum of products over ``dims`` axes, or over the axes that two lists name."""
    return lifted(lambda x, y: autograd.tensordot(x, y, dims), a, b)


def broadcast_to(input: Any, size: Any) -> Any:
    """The elements in a shape that theirs is broadcast to, without a copy."""
    return expand(input, *size)


def numel(input: Any) -> int:
    """How many elements there are."""
    return int(input.numel())


def is_tensor(obj: object) -> bool:
    """Whether this is a Tensor of ``tracegrad.torch``."""
    return isinstance(obj, Tensor)


def clone(input: Any) -> Any:
    """A copy of the elements, which gradients flow through."""
    return input.clone()


METHODS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        view, view_as, t, transpose, permute, unsqueeze, squeeze, flatten, expand, expand_as,
        repeat, repeat_interleave, flip, roll, split, chunk, unbind, narrow, select, index_select,
        masked_select, unfold, broadcast_to, movedim, diagonal, unflatten, fliplr, flipud,
    )
}  # fmt: skip
METHODS |= {"reshape": view, "swapaxes": transpose, "tile": repeat, "ravel": flatten}
METHODS |= {"moveaxis": movedim, "swapdims": transpose}
#: These are functions and no methods.
ALONE: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        cat, stack, hstack, vstack, where, einsum, tensordot, numel, is_tensor, clone, column_stack,
        broadcast_tensors,
    )
}  # fmt: skip
ALONE |= {"concat": cat, "concatenate": cat}

install(METHODS | {"where": _where}, set())
for _name, _axes in {"T": None, "mT": (-2, -1)}.items():

    def _view(self: Any, axes: Any = _axes) -> Any:
        return t(self) if axes is None else transpose(self, *axes)

    _text = "The matrix transposed" if _axes is None else "The last two axes exchanged"
    setattr(Tensor, _name, property(_view, doc=f"{_text}: a view."))
for _name in ("squeeze", "unsqueeze", "t"):

    def _reshaped(self: Any, *args: Any, function: Any = METHODS[_name], name: str = _name) -> Any:
        if any(view() is not None for view, _, _ in self._views or ()):
            raise RuntimeError(f"{name}_: a view of this tensor is in use; write x = x.{name}()")
        out = function(self, *args)
        self._x, self._owner = out._x, self._owner and out._owner
        return self

    _reshaped.__doc__ = f"``{_name}``, by which this tensor's own shape is changed."
    setattr(Tensor, f"{_name}_", _reshaped)
