"""What the script reads of a graph's rows: exact numbers, and the kernels that compute them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity, Rule, State
from autograd.graph import Graph, Row
from autograd.stage.kernels import Kernel, kernel_of, numbers_of, plain

#: A page with more numbers than this in its inputs keeps them fixed: each edit computes all anew.
MOST_NUMBERS = 20_000
#: In forward mode the page finds tangents element by element, with so many products at most.
MOST_PRODUCTS = 1_000_000
#: The page computes in float64, and rounds where a row is of float32.
_DTYPES = frozenset("?bBhHiIlLqQfd")


def kernel_of_row(node: Row) -> Kernel | None:
    """The kernel that computes a row of a graph with arrays, None where the page has none."""
    operands = [o.value for o in node.operands]
    if any(np.asarray(x).dtype.char not in _DTYPES for x in (node.value, *operands)):
        return None
    return kernel_of(node.rule, operands, node.attrs, node.value)


def kernels_of(graph: Graph) -> list[Kernel | None]:
    """The kernel of each row that the page computes with arrays, None for inputs and numbers."""
    if graph.is_scalar or numbers_in_inputs(graph) > MOST_NUMBERS:
        return [None] * len(graph)
    return [None if node.rule is None else kernel_of_row(node) for node in graph]


def fixed_operations(graph: Graph, kernels: Sequence[Kernel | None]) -> list[str]:
    """The operations of ``graph`` that the page cannot compute, each once."""
    if graph.is_scalar:
        unknown = [r for r in graph.rules if not isinstance(r, Rule | None) or (r and r.is_special)]
        return list(dict.fromkeys(str(rule.name) for rule in unknown))
    computed = graph.computed.tolist()
    return list(dict.fromkeys(graph[i].op for i in computed if kernels[i] is None))


def numbers_in_inputs(graph: Graph) -> int:
    """How many numbers the inputs of ``graph`` have in all."""
    return sum(np.size(node.value) for node in graph if node.rule is None)


def pushes_few(graph: Graph, passes: int) -> bool:
    """Whether the page can push tangents: for other rows than elementwise ones by many products."""
    rows = [n for n in graph if n.rule is not None and not isinstance(n.rule, Rule)]
    products = sum(np.size(n.value) * sum(np.size(o.value) for o in n.operands) for n in rows)
    return passes * products <= MOST_PRODUCTS


def row_data(node: Row, kernel: Kernel | None) -> State:
    """How a row gets its value in the page: the number itself, or the kernel and its attributes."""
    if kernel is None:
        return {"value": value_of(node.value)} | _rounding(node)
    return {"kernel": kernel[0], "attrs": kernel[1]} | _rounding(node)


def _rounding(node: Row) -> State:
    single = isinstance(node.value, np.ndarray) and node.value.dtype == np.float32
    return {"single": True} if single else {}


def value_of(value: Quantity) -> float | int | str | State:
    """A number, or an array with its shape; 0-d arrays are numbers."""
    return numbers_of(value) if np.ndim(value) else plain(value)
