"""Groups of elements along axes: their sums, extremes, deviations, softmax."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd.calculus import Rule
from autograd.typing import State
from nn.exports.loops import Walk, strides_of
from nn.exports.recorded import Step
from nn.exports.writer import Writer


def _row(args: str, value: str) -> Rule:
    return Rule("", tuple(args.split()), value, (), ())


_DIFFERENCE = _row("a b", "a - b")
_QUOTIENT = _row("a b", "a / b")
_SQUARE = _row("a b", "(a - b) * (a - b)")
_ROOT = _row("a", "sqrt(a)")
_EXP = _row("a b", "exp(a - b)")
_LOG = _row("a b", "log(a) + b")


class _Groups:
    """The elements of the operand of a step, in groups along its axes."""

    def __init__(self, w: Writer, step: Step, settings: State) -> None:
        self.w = w
        (place,) = step.operands
        self.shape, self.source = w.whole.shapes[place], w.name(place)
        axes = list(settings["axes"])
        kept = [d for d in range(len(self.shape)) if d not in axes]
        self.kept, self.inner = ([self.shape[d] for d in some] for some in (kept, axes))
        #: How many groups there are, and elements in one.
        self.count, self.n = math.prod(self.kept), math.prod(self.inner)
        steps = strides_of(self.shape)
        self._walk = tuple(steps[d] for d in (*kept, *axes))
        own = dict(zip(kept, strides_of(self.kept)))
        self._spread = tuple(own.get(d, 0) for d in range(len(self.shape)))

    @property
    def every(self) -> Walk:
        """All elements, in their order."""
        return Walk(self.source, strides_of(self.shape))

    def spread(self, array: str) -> Walk:
        """The number of its group for each element."""
        return Walk(array, self._spread)

    def total(self, to: str, source: str, sign: str = "+", by: float | None = None) -> None:
        """The sums or products of the groups, divided ``by`` a number."""
        w = self.w
        start = "1.0" if sign == "*" else "0.0"
        end = "total" if by is None else f"(total / {w.language.number(by)})"
        if by == 0:  # by which Python does not divide
            end = f"total * {w.language.number(math.inf)}"
        walks = [Walk(source, self._walk)]

        def update(elements: Sequence[str]) -> None:
            w.statement(f"total {sign}= {elements[0]}")

        w.totals(to, self.kept, self.inner, walks, start, update, end)

    def extreme(self, to: str, sign: str) -> None:
        """The largest or the smallest of each group; a nan is the extreme, as in NumPy."""
        w = self.w

        def update(elements: Sequence[str]) -> None:
            (a,) = elements
            w.when(w.language.either(f"{a} {sign} total", f"{a} != {a}"), f"total = {a}")

        start = Walk(self.source, self._walk[: len(self.kept)])
        w.totals(to, self.kept, self.inner, [Walk(self.source, self._walk)], start, update)


def reduction(w: Writer, step: Step, to: str, settings: State) -> None:
    groups = _Groups(w, step, settings)
    if step.name in ("max", "min"):
        groups.extreme(to, ">" if step.name == "max" else "<")
    else:
        sign = "*" if step.name == "prod" else "+"
        groups.total(to, groups.source, sign, groups.n if step.name == "mean" else None)


def variance(w: Writer, step: Step, to: str, settings: State) -> None:
    groups = _Groups(w, step, settings)
    means, squares = w.array(groups.count), w.array(math.prod(groups.shape))
    groups.total(means, groups.source, by=groups.n)
    w.each(_SQUARE, squares, groups.shape, [groups.every, groups.spread(means)])
    groups.total(to, squares, by=max(groups.n - settings["ddof"], 0))
    if step.name == "std":
        w.each(_ROOT, to, (groups.count,), [Walk(to, (1,))])


def softmax(w: Writer, step: Step, to: str, settings: State) -> None:
    """The exponentials less the largest of the group, over their sum, or the logarithm of it."""
    groups = _Groups(w, step, settings)
    largest, sums = w.array(groups.count), w.array(groups.count)
    exponentials = to if step.name == "softmax" else w.array(math.prod(groups.shape))
    groups.extreme(largest, ">")
    w.each(_EXP, exponentials, groups.shape, [groups.every, groups.spread(largest)])
    groups.total(sums, exponentials)
    if step.name == "softmax":
        own = Walk(to, strides_of(groups.shape))
        w.each(_QUOTIENT, to, groups.shape, [own, groups.spread(sums)])
        return
    logs = to if step.name == "logsumexp" else sums
    w.each(_LOG, logs, (groups.count,), [Walk(sums, (1,)), Walk(largest, (1,))])
    if step.name == "log_softmax":
        w.each(_DIFFERENCE, to, groups.shape, [groups.every, groups.spread(sums)])


def running(w: Writer, step: Step, to: str, settings: State) -> None:
    """Sums and products of all elements up to each."""
    groups = _Groups(w, step, settings)
    shape, sign = groups.shape, "+" if step.name == "cumsum" else "*"
    if len(settings["axes"]) != 1:  # over the elements in their order
        shape, axis = (math.prod(shape),), 0
    else:
        (axis,) = settings["axes"]
    steps, kept = strides_of(shape), [d for d in range(len(shape)) if d != axis]
    order = [*kept, axis]
    walks = [Walk(name, tuple(steps[d] for d in order)) for name in (groups.source, to)]
    variables = "ijklmnopq"[: len(order)]
    element, out = (walk.at(variables) for walk in walks)
    with w.loop(*zip(variables, [shape[d] for d in kept])):
        w.line(w.language.varied("total", "0.0" if sign == "+" else "1.0"))
        with w.loop((variables[len(kept)], shape[axis])):
            w.statement(f"total {sign}= {element}")
            w.statement(f"{out} = total")
