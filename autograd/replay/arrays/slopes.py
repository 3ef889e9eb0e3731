"""The reverse sweep of a program over buffers: gradients are written where optimizers read them."""

from __future__ import annotations

from contextvars import Context

import numpy as np

from autograd.calculus import Function
from autograd.replay.arrays.dense import Dense
from autograd.replay.arrays.forward import Forward
from autograd.replay.arrays.program import Apply

#: With fewer elements a mask of numbers costs less than one of truth values, which is converted.
SMALL = 4096


def quietly() -> Function:
    """A call of it calls a function where NumPy gives no warnings.

    ``errstate`` does the same at ten times the cost. The context is one in which nothing else was
    set: what runs in it computes with arrays alone.
    """
    context = Context()
    context.run(np.seterr, all="ignore")
    return context.run


class Sweep:
    """The lines of the reverse sweep over buffers."""

    def __init__(
        self,
        source: Forward,
        order: list[Apply],
        reached: list[int],
        wanted: set[int],
        direct: dict[int, Dense],
        places: list[int],
    ) -> None:
        self.source, self.order, self.reached, self.wanted = source, order, reached, wanted
        self.direct, self.places = direct, places
        self.own: dict[int, str] = {}  # by place: the buffer that its gradient alone is in
        self.rest: list[str] = []

    def line(self, line: str) -> None:
        self.source.lines.append(f"        {line}")

    def _block(self, line: str) -> None:
        self.source.lines.append(f"    {line}")

    def write(self, root: int) -> None:
        source = self.source
        shape, dtype = source.program.shapes[root]
        self.one = source._constant(np.ones(shape, dtype), "one")
        source.terms = {root: self.one}
        self._block("def sweep():")
        for step in reversed(self.order):
            if step.out in self.direct:
                self.dense(self.direct[step.out])
                continue
            for place in step.edges:
                operand = step.operands[place].place
                if operand in self.wanted or source._leads(operand, self.wanted):
                    self.contribution(step, place, operand)
        self.line(f"return [{', '.join(self.rest)}]")
        # Products with a mask may meet inf times 0.
        self._block(f"terms = {source._constant(quietly(), 'quietly')}(sweep)")
        for place in self.places:
            self._block(f"leaf{place}._grad = d{place}")
        if self.rest:
            self._block("add_to_leaves(terms)")

    def dense(self, layer: Dense) -> None:
        """The gradients of a layer's leaves, straight into their slots, and that of its input."""
        source = self.source
        g = source.terms[layer.out]
        x = source.names[layer.x]
        if layer.b is not None and layer.x in source.with_ones:
            slots = source._constant(layer.slots, "slots")
            self.line(f"dot({source.with_ones[layer.x]}, {g}, {slots})")
        else:
            self.line(f"dot({x}.T, {g}, d{layer.w})")
            if layer.b is not None:
                ones = source._constant(np.ones(layer.n, layer.dtype), "ones")
                self.line(f"dot({ones}, {g}, d{layer.b})")
        if layer.x in self.wanted:  # a leaf that is trained too
            self.line(f"t{len(self.rest)} = {g}.dot(leaf{layer.w}._data.T)")
            self.rest.append(f"(leaf{layer.x}, t{len(self.rest)})")
            return
        if not source._leads(layer.x, self.wanted):
            return
        if self.reached.count(layer.x) > 1:
            self.add(layer.x, f"{g}.dot(leaf{layer.w}._data.T)")
            return
        buffer = np.empty((layer.k, layer.n), layer.dtype)
        name = self.own[layer.x] = source._constant(buffer, "slope")
        source.space[f"{name}_rows"] = buffer.T
        source.terms[layer.x] = f"{name}_rows"
        upstream = self.own.get(layer.out, f"{g}.T")
        self.line(f"dot(leaf{layer.w}._data, {upstream}, {name})")

    def contribution(self, step: Apply, place: int, operand: int) -> None:
        source = self.source
        name = step.operation.name
        alone = operand not in self.wanted and self.reached.count(operand) == 1
        if name == "relu" and alone and step.out in source.features and step.out in self.own:
            self.masked(step.out, operand)
            return
        if alone and step.out in source.slopes and step.out in self.own:
            self.scaled(step.out, operand)
            return
        if name == "cross_entropy" and source.terms[step.out] == self.one:
            term = f"s{step.out}"
        else:
            term = source._term(step, place)
        if operand in self.wanted:
            self.line(f"t{len(self.rest)} = {term}")
            self.rest.append(f"(leaf{operand}, t{len(self.rest)})")
        else:
            self.add(operand, f"cast({term}, {source._dtype(operand)})")

    def masked(self, out: int, operand: int) -> None:
        source = self.source
        value, g = source.features[out], self.own[out]
        like = source.space[g]
        small = like.size < SMALL
        mask = source._constant(np.empty(like.shape, like.dtype if small else bool), "mask")
        zeros = source.zeros(value)
        self.line(f"sign({value}, {mask})" if small else f"greater({value}, {zeros}, {mask})")
        self.line(f"multiply({g}, {mask}, {g})")
        source.terms[operand], self.own[operand] = source.terms[out], g

    def scaled(self, out: int, operand: int) -> None:
        source = self.source
        g, local = self.own[out], source.slopes[out]
        if not isinstance(local, str):
            buffer = source._constant(np.empty_like(source.space[g]), "local")
            local.write(buffer, self.line)
            local = buffer
        self.line(f"multiply({g}, {local}, {g})")
        source.terms[operand], self.own[operand] = source.terms[out], g

    def add(self, operand: int, term: str) -> None:
        before = self.source.terms.get(operand)
        self.line(f"g{operand} = {term}" if before is None else f"g{operand} = {before} + {term}")
        self.source.terms[operand] = f"g{operand}"
