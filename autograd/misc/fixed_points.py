"""The fixed point of an iteration, differentiated by the implicit function theorem."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.derivatives import vjp
from autograd.engine import mapped
from autograd.extend import defvjp, primitive


@primitive
def fixed_point(f: Function, a: Tree, x0: Quantity, distance: Function, tol: float) -> Quantity:
    """x with x = f(a)(x), iterated from ``x0`` until ``distance`` of two is at most ``tol``.

    With J the Jacobian of one iteration at the fixed point, an upstream gradient g becomes
    w = g + Jᵀw there, which is iterated as well, and goes from w to ``a``.
    """
    step = f(a)
    before, x = x0, step(x0)
    while distance(x, before) > tol:
        before, x = x, step(x)
    return x


def _by_parameters(
    out: Quantity, f: Function, a: Tree, x0: Quantity, distance: Function, tol: float
) -> Function:
    def pull(g: Quantity) -> Tree:
        def iteration(parameters: Tree) -> Function:
            inner, x, upstream = parameters
            _, by_x = vjp(f(inner), x)
            return lambda w: by_x(w) + upstream

        start = mapped(lambda x: 0.0 * x, out)
        w = fixed_point(iteration, (a, out, g), start, distance, tol)
        _, by_a = vjp(lambda inner: f(inner)(out), a)
        return by_a(w)

    return pull


def _of_start(out: Quantity, *args: Tree) -> Function:
    return lambda g: np.zeros(np.shape(args[2]))


defvjp(fixed_point, _by_parameters, _of_start, argnums=[1, 2])
