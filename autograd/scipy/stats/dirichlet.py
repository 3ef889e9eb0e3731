"""The Dirichlet distribution of parts that sum to 1."""

from __future__ import annotations

import scipy.stats as _scipys

from autograd.calculus import Quantity
from autograd.engine import NODES as F


def logpdf(x: Quantity, alpha: Quantity) -> Quantity:
    """log of the density."""
    return F.dirichlet_logpdf(x, alpha)


def pdf(x: Quantity, alpha: Quantity) -> Quantity:
    """The density."""
    return F.exp(logpdf(x, alpha))


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.dirichlet, name)
