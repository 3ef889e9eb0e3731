"""The operators of a Tensor, and those that write into it: ``x += 1``."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tracegrad.torch.tensors.facts import array_of
from tracegrad.torch.tensors.tensor import Tensor, lifted, raw, wrapped

#: Operators with a derivative.
_ARITHMETIC = "add sub mul truediv floordiv mod pow matmul".split()
#: Those of the numbers alone; they give a tensor, elementwise.
_COMPARISONS = "eq ne lt le gt ge".split()
_LOGICAL = "and or xor".split()


def _arithmetic(function: Callable[..., Any]) -> tuple[Any, Any, Any]:
    def method(self: Tensor, other: Any) -> Any:
        return lifted(function, self, other)

    def reflected(self: Tensor, other: Any) -> Any:
        return lifted(function, other, self)

    def in_place(self: Tensor, other: Any) -> Tensor:
        return self.write(raw(lifted(function, self, other)))

    return method, reflected, in_place


def of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same over the arrays of tensors: no gradient flows through it."""

    def method(*args: Any) -> Any:
        return wrapped(np.asarray(function(*map(array_of, args))))

    method.__doc__ = f"NumPy's {function.__name__} of the elements: no gradient flows through it."
    return method


def _equality(function: Callable[..., Any], unlike: bool) -> Callable[..., Any]:
    compare = of_numbers(function)

    def method(self: Tensor, other: Any) -> Any:
        known = isinstance(other, Tensor | np.ndarray | np.generic | int | float | bool)
        return compare(self, other) if known else unlike

    return method


for _name in (*_ARITHMETIC, *_LOGICAL):
    _function = getattr(operator, _name + "_" * (_name in ("and", "or")))
    _method, _reflected, _in_place = _arithmetic(_function)
    setattr(Tensor, f"__{_name}__", _method)
    setattr(Tensor, f"__r{_name}__", _reflected)
    setattr(Tensor, f"__i{_name}__", _in_place)
for _name in _COMPARISONS:
    _function = getattr(operator, _name)
    _equal = _name in ("eq", "ne")
    setattr(
        Tensor,
        f"__{_name}__",
        _equality(_function, _name == "ne") if _equal else of_numbers(_function),
    )


def _negative(self: Tensor) -> Any:
    return lifted(operator.neg, self)


def _absolute(self: Tensor) -> Any:
    return lifted(operator.abs, self)


def _inverted(self: Tensor) -> Any:
    return lifted(operator.invert, self)


def _itself(self: Tensor) -> Tensor:
    return self


for _name, _unary in {
    "__neg__": _negative,
    "__abs__": _absolute,
    "__invert__": _inverted,
    "__pos__": _itself,
    "__hash__": object.__hash__,
}.items():
    setattr(Tensor, _name, _unary)
