"""A computation frozen: columns, one row per value, and the chain rule over them.

:func:`trace` walks a live computation once and keeps what it found in a :class:`Graph`; pictures,
lessons and generated code read that, never the live nodes.
"""

import warnings
from typing import Any

from autograd.graph.chain_rule import Contribution, local_derivative, terms
from autograd.graph.frozen import Graph
from autograd.graph.rows import CONSTANT, INTERIOR, KINDS, LEAF, PARAMETER, Columns, Row
from autograd.graph.tracing import Builder, trace

__all__ = [
    "Builder", "Columns", "CONSTANT", "Contribution", "Graph", "INTERIOR", "KINDS",
    "LEAF", "local_derivative", "PARAMETER", "Row", "terms", "trace",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "Node":
        warnings.warn("autograd.graph.Node is called Row now", DeprecationWarning, stacklevel=2)
        return Row
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
