"""The gamma distribution of shape ``a``."""

from __future__ import annotations

import scipy.stats as _scipys

from autograd.calculus import Quantity
from autograd.engine import NODES as F


def logpdf(x: Quantity, a: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """log of the density."""
    return F.gamma_logpdf(x, a, loc, scale)


def pdf(x: Quantity, a: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The density.

    >>> from autograd.scipy.stats.gamma import pdf
    >>> round(pdf(1.0, 1.0), 6)
    0.367879
    """
    return F.exp(logpdf(x, a, loc, scale))


def cdf(x: Quantity, a: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The probability of at most ``x``; it has no derivative by ``a`` here."""
    return F.gammainc(a, F.div(F.sub(x, loc), scale))


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.gamma, name)
