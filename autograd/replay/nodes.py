"""Nodes at both ends of a replay: what is traced, and the result in the graph around it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Array, Quantity, Rule
from autograd.engine import Origin, Value, current_scope, gradients, numbers


class Replayed(Value):
    """A number that a compiled function computed. It has first derivatives and no steps."""

    __slots__ = ()

    def _term(self, place: int, g: Quantity, create_graph: bool) -> Quantity:
        if create_graph:
            raise RuntimeError(self._unknown("derivatives of its gradient"))
        return super()._term(place, g, create_graph)

    def _operands(self) -> tuple[Quantity, ...]:
        raise RuntimeError(self._unknown("steps"))

    def _unknown(self, what: str) -> str:
        name = self._origin.rule.name
        return (
            f"compile: a replay of {name} records no {what}; call the function that was compiled, "
            f"{name}.__wrapped__, or take {name}.hessian"
        )


def replayed(name: str, number: float, inputs: Sequence[Quantity], slopes: Array) -> Replayed:
    """The node: its operands are the inputs, its local derivatives the slopes."""
    node = object.__new__(Replayed)
    node.data, node.grad = number, 0.0
    node._a = tuple(inputs)
    node._b = tuple(
        slope if isinstance(x, Value) and x.requires_grad else None
        for x, slope in zip(inputs, slopes.tolist())
    )
    node._da = node._db = None
    node._origin = Origin(_rule(name), current_scope().scope.path)
    node._number = next(numbers)
    return node


@functools.cache
def _rule(name: str) -> Rule:
    return Rule(name, (), "0", (), ())


def output_node(name: str, x: Quantity) -> Value:
    """What a function returned, as a node."""
    if isinstance(x, Value):
        return x
    if isinstance(x, (int, float, np.number)):
        return Value(float(x))
    raise TypeError(
        f"compile: {name} returned a {type(x).__name__}; it must return a Value, or a tuple, list "
        f"or dict of Values"
    )


def gradient_nodes(output: Value, inputs: list[Value]) -> list[Value]:
    """The gradient as nodes; a constant 0 where the output does not depend on an input."""
    slopes = gradients(output, inputs, create_graph=True)
    return [Value(0.0) if g is None else g for g in slopes]
