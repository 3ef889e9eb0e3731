"""``explain``: a derivative as the sum over all paths of products of local derivatives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.calculus import Attributes, Quantity, Rule
from autograd.engine import ARRAYS
from autograd.graph import Graph, Row, flow, local_derivative, seeded, trace
from autograd.lessons.local_derivatives import formula_tree
from autograd.writing import POWER, TEXT, Piece, number, shape_text

#: A local Jacobian of more entries than this is not written out.
LARGEST_JACOBIAN = 100_000


@dataclass(frozen=True)
class Factor:
    """One local derivative ∂consumer/∂operand on a path, and the text of its formula."""

    symbol: str
    formula: str
    value: Quantity  # a number, or a matrix: outputs down, inputs across

    def __str__(self) -> str:
        return number(self.value) if np.ndim(self.value) == 0 else shape_text(self.value.shape)


@dataclass(frozen=True)
class Path:
    """One way from the leaf to the output: the rows it passes, its factors, output first."""

    nodes: tuple[str, ...]
    factors: tuple[Factor, ...]

    @property
    def product(self) -> Quantity:
        """The product of the factors, a number or a matrix."""
        total: Quantity = 1.0
        for factor in self.factors:
            scalar = np.ndim(total) == 0 or np.ndim(factor.value) == 0
            total = total * factor.value if scalar else total @ factor.value
        return total

    def __str__(self) -> str:
        way = " → ".join(self.nodes)
        if not self.factors:
            return f"{way}: 1"
        parts = [
            " · ".join(f.symbol for f in self.factors),
            " · ".join(f.formula for f in self.factors),
            TEXT.product([TEXT.number(str(f)) for f in self.factors]).text,
        ]
        product = self.product
        end = number(product) if np.ndim(product) == 0 else shape_text(product.shape)
        parts += [end] if len(self.factors) > 1 else []
        unlike = [part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1]]
        return f"{way}: {' = '.join(unlike)}"


@dataclass(frozen=True)
class Explanation:
    """What :func:`explain` found; ``print`` it to read it.

    ``count`` is the number of paths and ``edges`` the number of edges on them; ``paths`` is None
    where there are too many to write out. ``total`` is the derivative, the sum over the paths (a
    number, or a matrix with outputs down and inputs across).
    """

    output: str
    leaf: str
    count: int
    edges: int
    paths: tuple[Path, ...] | None
    total: Quantity

    def __str__(self) -> str:
        symbol = f"∂{self.output}/∂{self.leaf}"
        value = number(self.total) if np.ndim(self.total) == 0 else shape_text(self.total.shape)
        if self.count == 0:
            return f"{symbol} = 0: no path leads from {self.leaf} to {self.output}"
        if self.paths is None:
            large = self.count >= 10**9
            count = f"about 10^{int(math.log10(self.count))}" if large else str(self.count)
            return (
                f"{symbol} = {value}, the sum over {count} paths, too many to write out; "
                f"backpropagation takes each of their {self.edges} edges once"
            )
        head = f"{symbol} = {value}, the sum over {self.count} path{'s' * (self.count > 1)}"
        return "\n".join([head, *(f"  {path}" for path in self.paths)])

    __repr__ = __str__


def explain(
    output: Quantity, leaf: Quantity, most: int = 64, names: Attributes | None = None
) -> Explanation:
    """The derivative of ``output`` by ``leaf`` as the sum over all paths of local derivatives.

    ``output`` is a Value, a Tensor or a traced graph; ``leaf`` a node it was computed from, or the
    name of one. Every path from leaf to output contributes the product of the local derivatives
    along it; for arrays these are Jacobian matrices, printed by their shapes. Graphs with more than
    ``most`` paths are not written out, only counted: the number of paths may grow exponentially,
    the number of edges does not. ``names`` as for :func:`trace`. KeyError for a leaf that is not in
    the graph; ValueError for arrays too large for a Jacobian.

    >>> from autograd import Value, explain
    >>> x = Value(3.0, name="x")
    >>> print(explain(x * x + 2 * x, x))
    ∂out/∂x = 8, the sum over 3 paths
      x → v1 → out: ∂out/∂v1 · ∂v1/∂x = 1 · x = 1 · 3 = 3
      x → v1 → out: ∂out/∂v1 · ∂v1/∂x = 1 · x = 1 · 3 = 3
      x → v2 → out: ∂out/∂v2 · ∂v2/∂x = 1 · 2 = 2
    """
    graph = output if isinstance(output, Graph) else trace(output, names)
    start = graph[leaf.label if isinstance(leaf, Row) else leaf].index
    edges = _edges(graph, start)
    counts = _counts(graph, start, edges)
    end = len(graph) - 1
    count = counts.get(end, 0)
    used = sum(len(uses) for row, uses in edges.items() if row in counts)
    paths = tuple(_walk(graph, start, edges, counts)) if count <= most else None
    if not count:
        total: Quantity = 0.0
    elif paths is not None:
        total = sum((path.product for path in paths[1:]), paths[0].product)
    else:
        total = _swept(graph, start)
    if np.ndim(graph.output.value) == 0 and np.ndim(graph[start].value) == 0:
        total = float(np.reshape(total, ()))
    return Explanation(graph.output.label, graph[start].label, count, used, paths, total)


Edges = dict[int, list[tuple[int, int]]]


def _edges(graph: Graph, start: int) -> Edges:
    """For each row on a way from ``start`` to the output, the operands on it, as (row, slot)."""
    from_start = {start}
    operands: Edges = {}
    for node in graph:
        if node.index <= start or node.rule is None:
            continue
        uses = [
            (row, slot)
            for slot, row in enumerate(node.args)
            if row in from_start and _flows(node.rule, slot)
        ]
        if uses:
            from_start.add(node.index)
            operands[node.index] = uses
    wanted = {len(graph) - 1}
    for row in sorted(operands, reverse=True):
        if row in wanted:
            wanted |= {operand for operand, _ in operands[row]}
    return {row: uses for row, uses in operands.items() if row in wanted}


def _flows(rule: Any, slot: int) -> bool:
    if isinstance(rule, Rule):
        return rule.partials[slot] is not None
    return rule.adjoint(slot) is not None


def _counts(graph: Graph, start: int, edges: Edges) -> dict[int, int]:
    """The number of paths from ``start`` to each row."""
    counts = {start: 1}
    for row in sorted(edges):
        counts[row] = sum(counts[operand] for operand, _ in edges[row])
    return counts


def _walk(graph: Graph, start: int, edges: Edges, counts: Mapping[int, int]) -> Iterator[Path]:
    """Every path, depth first from the output, on an explicit stack: depth has no limit."""
    end = len(graph) - 1
    if end not in counts:
        return
    stack: list[tuple[int, tuple[int, ...], tuple[Factor, ...]]] = [(end, (end,), ())]
    while stack:
        row, way, factors = stack.pop()
        if row == start:
            yield Path(tuple(graph[i].label for i in reversed(way)), factors)
            continue
        for operand, slot in reversed(edges[row]):
            factor = _factor(graph, row, operand, slot)
            stack.append((operand, (*way, operand), (*factors, factor)))


def _factor(graph: Graph, row: int, operand: int, slot: int) -> Factor:
    symbol = f"∂{graph[row].label}/∂{graph[operand].label}"
    value = _local(graph, row, slot)
    formula = _formula(graph[row], slot) if np.ndim(value) == 0 else symbol
    return Factor(symbol, formula, value)


def _formula(node: Quantity, slot: int) -> str:
    """The local derivative in the names of the graph: ``2 · x``; a single factor bare."""
    names = {**dict(zip(node.rule.args, (o.text for o in node.operands))), "out": node.label}
    pieces = {arg: Piece(name) for arg, name in names.items()}
    return TEXT.at_least(TEXT.write(formula_tree(node, slot), pieces, bare=False), POWER).text


def _local(graph: Graph, row: int, slot: int) -> Quantity:
    """∂row/∂operand at the graph's values: a number, or the Jacobian of the flattened arrays."""
    node = graph[row]
    operands = [graph[i].value for i in node.args]
    out, operand = np.asarray(node.value), np.asarray(operands[slot])
    if out.ndim == 0 and operand.ndim == 0 and isinstance(node.rule, Rule):
        return float(local_derivative(graph, row, slot))
    if out.size * operand.size > LARGEST_JACOBIAN:
        raise ValueError(
            f"explain: the Jacobian of {node.label} by its operand {slot + 1} has "
            f"{out.size} x {operand.size} entries; explain a smaller graph"
        )
    J = np.zeros((out.size, operand.size))
    if isinstance(node.rule, Rule):
        local = np.broadcast_to(local_derivative(graph, row, slot), out.shape)
        places = np.arange(operand.size).reshape(operand.shape)
        J[np.arange(out.size), np.broadcast_to(places, out.shape).ravel()] = local.ravel()
        return J
    adjoint = node.rule.adjoint(slot)
    with np.errstate(all="ignore"):
        for i in range(out.size):
            unit = np.zeros(out.size, out.dtype)
            unit[i] = 1.0
            J[i] = np.ravel(adjoint(ARRAYS, unit.reshape(out.shape), out, *operands, **node.attrs))
    return J


def _swept(graph: Graph, start: int) -> Quantity:
    """The derivative without the paths: the graph's sweep, once for each element of the output."""
    out, operand = np.asarray(graph.output.value), np.asarray(graph[start].value)
    if operand.dtype.kind != "f":
        raise ValueError(
            f"explain: {graph[start].label} holds {operand.dtype}, and a sweep adds up floats; "
            f"use .astype(float)"
        )
    rows = []
    for unit in np.eye(out.size, dtype=out.dtype):
        grads = seeded(graph, unit.reshape(out.shape), "explain")
        for _ in flow(graph, grads, also=start):
            pass
        rows.append(np.ravel(grads[start]))
    return np.array(rows)
