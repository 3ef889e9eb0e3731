"""``torch.nn.functional``: the functions of ``nn.functional`` over tensors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

import autograd
from autograd.calculus import short
from nn import functional as theirs
from tracegrad.torch.nn import composed
from tracegrad.torch.tensors import NAMES, array_of, lacking, lifted, run, wrapped


def reduction_of(name: str, kwargs: dict[str, Any]) -> None:
    """Put ``reduction=`` in the place of PyTorch's former ``size_average=`` and ``reduce=``."""
    former = {key: kwargs.pop(key) for key in ("size_average", "reduce") if key in kwargs}
    if not any(value is not None for value in former.values()):
        return
    whole = former.get("reduce") is not False
    mean = former.get("size_average") is not False
    kwargs["reduction"] = ("mean" if mean else "sum") if whole else "none"
    warnings.warn(
        f"{name}: size_average= and reduce= are deprecated; write "
        f"reduction={kwargs['reduction']!r}",
        stacklevel=3,
    )


def _of_tensors(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        kwargs.pop("inplace", None)  # what it returns is the same
        reduction_of(name, kwargs)
        if "input" in kwargs:
            args = (kwargs.pop("input"), *args)
        return run(function, *args, **kwargs)

    return call


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b, with a weight (out, in)."""
    return lifted(lambda x, W, b: autograd.linear(x, W.T, b), input, weight, bias)


def one_hot(tensor: Any, num_classes: int = -1) -> Any:
    """Class indices as rows of 0 with a single 1, integers."""
    classes = None if num_classes == -1 else num_classes
    return wrapped(theirs.one_hot(array_of(tensor), classes, np.int64))


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Rows divided by their norm, or by ``eps`` if that is larger."""
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps)


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Each element 0 with probability p, the others divided by 1 - p."""
    return run(lambda x: theirs.dropout(x, p, training), input)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Each channel, the second axis, 0 with probability p, the others divided by 1 - p."""
    shape = (*input.shape[:2], *(1,) * (input.ndim - 2))
    return input * dropout(wrapped(np.ones(shape, input.dtype)), p, training)


def pad(input: Any, pad: Any, mode: str = "constant", value: float = 0.0) -> Any:
    """Padding by pairs, from the last axis on."""
    if mode != "constant":
        raise ValueError(f"pad: the mode here is 'constant', not {short(mode)}")
    pairs = [(0, 0)] * input.ndim
    for i in range(len(pad) // 2):
        pairs[-1 - i] = (pad[2 * i], pad[2 * i + 1])
    return lifted(lambda x: autograd.pad(x, tuple(pairs), constant_values=value or 0), input)


def _theirs() -> dict[str, Callable[..., Any]]:
    ours = {"hinge_loss", "squared_hinge_loss", "rmse_loss", "msle_loss"}
    names = [name for name in theirs.__all__ if name not in ours]
    functions = {name: _of_tensors(name, getattr(theirs, name)) for name in names}
    return functions | {name: NAMES[name] for name in ("softmax", "log_softmax", "relu", "tanh")}


FUNCTIONS = _theirs() | {
    f.__name__: f for f in (linear, one_hot, normalize, dropout, dropout2d, pad)
}
FUNCTIONS |= composed.FUNCTIONS
FUNCTIONS["dropout1d"] = dropout2d
globals().update(FUNCTIONS)


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, FUNCTIONS)


__all__ = sorted(FUNCTIONS)
