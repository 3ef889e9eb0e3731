"""The normal distribution of mean ``loc`` and deviation ``scale``."""

from __future__ import annotations

import math

import scipy.special
import scipy.stats as _scipys

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.extend import defvjp, primitive

_log_ndtr = primitive(scipy.special.log_ndtr)
_ROOT = 0.5 * math.log(2 * math.pi)
defvjp(_log_ndtr, lambda out, x: lambda g: g * F.exp(-0.5 * x * x - _ROOT - out))


def logpdf(x: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """log of the density."""
    return F.normal_logpdf(x, loc, scale)


def pdf(x: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The density.

    >>> from autograd.scipy.stats.norm import pdf
    >>> round(pdf(0.0), 6)
    0.398942
    """
    return F.exp(logpdf(x, loc, scale))


def logcdf(x: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """log of the probability of at most ``x``, exact far below the mean."""
    return _log_ndtr(F.div(F.sub(x, loc), scale))


def logsf(x: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """log of the probability of more than ``x``."""
    return _log_ndtr(F.div(F.sub(loc, x), scale))


def cdf(x: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The probability of at most ``x``."""
    return F.mul(0.5, F.erfc(F.div(F.sub(loc, x), F.mul(scale, 2**0.5))))


def sf(x: Quantity, loc: Quantity = 0.0, scale: Quantity = 1.0) -> Quantity:
    """The probability of more than ``x``."""
    return F.mul(0.5, F.erfc(F.div(F.sub(x, loc), F.mul(scale, 2**0.5))))


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.norm, name)
