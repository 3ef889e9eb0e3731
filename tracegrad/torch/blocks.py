"""``no_grad``, ``enable_grad``, ``set_grad_enabled``: contexts and decorators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import autograd
from autograd.engine import is_recording
from tracegrad.torch.tensors import enable_grad


class no_grad:
    """Inside, operations are not recorded: ``with torch.no_grad():`` or ``@torch.no_grad()``."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        block = object.__new__(cls)
        block._blocks = []
        return block if function is None else block(function)

    _blocks: list[Any]

    def __enter__(self) -> None:
        block = autograd.no_grad()
        self._blocks.append((block, block.__exit__))
        block.__enter__()

    def __exit__(self, *error: object) -> None:
        _, leave = self._blocks.pop()
        leave(*error)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with autograd.no_grad():
                return function(*args, **kwargs)

        return call


def inference_mode(mode: Any = True) -> Any:
    """The same as ``no_grad``, or nothing if ``mode`` is False."""
    if callable(mode):
        return no_grad(mode)
    return no_grad() if mode else enable_grad()


def set_grad_enabled(mode: bool) -> Any:
    """``with torch.set_grad_enabled(training):``"""
    return enable_grad() if mode else no_grad()


def is_grad_enabled() -> bool:
    return is_recording()
