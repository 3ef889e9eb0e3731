"""The same program in fewer and cheaper NumPy calls: forward, backward, and what optimizers do.

Gradients are written where the optimizer reads them, and its rule follows, line by line. Terms are
products without the repair of 0 times infinity: where a nan comes up, the lines of ``source``
follow, which repair.
"""

from __future__ import annotations

from collections.abc import Container

from autograd.calculus import Array
from autograd.replay.arrays.forward import Forward
from autograd.replay.arrays.program import Apply, Backward, Call, Clear, Effect, Program
from autograd.replay.arrays.slopes import Sweep
from autograd.replay.arrays.updates import Update


class Buffered(Forward):
    """The text of a program that updates leaves, with buffers among the objects it names."""

    def __init__(self, program: Program, inlining: bool = True) -> None:
        self.inlining = inlining
        #: Attributes whose objects the lines name: another one calls for other lines.
        self.kept: list[tuple[object, str, object]] = []
        self._fresh: set[int] = set()
        super().__init__(program)

    def _effect(self, step: Effect) -> None:
        self._callbacks()
        update = Update(self, step, self._fresh)
        self._fresh = set()
        if update.clears:
            update.write()
            return
        if self.inlining:
            self.kept += update.kept
            if update.write():
                self._unread, self.updated = set(self.program.leaves), True
                return
        self.updated = True
        super()._effect(step)

    def _clear(self, step: Clear) -> None:
        self._fresh = set()
        super()._clear(step)

    def _call(self, step: Call) -> None:
        self._fresh = set()
        super()._call(step)

    def _backward(self, step: Backward) -> None:
        self._fresh = set()
        wanted = {place for place in self.program.leaves if self.program.requires[place]}
        order = self._order(step.root, wanted) if step.root in self.made else []
        reached = [s.operands[i].place for s in order for i in s.edges]
        direct = {
            s.out: layer
            for s in order
            if (layer := self.layers.get(s.out)) is not None
            and all(reached.count(p) == 1 for p in (layer.w, layer.b) if p is not None)
        }
        if step.gradient is not None or not direct:
            super()._backward(step)
            return
        self._callbacks()
        self._read(order, direct.keys())
        places = [p for layer in direct.values() for p in (layer.w, layer.b) if p is not None]
        for place in places:
            self.space[f"d{place}"] = self.program.leaves[place].grad_buffer
        tests = [f"leaf{p}._grad is None" for p in sorted(wanted.intersection(reached))]
        tests += [f"leaf{p}.grad_buffer is d{p}" for p in places]
        self._line(f"direct = {' and '.join(tests)}")
        self._line("if direct:")
        Sweep(self, order, reached, wanted, direct, places).write(step.root)
        vectors = {id(base): base for p in places for base in [_vector(self.space[f"d{p}"])]}
        squares = [
            f"{g}.dot({g})" for g in (self._constant(v, "gradients") for v in vectors.values())
        ]
        squares += [
            f"vdot(leaf{p}._grad, leaf{p}._grad)"
            for p in sorted(wanted.intersection(reached))
            if (slot := self.program.leaves[p].grad_buffer) is None
            or id(_vector(slot)) not in vectors
        ]
        self._line(f"    if isnan({' + '.join(squares)}):")
        for place in sorted(wanted.intersection(reached)):
            self._line(f"        leaf{place}._grad = None")
        self._line("        direct = False")
        self._line("if not direct:")
        start, unread = len(self.lines), set(self._unread)
        super()._backward(step)
        self.lines[start:] = [f"    {line}" for line in self.lines[start:]]
        self._unread = unread  # they were read in this branch alone
        self._fresh = set(places)

    def _read(self, order: list[Apply], direct: Container[int]) -> None:
        """Read the leaves that terms of the sweep name."""
        for step in order:
            if step.out not in direct:
                for operand in step.operands:
                    self._value(operand)


def _vector(slot: Array) -> Array:
    return slot if slot.base is None else slot.base
