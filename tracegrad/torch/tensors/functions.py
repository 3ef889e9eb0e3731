"""PyTorch's functions over autograd's, in one table: each is a function and a method of Tensor."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

import autograd
from tracegrad.torch.tensors.facts import array_of
from tracegrad.torch.tensors.operators import of_numbers
from tracegrad.torch.tensors.tensor import Tensor, lifted, raw

Function = Callable[..., Any]

#: Elementwise, by autograd's name, with PyTorch's names for it. Each has a method that writes into
#: the tensor, too: ``exp_``.
_ELEMENTWISE: dict[str, str] = {
    **{
        name: name
        for name in (
            "exp exp2 log log2 log10 log1p expm1 sqrt sin cos tan sinh cosh tanh sigmoid relu erf "
            "floor ceil round reciprocal square sign softplus digamma logit pow maximum minimum "
            "expit erfinv erfc floor_divide sinc hypot logaddexp nan_to_num"
        ).split()
    },
    "abs": "abs absolute",
    "neg": "neg negative",
    "mul": "mul multiply",
    "mod": "remainder",
    "gammaln": "lgamma",
    "arcsin": "asin arcsin",
    "arccos": "acos arccos",
    "arctan": "atan arctan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
}
#: Of the numbers alone, from NumPy.
_NUMBERS: dict[str, Any] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite,
    "logical_and": np.logical_and, "logical_or": np.logical_or, "logical_not": np.logical_not,
    "logical_xor": np.logical_xor, "trunc": np.trunc, "bincount": np.bincount,
    "bitwise_and": np.bitwise_and, "bitwise_or": np.bitwise_or, "bitwise_xor": np.bitwise_xor,
    "bitwise_not": np.bitwise_not, "isin": np.isin,
}  # fmt: skip

#: By PyTorch's name: over tensors, as a function and as a method.
FUNCTIONS: dict[str, Function] = {}
#: Those that keep the shape: they have a method that writes into the tensor.
IN_PLACE: set[str] = set()


def over_tensors(function: Function) -> Function:
    """A function of nodes and arrays as one of tensors."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if "input" in kwargs:
            args = (kwargs.pop("input"), *args)
        target = kwargs.pop("out", None)
        out = lifted(function, *args, **kwargs)
        return out if target is None else target.write(raw(out))

    return call


def about(function: Function) -> str:
    """The first paragraph about a function of autograd's, with PyTorch's name of an axis."""
    text = (inspect.getdoc(function) or "").partition("\n\n")[0]
    return text.replace("``axis``", "``dim``")


def _table() -> None:
    for name, names in _ELEMENTWISE.items():
        for other in names.split():
            FUNCTIONS[other] = over_tensors(getattr(autograd, name))
            IN_PLACE.add(other)
    for name, function in _NUMBERS.items():
        FUNCTIONS[name] = of_numbers(function)
        FUNCTIONS[name].__name__ = name
    for name in "sum mean prod logsumexp".split():
        FUNCTIONS[name] = _reduction(name, getattr(autograd, name))
    for name in "amax amin".split():
        FUNCTIONS[name] = _reduction(name, getattr(autograd, name))
    for function in (_clamp, _div, _sub, _add, _rsqrt, _lerp, _addcmul, _addcdiv, _masked_fill):
        name = function.__name__.lstrip("_")
        FUNCTIONS[name] = over_tensors(function)
        FUNCTIONS[name].__name__ = name
        IN_PLACE.add(name)
    FUNCTIONS["clip"] = FUNCTIONS["clamp"]
    FUNCTIONS["divide"] = FUNCTIONS["true_divide"] = FUNCTIONS["div"]
    FUNCTIONS["subtract"] = FUNCTIONS["sub"]
    IN_PLACE.add("clip")
    for function in (matmul, dot, outer, cumsum, cumprod, norm, tril, triu):
        FUNCTIONS[function.__name__] = over_tensors(numpys_names(function))
    for name in "softmax log_softmax".split():
        FUNCTIONS[name] = _softmax(getattr(autograd, name))
    for name in "mm bmm mv".split():
        FUNCTIONS[name] = FUNCTIONS["matmul"]
    FUNCTIONS["ger"] = FUNCTIONS["outer"]
    FUNCTIONS["gather"] = gather
    FUNCTIONS["diag"] = over_tensors(autograd.diag)
    FUNCTIONS["trace"] = over_tensors(trace)
    FUNCTIONS["inverse"] = over_tensors(autograd.inv)
    FUNCTIONS["det"] = over_tensors(autograd.det)
    for name in ("std", "var"):
        FUNCTIONS[name] = _spread(getattr(autograd, name))
        FUNCTIONS[f"{name}_mean"] = _with_mean(name)
    for function in (addmm, cross, diff, kron, inner):
        FUNCTIONS[function.__name__] = over_tensors(numpys_names(function))


