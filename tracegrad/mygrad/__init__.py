"""MyGrad's names over tracegrad: a script changes its import, where it writes into no tensor.

>>> import tracegrad.mygrad as mg
>>> x, y = mg.tensor(3.0), mg.tensor(2.0, constant=True)
>>> f = mg.sin(x) * y
>>> f.backward()
>>> x.grad, y.grad
(array(-1.97998499), None)

The functions are those of ``autograd`` with MyGrad's ``constant=``. ``Tensor`` has its semantics: a
sweep replaces the gradients of the one before, and a tensor that is used again forgets its own.
Views, writing in place, ``where=``, ``out=`` and the classes of operations are not here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import ContextDecorator
from difflib import get_close_matches
from functools import reduce, wraps
from typing import Any

import numpy as np

import autograd
from autograd.calculus import short
from tracegrad.mygrad.tensor import Tensor, apply, numbers

float16, float32, float64 = np.float16, np.float32, np.float64
int8, int16, int32, int64, bool_ = np.int8, np.int16, np.int32, np.int64, np.bool_
pi, e, inf, nan, newaxis = np.pi, np.e, np.inf, np.nan, None


class _NoAutodiff(autograd.no_grad):
    """Operations are not recorded: ``with mg.no_autodiff:``, or ``mg.no_autodiff(function)``."""

    def __call__(self, function: Callable[..., Any], to_numpy: bool = False) -> Any:
        unrecorded = super().__call__(function)
        if not to_numpy:
            return unrecorded

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            return asarray(unrecorded(*args, **kwargs))

        return call


class _MemGuard(ContextDecorator):
    """Nothing: no array is locked here, for the graph copies what may change."""

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


no_autodiff = _NoAutodiff()
mem_guard_on = mem_guard_off = _MemGuard()

_FUNCTIONS = (
    "abs add arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt cos cosh "
    "cumprod cumsum divide einsum exp exp2 expm1 log log10 log1p log2 logaddexp logaddexp2 matmul "
    "max maximum mean min minimum moveaxis multiply negative positive power prod reciprocal "
    "reshape roll sin sinc sinh sqrt square squeeze std subtract sum swapaxes tan tanh transpose "
    "broadcast_to concatenate expand_dims ravel repeat stack var clip where absolute true_divide "
    "atleast_1d atleast_2d atleast_3d"
).split()
_NUMBERS = "any argmax argmin allclose isnan isfinite isinf floor ceil shape result_type".split()
_CREATION = "arange empty eye full identity linspace logspace geomspace ones zeros".split()
_LIKE = "zeros_like ones_like empty_like full_like".split()
_METHODS = (
    "sum mean std var max min prod cumsum cumprod squeeze swapaxes ravel clip any argmax argmin "
    "moveaxis repeat"
).split()


def tensor(
    arr: Any, dtype: Any = None, *, constant: bool | None = None, copy: bool = True, ndmin: int = 0
) -> Tensor:
    """A tensor of a copy of the numbers."""
    return Tensor(arr, dtype=dtype, constant=constant, ndmin=ndmin)


def astensor(t: Any, dtype: Any = None, *, constant: bool | None = None) -> Tensor:
    """The tensor itself if nothing differs."""
    same = isinstance(t, Tensor) and dtype in (None, t.dtype) and constant in (None, t.constant)
    return t if same else Tensor(t, dtype=dtype, constant=constant)


def asarray(a: Any, dtype: Any = None, order: Any = None) -> Any:
    """The numbers as an array."""
    return np.asarray(numbers(a), dtype=dtype)


def _differentiable(name: str) -> Callable[..., Any]:
    function = getattr(autograd, name, None) or getattr(np, name)

    def call(*args: Any, constant: bool | None = None, **kwargs: Any) -> Any:
        for refused in ("out", "where"):
            if kwargs.pop(refused, None) is not None:
                raise TypeError(f"{name}: {refused}= is not taken here; use mg.where on the result")
        return apply(function, *args, constant=constant, **kwargs)

    call.__name__ = name
    return call


def _of_numbers(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(numbers, args), **kwargs)

    call.__name__ = name
    return call


def _created(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def call(*args: Any, constant: bool | None = None, **kwargs: Any) -> Tensor:
        return Tensor(function(*map(numbers, args), **kwargs), constant=constant)

    call.__name__ = name
    return call


_ALL: dict[str, Any] = {name: _differentiable(name) for name in _FUNCTIONS}
_ALL |= {name: _of_numbers(name) for name in _NUMBERS}


def add_sequence(*variables: Any, constant: bool | None = None) -> Any:
    """a + b + c + ..."""
    return apply(lambda *xs: reduce(operator.add, xs), *variables, constant=constant)


def multiply_sequence(*variables: Any, constant: bool | None = None) -> Any:
    """a b c ..."""
    return apply(lambda *xs: reduce(operator.mul, xs), *variables, constant=constant)


_ALL |= {"add_sequence": add_sequence, "multiply_sequence": multiply_sequence}
_ALL |= {name: _created(name) for name in (*_CREATION, *_LIKE)}


def _reshape(self: Tensor, *shape: Any, constant: bool | None = None) -> Any:
    sizes = shape[0] if len(shape) == 1 else shape
    return apply(autograd.reshape, self, sizes, constant=constant)


def _transpose(self: Tensor, *axes: Any, constant: bool | None = None) -> Any:
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
    return apply(autograd.transpose, self, order, constant=constant)


def _flatten(self: Tensor, *, constant: bool | None = None) -> Any:
    return apply(autograd.reshape, self, (-1,), constant=constant)


for _name in _METHODS:
    setattr(Tensor, _name, _ALL[_name])
for _name, _method in {
    "reshape": _reshape, "transpose": _transpose, "flatten": _flatten,
}.items():  # fmt: skip
    setattr(Tensor, _name, _method)


def __getattr__(name: str) -> Any:
    near = get_close_matches(name, __all__, n=1, cutoff=0.5)
    advice = f"the nearest name here is {near[0]}" if near else "dir(mygrad) lists what is"
    raise AttributeError(f"mygrad has no {short(name)}; {advice}")


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "Tensor", "asarray", "astensor", "bool_", "e", "float16", "float32", "float64", "inf", "int16",
    "int32", "int64", "int8", "mem_guard_off", "mem_guard_on", "nan", "newaxis", "no_autodiff",
    "pi", "tensor", *_ALL,
]  # fmt: skip
# Last: some of these names are Python's, such as max and sum.
globals().update(_ALL)
