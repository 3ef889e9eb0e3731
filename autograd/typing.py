"""The names in which signatures are written, for the annotations of programs: ``Array``, ``Axis``.

>>> from autograd.typing import Operand
>>> def double(x: Operand) -> Operand: ...
"""

from autograd.calculus import (
    Array,
    Arrays,
    Attributes,
    Axis,
    DTypeLike,
    Function,
    Index,
    Numbers,
    Scalar,
    Seed,
    Shape,
    State,
    StateLike,
)
from autograd.engine import ArrayOperand, Operand

__all__ = [
    "Array", "ArrayOperand", "Arrays", "Attributes", "Axis", "DTypeLike", "Function", "Index",
    "Numbers", "Operand", "Scalar", "Seed", "Shape", "State", "StateLike",
]  # fmt: skip
