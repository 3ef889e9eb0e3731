"""A frozen computation as columns, one row per value, and ``Row`` as the view of one of them.

It serves millions of rows: numbers and codes are in flat arrays, names and attributes in
dictionaries of the rows that have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from autograd.calculus import Array, Attributes, Quantity
from autograd.engine import Node, ProgramLine
from autograd.writing import Labels, formatting, one_line

CONSTANT, LEAF, PARAMETER, INTERIOR = range(4)
KINDS = ("constant", "leaf", "parameter", "interior")


def snapshot(value: Quantity) -> Quantity:
    """``value`` itself if it is a number, else a read-only copy of the array."""
    if not isinstance(value, np.ndarray):
        return value
    copy = np.array(value)
    copy.flags.writeable = False
    return copy


def leaf_kind(node: Quantity) -> int:
    """Which kind of row a live leaf becomes."""
    if not node.requires_grad:
        return CONSTANT
    return PARAMETER if "." in (node.name or "") or getattr(node, "is_parameter", False) else LEAF


class Row:
    """One value of a graph: where it came from, and its gradient once there is one."""

    graph: Columns
    index: int

    __slots__ = ("graph", "index")

    def __init__(self, graph: Columns, index: int) -> None:
        self.graph = graph
        self.index = index

    @property
    def rule(self) -> Any:  # Any: a reader knows of which table it is, and that it is there
        """The row of the derivative tables that made this value; None for a leaf or constant."""
        return self.graph.rules[self.graph._codes[self.index]]

    @property
    def op(self) -> str:
        """The operation's name, empty for a leaf or constant."""
        rule = self.rule
        return "" if rule is None else str(rule.name)

    @property
    def args(self) -> tuple[int, ...]:
        """The operands' rows, in the rule's order."""
        return tuple(self.graph.args(self.index))

    @property
    def operands(self) -> tuple[Row, ...]:
        return tuple(Row(self.graph, j) for j in self.args)

    @property
    def value(self) -> Quantity:
        """A number, or an array that cannot be written to."""
        return self.graph._values[self.index]

    @property
    def grad(self) -> Quantity:
        """∂output/∂this, or None: before a backward pass, and where none is wanted."""
        grads = self.graph._grads
        return None if grads is None else grads[self.index]

    @property
    def accumulated(self) -> Quantity:
        """What the live node's ``.grad`` held when the graph was traced."""
        return self.graph._accumulated[self.index]

    @property
    def kind(self) -> str:
        """``constant``, ``leaf``, ``parameter`` or ``interior``."""
        return KINDS[self.graph._kinds[self.index]]

    @property
    def attrs(self) -> Attributes:
        return self.graph._attrs.get(self.index, {})

    @property
    def name(self) -> str | None:
        """The name the program gave, None if it gave none."""
        return self.graph.labels.names.get(self.index)

    @property
    def label(self) -> str:
        """The name, or a short generated one; no two rows share it."""
        return self.graph.labels[self.index]

    @property
    def scope(self) -> tuple[str, ...]:
        return self.graph._scopes[self.graph._scope_codes[self.index]]

    @property
    def line(self) -> ProgramLine | None:
        """The line of the program that made this; None outside :func:`autograd.source_lines`."""
        return self.graph._lines.get(self.index)

    @property
    def is_output(self) -> bool:
        return self.index == len(self.graph) - 1

    @property
    def is_literal(self) -> bool:
        """Whether this is an unnamed number, written into expressions rather than drawn."""
        return self.graph._kinds[self.index] == CONSTANT and (
            self.name is None and np.ndim(self.value) == 0
        )

    @property
    def text(self) -> str:
        """How this value is written as an operand: its label, or the number itself."""
        return formatting.summary(self.value) if self.is_literal else self.label

    @property
    def expression(self) -> str:
        """The operation in the operands' names: ``x + y``; empty for a leaf."""
        rule = self.rule
        if rule is None:
            return ""
        return formatting.expression(rule, [o.text for o in self.operands], self.attrs)

    @property
    def substituted(self) -> str:
        """The operation in the operands' values: ``1 + -3``; empty for a leaf."""
        rule = self.rule
        if rule is None:
            return ""
        numbers = [formatting.summary(o.value) for o in self.operands]
        return formatting.expression(rule, numbers, self.attrs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self.graph is other.graph and self.index == other.index

    def __hash__(self) -> int:
        return hash((id(self.graph), self.index))

    def __repr__(self) -> str:
        expression = self.expression
        label = f"{self.label} = {expression}" if expression else self.label
        return one_line(f"<{self.kind} {label} = {formatting.summary(self.value)}>")


class Columns:
    """The columns of a frozen computation: rows in topological order, the output last."""

    labels: Labels

    __slots__ = (
        "_accumulated",
        "_args",
        "_attrs",
        "_codes",
        "_consumers",
        "_grads",
        "_kinds",
        "_lines",
        "_numbers",
        "_scope_codes",
        "_scopes",
        "_starts",
        "_values",
        "labels",
        "rules",
    )

    def __init__(self, builder: Any) -> None:
        self.rules: tuple[Any, ...] = tuple(builder.rules)
        self._codes = np.frombuffer(builder.codes, dtype=np.int32)
        self._kinds = np.frombuffer(builder.kinds, dtype=np.int8)
        self._starts = np.frombuffer(builder.starts, dtype=np.int64)
        self._args = np.frombuffer(builder.args, dtype=np.int32)
        self._numbers = np.frombuffer(builder.numbers, dtype=np.int64)
        self._scope_codes = np.frombuffer(builder.scope_codes, dtype=np.int32)
        self._scopes: tuple[tuple[str, ...], ...] = tuple(builder.scopes)
        self._values: list[Quantity] = builder.values
        self._accumulated: list[Quantity] = builder.accumulated
        self._attrs: dict[int, Attributes] = builder.attrs
        self._lines: dict[int, ProgramLine] = builder.lines
        self._grads: list[Quantity] | None = None
        self._consumers: tuple[Array, Array] | None = None
        self.labels = Labels(builder.names, self._kinds)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self, i) for i in range(len(self)))

    def __getitem__(self, key: str | int | np.integer | Node) -> Row:
        if isinstance(key, str):
            return Row(self, self.labels.index(key))
        number = getattr(key, "_number", None)
        if number is not None:
            rows = np.flatnonzero(self._numbers == number)
            if not rows.size:
                raise KeyError(
                    "this node is not in the graph: it came later, or was assigned to since"
                )
            return Row(self, int(rows[0]))
        index = int(cast(int, key))
        if not -len(self) <= index < len(self):
            raise IndexError(f"row {index} of a graph of {len(self)} nodes")
        return Row(self, index % len(self))

    @property
    def output(self) -> Row:
        return Row(self, len(self) - 1)

    @property
    def computed(self) -> Array:
        """The indices of the rows that an operation made, in order."""
        return np.flatnonzero(self._codes)

    @property
    def lines(self) -> Mapping[int, ProgramLine]:
        """The line of the program that made a row, by row; see :func:`autograd.source_lines`."""
        return self._lines

    @property
    def swept(self) -> bool:
        """Whether the rows have gradients."""
        return self._grads is not None

    @property
    def is_scalar(self) -> bool:
        """Whether every value is a plain number."""
        return not any(isinstance(value, np.ndarray) for value in self._values)

    def args(self, index: int) -> list[int]:
        """The rows of the operands of row ``index``, in the rule's order."""
        starts = self._starts
        return self._args[starts[index] : starts[index + 1]].tolist()  # type: ignore[no-any-return]

    def consumers(self, index: int) -> list[tuple[int, int]]:
        """The uses of row ``index`` as ``(consumer, slot)``, in the order of the forward pass."""
        if self._consumers is None:
            order = np.argsort(self._args, kind="stable").astype(np.int32)
            self._consumers = order, np.searchsorted(self._args[order], np.arange(len(self) + 1))
        order, bounds = self._consumers
        edges = order[bounds[index] : bounds[index + 1]]
        rows = np.searchsorted(self._starts, edges, side="right") - 1
        return list(zip(rows.tolist(), (edges - self._starts[rows]).tolist()))

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__: Callable[[Columns], int] = object.__hash__  # type: ignore[assignment]
