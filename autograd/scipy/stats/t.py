"""Student's distribution with ``df`` degrees of freedom."""

from __future__ import annotations

import scipy.special
import scipy.stats as _scipys

from autograd.calculus import Function, Quantity
from autograd.engine import NODES as F
from autograd.extend import defvjp, primitive, unbroadcast

_stdtr = primitive(scipy.special.stdtr)


def _by_z(out: Quantity, df: Quantity, z: Quantity) -> Function:
    return lambda g: unbroadcast(z, F.mul(g, F.exp(F.t_logpdf(z, df))))


defvjp(_stdtr, _by_z, argnums=[1])


def logpdf(x: Quantity, df: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """log of the density."""
    return F.t_logpdf(x, df, loc, scale)


def pdf(x: Quantity, df: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The density.

    >>> from autograd.scipy.stats.t import pdf
    >>> round(pdf(0.0, 1.0), 6)
    0.31831
    """
    return F.exp(logpdf(x, df, loc, scale))


def cdf(x: Quantity, df: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The probability of at most ``x``; it has no derivative by ``df`` here."""
    return _stdtr(df, F.div(F.sub(x, loc), scale))


def logcdf(x: Quantity, df: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """log of the probability of at most ``x``."""
    return F.log(cdf(x, df, loc, scale))


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.t, name)
