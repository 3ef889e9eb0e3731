"""``scipy.stats`` over nodes: densities and distribution functions of eight distributions."""

from __future__ import annotations

from importlib import import_module

import scipy.stats as _scipys

from autograd.calculus import Quantity

#: Each is a module, as ``import autograd.scipy.stats.norm as norm`` wants it.
DISTRIBUTIONS = "beta chi2 dirichlet gamma multivariate_normal norm poisson t".split()


def __getattr__(name: str) -> Quantity:
    if name in DISTRIBUTIONS:
        return import_module(f"{__name__}.{name}")
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_scipys, name)
