"""``scipy.special`` over nodes."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as _scipys

from autograd.calculus import Axis, Function, Quantity
from autograd.engine import NODES as F
from autograd.engine import Node
from autograd.extend import defvjp, notrace_primitive, primitive, unbroadcast
from autograd.functions import FUNCTIONS

_OURS = (
    "beta betainc betaln digamma erf erfc erfcinv erfinv expit gamma gammainc gammaincc gammaln i0 "
    "i1 j0 j1 logit polygamma softmax log_softmax xlogy xlog1py"
).split()
_SECOND_NAMES = {"psi": "digamma"}


def logsumexp(
    a: Quantity,
    axis: Axis = None,
    b: Quantity = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> Quantity:
    """log Σ b exp(a), without overflow; ``b`` are factors, 1 where they are left out.

    >>> from autograd.scipy.special import logsumexp
    >>> round(float(logsumexp([1000.0, 1000.0], b=[1.0, 3.0])), 6)
    1001.386294
    """
    if return_sign:
        raise TypeError("logsumexp: return_sign has no derivative here; leave it out")
    if isinstance(a, list | tuple):
        a = F.stack(list(a)) if any(isinstance(x, Node) for x in a) else np.asarray(a, float)
    if b is None:
        return F.logsumexp(a, axis, keepdims)
    largest = notrace_primitive(np.max)(a, axis=axis, keepdims=True)
    top = np.where(np.isfinite(largest), largest, 0.0)
    total = F.log(F.sum(F.mul(b, F.exp(F.sub(a, top))), axis=axis, keepdims=keepdims))
    return F.add(total, top if keepdims else np.squeeze(top, axis)[()])


def multigammaln(a: Quantity, d: int) -> Quantity:
    """log of the gamma function of dimension d: d(d - 1)/4 log π + Σ log Γ(a + (1 - j)/2)."""
    start = d * (d - 1) / 4 * math.log(math.pi)
    total: Quantity = start
    for j in range(1, d + 1):
        total = F.add(total, F.gammaln(F.add(a, (1 - j) / 2)))
    return total


def _by_second(slope: Function) -> Function:
    """The rule of f(n, x) by x, where ``slope(out, n, x)`` is its derivative."""

    def make(out: Quantity, n: Quantity, x: Quantity) -> Function:
        return lambda g: unbroadcast(x, F.mul(g, slope(out, n, x)))

    return make


jn = jv = primitive(_scipys.jv)
yn = primitive(_scipys.yn)
iv = primitive(_scipys.iv)
ive = primitive(_scipys.ive)
y0 = primitive(_scipys.y0)
y1 = primitive(_scipys.y1)
rgamma = primitive(_scipys.rgamma)
gammasgn = primitive(_scipys.gammasgn)

# Bessel functions: the derivative is half the difference, or the sum, of the neighbouring orders.
defvjp(jn, _by_second(lambda out, n, x: 0.5 * (jn(n - 1, x) - jn(n + 1, x))), argnums=[1])
defvjp(yn, _by_second(lambda out, n, x: 0.5 * (yn(n - 1, x) - yn(n + 1, x))), argnums=[1])
defvjp(iv, _by_second(lambda out, n, x: 0.5 * (iv(n - 1, x) + iv(n + 1, x))), argnums=[1])
defvjp(
    ive,
    _by_second(lambda out, n, x: 0.5 * (ive(n - 1, x) + ive(n + 1, x)) - out * F.sign(x)),
    argnums=[1],
)
defvjp(y0, lambda out, x: lambda g: -g * y1(x))
defvjp(y1, lambda out, x: lambda g: g * 0.5 * (y0(x) - yn(2, x)))
defvjp(rgamma, lambda out, x: lambda g: -g * out * F.digamma(x))
defvjp(gammasgn, None)


def __getattr__(name: str) -> Quantity:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    ours = _SECOND_NAMES.get(name, name)
    return FUNCTIONS[ours] if ours in _OURS else getattr(_scipys, name)
