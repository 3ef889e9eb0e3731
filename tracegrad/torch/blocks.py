"""``no_grad``, ``enable_grad``, ``set_grad_enabled``: contexts and decorators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import autograd
from autograd.engine import is_recording, record
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


class set_grad_enabled:
    """Record operations if ``mode`` is true: from here on, in a with statement, or as a decorator.

    Alone it holds in this thread, until the block around it is left. A with statement puts back
    what held before it, and a decorator holds in the function alone.

    >>> from tracegrad import torch
    >>> with torch.set_grad_enabled(False):
    ...     torch.is_grad_enabled()
    False
    """

    def __init__(self, mode: bool) -> None:
        self._block = enable_grad() if mode else no_grad()
        self._take_back = record(bool(mode))

    def __enter__(self) -> None:
        self._take_back()
        self._block.__enter__()

    def __exit__(self, *error: object) -> None:
        self._block.__exit__(*error)

    def __call__(self, function: Callable[..., Any]) -> Any:
        self._take_back()
        return self._block(function)


def is_grad_enabled() -> bool:
    """Whether operations are recorded here."""
    return is_recording()
