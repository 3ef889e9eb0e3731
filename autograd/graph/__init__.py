"""A frozen computation: columns, one row per value, and the chain rule over them.

:func:`trace` copies a live computation into a :class:`Graph`; pictures, lessons and generated code
read the graph, never the live nodes.
"""

import warnings

from autograd.calculus import Quantity
from autograd.graph import noise
from autograd.graph.chain_rule import Contribution, flow, local_derivative, seeded, sent, terms
from autograd.graph.forward_pass import alike, replay
from autograd.graph.frozen import Graph
from autograd.graph.rows import CONSTANT, INTERIOR, KINDS, LEAF, PARAMETER, Columns, Row
from autograd.graph.slots import Slots
from autograd.graph.tracing import Builder, trace

__all__ = [
    "alike", "Builder", "Columns", "CONSTANT", "Contribution", "flow", "Graph", "INTERIOR", "KINDS",
    "LEAF", "local_derivative", "noise", "PARAMETER", "replay", "Row", "seeded", "sent", "Slots",
    "terms", "trace",
]  # fmt: skip


def __getattr__(name: str) -> Quantity:
    if name == "Node":
        warnings.warn("autograd.graph.Node is called Row now", DeprecationWarning, stacklevel=2)
        return Row
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
