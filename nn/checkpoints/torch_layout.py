"""Between our layout of weights, (n_in, n_out), and PyTorch's, which is its transpose."""

from __future__ import annotations

import numpy as np

from autograd.typing import State, StateLike
from nn.layers import Module, as_array


def to_torch(module: Module, state: StateLike | None = None) -> State:
    """The state of ``module`` (or one saved from such a module) as PyTorch's modules want it.

    >>> import nn
    >>> net = nn.Sequential(nn.Linear(3, 2))
    >>> {name: array.shape for name, array in nn.to_torch(net).items()}
    {'0.weight': (2, 3), '0.bias': (2,)}
    """
    return _turned(module, module.state_dict() if state is None else state)


def from_torch(module: Module, state: StateLike) -> State:
    """A ``state_dict`` of PyTorch's for the like of ``module``, ready for ``load_state_dict``."""
    return _turned(module, state)


def _turned(module: Module, state: StateLike) -> State:
    """The state with the weights that differ transposed; it is its own inverse."""
    turned = {
        f"{path}.{name}" if path else name
        for path, part in module.named_modules()
        for name in part._transposed
    }
    arrays = {name: as_array(value) for name, value in state.items()}
    return {
        name: np.ascontiguousarray(array.T) if name in turned else array
        for name, array in arrays.items()
    }
