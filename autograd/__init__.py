"""Reverse-mode automatic differentiation over numbers and NumPy arrays, made to be looked at."""

from __future__ import annotations

from typing import Any

import autograd.methods
import autograd.numpy_protocol  # noqa: F401
from autograd.engine import gradients
from autograd.modes import enter_scope, leave_scope, no_grad, scope
from autograd.public import *  # noqa: F403
from autograd.tensor import Tensor
from autograd.upstairs import upstairs
from autograd.value import Value

#: Names of the upper floors and the modules that define them, loaded when first asked for.
_UPSTAIRS = {
    "checkpoint": "recompute",
    "chord_test": "geometry",
    "count_saddles": "critical",
    "critical_point": "critical",
    "custom_rule": "custom",
    "detect_anomaly": "anomaly",
    "diagnose": "diagnosis",
    "difference_quotients": "geometry",
    "elementwise_grad": "transforms",
    "explain": "paths",
    "grad": "transforms",
    "gradcheck": "checking",
    "hessian": "jacobians",
    "hvp": "transforms",
    "jacobian": "jacobians",
    "jvp": "transforms",
    "remove_rule": "custom",
    "rules_of_differentiation": "geometry",
    "saddle_odds": "critical",
    "steepest_ascent": "geometry",
    "steps": "stepper",
    "tangents": "forward_mode",
    "trace": "graph",
    "value_and_grad": "transforms",
    "vjp": "transforms",
}


def __getattr__(name: str) -> Any:  # for a type checker, the functions of both tables as well
    module = _UPSTAIRS.get(name)
    if module is None:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    found = globals()[name] = getattr(upstairs(module), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_UPSTAIRS})


__all__ = ["Tensor", "Value", "enter_scope", "gradients", "leave_scope", "no_grad", "scope"]
__all__ += _UPSTAIRS
