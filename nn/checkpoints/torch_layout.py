"""Between our layout of weights, (n_in, n_out), and PyTorch's, which is its transpose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.typing import Array, Function, State, StateLike
from nn.layers import Module, as_array


class ForTorch(np.ndarray[tuple[int, ...], np.dtype[np.generic]]):
    """An array that PyTorch takes for a tensor: a function of PyTorch's gets a tensor in its place.

    So ``load_state_dict`` takes it as it is, and what reads arrays reads it as before.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    @classmethod
    def __torch_function__(
        cls,
        function: Function,
        types: Sequence[type],
        args: Sequence[Quantity] = (),
        kwargs: State | None = None,
    ) -> Quantity:
        import torch

        def tensor(x: Quantity) -> Quantity:
            return torch.tensor(np.asarray(x)) if isinstance(x, cls) else x

        named = {name: tensor(x) for name, x in (kwargs or {}).items()}
        return function(*map(tensor, args), **named)


def to_torch(module: Module, state: StateLike | None = None) -> State:
    """The state of ``module`` (or one saved from such a module) as PyTorch's modules load it.

    ``state`` is a ``state_dict``, by default that of ``module``. Returns a dict of arrays in the
    layout of PyTorch, whose ``load_state_dict`` takes it as it is: ``net.load_state_dict(
    nn.to_torch(model))``. PyTorch is not needed to make it.

    >>> import nn
    >>> net = nn.Sequential(nn.Linear(3, 2))
    >>> {name: array.shape for name, array in nn.to_torch(net).items()}
    {'0.weight': (2, 3), '0.bias': (2,)}
    """
    found = from_torch(module, module.state_dict() if state is None else state)
    return {name: array.view(ForTorch) for name, array in found.items()}


def from_torch(module: Module, state: StateLike) -> State:
    """A ``state_dict`` of PyTorch in our layout, for the ``load_state_dict`` of ``module``.

    ``state`` has arrays or tensors by name, dense weights (n_out, n_in). Returns a dict of arrays.

    >>> import nn
    >>> net = nn.Linear(3, 2)
    >>> nn.from_torch(net, nn.to_torch(net))["weight"].shape
    (3, 2)
    """
    # The same weights are transposed in both directions.
    transposed = {
        f"{path}.{name}" if path else name
        for path, part in module.named_modules()
        for name in part._transposed
    }
    arrays: dict[str, Array] = {name: np.asarray(as_array(value)) for name, value in state.items()}
    return {
        name: np.ascontiguousarray(array.T) if name in transposed else array
        for name, array in arrays.items()
    }
