"""``scipy.integrate.odeint`` over nodes: the solution of an ordinary differential equation.

The gradient solves the adjoint equation backwards in time: Pontryagin et al., The mathematical
theory of optimal processes (1962); Chen et al., Neural ordinary differential equations (2018).
"""

from __future__ import annotations

import scipy.integrate as _scipys

from autograd.calculus import Function, Quantity, State, Tree
from autograd.derivatives import vjp
from autograd.engine import NODES as F
from autograd.extend import defvjp_argnum, primitive
from autograd.misc import flatten


@primitive
def odeint(func: Function, y0: Quantity, t: Quantity, *args: Tree, **options: Quantity) -> Quantity:
    """y(t) with y(t[0]) = ``y0`` and dy/dt = ``func(y, t, *args)``, one row per time.

    ``args`` is a tuple of parameters, as SciPy has it; there are derivatives by y0, t and them.
    """
    return _scipys.odeint(func, y0, t, *args, **options)


def _rule(argnum: int, out: Quantity, args: tuple[Tree, ...], kwargs: State) -> Function:
    func, _, times, *rest = args
    arguments = tuple(rest[0]) if rest else ()
    theta, unflatten = flatten(arguments)
    n = out.shape[1]

    def slope(y: Quantity, t: Quantity, theta: Quantity) -> Quantity:
        return func(y, t, *unflatten(theta))

    def backwards(state: Quantity, s: Quantity, theta: Quantity) -> Quantity:
        """The equation of (y, λ, λ's work on the parameters) in the time s = -t."""
        value, pull = vjp(lambda y, p: slope(y, -s, p), state[:n], theta)
        return F.concatenate([-value, *pull(state[n : 2 * n])])

    def pull(g: Quantity) -> Tree:
        by_time = [None] * len(times)
        upstream, by_theta = g[-1], F.mul(theta, 0.0)
        for i in range(len(times) - 1, 0, -1):
            by_time[i] = F.sum(g[i] * slope(out[i], times[i], theta))
            start = F.concatenate([out[i], upstream, by_theta])
            span = F.stack([-times[i], -times[i - 1]])
            end = odeint(backwards, start, span, (theta,), **kwargs)[-1]
            upstream, by_theta = end[n : 2 * n], end[2 * n :]
            if i > 1:
                upstream = upstream + g[i - 1]
        by_time[0] = -F.sum(upstream * slope(out[0], times[0], theta))
        if argnum == 1:
            return upstream + g[0]
        return F.stack(by_time) if argnum == 2 else unflatten(by_theta)

    return pull


defvjp_argnum(odeint, _rule)