def numpys_names(function: Function) -> Function:
    """The same function, which knows ``axis`` and ``keepdims`` as well, as PyTorch's do."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if "axis" in kwargs:
            kwargs["dim"] = kwargs.pop("axis")
        if "keepdims" in kwargs:
            kwargs["keepdim"] = kwargs.pop("keepdims")
        return function(*args, **kwargs)

    return call


def _reduction(name: str, function: Function) -> Function:
    def reduce(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
        tensor = input if dtype is None else input.type(dtype)
        return lifted(function, tensor, axis=_axes(dim), keepdims=keepdim)

    reduce.__name__, reduce.__doc__ = name, about(function)
    return numpys_names(reduce)


def _spread(function: Function) -> Function:
    """``std`` and ``var``, which divide by n - 1 unless told otherwise."""

    def spread(
        input: Any,
        dim: Any = None,
        unbiased: bool = True,
        keepdim: bool = False,
        *,
        correction: int | None = None,
    ) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        ddof = int(unbiased) if correction is None else correction
        return lifted(function, input, axis=_axes(dim), ddof=ddof, keepdims=keepdim)

    spread.__name__ = function.__name__
    spread.__doc__ = f"{about(function)}\n\nSums are divided by n - 1, by n if ``unbiased=False``."
    return numpys_names(spread)


def _with_mean(name: str) -> Function:
    def both(input: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        axes = dict(zip(("dim", "unbiased", "keepdim"), args)) | kwargs
        if isinstance(axes.get("dim"), bool):
            del axes["dim"]
        kept = {key: axes[key] for key in ("dim", "axis", "keepdim", "keepdims") if key in axes}
        return FUNCTIONS[name](input, *args, **kwargs), FUNCTIONS["mean"](input, **kept)

    both.__name__, both.__doc__ = f"{name}_mean", f"The pair of ``{name}`` and ``mean``."
    return both


def _axes(dim: Any) -> Any:
    return (tuple(dim) or None) if isinstance(dim, list | tuple) else dim


def _clamp(input: Any, min: Any = None, max: Any = None) -> Any:
    """The elements, none below ``min`` or above ``max``; those cut off get no gradient."""
    return autograd.clip(input, min, max)


def _add(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``input + alpha * other``, elementwise."""
    return input + (other if alpha == 1 else other * alpha)


def _sub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``input - alpha * other``, elementwise."""
    return input - (other if alpha == 1 else other * alpha)


def _div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
    """``input / other``; ``rounding_mode`` 'floor' or 'trunc' makes whole numbers of it."""
    if rounding_mode == "floor":
        return operator.floordiv(input, other)
    return np.trunc(input / other) if rounding_mode == "trunc" else input / other


def _rsqrt(input: Any) -> Any:
    """``1 / sqrt(input)``, elementwise."""
    return 1 / autograd.sqrt(input)


def _lerp(input: Any, end: Any, weight: Any) -> Any:
    """From ``input`` to ``end`` by the share ``weight``: ``input + weight * (end - input)``."""
    return input + weight * (end - input)


def _addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """``input + value * tensor1 * tensor2``, elementwise."""
    return input + value * tensor1 * tensor2


def _addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """``input + value * tensor1 / tensor2``, elementwise."""
    return input + value * tensor1 / tensor2


def _masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """The elements, with ``value`` where ``mask`` is true: those get no gradient."""
    return autograd.where(mask, np.asarray(value, input.dtype), input)


def matmul(input: Any, other: Any) -> Any:
    """The product of matrices or vectors; axes before the last two are broadcast."""
    return autograd.matmul(input, other)


def dot(input: Any, tensor: Any) -> Any:
    """The sum of the products of two vectors' elements."""
    return autograd.matmul(input, tensor)


