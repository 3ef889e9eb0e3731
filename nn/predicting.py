"""The outputs of a network for many rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autograd import no_grad
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.data import DataLoader
from nn.kinds import Data
from nn.layers import Module
from nn.losses import numbers


def check_model(caller: str, model: object) -> None:
    """Raise TypeError unless the model is one."""
    if isinstance(model, Module):
        return
    if isinstance(model, type) and issubclass(model, Module):
        raise TypeError(f"{caller}: the model is a class; call it, {model.__name__}(...)")
    raise TypeError(f"{caller}: the model comes first, a Module, not {short(model)}")


@contextmanager
def same_modes(model: Module) -> Iterator[None]:
    """A block after which every part of the model is in training or not, as before."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.__dict__["training"] = training


@contextmanager
def evaluation(model: Module) -> Iterator[None]:
    """The model in ``eval()`` mode and without recording; afterwards every part is as before."""
    with same_modes(model), no_grad():
        model.eval()
        yield


def predict(model: Module, X: Data | ArrayOperand, batch_size: int = 1024) -> Array:
    """The outputs for the rows of ``X`` as one array, in ``eval()`` mode, batch by batch.

    ``model`` is any module; ``batch_size`` rows go through it at a time. Returns (n, ...), n the
    number of rows.

    >>> import numpy as np
    >>> import nn
    >>> nn.predict(nn.Linear(2, 3), np.zeros((5, 2))).shape
    (5, 3)
    """
    check_model("predict", model)
    with evaluation(model):
        loader = X if isinstance(X, DataLoader) else DataLoader(X, batch_size=batch_size)
        outputs = [
            numbers(model(batch[0] if isinstance(batch, tuple) else batch)) for batch in loader
        ]
    return np.concatenate(outputs)
