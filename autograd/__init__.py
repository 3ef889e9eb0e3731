"""Reverse-mode automatic differentiation over numbers and NumPy arrays, made to be looked at."""

from __future__ import annotations

from autograd.engine import gradients
from autograd.functions import FUNCTIONS
from autograd.modes import no_grad, scope
from autograd.tensor import Tensor
from autograd.value import Value

globals().update(FUNCTIONS)

__all__ = ["Tensor", "Value", "gradients", "no_grad", "scope"]
