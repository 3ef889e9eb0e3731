"""Functions of functions: gradients, Jacobians, forward mode, checkpoints, custom rules."""

from autograd.derivatives.arguments import (
    argument_names,
    called,
    checked_function,
    checked_output,
    inside,
)
from autograd.derivatives.batching import LoopWarning
from autograd.derivatives.critical_points import CriticalPoint, critical_point
from autograd.derivatives.custom import custom_rule, remove_rule
from autograd.derivatives.forward_mode import push, tangents
from autograd.derivatives.jacobians import hessian, jacobian
from autograd.derivatives.recompute import checkpoint
from autograd.derivatives.transforms import elementwise_grad, grad, hvp, jvp, value_and_grad, vjp
from autograd.derivatives.vectorized import vmap

__all__ = [
    "argument_names", "called", "checked_function", "checked_output", "checkpoint",
    "critical_point", "CriticalPoint", "custom_rule", "elementwise_grad", "grad", "hessian",
    "hvp", "inside", "jacobian", "jvp", "LoopWarning", "push", "remove_rule", "tangents",
    "value_and_grad", "vjp", "vmap",
]  # fmt: skip
