"""``torch.nn.Module`` and ``Parameter``: those of ``nn``, whose parameters are tensors here."""

from __future__ import annotations

import inspect
from collections import OrderedDict, namedtuple
from collections.abc import Iterator
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

import nn
from tracegrad.torch.tensors import (
    Tensor,
    array_of,
    as_dtype,
    get_default_dtype,
    held,
    new,
    raw,
    renew,
    wrapped,
)

#: What ``load_state_dict`` returns.
Keys = namedtuple("Keys", ["missing_keys", "unexpected_keys"])


class Parameter(Tensor):
    """A tensor that a module trains; it holds a parameter of ``nn``."""

    __slots__ = ()

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        array = np.zeros(0) if data is None else np.asarray(array_of(data))
        dtype = array.dtype if array.dtype.kind == "f" else get_default_dtype()
        return parameter_of(nn.Parameter(array, requires_grad, dtype))

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        pass

    @property
    def name(self) -> str | None:
        return self._x.name  # type: ignore[no-any-return]

    @name.setter
    def name(self, name: str) -> None:
        self._x.name = name

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


#: Each parameter of ``nn`` is one tensor, as long as that is in use: it may be a key of a dict.
_TENSORS: WeakValueDictionary[int, Parameter] = WeakValueDictionary()


def parameter_of(node: nn.Parameter) -> Parameter:
    """The tensor of a parameter of ``nn``."""
    tensor = _TENSORS.get(id(node))
    if tensor is None or tensor._x is not node:
        tensor = _TENSORS[id(node)] = held(new(Parameter), node)
    return tensor


class Module(nn.Module):
    """``nn.Module`` whose parameters and buffers are read as tensors, by PyTorch's names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            raise TypeError(f"{type(self).__name__}: Module.__init__ takes no arguments")

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if isinstance(value, nn.Parameter):
            return parameter_of(value)
        if isinstance(value, np.ndarray) and name in self._buffer_names:
            return wrapped(value)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, Parameter) or (
            isinstance(value, Tensor) and name in self._buffer_names
        ):
            value = value._x if isinstance(value, Parameter) else array_of(value)
        super().__setattr__(name, value)

    def register_buffer(self, name: str, array: Any, persistent: bool = True) -> None:
        super().register_buffer(name, array_of(array))

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[Any]:
        for path, node in super().named_parameters(prefix):
            if recurse or "." not in path.removeprefix(prefix + "."):
                yield path, parameter_of(node)

    def parameters(self, recurse: bool = True) -> Iterator[Any]:
        return (tensor for _, tensor in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "") -> Iterator[Any]:
        return ((path, wrapped(array)) for path, array in super().named_buffers(prefix))

    def buffers(self) -> Iterator[Any]:
        return (tensor for _, tensor in self.named_buffers())

    def zero_grad(self, set_to_none: bool = True) -> None:
        super().zero_grad()

    def state_dict(self, prefix: str = "") -> Any:
        state = super().state_dict(prefix)
        return OrderedDict((path, wrapped(array)) for path, array in state.items())

    def load_state_dict(self, state_dict: Any, strict: bool = True, assign: bool = False) -> Keys:
        arrays = {path: array_of(x) for path, x in dict(state_dict).items()}
        for path, module in tuple(self.named_modules()):
            weight = arrays.get(f"{path}.weight" if path else "weight")
            if weight is not None and isinstance(module, Module):
                module.expect(weight.shape)
        keys = Keys(*super().load_state_dict(arrays, strict))
        for tensor in self.parameters():
            renew(tensor)
        return keys

    def expect(self, weight: tuple[int, ...]) -> None:
        """What a lazy layer does when a weight of this shape is about to be loaded."""

    def to(self, device: Any = "cpu", dtype: Any = None) -> Any:
        if dtype is None and isinstance(device, np.dtype):
            dtype = device
        elif not isinstance(device, np.dtype):
            super().to(str(device))
        wanted = as_dtype(dtype)
        return self if wanted is None else self.astype(wanted)

    def half(self) -> Any:
        return self.astype(np.float16)

    def cpu(self) -> Any:
        return self

    def cuda(self, device: Any = None) -> Any:
        return self.to("cuda")

    def get_parameter(self, target: str) -> Any:
        return dict(self.named_parameters())[target]


def become(module: Module, other: Module) -> None:
    """Let a module be another one; its parameters stay the same tensors."""
    tensors = {name: p for name, p in module.named_parameters() if "." not in name}
    training = module.training
    object.__setattr__(module, "__class__", type(other))
    module.__dict__.clear()
    module.__dict__.update(other.__dict__)
    module.train(training)
    for name, tensor in tensors.items():
        node = other.__dict__[name]
        node.requires_grad = tensor.requires_grad
        _TENSORS[id(node)] = held(tensor, node)


class Layer(Module):
    """A layer of ``nn`` over tensors: made and run by its class there, on the same attributes."""

    _layer: type[nn.Module]
    _turned: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("device", None)
        kwargs.pop("inplace", None)  # what it returns is the same
        if "dtype" in inspect.signature(self._layer.__init__).parameters:
            kwargs["dtype"] = as_dtype(kwargs.get("dtype")) or get_default_dtype()
        kwargs = {_AXES.get(key, key): raw(value) for key, value in kwargs.items()}
        same = object.__new__(self._layer)
        object.__setattr__(same, "__dict__", self.__dict__)
        self._layer.__init__(same, *raw(args), **kwargs)
        self._turn(same._transposed)

    def _turn(self, names: tuple[str, ...]) -> None:
        """Keep these weights as (out, in), and the layers inside as layers of this package."""
        self.__dict__["_turned"] = names
        self.__dict__.pop("_transposed", None)
        for name in names:
            setattr(self, name, Parameter(np.ascontiguousarray(self.__dict__[name].data.T)))
        for name, child in super().named_children():
            kind = OURS.get(type(child))
            if kind is not None:
                ours = object.__new__(kind)
                object.__setattr__(ours, "__dict__", child.__dict__)
                ours._turn(child._transposed)
                setattr(self, name, ours)

    def _same(self) -> Any:
        """This layer as its class in ``nn`` sees it: on the same attributes, weights (in, out)."""
        same = object.__new__(self._layer)
        attributes = self.__dict__
        inside = [(name, child) for name, child in self.named_children() if hasattr(child, "_same")]
        if self._turned or inside:
            seen = {name: attributes[name].T for name in self._turned}
            attributes = attributes | seen | {name: child._same() for name, child in inside}
        object.__setattr__(same, "__dict__", attributes)
        return same

    def extra_repr(self) -> str:
        return self._layer.extra_repr(self._same())


#: The layers of this package by their class in ``nn``.
OURS: dict[type[nn.Module], type[Layer]] = {}
#: PyTorch's names of arguments, and those of ``nn``.
_AXES = {"dim": "axis", "start_dim": "start_axis", "end_dim": "end_axis"}
_AXES |= {"in_features": "n_in", "out_features": "n_out"}
