"""What an operation accepts: nodes of either kind, and plain numbers."""

from __future__ import annotations

from typing import TypeAlias

from autograd.calculus import Numbers
from autograd.engine.tensor import Tensor
from autograd.engine.value import Value

#: What an operation over arrays accepts.
ArrayOperand: TypeAlias = Tensor | Numbers
#: What a public function accepts.
Operand: TypeAlias = Value | Tensor | Numbers
