"""The beta distribution."""

from __future__ import annotations

import scipy.stats as _scipys

from autograd.calculus import Quantity
from autograd.engine import NODES as F


def logpdf(x: Quantity, a: Quantity, b: Quantity) -> Quantity:
    """log of the density."""
    return F.beta_logpdf(x, a, b)


def pdf(x: Quantity, a: Quantity, b: Quantity) -> Quantity:
    """The density.

    >>> from autograd.scipy.stats.beta import pdf
    >>> round(pdf(0.5, 2.0, 2.0), 6)
    1.5
    """
    return F.exp(logpdf(x, a, b))


def cdf(x: Quantity, a: Quantity, b: Quantity) -> Quantity:
    """The probability of at most ``x``; it has a derivative by ``x`` alone."""
    return F.betainc(a, b, x)


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.beta, name)
