"""``torch.nn.utils``: clipping of gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

import optim
from tracegrad.torch.tensors import Tensor, wrapped


def _nodes(parameters: Any) -> list[Any]:
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [tensor._x for tensor in tensors]


def clip_grad_norm_(parameters: Any, max_norm: float, norm_type: float = 2.0) -> Any:
    """Scale all gradients so that their common norm is at most ``max_norm``; returns the norm."""
    if norm_type != 2:
        raise ValueError(f"clip_grad_norm_: the norm here is 2, not {norm_type}")
    return wrapped(np.asarray(optim.clip_grad_norm_(_nodes(parameters), max_norm)))


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Clip each gradient to ±``clip_value``."""
    optim.clip_grad_value_(_nodes(parameters), clip_value)


__all__ = ["clip_grad_norm_", "clip_grad_value_"]
