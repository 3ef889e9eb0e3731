"""A lesson as records: its steps in order, each with the numbers that it shows.

Printers turn records into text, LaTeX, JSON and a page; :mod:`autograd.lessons.stepper` makes them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, overload

import numpy as np

from autograd.calculus import Quantity
from autograd.graph import Graph, Row, noise
from autograd.writing import one_line, say

PHASES = FORWARD, BACKWARD, UPDATE = "forward", "backward", "update"

#: Of more items than this, inputs, steps or results, so many are written from each end.
MOST_ITEMS = 20_000
END_ITEMS = 500

Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Term:
    """What one operand of a step contributes: a factor from outside times a local derivative.

    In a backward step ``upstream`` is the consumer's gradient and ``product`` flows to ``operand``,
    whose sum was ``before`` (None at its first term) and is ``total`` now. In a forward-mode step
    ``upstream`` is the operand's tangent and the products add up to the tangent of the step's own
    node. ``local`` is None for a structural operation, whose adjoint is no single factor.
    """

    consumer: Row
    slot: int
    upstream: Quantity
    local: Quantity
    product: Any
    before: Any
    total: Quantity

    @property
    def operand(self) -> Row:
        return self.consumer.operands[self.slot]


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a lesson.

    ``value`` is the result of the step: the node's value (forward), its gradient, complete
    (backward), or the parameter after its update. ``tangent`` and ``seed`` belong to forward mode:
    the rate of change of the node with the input ``seed``. ``old`` and ``rate`` belong to an
    update. ``title`` is the sentence over the steps, where it is not the name of the phase.
    """

    number: int
    phase: str
    node: Row
    value: Quantity
    terms: tuple[Term, ...] = ()
    tangent: Any = None
    seed: Row | None = None
    old: Any = None
    rate: float | None = None
    title: str = ""

    @property
    def is_seed(self) -> bool:
        """Whether this step only states where the backward pass starts: ∂f/∂f = 1."""
        return self.phase == BACKWARD and not self.terms


@dataclass(frozen=True)
class LeftOut:
    """Stands for so many items that are not written."""

    count: int

    def sentence(self, lang: str) -> str:
        return say(lang, "left out", count=f"{self.count:,}")


def written(items: Sequence[Item]) -> Iterator[Item | LeftOut]:
    """All items; of very many the first and the last, with a :class:`LeftOut` between them."""
    if len(items) <= MOST_ITEMS:
        yield from items
        return
    yield from items[:END_ITEMS]
    yield LeftOut(len(items) - 2 * END_ITEMS)
    yield from items[-END_ITEMS:]


class Records(Sequence[Step]):
    """The steps of a computation, in order.

    ``graph`` is the computation with this lesson's gradients beside it, ``gradients`` the finished
    gradient (None where nothing flows) of each row.
    """

    gradients: tuple[Quantity, ...]
    gradient_names: dict[str, str]
    #: Rows that others write out, each in the place of its name: (1 - β₁ ** t) for c₁.
    written_out: frozenset[int] = frozenset()
    #: Whether these steps name the factors of a product: of a lesson of several parts one does.
    names_product = True
    #: The row and the slot of that product, once it was looked for; empty for none.
    product: tuple[int, ...] | None = None

    def __init__(
        self,
        graph: Graph,
        steps: Sequence[Step],
        gradients: Sequence[Quantity],
        mode: str = "reverse",
        after: Any = None,
        gradient_names: Mapping[str, str] | None = None,
    ) -> None:
        self.graph = graph
        self.gradients = tuple(gradients)
        self.mode = mode
        self.after = after
        self.gradient_names = dict(gradient_names or {})
        self._steps = steps

    def __len__(self) -> int:
        return len(self._steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return tuple(self._steps[index]) if isinstance(index, slice) else self._steps[index]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps)

    @cached_property
    def bounds(self) -> noise.Bounds:
        """How far each number may be from the exact one, which tells rounding noise: ``noise``."""
        if self.mode != "forward":
            return noise.bounds(self.graph, self.gradients)
        passes: dict[int, dict[int, Quantity]] = {}
        for step in self:
            if step.seed is not None:
                start = {step.seed.index: np.ones(np.shape(step.seed.value))}
                found = passes.setdefault(step.seed.index, start)
                if step.tangent is not None:
                    found[step.node.index] = step.tangent
        return noise.bounds(self.graph, (), [*passes.values()])

    @property
    def inputs(self) -> list[Row]:
        """The rows that were given, literal numbers apart."""
        return [node for node in self.graph if node.rule is None and not node.is_literal]

    @property
    def results(self) -> list[Row]:
        """The rows that the lesson ends in."""
        return [self.graph.output]

    @property
    def with_gradient(self) -> list[Row]:
        """The inputs that a gradient reached."""
        return [
            node
            for node in self.inputs
            if node.kind in ("leaf", "parameter") and self.gradients[node.index] is not None
        ]

    def __repr__(self) -> str:
        ends = [bisect_right(self, i, key=lambda s: PHASES.index(s.phase)) for i in range(3)]
        counts = zip(np.diff(ends, prepend=0), PHASES)
        counted = ", ".join(f"{n} {phase}" for n, phase in counts if n)
        return f"<{len(self)} steps of {one_line(self.graph.output.label)}: {counted}>"
