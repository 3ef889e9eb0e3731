"""``torch.autograd``: gradients of tensors, and functions with derivatives of one's own."""

from __future__ import annotations

from typing import Any

from tracegrad.torch.autograd import functional
from tracegrad.torch.autograd.function import Function
from tracegrad.torch.autograd.gradients import Variable, backward, grad
from tracegrad.torch.tensors import lacking


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


__all__ = ["Function", "Variable", "backward", "functional", "grad"]
