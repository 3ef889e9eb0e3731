"""What the script reads of a graph's rows: exact numbers, and the kernels that compute them."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Rule
from autograd.graph import Graph, Row
from autograd.kinds import Quantity, State
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


def fixed_rows(graph: Graph) -> list[str]:
    """The operations of ``graph`` that the page cannot compute, each once."""
    if graph.is_scalar:
        made = [
            node
            for node in graph
            if not isinstance(node.rule, Rule | None) or (node.rule and node.rule.is_special)
        ]
    else:
        made = [n for n in graph if n.rule is not None and kernel_of_row(n) is None]
    return list(dict.fromkeys(node.op for node in made))


def is_small(graph: Graph) -> bool:
    """Whether the inputs have few enough numbers for a page that computes them anew."""
    return sum(np.size(node.value) for node in graph if node.rule is None) <= MOST_NUMBERS


def pushes_few(graph: Graph, passes: int) -> bool:
    """Whether the page can push tangents: for other rows than elementwise ones by many products."""
    rows = [n for n in graph if n.rule is not None and not isinstance(n.rule, Rule)]
    products = sum(np.size(n.value) * sum(np.size(o.value) for o in n.operands) for n in rows)
    return passes * products <= MOST_PRODUCTS


def kernels_used(graph: Graph) -> set[str]:
    """The names of the kernels that compute ``graph``; none where its rows are plain numbers."""
    if graph.is_scalar:
        return set()
    kernels = [kernel_of_row(node) for node in graph if node.rule is not None]
    return {kernel[0] for kernel in kernels if kernel is not None}


def row_data(node: Row) -> State:
    """How a row gets its value in the page: the number itself, or the kernel and its attributes."""
    if node.graph.is_scalar or node.rule is None:
        return {"value": value_of(node.value)} | _rounding(node)
    kernel = kernel_of_row(node)
    assert kernel is not None, node.op
    return {"kernel": kernel[0], "attrs": kernel[1]} | _rounding(node)


def _rounding(node: Row) -> State:
    single = isinstance(node.value, np.ndarray) and node.value.dtype == np.float32
    return {"single": True} if single else {}


def value_of(value: Quantity) -> float | int | str | State:
    """A number, or an array with its shape; 0-d arrays are numbers."""
    return numbers_of(value) if np.ndim(value) else plain(value)
