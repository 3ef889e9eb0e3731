"""The checks of the arguments of ``fit`` and ``evaluate``, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd.calculus import short
from autograd.typing import Seed
from nn.data import DataLoader, check_finite
from nn.layers import Module
from nn.losses import numbers
from nn.predicting import check_model
from nn.training.run import Callback

_ORDER = "fit(model, (X, y), loss, optimizer)"
_MAKE = "make one for the model's parameters, optim.Adam(model.parameters())"


def check_arguments(model: Module, loss_fn: object, optimizer: object, epochs: object) -> None:
    """Raise TypeError or ValueError, naming what is wrong with an argument of ``fit``."""
    check_model("fit", model)
    if isinstance(loss_fn, str):
        raise TypeError(f"fit: the loss is {short(loss_fn)}; make one, nn.CrossEntropyLoss()")
    if isinstance(loss_fn, type):
        raise TypeError(f"fit: the loss is a class; call it, nn.{loss_fn.__name__}()")
    if hasattr(loss_fn, "step") and not hasattr(optimizer, "step"):
        raise TypeError(f"fit: loss and optimizer have changed places: {_ORDER}")
    if not callable(loss_fn):
        raise TypeError(
            f"fit: the loss is not a function but {short(loss_fn)}; the data is one "
            f"argument: {_ORDER}"
        )
    _check_optimizer(model, optimizer)
    if isinstance(epochs, bool) or not isinstance(epochs, int | float) or epochs != int(epochs):
        raise TypeError(f"fit: epochs is a whole number, not {short(epochs)}")
    if epochs < 0:
        raise ValueError(f"fit: epochs must not be negative, it is {epochs}")


def _check_optimizer(model: Module, optimizer: object) -> None:
    if isinstance(optimizer, type):
        name = optimizer.__name__
        raise TypeError(f"fit: the optimizer is a class; call it, {name}(model.parameters())")
    for name in ("step", "zero_grad", "lr", "state_dict"):
        if not hasattr(optimizer, name):
            what = f"{short(optimizer)}, which has no {name}"
            raise TypeError(f"fit: the optimizer is {what}; {_MAKE}")
    groups = getattr(optimizer, "param_groups", ())
    updated = {id(p) for group in groups for p in group["params"]}
    if updated and not any(id(p) in updated for p in model.parameters()):
        raise ValueError(
            f"fit: the optimizer holds no parameter of this model (it was made for another one, or "
            f"before the model changed its dtype); {_MAKE}"
        )


def checked_callbacks(callbacks: object) -> list[Callback]:
    """The callbacks as a list; TypeError for anything else."""
    if not isinstance(callbacks, Iterable):
        raise TypeError(f"fit: callbacks come in a list, [{short(callbacks)}]")
    listed = list(callbacks)
    for callback in listed:
        if not isinstance(callback, Callback):
            remedy = "; call the class" if isinstance(callback, type) else ""
            raise TypeError(f"fit: {short(callback)} is not an nn.Callback{remedy}")
    return listed


def as_loader(
    caller: str,
    data: object,
    called: str,
    batch_size: int,
    *,
    finite: bool = True,
    shuffle: bool = False,
    seed: Seed = None,
) -> DataLoader:
    """A DataLoader of ``data``, which is one or a pair (X, y) of numbers."""
    if isinstance(data, DataLoader):
        return data
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"{caller}: {called} is a DataLoader or a pair (X, y), not {short(data)}")
    for what, array in zip(("inputs", "labels"), map(numbers, data), strict=True):
        if array.dtype.kind in "OSU" and array.size:
            first = array.reshape(-1)[:1].tolist()[0]
            raise TypeError(
                f"{caller}: the {what} of {called} are not numbers but {type(first).__name__}, "
                f"such as {short(first)}; number them, names, y = np.unique(y, return_inverse=True)"
            )
    for array in data if finite else ():
        if not isinstance(array, np.memmap):
            check_finite(numbers(array), f"{caller}: {called}")
    return DataLoader(*data, batch_size=batch_size, shuffle=shuffle, seed=seed)
