"""``torch.nn``: modules and losses with PyTorch's names and weights."""

from __future__ import annotations

from typing import Any

from tracegrad.torch.nn import functional, init, utils
from tracegrad.torch.nn.composed import MODULES
from tracegrad.torch.nn.layers import LAYERS
from tracegrad.torch.nn.lazy import LAZY
from tracegrad.torch.nn.module import Module, Parameter
from tracegrad.torch.tensors import lacking

globals().update(LAYERS | LAZY | MODULES)


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


__all__ = ["Module", "Parameter", "functional", "init", "utils", *LAYERS, *LAZY, *MODULES]
