"""The result of a replay as a node of the graph around it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from autograd.calculus import Array, Quantity, Rule
from autograd.engine import Origin, Value, current_scope, numbers


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
