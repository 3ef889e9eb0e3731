"""What the page computes with: the rows of the table, the rules of optim, and the loop."""

from __future__ import annotations

from autograd.calculus import RULES
from autograd.shipped import read_text
from nn.live.updates import updates_javascript, updates_rows
from optim.programs import rules_of

#: The activations that a hidden layer may have, of which all but ``linear`` are rows of the table.
ACTIVATIONS = (
    "tanh", "relu", "sigmoid", "linear", "softplus", "leaky_relu", "elu", "silu", "gelu", "sin",
)  # fmt: skip
#: The other rows of a network's graph.
ROWS = ("add", "sub", "mul", "square", "abs", "log", "exp")
_MODULES = ("random", "data", "network", "training")


def rows() -> list[str]:
    """The names of the elementwise operations that the page computes."""
    return [name for name in ACTIVATIONS if name != "linear"] + list(ROWS)


def engine_javascript() -> str:
    """The script that trains, without a page around it; the rows of the table stand before it."""
    return updates_javascript() + "".join(read_text(f"stage/assets/live/{m}.js") for m in _MODULES)


def rows_javascript() -> str:
    """The rows of the derivative table that the page computes, and of its updates, as ``R``."""
    return rules_of(updates_rows(), {name: RULES[name] for name in rows()})
