"""Reverse-mode automatic differentiation over numbers and NumPy arrays, made to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd.methods
import autograd.numpy_protocol  # noqa: F401
from autograd.engine import gradients
from autograd.modes import enter_scope, leave_scope, no_grad, scope
from autograd.public import *  # noqa: F403
from autograd.tensor import Tensor
from autograd.value import Value

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any:  # the functions of both tables
        ...


__all__ = ["Tensor", "Value", "enter_scope", "gradients", "leave_scope", "no_grad", "scope"]
