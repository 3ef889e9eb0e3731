"""Tensors while a function of arrays is traced: operations are recorded, numbers are not given out.

A Tensor becomes traced by a change of its class, which has the same slots, and a plain one again
when the trace is over. So the sweep and the optimizers work on it as on any other. Outside the
trace, in another thread for example, a traced Tensor is an ordinary one.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.engine import MASK_METHODS, OF_MASKS, Node, Tensor, calling_line, present

#: The Recorder, whose file imports this one.
Trace: TypeAlias = Quantity


class TakenOut(RuntimeError):
    """The numbers of a Tensor were asked for while a function was traced."""


def recorder() -> Trace | None:
    """The trace that is on here."""
    mapped = present().mapped
    return mapped if mapped is not None and mapped.repeats else None


def refusal(what: str, remedy: str = "") -> TakenOut:
    remedy = remedy or (
        "use the functions of autograd, return the Tensor and take its numbers outside, or give "
        "them to a function of yours by autograd.callback"
    )
    return TakenOut(
        f"compile: {what} in {calling_line()}; a compiled function runs again with other numbers: "
        f"{remedy}"
    )


def _taking(name: str) -> Function:
    def method(self: Tensor, *args: Quantity, **named: Quantity) -> Quantity:
        if recorder() is not None:
            raise refusal(f"{name.strip('_')}() of a Tensor is called")
        return getattr(super(Tracing, self), name)(*args, **named)

    return method


def _comparing(ufunc: np.ufunc, name: str) -> Function:
    def method(self: Tensor, *others: Quantity) -> Quantity:
        trace = recorder()
        if trace is not None:
            return trace.call(ufunc, (self, *others))
        return getattr(super(Tracing, self), name)(*others)

    return method


def _of_arrays(name: str) -> Function:
    """A method that Tensors lack: an argument, or a comparison, is an array outside a trace."""

    def method(self: Tensor, *args: Quantity, **named: Quantity) -> Quantity:
        trace = recorder()
        if trace is None or self._requires_grad:
            raise AttributeError(
                f"a Tensor has no {name}(); compute it with the functions of autograd"
            )
        return trace.call(operator.methodcaller(name, *args, **named), (self,))

    return method


def _slot(name: str) -> property:
    inherited = getattr(Tensor, name)

    def read(self: Tensor) -> Quantity:
        if recorder() is not None:
            raise refusal(f".{name} of a Tensor is taken")
        return inherited.fget(self)

    def write(self: Tensor, value: Quantity) -> None:
        trace = recorder()
        if trace is None:
            inherited.fset(self, value)
        elif name == "grad" and value is None:
            trace.clear(self)
        else:
            raise refusal(
                f".{name} of a Tensor is assigned",
                "update parameters by an optimizer of optim, or outside",
            )

    return property(read, write)


class Tracing:
    """What is different in a Tensor that is traced."""

    __slots__ = ()

    #: Its numbers are not to be read: as inside ``vmap``.
    batched = True

    data = _slot("data")
    grad = _slot("grad")

    if TYPE_CHECKING:
        _data: Quantity
        name: str | None
        requires_grad: bool
        dtype: Quantity
        shape: tuple[int, ...]

    def backward(self, gradient: Quantity = None) -> None:
        trace = recorder()
        if trace is None:
            super().backward(gradient)  # type: ignore[misc]
        else:
            trace.backward(cast(Tensor, self), gradient)

    def detach(self) -> Tensor:
        trace = recorder()
        if trace is None:
            return super().detach()  # type: ignore[misc,no-any-return]
        return cast(Tensor, trace.call(np.array, (self,)))

    def astype(self, dtype: Quantity) -> Tensor:
        dtype, trace = np.dtype(dtype), recorder()
        if trace is None or dtype == self.dtype or (dtype.kind == "f" and self.requires_grad):
            return super().astype(dtype)  # type: ignore[misc,no-any-return]
        return cast(Tensor, trace.call(functools.partial(np.asarray, dtype=dtype), (self,)))

    type = astype

    def zero_grad(self) -> None:
        self.grad = None

    def __bool__(self) -> bool:
        trace = recorder()
        return bool(self._data) if trace is None else trace.guard(cast(Tensor, self))

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("a 0-d Tensor has nothing to iterate over")
        return (self[i] for i in range(self.shape[0]))  # type: ignore[index]

    def __contains__(self, item: object) -> bool:
        trace = recorder()
        if trace is None:
            return super().__contains__(item)  # type: ignore[misc,no-any-return]
        return bool(trace.call(_is_in, (self, item)))

    def __repr__(self) -> str:
        if recorder() is None:
            return super().__repr__()
        # Without the numbers: a text that is printed may stay, one that is read may not.
        called = "" if self.name is None else f", name={self.name!r}"
        return f"Tensor(traced, shape={self.shape}, dtype={self.dtype}{called})"

    def __dlpack__(self, **options: Quantity) -> Quantity:
        if recorder() is not None:
            raise refusal("the memory of a Tensor is shared")
        return super().__dlpack__(**options)  # type: ignore[misc]

    def __array__(self, dtype: Quantity = None, copy: bool | None = None) -> Quantity:
        if recorder() is not None:
            raise refusal("a Tensor is made a plain array")
        return super().__array__(dtype, copy)  # type: ignore[misc]

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object
    ) -> object:
        trace = recorder()
        if trace is not None and ufunc in OF_MASKS and method == "__call__" and not kwargs:
            return trace.call(ufunc, inputs)
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)  # type: ignore[misc]

    def __reduce__(self) -> NoReturn:
        raise refusal("a Tensor is pickled or copied")

    def register_hook(self, hook: Function) -> NoReturn:
        raise refusal("a hook is registered", "register it on nodes that are not compiled")

    def _term(self, place: int, g: Quantity, create_graph: bool) -> Quantity:
        if not create_graph and recorder() is not None:
            raise refusal("gradients are taken", "take value_and_grad of the compiled function")
        return super()._term(place, g, create_graph)  # type: ignore[misc]

    __hash__ = Node.__hash__


def _is_in(array: Quantity, item: Quantity) -> Quantity:
    return np.asarray(np.any(array == item))


for _name, _ufunc in MASK_METHODS.items():
    setattr(Tracing, _name, _comparing(_ufunc, _name))
for _name in ("all", "any", "copy"):
    setattr(Tracing, _name, _of_arrays(_name))
for _name in ("__float__", "__int__", "__index__", "__format__", "item", "tolist", "numpy"):
    setattr(Tracing, _name, _taking(_name))


@functools.cache
def traced_kind(kind: Quantity) -> type[Tensor]:
    """The class that a Tensor of ``kind`` has while it is traced."""
    return type(f"Traced{kind.__name__}", (Tracing, kind), {"__slots__": ()})
