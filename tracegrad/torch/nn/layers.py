"""PyTorch's layers and losses: those of ``nn`` over tensors, and ``Linear`` with (out, in)."""

from __future__ import annotations

from typing import Any

import nn
from tracegrad.torch.nn import functional
from tracegrad.torch.nn.module import OURS, Layer, Module, Parameter
from tracegrad.torch.tensors import Tensor, run

_LAYERS = (
    "ELU GELU GRU LSTM RNN AdaptiveAvgPool1d AdaptiveAvgPool2d AvgPool1d AvgPool2d BatchNorm1d "
    "BatchNorm2d Bilinear Conv1d Conv2d Dropout Embedding GroupNorm GRUCell Identity LayerNorm "
    "LeakyReLU LogSoftmax LSTMCell MaxPool1d MaxPool2d MultiheadAttention PReLU ReLU RMSNorm "
    "RNNCell Sigmoid SiLU Softmax Softplus Tanh TransformerEncoderLayer"
).split()
_LOSSES = (
    "BCELoss BCEWithLogitsLoss CrossEntropyLoss HuberLoss KLDivLoss L1Loss MSELoss NLLLoss "
    "SmoothL1Loss"
).split()


def _forward(self: Any, *args: Any, **kwargs: Any) -> Any:
    layer, same = self._layer, self._same()
    return run(lambda *xs, **named: layer.forward(same, *xs, **named), *args, **kwargs)


def _loss_init(self: Any, *args: Any, **kwargs: Any) -> None:
    functional.reduction_of(type(self).__name__, kwargs)
    Layer.__init__(self, *args, **kwargs)


def _class(name: str) -> type[Layer]:
    theirs = getattr(nn, name)
    inside: dict[str, Any] = {
        "_layer": theirs,
        "__doc__": theirs.__doc__,
        "__module__": __name__,
        "forward": _forward,
    }
    if name in _LOSSES:
        inside["__init__"] = _loss_init
    return type(name, (Layer,), inside)


LAYERS: dict[str, type[Module]] = {name: _class(name) for name in (*_LAYERS, *_LOSSES)}


class Linear(Layer):
    """x Wᵀ + b, with a weight (out_features, in_features)."""

    in_features: int
    out_features: int
    weight: Tensor
    bias: Tensor | None

    _layer = nn.Linear

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(in_features, out_features, bias, dtype=dtype)

    def forward(self, input: Any) -> Any:
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Flatten(Module):
    """The axes from ``start_dim`` to ``end_dim`` as one."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Any:
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Dropout2d(Module):
    """Dropout of whole channels, the second axis."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        self.p = p

    def forward(self, input: Any) -> Any:
        return functional.dropout2d(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout1d(Dropout2d):
    """The same over sequences (N, C, L)."""


class Unflatten(Module):
    """One axis as several."""

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, input: Any) -> Any:
        dim = self.dim % input.ndim
        shape = input.shape
        return input.view(*shape[:dim], *self.unflattened_size, *shape[dim + 1 :])


class ModuleList(Module, nn.ModuleList):
    """A list whose items are modules."""

    def __init__(self, modules: Any = ()) -> None:
        nn.ModuleList.__init__(self, modules)


class Sequential(Module, nn.Sequential):
    """Modules applied one after the other."""

    def __init__(self, *modules: Any) -> None:
        nn.Sequential.__init__(self, *modules)

    @classmethod
    def _of(cls, modules: list[nn.Module]) -> Sequential:
        return Sequential(*modules)


class ModuleDict(Module):
    """Modules by name: ``self.parts["encoder"]``."""

    def __init__(self, modules: Any = None) -> None:
        for name, module in dict(modules or {}).items():
            self[name] = module

    def __setitem__(self, name: str, module: Module) -> None:
        self.add_module(name, module)

    def __getitem__(self, name: str) -> Any:
        return dict(self.named_children())[name]

    def __len__(self) -> int:
        return len(self.keys())

    def __iter__(self) -> Any:
        return iter(self.keys())

    def keys(self) -> list[str]:
        return [name for name, _ in self.named_children()]

    def values(self) -> list[Any]:
        return [module for _, module in self.named_children()]

    def items(self) -> list[Any]:
        return list(self.named_children())


class ParameterList(Module):
    """Parameters in a list."""

    def __init__(self, values: Any = ()) -> None:
        self._count = 0
        for value in values:
            self.append(value)

    def append(self, value: Any) -> ParameterList:
        setattr(self, str(self._count), value if isinstance(value, Parameter) else Parameter(value))
        self._count += 1
        return self

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Any:
        return getattr(self, str(range(self._count)[index]))

    def __iter__(self) -> Any:
        return (self[i] for i in range(self._count))


OWN: tuple[type[Module], ...] = (
    Linear, Flatten, Dropout1d, Dropout2d, Unflatten, ModuleList, Sequential, ModuleDict,
    ParameterList,
)  # fmt: skip
LAYERS |= {layer.__name__: layer for layer in OWN}
OURS.update({layer._layer: layer for layer in LAYERS.values() if issubclass(layer, Layer)})
