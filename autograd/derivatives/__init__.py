"""Functions of functions: gradients, Jacobians, forward mode, checkpoints, custom rules."""

from autograd.derivatives.arguments import (
    argument_names,
    called,
    checked_function,
    checked_output,
    inside,
    outside,
)
from autograd.derivatives.batching import LoopWarning
from autograd.derivatives.builders import (
    deriv,
    grad_and_aux,
    grad_named,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    vector_jacobian_product,
)
from autograd.derivatives.critical_points import CriticalPoint, critical_point
from autograd.derivatives.custom import custom_rule, remove_rule, transposed
from autograd.derivatives.forward_mode import push, tangents
from autograd.derivatives.jacobians import hessian, jacobian
from autograd.derivatives.recompute import checkpoint
from autograd.derivatives.transforms import elementwise_grad, grad, hvp, jvp, value_and_grad, vjp
from autograd.derivatives.vectorized import vmap

__all__ = [
    "argument_names", "called", "checked_function", "checked_output", "checkpoint",
    "critical_point", "CriticalPoint", "custom_rule", "deriv", "elementwise_grad", "grad",
    "grad_and_aux", "grad_named", "hessian", "hessian_tensor_product", "hessian_vector_product",
    "holomorphic_grad", "hvp", "inside", "jacobian", "jvp", "LoopWarning", "make_ggnvp", "make_hvp",
    "make_jvp", "make_vjp", "multigrad_dict", "outside", "push", "remove_rule", "tangents",
    "tensor_jacobian_product", "transposed", "value_and_grad", "vector_jacobian_product", "vjp",
    "vmap",
]  # fmt: skip
