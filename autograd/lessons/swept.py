"""The steps of a forward and a backward pass, each made when it is asked for.

A lesson of a million steps is shown by its two ends. What is kept is what only the sweep as a whole
can tell: the gradient of each row, and how far each sum had come when a term was added to it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import overload

from autograd.calculus import Quantity
from autograd.graph import Graph, flow, sent
from autograd.lessons.records import BACKWARD, FORWARD, Step, Term


class Sweep(Sequence[Step]):
    """The passes over ``graph``, then ``updates``.

    ``gradients`` starts as :func:`seeded` gives it, and has the gradient of every row afterwards.
    """

    def __init__(self, graph: Graph, gradients: list[Quantity]) -> None:
        self.graph = graph
        self.gradients = gradients
        self.updates: list[Step] = []
        self._computed = graph.computed
        self._senders, self._starts = array("q"), array("q")
        self._before: list[Quantity] = []
        for _, term, before in flow(graph, gradients):
            if not self._senders or self._senders[-1] != term.consumer:
                self._senders.append(term.consumer)
                self._starts.append(len(self._before))
            self._before.append(before)

    def __len__(self) -> int:
        return len(self._computed) + 1 + len(self._senders) + len(self.updates)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        place = range(len(self))[index]
        if place < len(self._computed):
            node = self.graph[int(self._computed[place])]
            return Step(place + 1, FORWARD, node, node.value)
        sender = place - len(self._computed) - 1
        if sender < 0:
            return Step(place + 1, BACKWARD, self.graph.output, self.gradients[-1])
        if sender < len(self._senders):
            node = self.graph[self._senders[sender]]
            terms = self._terms(sender)
            return Step(place + 1, BACKWARD, node, self.gradients[node.index], terms)
        return self.updates[sender - len(self._senders)]

    def _terms(self, sender: int) -> tuple[Term, ...]:
        consumer, start = self._senders[sender], self._starts[sender]
        node = self.graph[consumer]
        terms = []
        for place, (_, term) in enumerate(sent(self.graph, consumer, self.gradients[consumer])):
            before = self._before[start + place]
            total = term.value if before is None else before + term.value
            terms.append(
                Term(node, term.slot, term.upstream, term.local, term.value, before, total)
            )
        return tuple(terms)
