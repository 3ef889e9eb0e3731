"""The distribution of a sum of ``df`` squares of standard normal numbers."""

from __future__ import annotations

import scipy.stats as _scipys

from autograd.calculus import Quantity
from autograd.engine import NODES as F


def logpdf(x: Quantity, df: Quantity) -> Quantity:
    """log of the density."""
    return F.chi2_logpdf(x, df)


def pdf(x: Quantity, df: Quantity) -> Quantity:
    """The density.

    >>> from autograd.scipy.stats.chi2 import pdf
    >>> round(pdf(2.0, 2.0), 6)
    0.18394
    """
    return F.exp(logpdf(x, df))


def cdf(x: Quantity, df: Quantity) -> Quantity:
    """The probability of at most ``x``; it has no derivative by ``df`` here."""
    return F.gammainc(F.div(df, 2), F.div(x, 2))


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.chi2, name)
