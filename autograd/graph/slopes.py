"""How the numbers of a row move with those that they are made of, as matrices of slopes.

A row and its adjoint are functions of arrays. Their slopes are found from the row's own adjoint, an
element of the result at a time, and how the adjoint itself moves by central differences. Every
array is of float64 here, whatever the graph's are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd.calculus import ARRAY, Array, Quantity, Rule, partial_functions, value_function
from autograd.engine import ARRAYS
from autograd.graph.forward_pass import filled
from autograd.graph.rows import Row

#: What is done with the operands of a row, None for its own.
Act: TypeAlias = Callable[[Sequence[Array] | None], Array]
#: By this part of its size a number is moved to see how a slope moves with it.
MOVE = 2.0**-20
#: A class with so large a negative logit has no probability.
IMPROBABLE = 1e6


def exact(value: Quantity) -> Array:
    """``value`` as a float64 array; whole numbers, such as classes and places, as they are."""
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype.kind == "f" else array


class Elementwise:
    """Rows of one rule whose elements are each a function of one element of each operand.

    All elements of all rows stand one after the other, so that the rule is called once for all.
    """

    def __init__(self, nodes: Sequence[Row]) -> None:
        rule = nodes[0].rule
        filled_in = [filled(rule, [o.value for o in node.operands]) for node in nodes]
        wide = [
            [np.broadcast_to(np.asarray(x, np.float64), np.shape(node.value)).ravel() for x in xs]
            for node, xs in zip(nodes, filled_in)
        ]
        self.operands = [np.concatenate(xs) for xs in zip(*wide)]
        self.value = value_function(rule, ARRAY)
        self.partials = partial_functions(rule, ARRAY)
        self.slots = range(len(nodes[0].args))
        self.slopes = [self._slope(slot, self.operands) for slot in self.slots]

    def _slope(self, slot: int, operands: Sequence[Array]) -> Array:
        """∂result/∂operand, element by element; 0 where there is none."""
        partial, none = self.partials[slot], np.zeros(self.operands[0].size)
        if partial is None:
            return none
        try:
            found = partial(None, self.value(*operands), *operands)
        except (ArithmeticError, TypeError, ValueError):
            return none
        return finite(none + found)

    def bends(self, sizes: Sequence[Array]) -> dict[tuple[int, int], Array]:
        """How each slope moves with each operand, whose elements are of these sizes."""
        found = {}
        for by in self.slots:
            step = MOVE * sizes[by]
            less, more = (
                [x + sign * step if k == by else x for k, x in enumerate(self.operands)]
                for sign in (-1.0, 1.0)
            )
            for slot in self.slots:
                ends = self._slope(slot, less), self._slope(slot, more)
                found[slot, by] = central(ends[0], self.slopes[slot], ends[1], step)
        return found


def spread(node: Row) -> list[Array]:
    """For each operand of an elementwise row, which of its elements goes into which of its own."""
    shape = np.shape(node.value)
    if not shape:
        return [_ONE] * len(node.args)
    return [
        np.broadcast_to(np.arange(np.size(o.value)).reshape(np.shape(o.value)), shape).ravel()
        for o in node.operands
    ]


_ONE = np.zeros(1, np.int64)


class Structural:
    """A row over whole arrays: a product, a sum, a softmax."""

    def __init__(self, node: Row) -> None:
        self.rule, self.attrs = node.rule, node.attrs
        self.operands = [exact(o.value) for o in node.operands]
        self.out = exact(node.value)

    def __call__(
        self, slot: int, upstream: Array, operands: Sequence[Array] | None = None
    ) -> Array:
        """The adjoint, flat; zeros where nothing flows."""
        xs, out = self.operands, self.out
        adjoint = self.rule.adjoint(slot)
        if adjoint is None or xs[slot].dtype.kind != "f":
            return np.zeros(xs[slot].size)
        if operands is not None:
            xs, out = [*operands], np.asarray(self.rule.forward(*operands, **self.attrs))
        g = np.asarray(upstream, np.float64).reshape(self.out.shape)
        return np.ravel(adjoint(ARRAYS, g, out, *xs, **self.attrs)).astype(np.float64)

    def slopes(self, slot: int, operands: Sequence[Array] | None = None) -> Array:
        """∂result/∂operand, a row for each element of the result."""
        units = np.eye(self.out.size)
        rows = [self(slot, unit, operands) for unit in units]
        return finite(np.array(rows).reshape(self.out.size, self.operands[slot].size))

    def subtracted(self, slot: int, upstream: Array) -> Array:
        """The sizes of what the adjoint takes the difference of, where its slopes do not tell.

        The gradients of a softmax are differences of probabilities: of one close to 1 and a 1.
        """
        name, size, sent = self.rule.name, np.abs(upstream), np.abs(self(slot, upstream))
        if name == "softmax":
            return np.asarray(2 * np.abs(np.ravel(self.out)) * size - self(slot, size))
        if name == "log_softmax":
            return np.asarray(2 * size - self(slot, size))
        if name != "cross_entropy" or slot:
            return sent
        logits = self.operands[0]
        axis, found = min(1, logits.ndim - 1), sent.reshape(logits.shape)
        for k in range(logits.shape[axis]):  # a class without a probability sends its target alone
            at: Any = (*(slice(None),) * axis, k)
            without = logits.copy()
            without[at] = -IMPROBABLE
            alone = self(slot, upstream, [without, *self.operands[1:]])
            found[at] += 2 * np.abs(alone.reshape(logits.shape)[at])
        return found.ravel()

    def tangent(self, given: Sequence[Quantity], operands: Sequence[Array] | None = None) -> Array:
        """How the result moves as the operands do by ``given``, flat."""
        xs, out = self.operands, self.out
        if operands is not None:
            xs, out = [*operands], np.asarray(self.rule.forward(*operands, **self.attrs))
        moving = tuple(None if t is None else np.asarray(t, np.float64) for t in given)
        found = self.rule.tangent(ARRAYS, moving, out, *xs, **self.attrs)
        return np.ravel(np.broadcast_to(found, self.out.shape)).astype(np.float64)

    def bend(self, act: Act, by: int, sizes: Array) -> Array | None:
        """How ``act`` of the operands moves with each element of operand ``by``, a column each.

        None where it does not, and where the row takes no others: one class has probability 1.
        """
        if self.operands[by].dtype.kind != "f":
            return None
        try:
            return self._bend(act, by, sizes)
        except ValueError:
            return None

    def _bend(self, act: Act, by: int, sizes: Array) -> Array | None:
        here = finite(act(None))
        # All elements at once, by different steps: where nothing moves the row is linear.
        if np.array_equal(self._acted(act, by, sizes * (1 + np.arange(sizes.size) % 3)), here):
            return None
        found = np.zeros((here.size, sizes.size))
        for i in np.flatnonzero(sizes).tolist():
            step = np.zeros(sizes.size)
            step[i] = sizes[i]
            less, more = self._acted(act, by, -step), self._acted(act, by, step)
            found[:, i] = central(less, here, more, np.full(here.size, MOVE * sizes[i]))
        return found

    def _acted(self, act: Act, by: int, sizes: Array) -> Array:
        """What ``act`` gives with operand ``by`` moved by a part of these sizes."""
        step = MOVE * sizes
        moved = [x + step.reshape(x.shape) if k == by else x for k, x in enumerate(self.operands)]
        return finite(act(moved))


def central(less: Array, here: Array, more: Array, step: Array) -> Array:
    """The slope of a function from its values around a point; 0 at a kink and at a jump."""
    left, right = here - less, more - here
    smooth = np.abs(right - left) <= np.abs(right + left)
    return finite(np.where(smooth, (left + right) / (2 * step), 0.0))


def finite(x: Array) -> Array:
    return np.where(np.isfinite(x), x, 0.0)


def is_elementwise(node: Row) -> bool:
    return isinstance(node.rule, Rule)
