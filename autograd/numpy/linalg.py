"""``numpy.linalg`` over nodes: ``import autograd.numpy.linalg``."""

from __future__ import annotations

import numpy.linalg as _numpys

from autograd.calculus import Quantity as _Quantity
from autograd.numpy import over_nodes as _over_nodes

__all__ = _over_nodes.names_of(_numpys)


def __getattr__(name: str) -> _Quantity:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _over_nodes.found(_numpys, name)


def __dir__() -> list[str]:
    return list(__all__)
