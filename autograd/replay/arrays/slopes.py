"""The reverse sweep of a program over buffers: gradients are written where optimizers read them."""

from __future__ import annotations

import math
from contextvars import Context

import numpy as np

from autograd.calculus import Function
from autograd.replay.arrays.dense import KINDS, Dense
from autograd.replay.arrays.elementwise import Local
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
        #: By place: the buffer that its gradient alone is in, feature by feature or in its order.
        self.own: dict[int, str] = {}
        self.rows: dict[int, str] = {}
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
        out, shapes = step.out, source.program.shapes
        (shape, dtype), (like, kind) = shapes[operand], shapes[out]
        inner = operand not in self.wanted and dtype == kind in KINDS
        if inner and shape == like:
            if step.operation.name == "relu" and (out in self.own or shape):
                self.masked(out, operand)
                return
            local = source.slopes.get((out, place))
            if local is not None:
                self.scaled(step, operand, local)
                return
        if inner and step.operation.name in ("mean", "sum") and self.spread(step, operand):
            return
        if step.operation.name == "cross_entropy" and source.terms[out] == self.one:
            term = f"s{out}"
        else:
            term = source._term(step, place)
        if operand in self.wanted:
            self.line(f"t{len(self.rest)} = {term}")
            self.rest.append(f"(leaf{operand}, t{len(self.rest)})")
        else:
            self.add(operand, f"cast({term}, {source._dtype(operand)})")

    # -- elementwise -------------------------------------------------------------------------------

    def masked(self, out: int, operand: int) -> None:
        """The contribution of a relu."""
        source = self.source
        by_feature = out in source.features
        value = source.features[out] if by_feature else source.names[out]
        g = self._upstream(out, by_feature)
        target = self._target(out, operand, by_feature, alone=True)
        like = source.space[target]
        small = like.size < SMALL
        mask = source._constant(np.empty(like.shape, like.dtype if small else bool), "mask")
        zeros = source.zeros(target)
        self.line(f"sign({value}, {mask})" if small else f"greater({value}, {zeros}, {mask})")
        self.line(f"multiply({g}, {mask}, {target})")
        self.take(operand, target)

    def scaled(self, step: Apply, operand: int, local: Local) -> None:
        """The contribution of an operation of the table: the upstream gradient times a slope."""
        alone = sum(self.leads(step.operands[i].place) for i in step.edges) == 1
        if local.sign == 1:
            self.pass_on(step.out, operand, alone)
            return
        g = self._upstream(step.out, local.by_feature)
        target = self._target(step.out, operand, local.by_feature, alone)
        local.write(g, target, self.line)
        self.take(operand, target)

    def leads(self, place: int) -> bool:
        return place in self.wanted or self.source._leads(place, self.wanted)

    def spread(self, step: Apply, operand: int) -> bool:
        """The contribution of a mean or sum over everything, or over axes that are kept."""
        source, (shape, dtype) = self.source, self.source.program.shapes[operand]
        count = math.prod(shape) / max(1, math.prod(source.program.shapes[step.out][0]))
        factor = np.array(1 / count if step.operation.name == "mean" else 1.0, dtype)
        attrs = step.attrs
        if attrs["axis"] is None and source.terms[step.out] == self.one:
            term = source._constant(np.full(shape, factor), "share")
            if operand in source.terms:
                self.add(operand, term)
            else:
                source.terms[operand] = term
            return True
        if attrs["axis"] is not None and not attrs["keepdims"]:
            return False
        target = self._target(step.out, operand, by_feature=False, alone=False)
        share = source._constant(factor, "share")
        self.line(f"multiply({source.terms[step.out]}, {share}, {target})")
        self.take(operand, target)
        return True

    # -- where gradients lie ----------------------------------------------------------------------

    def _upstream(self, out: int, by_feature: bool) -> str:
        g = self.source.terms[out]
        if not by_feature:
            return g
        return self.own.get(out, f"{g}.T")

    def _target(self, out: int, operand: int, by_feature: bool, alone: bool) -> str:
        """A buffer for the gradient of an operand: that of the result, where nobody reads it."""
        source = self.source
        before = self.own if by_feature else self.rows
        if alone and out in before and operand not in source.terms:
            return before.pop(out)
        shape, dtype = source.program.shapes[operand]
        buffer = np.empty(shape[::-1] if by_feature else shape, dtype)
        name = source._constant(buffer, "slope")
        if by_feature:
            source.space[f"{name}_rows"] = buffer.T
        return name

    def take(self, operand: int, target: str) -> None:
        """What lies in a buffer is the gradient of an operand, or is added to it."""
        source = self.source
        rows = f"{target}_rows" if f"{target}_rows" in source.space else target
        before = source.terms.get(operand)
        if before is not None:
            self.line(f"add({before}, {rows}, {rows})")
        self.own.pop(operand, None)
        self.rows.pop(operand, None)
        source.terms[operand] = rows
        (self.rows if rows == target else self.own)[operand] = target

    def pass_on(self, out: int, operand: int, alone: bool) -> None:
        """The gradient of a result is that of an operand, too."""
        source = self.source
        if operand in source.terms:
            self.add(operand, source.terms[out])
            return
        source.terms[operand] = source.terms[out]
        for owned in (self.own, self.rows):
            if alone and out in owned:
                owned[operand] = owned.pop(out)

    def add(self, operand: int, term: str) -> None:
        before = self.source.terms.get(operand)
        self.line(f"g{operand} = {term}" if before is None else f"g{operand} = {before} + {term}")
        self.source.terms[operand] = f"g{operand}"
        self.own.pop(operand, None)
        self.rows.pop(operand, None)
