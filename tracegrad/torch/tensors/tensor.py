"""PyTorch's Tensor over tracegrad's: a variable that holds an array or a node of the graph.

A node is never changed once it is made. Where PyTorch writes into a tensor that was computed, this
one goes on to hold a new node, so ``h[0] = y`` is differentiated like any operation. A tensor that
takes no gradient is an array, and writing into it writes into the array: views see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd.engine import is_recording
from tracegrad.torch.tensors.dtypes import DType, as_dtype, get_default_dtype
from tracegrad.torch.tensors.facts import Device, Facts, array_of
from tracegrad.torch.tensors.recording import enable_grad


class Tensor(Facts):
    """An array with PyTorch's methods; ``torch.tensor`` makes one of numbers.

    >>> from tracegrad import torch
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ()

    def __init__(self, *data: Any) -> None:
        sizes = bool(data) and all(isinstance(n, int) for n in data)
        array = np.zeros(data, np.float32) if sizes else np.array(raw(data[0] if data else []))
        held(self, array.astype(np.float32, copy=False))

    # -- gradients --------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether a sweep computes a gradient for it."""
        return not isinstance(self._x, np.ndarray) and self._x.requires_grad

    if TYPE_CHECKING:  # ``views`` has it

        @requires_grad.setter
        def requires_grad(self, wanted: bool) -> None: ...

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Let this leaf take a gradient, or none; returns it."""
        self.requires_grad = requires_grad
        return self

    @property
    def grad(self) -> Any:  # Any: a Tensor, or None before the first sweep
        """The gradient, which shares the memory of what the sweep wrote."""
        if isinstance(self._x, np.ndarray) or not (self._x.is_leaf or self._retained):
            return None
        return None if self._x.grad is None else wrapped(self._x.grad)

    @grad.setter
    def grad(self, grad: Any) -> None:
        if isinstance(self._x, np.ndarray):
            if grad is not None:
                raise RuntimeError("grad: this tensor takes none; set requires_grad = True first")
            return
        self._x.grad = None if grad is None else np.asarray(array_of(grad), self._x.dtype)

    def retain_grad(self) -> None:
        """Let ``grad`` give the gradient of the last sweep for a computed tensor, too."""
        if not self.requires_grad:
            raise RuntimeError("retain_grad: this tensor takes no gradient")
        self._retained = True

    def backward(
        self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False
    ) -> None:
        """Add the gradient to ``grad`` of the leaves. The graph stays as long as it is used."""
        if create_graph:
            raise RuntimeError("backward: create_graph=True is for torch.autograd.grad; use that")
        if not self.requires_grad:
            raise RuntimeError(
                "backward: nothing that takes a gradient led here; set requires_grad=True on a "
                "leaf, and compute outside of no_grad"
            )
        with enable_grad():  # PyTorch's sweep runs inside no_grad, too
            self._x.backward(None if gradient is None else array_of(gradient))

    def register_hook(self, hook: Callable[[Tensor], Any]) -> Any:
        """Call ``hook(gradient)`` in every sweep; what it returns takes the gradient's place."""
        return self._x.register_hook(lambda g: raw(hook(wrapped(np.asarray(g)))))

    @property
    def _array(self) -> bool:
        return isinstance(self._x, np.ndarray)

    def numpy(self, *, force: bool = False) -> Any:
        """The elements as an array, which shares the memory."""
        if self.requires_grad and not force:
            raise RuntimeError("numpy: this tensor takes a gradient; use t.detach().numpy()")
        return array_of(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        return lifted(ufunc, *inputs)

    __hash__ = object.__hash__

    def __deepcopy__(self, memo: Any) -> Any:
        if not self.is_leaf:
            raise RuntimeError("a computed tensor is not copied; use .detach() or .clone()")
        x = self._x.copy() if self._array else type(self._x)(self._x.data, self.requires_grad)
        return held(new(type(self)), x)

    def __reduce__(self) -> Any:
        return _restored, (np.array(array_of(self)), self.requires_grad)

    # -- other kinds ------------------------------------------------------------------------------

    def to(self, *places: Any, dtype: Any = None, **options: Any) -> Any:
        """The same tensor in a dtype; the device is the CPU."""
        for place in (*places, *[options.get("device")]):
            if isinstance(place, Tensor):
                dtype = place.dtype
            elif isinstance(place, Device) or (isinstance(place, str) and "float" not in place):
                Device(str(place))
            elif place is not None and not isinstance(place, bool):
                dtype = place
        return self if dtype is None else self.type(dtype)

    def type(self, dtype: Any = None) -> Any:
        """In another dtype; without an argument PyTorch's name of this one."""
        if dtype is None:
            return f"torch.{_KINDS.get(self.dtype.name, self.dtype.name)}Tensor"
        wanted = as_dtype(dtype)
        if wanted == self.dtype:
            return self
        if self._array or wanted is None or wanted.kind != "f":
            return wrapped(array_of(self).astype(wanted))
        return wrapped(raw(self).astype(wanted))

    def cpu(self) -> Tensor:
        """The tensor itself."""
        return self

    def cuda(self, *device: Any) -> Tensor:
        """Refused: there is no such device here."""
        Device("cuda")
        return self

    def contiguous(self) -> Any:
        """The tensor itself where its elements lie in memory in their order, else a copy."""
        return self if self.is_contiguous() else self.clone()

    def clone(self) -> Any:
        """A copy of the elements, which gradients flow through."""
        return wrapped(self._x.copy()) if self._array else lifted(lambda x: x * 1, self)

    if TYPE_CHECKING:  # the methods that ``views``, ``operators`` and others install
        data: Any

        def detach(self) -> Any: ...
        def write(self, value: Any, place: Any = ...) -> Tensor: ...
        def __getitem__(self, index: Any) -> Any: ...
        def __setitem__(self, index: Any, value: Any) -> None: ...
        def __getattr__(self, name: str) -> Any: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __eq__(self, other: object) -> Any: ...
        def __ne__(self, other: object) -> Any: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...


_KINDS = {"float32": "Float", "float64": "Double", "int64": "Long", "int32": "Int", "bool": "Bool"}

new: Callable[..., Any] = object.__new__


def held(tensor: Any, x: Any) -> Any:
    """``tensor``, holding the array or node ``x``."""
    tensor._x, tensor._retained, tensor._owner, tensor._views = x, False, None, None
    return tensor


def wrapped(x: Any) -> Any:
    """A tensor of an array, a number of NumPy's or a node; tuples and lists of them alike."""
    if isinstance(x, autograd.Tensor):
        return held(new(Tensor), x if x.requires_grad else x.data)
    if isinstance(x, np.ndarray | np.generic):
        return held(new(Tensor), np.asarray(x))
    if isinstance(x, tuple | list):
        return (
            type(x)(wrapped(item) for item in x)
            if type(x) in (tuple, list)
            else tuple(map(wrapped, x))
        )
    return x


def raw(x: Any) -> Any:
    """What autograd's functions take for a tensor, in containers too: a node, or an array.

    Without recording it is an array, whose views share its memory.
    """
    if isinstance(x, Tensor):
        return x._x if isinstance(x._x, np.ndarray) or is_recording() else x._x.data
    if isinstance(x, tuple | list):
        return type(x)([raw(item) for item in x]) if type(x) in (tuple, list) else x
    return x


def index_of(index: Any) -> Any:
    """An index as NumPy takes it."""
    if isinstance(index, tuple):
        return tuple(map(index_of, index))
    if isinstance(index, list):
        return [index_of(item) for item in index]
    array = array_of(index)
    return (
        array.item()
        if isinstance(array, np.ndarray) and not array.ndim and array.dtype.kind in "iu"
        else array
    )


def lifted(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """``function`` of autograd's over tensors, with PyTorch's dtypes: float32 stays float32.

    An array of integers takes the dtype of the floating tensors it meets, and what comes of
    integers alone has the default dtype.
    """
    values = raw(list(args))
    kinds = {x.dtype for x in _arrays(values)}
    if len(kinds) > 1:
        floats = {kind for kind in kinds if kind.kind == "f"}
        values = [_in_dtype(x, np.result_type(*floats)) for x in values] if floats else values
    return run(function, *values, **kwargs)


def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """``function`` over the arrays and nodes of tensors as they are."""
    values = raw(list(args))
    floats = {x.dtype for x in _arrays(values) if x.dtype.kind == "f"}
    common = np.result_type(*floats) if floats else get_default_dtype()
    with np.errstate(all="ignore"):  # PyTorch gives inf and nan without a word
        out = function(*values, **{key: raw(x) for key, x in kwargs.items()})
    return wrapped(_narrowed(out, common))


def _arrays(values: Any) -> Iterator[Any]:
    for x in values:
        if isinstance(x, list | tuple):
            yield from _arrays(x)
        elif isinstance(x, np.ndarray | autograd.Tensor):
            yield x


def _in_dtype(x: Any, dtype: DType) -> Any:
    if isinstance(x, list | tuple):
        return type(x)([_in_dtype(item, dtype) for item in x])
    if isinstance(x, np.ndarray) and x.dtype.kind in "iu":
        return x.astype(dtype)
    return x


def _narrowed(out: Any, dtype: DType) -> Any:
    if isinstance(out, tuple | list):
        return tuple(_narrowed(item, dtype) for item in out)
    if getattr(out, "dtype", dtype) != dtype and out.dtype.kind == "f":
        return out.astype(dtype)
    if isinstance(out, float):
        return np.asarray(out, dtype)
    return np.asarray(out) if isinstance(out, bool | int) else out


def _restored(array: Any, requires_grad: bool) -> Any:
    return wrapped(array).requires_grad_(requires_grad) if requires_grad else wrapped(array)
