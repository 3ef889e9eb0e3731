"""Between our layout of weights, (n_in, n_out), and PyTorch's, which is its transpose."""

from __future__ import annotations

import numpy as np

from autograd.typing import State, StateLike
from nn.layers import Module, as_array


def to_torch(module: Module, state: StateLike | None = None) -> State:
    """The state of ``module`` (or one saved from such a module) in the layout of PyTorch.

    ``state`` is a ``state_dict``, by default that of ``module``. Returns a dict of arrays.

    >>> import nn
    >>> net = nn.Sequential(nn.Linear(3, 2))
    >>> {name: array.shape for name, array in nn.to_torch(net).items()}
    {'0.weight': (2, 3), '0.bias': (2,)}
    """
    return from_torch(module, module.state_dict() if state is None else state)


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
    arrays = {name: as_array(value) for name, value in state.items()}
    return {
        name: np.ascontiguousarray(array.T) if name in transposed else array
        for name, array in arrays.items()
    }
