"""``from micrograd.engine import Value``: tracegrad's own, with the names that micrograd's has.

The nodes are those of ``autograd``, which have ``_prev``, ``_op``, ``_backward`` and ``label`` once
this module is imported: a function that draws micrograd's graph, or sweeps it, runs as it is. None
of these is a name that a Value has without it, so a program that imports both computes the same.

>>> a = Value(2.0, label="a")
>>> b = a * -3 + a
>>> b._op, sorted(child._op for child in b._prev), b.label
('+', ['', '*'], '')
>>> b.grad = 1.0
>>> b._backward()
>>> a.grad
1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd
from autograd.engine import Constant, partial_of_floats

#: What micrograd writes for an operation; others are written by their names.
_SIGNS = {"add": "+", "sub": "-", "neg": "-", "mul": "*", "div": "/", "relu": "ReLU"}


class _Calls(type):
    """Makes nodes of ``autograd``, which also are the instances."""

    def __call__(cls, data: Any, _children: Any = (), _op: str = "", label: str = "") -> Any:
        return autograd.Value(data, label or None)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, autograd.Value)


if TYPE_CHECKING:
    from autograd import Value as Value
else:

    class Value(metaclass=_Calls):
        """A number that remembers how it was made; ``Value(2.0, label="x")``."""


def _prev(self: autograd.Value) -> set[autograd.Value]:
    """The operands; a number is a leaf of its own here."""
    operands = self._operands()
    floats = [x.data if isinstance(x, autograd.Value) else x for x in operands]
    nodes = set()
    for place, x in enumerate(operands):
        if isinstance(x, autograd.Value):
            nodes.add(x)
        elif not (place and self._origin.rule.name == "pow"):  # an exponent is part of its **
            number = Constant(x)
            d = partial_of_floats(self._origin.rule, place, self.data, floats)
            number.grad = (d or 0.0) * self.grad
            nodes.add(number)
    return nodes


def _op(self: autograd.Value) -> str:
    """The operation as micrograd writes it, nothing for a leaf."""
    if self.is_leaf:
        return ""
    name: str = self._origin.rule.name
    if name == "pow" and not isinstance(self._operands()[1], autograd.Value):
        exponent = self._operands()[1]
        return f"**{int(exponent) if exponent == int(exponent) else exponent}"
    return _SIGNS.get(name, name)


def _backward(self: autograd.Value) -> None:
    """Add what the chain rule says to the gradients of the operands."""
    for place, operand in self._edge_list():
        operand.grad += self._term(place, self.grad, False)


def _label(self: autograd.Value) -> str:
    """The name, as micrograd's lecture calls it."""
    return self.name or ""


def _set_label(self: autograd.Value, label: str) -> None:
    self.name = label or None


for _name, _attribute in {
    "_prev": property(_prev),
    "_op": property(_op),
    "_backward": _backward,
    "label": property(_label, _set_label),
}.items():
    setattr(autograd.Value, _name, _attribute)

__all__ = ["Value"]
