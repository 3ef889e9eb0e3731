"""Modules made of modules: a list, a sequence, and the multilayer perceptron."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np

from autograd import Tensor, current_scope, enter_scope, leave_scope
from autograd.calculus import short
from autograd.typing import DTypeLike, Seed
from nn.layers.activations import activation_module
from nn.layers.linear import Dropout, Linear
from nn.layers.module import Module
from nn.rng import generator


class ModuleList(Module):
    """A list whose items are modules, so that their parameters are found; it has no forward.

    ``modules`` are any modules. Indexing it returns a module.

    >>> import nn
    >>> layers = nn.ModuleList([nn.Linear(2, 3), nn.Linear(3, 1)])
    >>> len(layers), [name for name, _ in layers.named_parameters()]
    (2, ['0.weight', '0.bias', '1.weight', '1.bias'])
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self._items: list[Module] = []
        if isinstance(modules, Module) and not isinstance(modules, ModuleList):
            raise TypeError("ModuleList: put the modules in a list, nn.ModuleList([...])")
        self.extend(modules)

    def append(self, module: Module) -> ModuleList:
        """Put a module at the end, and return the list."""
        self._put(str(len(self._items)), module)
        self._items.append(module)
        return self

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Put modules at the end, and return the list."""
        for module in modules:
            self.append(module)
        return self

    def _put(self, name: str, module: Module) -> None:
        if not isinstance(module, Module):
            raise TypeError(
                f"{type(self).__name__}: item {name} is {short(module)}, not a Module"
                + _remedy(module)
            )
        setattr(self, name, module)

    def __len__(self) -> int:
        """How many modules there are."""
        return len(self._items)

    def __iter__(self) -> Iterator[Module]:
        """The modules in their order."""
        return iter(self._items)

    @overload
    def __getitem__(self, index: int) -> Any: ...  # Any: a module of the class that was put there
    @overload
    def __getitem__(self, index: slice) -> ModuleList: ...
    def __getitem__(self, index: int | slice) -> Module:
        """The module at a place; of a slice a list of modules of the same kind."""
        if isinstance(index, slice):
            return type(self)._of(self._items[index])
        return self._items[index]

    def __setitem__(self, index: int, module: Module) -> None:
        """Put another module in the place of one; the name stays."""
        name = next(name for name, child in self.named_children() if child is self._items[index])
        self._put(name, module)
        self._items[index] = module

    @classmethod
    def _of(cls, modules: list[Module]) -> ModuleList:
        return cls(modules)


class Sequential(ModuleList):
    """Modules applied one after the other: f₃(f₂(f₁(x))).

    Takes the modules as arguments, or one mapping of names to modules. They are called "0", "1",
    ... in paths such as ``0.weight``.

    Returns what the last one returns.

    >>> import nn, numpy as np
    >>> net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
    >>> net(np.zeros((5, 2))).shape
    (5, 1)
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        super().__init__()
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self._put(name, module)
                self._items.append(module)
        else:
            self.extend(modules)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        # What module(x) does, without one more Python call for every layer of every step.
        before = current_scope()
        try:
            for module in self._items:
                if module._plain:
                    enter_scope(module._scope, before)  # type: ignore[arg-type]
                    x = module.forward(x)
                else:
                    leave_scope(before)
                    x = module(x)
        finally:
            leave_scope(before)
        return x

    @classmethod
    def _of(cls, modules: list[Module]) -> ModuleList:
        return Sequential(*modules)


class MLP(Sequential):
    """A multilayer perceptron: dense layers with ``activation`` between them, none after the last.

    ``sizes`` are the widths of the layers, the last one that of the output; ``dropout`` is the
    probability of dropping a hidden unit. Array input is (batch, n_in).

    Returns (batch, sizes[-1]).

    >>> import nn, numpy as np
    >>> net = nn.MLP(4, [16, 16, 3], activation="tanh", rng=0)
    >>> net(np.zeros((5, 4))).shape, nn.count_parameters(net)
    ((5, 3), 403)
    """

    def __init__(
        self,
        n_in: int,
        sizes: Sequence[int],
        activation: str | Callable[[], Module] = "relu",
        dropout: float = 0.0,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        if isinstance(sizes, int):
            raise TypeError(
                f"MLP: the widths come in a list, e.g. nn.MLP({short(n_in)}, [{sizes}, 1])"
            )
        if not sizes:
            raise ValueError("MLP: sizes is empty; give the widths of the layers, e.g. [16, 2]")
        rng = generator(rng)
        modules: list[Module] = []
        for i, (a, b) in enumerate(zip([n_in, *sizes], sizes, strict=False)):
            if i:
                modules.append(activation_module(activation))
                if dropout:
                    modules.append(Dropout(dropout, rng=rng))
            modules.append(Linear(a, b, bias, dtype, rng))
        super().__init__(*modules)


def _remedy(thing: object) -> str:
    """What to do with something that is not a Module."""
    if isinstance(thing, type):
        return "; call the class, e.g. nn.ReLU()"
    if isinstance(thing, list | tuple):
        return "; pass the modules one by one, nn.Sequential(*modules)"
    return "; a function has a class, e.g. nn.ReLU()" if callable(thing) else ""


def count_parameters(module: Module) -> int:
    """How many numbers the module learns.

    ``module`` is any module; a parameter that it has twice counts once. Returns an int.

    >>> import nn
    >>> nn.count_parameters(nn.MLP(3, [4, 2]))
    26
    """
    return sum(p.size for p in module.parameters() if p.requires_grad)
