"""Layers that read how many inputs they have off the first batch: ``LazyLinear(10)``."""

from __future__ import annotations

from typing import Any

from tracegrad.torch.nn.layers import LAYERS
from tracegrad.torch.nn.module import Module, Parameter, become

#: The axis that the first argument counts; 1 in the layers that are not named.
_AXES = {"Linear": -1, "Conv1d": -2, "Conv2d": -3}


class Lazy(Module):
    """Until the first batch its parameters are empty; then it is the layer of its base class."""

    _full: type[Module]
    _given: tuple[tuple[Any, ...], dict[str, Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._given = args, kwargs
        self.weight = Parameter()
        if kwargs.get("bias", True):
            self.bias = Parameter()

    def forward(self, *inputs: Any) -> Any:
        shape, axis = inputs[0].shape, _AXES.get(self._full.__name__, 1)
        if not -len(shape) <= axis < len(shape):
            raise RuntimeError(f"{type(self).__name__}: shape {tuple(shape)} has too few axes")
        self._make(shape[axis])
        return self.forward(*inputs)

    def expect(self, weight: tuple[int, ...]) -> None:
        """Become the layer that has a weight of this shape."""
        name = self._full.__name__
        groups = self._given[1].get("groups", 1) if name.startswith("Conv") else 1
        self._make(weight[0 if name.startswith("BatchNorm") else 1] * groups)

    def _make(self, inputs: int) -> None:
        args, kwargs = self._given
        become(self, self._full(inputs, *args, **kwargs))

    def extra_repr(self) -> str:
        return "the first batch says how many inputs there are"


LAZY: dict[str, type[Module]] = {}
for _name in "Linear Conv1d Conv2d BatchNorm1d BatchNorm2d".split():
    _full = LAYERS[_name]
    _text = f"``{_name}`` without its first argument, which the first batch gives."
    _inside = {"_full": _full, "__doc__": _text, "__module__": __name__}
    LAZY[f"Lazy{_name}"] = type(f"Lazy{_name}", (Lazy, _full), _inside)
