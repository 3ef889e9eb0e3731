"""PyTorch's names over tracegrad: a script changes its imports and nothing else.

>>> import tracegrad.torch as torch
>>> import tracegrad.torch.nn as nn
>>> x = torch.tensor([[1.0, 2.0]])
>>> layer = nn.Linear(2, 3)
>>> layer(x).shape, layer.weight.shape
(torch.Size([1, 3]), torch.Size([3, 2]))
>>> w = torch.ones(2, requires_grad=True)
>>> loss = ((x @ w - 1) ** 2).sum()
>>> loss.backward()
>>> w.grad
tensor([4., 8.])

The derivatives, layers and optimizers are those of ``autograd``, ``nn`` and ``optim``; ``Tensor``
here is another class, with PyTorch's semantics. Random draws are NumPy's, so a seed gives other
numbers than in PyTorch. A name that is missing raises AttributeError, which names the nearest one.
"""

from __future__ import annotations

import math
import warnings
from collections import namedtuple
from typing import Any

import numpy as np

import tracegrad.torch.autograd as autograd
import tracegrad.torch.linalg as linalg
import tracegrad.torch.nn as nn
import tracegrad.torch.optim as optim
import tracegrad.torch.utils as utils
from autograd import __version__ as __version__
from tracegrad.torch import distributions
from tracegrad.torch.blocks import (
    inference_mode,
    is_grad_enabled,
    no_grad,
    set_grad_enabled,
)
from tracegrad.torch.saving import load, save
from tracegrad.torch.tensors import (
    DTYPES,
    LEGACY,
    NAMES,
    Device,
    Generator,
    Size,
    Tensor,
    enable_grad,
    get_default_dtype,
    lacking,
    set_default_dtype,
)

device = Device
dtype = np.dtype
inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
Svd = namedtuple("Svd", ["U", "S", "V"])


class cuda:
    """``torch.cuda``, of which there is none."""

    @staticmethod
    def is_available() -> bool:
        return False

    @staticmethod
    def device_count() -> int:
        return 0

    @staticmethod
    def manual_seed_all(seed: int) -> None: ...

    manual_seed = manual_seed_all

    @staticmethod
    def empty_cache() -> None: ...


class backends:
    """``torch.backends``."""

    class mps:
        is_available = staticmethod(cuda.is_available)

    class cudnn:
        deterministic = benchmark = False


class accelerator:
    """``torch.accelerator``, of which there is none."""

    is_available, device_count = map(staticmethod, (cuda.is_available, cuda.device_count))

    @staticmethod
    def current_accelerator() -> None: ...


def compile(model: Any = None, **options: Any) -> Any:
    """The model itself, with a warning: tracegrad compiles functions of arrays, not modules."""
    warnings.warn(
        "compile: the model runs as it is; autograd.compile(f) makes a function of arrays fast",
        stacklevel=2,
    )
    return (lambda function: function) if model is None else model


def set_default_device(device: Any) -> None:
    """Nothing for ``cpu``; RuntimeError for another device."""
    Device(device)


def get_default_device() -> Device:
    """The processor."""
    return Device("cpu")


def set_num_threads(number: int) -> None:
    """Nothing: NumPy's library of linear algebra has threads of its own."""


def set_printoptions(**options: Any) -> None:
    """How tensors are printed is not changed."""


def svd(input: Any, some: bool = True) -> Any:
    """PyTorch's former name: A = U diag(S) Vᵀ, whose V stands as it is."""
    U, S, Vh = linalg.svd(input, not some)
    return Svd(U, S, Vh.mT)


def is_floating_point(input: Any) -> bool:
    """Whether the elements are floats."""
    return bool(input.is_floating_point())


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


def _legacy(name: str) -> Any:
    def made(*data: Any) -> Any:
        return Tensor(*data).type(name)

    made.__name__ = name
    made.__doc__ = f"A tensor of {LEGACY[name]}, made of numbers or of the lengths of its axes."
    return made


_FORMER = {name: _legacy(name) for name in LEGACY if name != "Tensor"}

__all__ = [
    "Generator", "Size", "Tensor",
    "accelerator", "autograd", "backends", "compile", "cuda", "device", "distributions", "dtype",
    "e", "enable_grad", "get_default_device", "get_default_dtype", "inf", "inference_mode",
    "is_floating_point", "is_grad_enabled", "linalg", "load", "nan", "nn", "no_grad", "optim", "pi",
    "save", "set_default_device", "set_default_dtype", "set_grad_enabled", "set_num_threads",
    "set_printoptions", "svd", "utils", *_FORMER, *DTYPES, *NAMES,
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


# Last: some of these names are Python's, such as max and float.
globals().update(_FORMER)
globals().update(DTYPES)
globals().update(NAMES)
