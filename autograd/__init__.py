"""Reverse-mode automatic differentiation over numbers and NumPy arrays, made to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd.methods
import autograd.numpy_protocol  # noqa: F401
from autograd.engine import gradients
from autograd.modes import enter_scope, leave_scope, no_grad, scope
from autograd.public import *  # noqa: F403
from autograd.tensor import Tensor
from autograd.upstairs import upstairs
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.anomaly import detect_anomaly as detect_anomaly
    from autograd.checking import gradcheck as gradcheck
    from autograd.critical import (
        count_saddles as count_saddles,
    )
    from autograd.critical import (
        critical_point as critical_point,
    )
    from autograd.critical import (
        saddle_odds as saddle_odds,
    )
    from autograd.custom import (
        custom_rule as custom_rule,
    )
    from autograd.custom import (
        remove_rule as remove_rule,
    )
    from autograd.diagnosis import diagnose as diagnose
    from autograd.forward_mode import tangents as tangents
    from autograd.geometry import (
        chord_test as chord_test,
    )
    from autograd.geometry import (
        difference_quotients as difference_quotients,
    )
    from autograd.geometry import (
        rules_of_differentiation as rules_of_differentiation,
    )
    from autograd.geometry import (
        steepest_ascent as steepest_ascent,
    )
    from autograd.graph import trace as trace
    from autograd.iterations import (
        descent as descent,
    )
    from autograd.iterations import (
        update_steps as update_steps,
    )
    from autograd.jacobians import (
        hessian as hessian,
    )
    from autograd.jacobians import (
        jacobian as jacobian,
    )
    from autograd.paths import explain as explain
    from autograd.recompute import checkpoint as checkpoint
    from autograd.stepper import steps as steps
    from autograd.transforms import (
        elementwise_grad as elementwise_grad,
    )
    from autograd.transforms import (
        grad as grad,
    )
    from autograd.transforms import (
        hvp as hvp,
    )
    from autograd.transforms import (
        jvp as jvp,
    )
    from autograd.transforms import (
        value_and_grad as value_and_grad,
    )
    from autograd.transforms import (
        vjp as vjp,
    )

#: Names of the upper floors and the modules that define them, loaded when first asked for.
_UPSTAIRS = {
    "checkpoint": "recompute",
    "chord_test": "geometry",
    "count_saddles": "critical",
    "critical_point": "critical",
    "custom_rule": "custom",
    "descent": "iterations",
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
    "update_steps": "iterations",
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
