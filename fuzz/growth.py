"""Random programs grown over both tables, with the values they have on their own leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from fuzz.attributes import ONE_ARRAY, Wish
from fuzz.compositions import COMPOSITIONS, DENSITIES
from fuzz.draw import Draw, Shape
from fuzz.matrices import MATRICES
from fuzz.operands import Operands, Parts, Refused
from fuzz.products import SEVERAL_ARRAYS
from fuzz.program import Leaf, Program, Step
from fuzz.reference import REFERENCE
from fuzz.windows import WINDOWS

#: Rows that SciPy has and NumPy has not are drawn where it is installed.
ELEMENTWISE = [rule for name, rule in RULES.items() if name in REFERENCE]

#: How each operation on arrays is called.
STRUCTURAL: dict[str, Wish] = {
    name: wish
    for family in (ONE_ARRAY, SEVERAL_ARRAYS, MATRICES, WINDOWS, COMPOSITIONS, DENSITIES)
    for name, wish in family.items()
    if name in REFERENCE
}

#: An argument sampled on both sides of zero, near and far, takes every modest number.
_ANYWHERE = 4.0


def parts_of(points: Sequence[float]) -> Parts:
    """The stretches below and above zero that the points of a row span."""
    sides = ([x for x in points if x < 0], [x for x in points if x >= 0])
    return tuple((min(side), max(side)) for side in sides if side)


class Growth(Operands):
    """A program on its way."""

    def pick(self) -> int:
        """An earlier value; recent ones more often, so that programs grow deep as well as wide."""
        n = len(self.values)
        place = max(self.draw.below(n), self.draw.below(n))
        leaf = self._leaf_at(place)
        if leaf is not None and leaf.kind in ("constant", "number"):
            return self.leaf(self.shape(place))
        return place

    def _leaf_at(self, place: int) -> Leaf | None:
        if not self.is_leaf[place]:
            return None
        return self.leaves[sum(self.is_leaf[:place])]

    def elementwise(self, rule: Rule) -> None:
        """A row of the first table, each operand where the row is sampled."""
        draw = self.draw
        first = self.pick() if self.values else self.leaf(() if self.scalar else draw.shape())
        shape = self.shape(first)
        operands: list[int] = []
        for i, name in enumerate(rule.args):
            if name in rule.defaults and draw.chance(0.6) and i == len(operands):
                operands.append(self._add(Leaf(np.asarray(rule.defaults[name]), "number")))
                continue
            operands.append(self._operand(rule, i, first, shape))
        self.step(rule.name, tuple(operands), {})

    def _operand(self, rule: Rule, i: int, first: int, shape: Shape) -> int:
        draw = self.draw
        if rule.args[i] in rule.refused:
            points = np.array(rule.samples[i])
            chosen = np.asarray(draw.numbers.choice(points, draw.part_of(shape)))
            whole = self.scalar or draw.chance(0.4)
            return (
                self._add(Leaf(np.asarray(chosen.flat[0] if chosen.size else points[0]), "number"))
                if whole
                else self.constant(chosen)
            )
        if rule.partials[i] is None:
            mask = np.asarray(draw.numbers.random(() if self.scalar else draw.part_of(shape)) < 0.5)
            if self.scalar:
                return self._add(Leaf(mask.astype(float), "number"))
            return self.constant(mask)
        parts = parts_of(rule.samples[i])
        wanted = [first] if i == 0 else [self.pick(), self.pick()]
        for place in wanted:
            if self.special or (self._fits(place, shape) and self._within(place, parts)):
                return place
        return self.leaf(() if self.scalar else draw.part_of(shape) if i else shape, parts)

    def _fits(self, place: int, shape: Shape) -> bool:
        try:
            return len(np.broadcast_shapes(self.shape(place), shape)) <= 4
        except ValueError:
            return False

    def _within(self, place: int, parts: Parts) -> bool:
        value = np.asarray(self.values[place])
        low, high = parts[0][0], parts[-1][1]
        if len(parts) == 2 and parts[0][1] >= -0.6 and parts[1][0] <= 0.8 and high > 1.2:
            low, high = -_ANYWHERE, _ANYWHERE
            if parts[1][0] >= 0.6:  # sampled away from a pole at zero
                return bool(np.all((np.abs(value) >= 0.3) & (np.abs(value) <= high)))
        return bool(np.all((value >= low) & (value <= high)))

    def structural(self, name: str) -> None:
        """A row of the second table, or a function composed of them, called at random."""
        place = self.pick() if self.values else self.leaf(self.draw.shape())
        operands, attrs = STRUCTURAL[name](self, place)
        self.step(name, operands, attrs)

    def sampled(self, rule: ArrayRule) -> None:
        """A row of the second table on one of its own samples."""
        sample = self.draw.of([sample for sample in rule.samples if sample.smooth])
        operands = []
        for x in sample.operands(self.draw.numbers):
            if x is None:
                continue
            if getattr(x, "dtype", np.dtype(int)).kind == "f":
                operands.append(self._add(Leaf(np.asarray(x), "tensor", layout=self._layout())))
            else:
                operands.append(self.constant(np.asarray(x)))
        attrs = {key: value for key, value in sample.attrs.items() if key != "dtype"}
        if rule.name == "astype":
            attrs["dtype"] = np.dtype("float64")
        self.step(rule.name, tuple(operands), attrs)

    def finished(self, refused: bool) -> Program:
        """The program in its final form: leaves first, without what the output does not need."""
        n = len(self.leaves)
        new: list[int] = []
        leaves = steps = 0
        for is_leaf in self.is_leaf:
            new.append(leaves if is_leaf else n + steps)
            leaves, steps = leaves + is_leaf, steps + (not is_leaf)
        moved = tuple(
            Step(step.name, tuple(new[i] for i in step.operands), step.attrs) for step in self.steps
        )
        weights = None
        shape = np.shape(self.values[self.is_leaf_last()])
        if not refused and not self.scalar and (shape != () or self.draw.chance(0.3)):
            weights = self.draw.uniform(-1.0, 1.0, shape)
        whole = Program(tuple(self.leaves), moved, weights, refused, self.special)
        return whole.without_the_unused()

    def is_leaf_last(self) -> int:
        """The place of the last step's value."""
        return max(i for i, is_leaf in enumerate(self.is_leaf) if not is_leaf)


def grow(seed: int, last: str = "") -> Program:
    """The random program of a seed: of Values or of Tensors, tame or with special numbers.

    With ``last`` a tame one of Tensors whose last step is that one.
    """
    draw = Draw(seed)
    scalar = draw.chance(0.2) and not last
    growth = Growth(draw, scalar, special=draw.chance(0.1) and not last)
    refused = False
    try:
        wanted = draw.between(1, 5) if not last else draw.below(2)
        for _ in range(3 * wanted):
            kind = draw.below(10)
            if scalar or kind < 4:
                growth.elementwise(draw.of(ELEMENTWISE))
            elif kind < 9 or growth.special:
                growth.structural(draw.of(list(STRUCTURAL)))
            else:
                growth.sampled(draw.of(list(ARRAY_RULES.values())))
            if len(growth.steps) >= wanted:
                break
        if last in RULES:
            growth.elementwise(RULES[last])
        elif last:
            growth.structural(last)
    except Refused:
        refused = True
    if not growth.steps:
        growth.step("add", (growth.leaf(()), growth.leaf(())), {})
    return growth.finished(refused)