def outer(input: Any, vec2: Any) -> Any:
    """The matrix of all products of an element of ``input`` and one of ``vec2``."""
    return autograd.outer(input, vec2)


def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """``beta * input + alpha * mat1 @ mat2``."""
    return beta * input + alpha * autograd.matmul(mat1, mat2)


def cross(input: Any, other: Any, dim: int = -1) -> Any:
    """The cross product of vectors of 3 along ``dim``."""
    return autograd.cross(input, other, axis=dim)


def diff(input: Any, n: int = 1, dim: int = -1) -> Any:
    """Each element less the one before it along ``dim``, ``n`` times."""
    return autograd.diff(input, n, axis=dim)


def kron(input: Any, other: Any) -> Any:
    """Each element of ``input`` times the whole of ``other``, as blocks."""
    return autograd.kron(input, other)


def inner(input: Any, other: Any) -> Any:
    """Sums of products over the last axes."""
    return autograd.inner(input, other)


def _softmax(function: Function) -> Function:
    def softmax(input: Any, dim: Any = None, *, dtype: Any = None) -> Any:
        tensor = input if dtype is None else input.type(dtype)
        return lifted(function, tensor, axis=_softmax_axis(input, dim))

    softmax.__name__, softmax.__doc__ = function.__name__, about(function)
    return numpys_names(softmax)


def _softmax_axis(input: Any, dim: Any) -> int:
    """The axis that PyTorch takes where none is named (it warns): 0, 1 for 2 or 4 and more."""
    return (0 if input.ndim in (0, 1, 3) else 1) if dim is None else dim


def cumsum(input: Any, dim: int) -> Any:
    """Sums of the elements up to each one along ``dim``."""
    return autograd.cumsum(input, axis=dim)


def cumprod(input: Any, dim: int) -> Any:
    """Products of the elements up to each one along ``dim``."""
    return autograd.cumprod(input, axis=dim)


def norm(input: Any, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Any:
    """The ``p`` norm over ``dim``, or of all elements; 2 and 'fro' are the Euclidean one."""
    if dim is None and p in ("fro", 2):
        return autograd.sqrt(autograd.sum(input * input))
    order = None if p in ("fro", 2) else p
    flat = autograd.reshape(input, (-1,)) if dim is None else input
    return autograd.norm(flat, order, axis=_axes(dim), keepdims=keepdim)


def tril(input: Any, diagonal: int = 0) -> Any:
    """The elements on and below a diagonal; zeros above it."""
    return autograd.tril(input, diagonal)


def triu(input: Any, diagonal: int = 0) -> Any:
    """The elements on and above a diagonal; zeros below it."""
    return autograd.triu(input, diagonal)


def gather(input: Any, dim: int, index: Any) -> Any:
    """Elements along ``dim`` at the places of ``index``, which has the result's shape."""
    places = array_of(index)

    def picked(x: Any) -> Any:
        for axis, size in enumerate(places.shape):  # a shorter index reads the first rows only
            if axis != dim % x.ndim and size < x.shape[axis]:
                x = x[(*(slice(None),) * axis, slice(size))]
        return autograd.take_along_axis(x, places, axis=dim)

    return lifted(picked, input)


def trace(input: Any) -> Any:
    """The sum of the diagonal of a matrix."""
    return autograd.sum(autograd.diagonal(input))


_table()


def _written(name: str, function: Function) -> Function:
    def in_place(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return self.write(raw(function(self, *args, **kwargs)))

    in_place.__name__ = f"{name}_"
    in_place.__doc__ = f"``{name}``, whose result is written into this tensor."
    return in_place


def install(names: dict[str, Function], in_place: set[str]) -> None:
    """Make functions methods of Tensor, and those that keep the shape ``name_`` as well."""
    for name, function in names.items():
        if name not in vars(Tensor):
            setattr(Tensor, name, function)
        if name in in_place:
            setattr(Tensor, f"{name}_", _written(name, function))


install(FUNCTIONS, IN_PLACE)
