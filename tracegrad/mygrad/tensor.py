"""MyGrad's Tensor over tracegrad's: constants, and the gradients of the last sweep alone."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd.calculus import short
from autograd.engine import reachable


class Tensor:
    """An array that takes a gradient unless it is constant, as arrays of integers are.

    >>> from tracegrad import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4.])
    >>> x.null_grad()
    Tensor([1., 2.])
    """

    __slots__ = ("__weakref__", "_x", "base")
    __array_priority__ = 15.0

    _x: Any  # a NumPy array if constant, else a Tensor of autograd
    base: Tensor | None  # whose memory this one shares, if it is a view

    def __init__(
        self,
        x: Any,
        *,
        dtype: Any = None,
        constant: bool | None = None,
        copy: bool = True,
        ndmin: int = 0,
    ) -> None:
        array = np.array(numbers(x), dtype=dtype, ndmin=ndmin)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"Tensor: real numbers are wanted, not {short(x)}")
        floating = array.dtype.kind == "f"
        if constant is False and not floating:
            raise TypeError(f"Tensor: {array.dtype} takes no gradient; leave constant=False out")
        takes = floating and not constant
        self._x = autograd.Tensor(array, requires_grad=True) if takes else array
        self.base = None

    @property
    def constant(self) -> bool:
        return isinstance(self._x, np.ndarray)

    @property
    def data(self) -> Any:
        return numbers(self)

    @property
    def grad(self) -> Any:
        return None if self.constant else self._x.grad

    def null_grad(self) -> Tensor:
        """Forget the gradient."""
        if not self.constant:
            self._x.grad = None
        return self

    def null_gradients(self, clear_graph: bool = True) -> None:
        """Forget the gradients of this tensor and of those that led to it."""
        self.null_grad()
        for node in () if self.constant else reachable(self._x, leaves=True):
            node.grad = None

    def backward(self, grad: Any = None) -> None:
        """Set the gradients of what led here; those of an earlier sweep are replaced."""
        if self.constant:
            return
        self.null_gradients()
        g = np.ones(self.shape) if grad is None else np.asarray(numbers(grad))
        self._x.backward(np.broadcast_to(g, self.shape).astype(self.dtype))

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._x.shape)

    @property
    def ndim(self) -> int:
        return int(self._x.ndim)

    @property
    def size(self) -> int:
        return int(self._x.size)

    @property
    def dtype(self) -> Any:
        return self._x.dtype

    @property
    def T(self) -> Any:
        return apply(autograd.transpose, self)

    def astype(
        self,
        dtype: Any,
        order: str = "K",
        casting: str = "unsafe",
        copy: bool = True,
        *,
        constant: bool | None = None,
    ) -> Tensor:
        """The numbers in another dtype, as a leaf of their own."""
        casts: Any = numbers(self).astype
        return Tensor(casts(dtype, order, casting), constant=self.constant or constant)

    def copy(self, *, constant: bool | None = None) -> Tensor:
        return Tensor(self, constant=self.constant if constant is None else constant)

    def item(self) -> Any:
        return self.data.item()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.data, dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        return apply(ufunc, *inputs)

    def __getitem__(self, index: Any) -> Any:
        place = tuple(map(numbers, index)) if isinstance(index, tuple) else numbers(index)
        return apply(lambda x: x[place], self)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError("a Tensor is not written into here; use mg.where, or make it anew")

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __float__(self) -> float:
        return float(self.data)

    def __int__(self) -> int:
        return int(self.data)

    def __index__(self) -> int:
        return operator.index(self.data)

    def __contains__(self, item: object) -> bool:
        return item in self.data

    __hash__ = object.__hash__

    if TYPE_CHECKING:  # the methods that are installed from tables

        def __getattr__(self, name: str) -> Any: ...
        def __add__(self, other: Any) -> Any: ...
        def __sub__(self, other: Any) -> Any: ...
        def __mul__(self, other: Any) -> Any: ...
        def __truediv__(self, other: Any) -> Any: ...
        def __pow__(self, other: Any) -> Any: ...
        def __matmul__(self, other: Any) -> Any: ...

    def __repr__(self) -> str:
        return repr(self.data).replace("array", "Tensor", 1)


def numbers(x: Any) -> Any:
    """The array of a tensor, in lists too; anything else as it is."""
    if isinstance(x, Tensor):
        return x._x if isinstance(x._x, np.ndarray) else x._x.data
    if isinstance(x, list | tuple):
        return type(x)([numbers(item) for item in x]) if type(x) in (list, tuple) else x
    return x


def _raw(x: Any) -> Any:
    if isinstance(x, Tensor):
        if not x.constant:
            x._x.grad = None  # a tensor in a new operation forgets its gradient
        return x._x
    if isinstance(x, list | tuple):
        return type(x)([_raw(item) for item in x]) if type(x) in (list, tuple) else x
    return x


def apply(
    function: Callable[..., Any], *args: Any, constant: bool | None = None, **kwargs: Any
) -> Any:
    """``function`` of autograd's over tensors, a constant one if ``constant`` says so."""
    values = [_raw(x) for x in args]
    named = {key: _raw(x) for key, x in kwargs.items()}
    if constant:
        with autograd.no_grad():
            return _viewed(_wrapped(function(*values, **named)), args)
    out = _viewed(_wrapped(function(*values, **named)), args)
    if constant is False and isinstance(out, Tensor) and out.dtype.kind == "f" and out.constant:
        out._x = autograd.Tensor(out._x, requires_grad=True)
    return out


def _viewed(out: Any, args: Any) -> Any:
    """``out``, which knows the tensor whose memory it shares."""
    for x in args if isinstance(out, Tensor) else ():
        if isinstance(x, Tensor) and np.may_share_memory(out.data, x.data):
            out.base = x if x.base is None else x.base
    return out


def _wrapped(x: Any) -> Any:
    if isinstance(x, list | tuple):
        return type(x)(_wrapped(item) for item in x)
    if isinstance(x, autograd.Tensor) and not x.requires_grad:
        x = x.data
    out = object.__new__(Tensor)
    out.base = None
    out._x = x if isinstance(x, autograd.Tensor) else np.asarray(x)
    return out


def _install() -> None:
    for name in "add sub mul truediv floordiv mod pow matmul".split():
        function = getattr(operator, name)
        setattr(Tensor, f"__{name}__", lambda self, other, f=function: apply(f, self, other))
        setattr(Tensor, f"__r{name}__", lambda self, other, f=function: apply(f, other, self))
    for name in "eq ne lt le gt ge".split():
        function = getattr(operator, name)
        compare: Any = lambda self, other, f=function: f(numbers(self), numbers(other))  # noqa: E731
        setattr(Tensor, f"__{name}__", compare)
    for name in ("neg", "pos", "abs"):
        function = getattr(operator, name)
        setattr(Tensor, f"__{name}__", lambda self, f=function: apply(f, self))


_install()
