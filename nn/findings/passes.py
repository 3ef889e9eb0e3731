"""One forward and one backward pass, as a graph whose rows have names of layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import autograd
from autograd import Tensor, trace
from autograd.typing import Array, ArrayOperand
from nn.layers import Module
from nn.losses import numbers

#: Operations with weights, whose result has one number for each unit.
WEIGHTED = ("linear", "matmul", "conv", "einsum")
#: What changes where numbers stand, or multiplies them all by the same: no activation.
LINEAR = frozenset(
    "reshape swapaxes transpose getitem squeeze expand_dims concatenate stack neg "
    "mean avg_pool moveaxis pad".split()
)
#: Activations that can be 0 for all rows, and those that can be at their ends.
RECTIFIED = ("relu",)
SQUASHED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@dataclass(frozen=True)
class Row:
    """An operation of the graph: where it stands, what it made, and the gradient there."""

    index: int
    op: str
    args: tuple[int, ...]
    value: Array
    grad: Array | None
    kind: str
    name: str
    scope: tuple[str, ...]


class Passes:
    """The graph of a loss, its network's part and its loss's part."""

    def __init__(self, model: Module, X: Tensor, output: ArrayOperand, loss: ArrayOperand) -> None:
        self.model, self.loss = model, loss
        self.output = numbers(output)
        self.value = float(numbers(loss).mean())
        self.types = {path: type(module).__name__ for path, module in model.named_modules()}
        self.rows: list[Row] = []
        self.own = 0  # how many of the operations are the network's
        self.end: Row | None = None
        if not isinstance(loss, Tensor) or loss.is_leaf:
            return  # it was computed without the graph
        if loss.size != 1:
            loss = autograd.mean(loss)
        graph = trace(loss, names={})
        swept = graph.backward() if np.isfinite(self.value) else graph
        self.rows = [
            Row(
                i,
                node.op or "",
                tuple(node.args),
                np.asarray(node.value),
                None if node.grad is None else np.asarray(node.grad),
                node.kind,
                node.name or "",
                tuple(node.scope),
            )
            for i, node in enumerate(swept)
        ]
        if isinstance(output, Tensor) and not output.is_leaf:
            network = trace(output, names={})
            self.own = sum(1 for node in network if node.kind == "interior")
            computed = [row for row in self.rows if row.kind == "interior"]
            self.end = computed[self.own - 1] if len(computed) >= self.own else None

    @cached_property
    def network(self) -> list[Row]:
        """The operations of the network, in their order."""
        return [row for row in self.rows if row.kind == "interior"][: self.own]

    @cached_property
    def size_of_a_row(self) -> int:
        """How many numbers a row of the data is on its way through the network."""
        rows = max(len(self.output), 1) if self.output.ndim else 1
        return sum(row.value.size for row in self.network) // rows + 1

    @cached_property
    def loss_operations(self) -> set[str]:
        """The names of the operations of the loss."""
        computed = [row for row in self.rows if row.kind == "interior"]
        return {row.op for row in computed[self.own :]}

    @cached_property
    def layers(self) -> list[tuple[Row, Row, Row]]:
        """Each operation with weights: itself, its input, its weights."""
        found = []
        for row in self.network:
            if row.op in WEIGHTED and len(row.args) >= 2:
                data, weight = (self.rows[i] for i in row.args[:2])
                if self.is_weight(weight) and not self.is_weight(data):
                    found.append((row, data, weight))
                elif self.is_weight(data) and not self.is_weight(weight):
                    found.append((row, weight, data))
        return found

    @cached_property
    def _weights(self) -> list[bool]:
        """For each row whether it is made of parameters alone, such as a transposed weight."""
        only: list[bool] = []
        for row in self.rows:
            only.append(
                row.kind == "parameter" or (bool(row.args) and all(only[i] for i in row.args))
            )
        return only

    def is_weight(self, row: Row) -> bool:
        """Whether the row is made of parameters alone."""
        return self._weights[row.index]

    def data_of(self, row: Row) -> list[Row]:
        """The operands that are neither constants nor made of parameters alone."""
        operands = [self.rows[i] for i in row.args]
        return [r for r in operands if r.kind != "constant" and not self.is_weight(r)]

    def before(self, row: Row) -> Iterator[Row]:
        """What leads to the row without an activation: through reshapes, biases and masks."""
        while row.args:
            data = self.data_of(row)
            passes = row.op in LINEAR or row.op in ("add", "sub", "mul", "div")
            if not passes or len(data) != 1:
                return
            row = data[0]
            yield row

    def title(self, row: Row) -> str:
        """How a sentence names an operation: by its layer, and by the kind of it."""
        path = ".".join(row.scope)
        if not path:
            before = [r for r, _, _ in self.layers if r.index < row.index and r.scope]
            after = f" after layer {'.'.join(before[-1].scope)}" if before else ""
            return f"{row.op}{after}"
        kind = self.types.get(path, "")
        return f"layer {path} ({kind})" if kind else f"layer {path}"

    def unit_axis(self, row: Row) -> int:
        """The axis of the units: 1 behind a convolution, the last one elsewhere."""
        here: Row | None = row
        while here is not None and here.op not in WEIGHTED:
            here = next(iter(self.data_of(here)), None)
        conv = here is not None and here.op == "conv" and row.value.ndim == here.value.ndim
        return 1 if conv else row.value.ndim - 1
