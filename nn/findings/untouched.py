"""A block after which model, optimizer and random numbers are as before, to the bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from nn import rng as _rng
from nn.layers import Module, Parameter
from optim import Optimizer


def parameters_of(model: Module, optimizer: Optimizer | None) -> list[Parameter]:
    """Every parameter of the model, and those that only the optimizer has."""
    updated = optimizer.param_groups if optimizer is not None else ()
    found = [*model.parameters(), *(p for group in updated for p in group["params"])]
    return list({id(p): p for p in found}.values())


def generators(model: Module) -> list[np.random.Generator]:
    """The modules' own sources of randomness, under whatever name they keep them."""
    held = [value for module in model.modules() for value in vars(module).values()]
    return [value for value in held if isinstance(value, np.random.Generator)]


@contextmanager
def untouched(model: Module, optimizer: Optimizer | None = None) -> Iterator[Callable[[], None]]:
    """Restore everything at the end; what is given is a function that restores it at once."""
    parameters = parameters_of(model, optimizer)
    data = [p.data for p in parameters]
    values = [np.array(x) for x in data]
    grads = [None if p.grad is None else np.array(p.grad) for p in parameters]
    buffers = {path: array.copy() for path, array in model.named_buffers()}
    modes = [(module, module.training) for module in model.modules()]
    sources = [(rng, rng.bit_generator.state) for rng in generators(model)]
    state = None if optimizer is None else optimizer.state_dict()
    rates = [] if optimizer is None else [group["lr"] for group in optimizer.param_groups]
    default = _rng.get_state()
    legacy = np.random.get_state()  # noqa: NPY002 - a module of one's own may draw from it

    def restore() -> None:
        for p, array, value in zip(parameters, data, values, strict=True):
            if p.data is not array or not np.array_equal(array, value, equal_nan=True):
                p.data = value.copy()
        if optimizer is not None and state is not None:
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate
            optimizer.load_state_dict(state)
        for p, grad in zip(parameters, grads, strict=True):
            p.grad = None if grad is None else grad.copy()
        model.load_state_dict(buffers, strict=False)
        for module, training in modes:
            module.__dict__["training"] = training
        for rng, saved in sources:
            rng.bit_generator.state = saved
        _rng.set_state(default)
        np.random.set_state(legacy)  # noqa: NPY002

    try:
        yield restore
    finally:
        restore()
