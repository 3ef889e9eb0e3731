"""The number of events of which ``mu`` are expected."""

from __future__ import annotations

import numpy as np
import scipy.stats as _scipys

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.extend import notrace_primitive


def logpmf(k: Quantity, mu: Quantity) -> Quantity:
    """log of the probability of ``k`` events."""
    return F.poisson_logpmf(k, mu)


def pmf(k: Quantity, mu: Quantity) -> Quantity:
    """The probability of ``k`` events.

    >>> from autograd.scipy.stats.poisson import pmf
    >>> round(pmf(0.0, 1.0), 6)
    0.367879
    """
    return F.exp(logpmf(k, mu))


def cdf(k: Quantity, mu: Quantity) -> Quantity:
    """The probability of at most ``k`` events."""
    return F.gammaincc(notrace_primitive(np.floor)(k) + 1.0, mu)


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.poisson, name)
