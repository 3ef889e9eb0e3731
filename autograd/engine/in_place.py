"""Augmented assignment: ``p -= lr * p.grad`` changes a leaf inside ``no_grad``, and only there.

On a computed node and on a constant it builds a new node and binds the name to it, as for Python's
numbers: ``loss += term``. On a leaf that takes a gradient that would leave the leaf as it was
unnoticed, so it is refused while operations are recorded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TypeAlias

from autograd.calculus import Quantity
from autograd.engine.recording import is_recording
from autograd.engine.tensor import Tensor
from autograd.engine.value import Value

Operator: TypeAlias = Callable[[Quantity, Quantity], Quantity]

#: The sign of each augmented assignment, and the operation it stands for.
AUGMENTED: dict[str, tuple[str, Operator]] = {
    "__iadd__": ("+", operator.add),
    "__isub__": ("-", operator.sub),
    "__imul__": ("*", operator.mul),
    "__itruediv__": ("/", operator.truediv),
    "__ifloordiv__": ("//", operator.floordiv),
    "__imod__": ("%", operator.mod),
    "__ipow__": ("**", operator.pow),
    "__imatmul__": ("@", operator.matmul),
}


def _augmented(sign: str, operation: Operator) -> Operator:
    def method(self: Quantity, other: Quantity) -> Quantity:
        if self._origin.rule is not None or not self.requires_grad:
            return NotImplemented  # Python goes on with the operator itself
        if is_recording():
            called = "" if self.name is None else f" {self.name!r}"
            raise TypeError(
                f"{sign}=: the leaf{called} takes a gradient and is changed inside no_grad only; "
                f"write x = x {sign} ... for a new node"
            )
        self.data = operation(self, other).data
        return self

    method.__doc__ = (
        f"x {sign}= other: a new node, or inside ``no_grad`` the data of a leaf, changed in place."
    )
    return method


for _name, (_sign, _operation) in AUGMENTED.items():
    for _kind in (Value, Tensor):
        setattr(_kind, _name, _augmented(_sign, _operation))
