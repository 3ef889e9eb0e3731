"""``torch.save`` and ``load`` without pickle: nested dicts, lists, tensors, numbers and texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nn
from autograd.calculus import short
from tracegrad.torch.tensors import Tensor, array_of, wrapped


def save(obj: Any, f: Any, **options: Any) -> None:
    """Write a state, such as ``model.state_dict()``, to a file that holds arrays and text only."""
    if isinstance(obj, nn.Module):
        raise TypeError(
            "save: a module is code and is not written; save model.state_dict(), and load it into "
            "a new model by load_state_dict"
        )
    nn.save_checkpoint(f, {"saved": _arrays(obj)}, any_ending=True)


def load(f: Any, map_location: Any = None, *, weights_only: bool = True) -> Any:
    """What :func:`save` wrote."""
    return _tensors(nn.load_checkpoint(f, any_ending=True)["saved"])


def _arrays(obj: Any) -> Any:
    if isinstance(obj, Mapping):
        return {key: _arrays(value) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        return [_arrays(value) for value in obj]
    if isinstance(obj, Tensor):
        return array_of(obj)
    if callable(obj):
        raise TypeError(f"save: {short(obj)} is code and is not written; save its numbers")
    return obj


def _tensors(obj: Any) -> Any:
    if isinstance(obj, dict):
        return {key: _tensors(value) for key, value in obj.items()}
    return [_tensors(value) for value in obj] if isinstance(obj, list) else wrapped(obj)
