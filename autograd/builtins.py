"""Python's containers under HIPS autograd's names; a node in one keeps its gradient."""

from __future__ import annotations

import builtins

from autograd.calculus import Quantity
from autograd.engine import Tensor

__all__ = ["dict", "isinstance", "list", "tuple", "type"]

dict, list, tuple = builtins.dict, builtins.list, builtins.tuple


def isinstance(x: object, kinds: Quantity) -> bool:
    """Whether ``x``, or the array in it, is of one of ``kinds``."""
    return builtins.isinstance(x, kinds) or (
        builtins.isinstance(x, Tensor) and builtins.isinstance(x.data, kinds)
    )


def type(x: object) -> builtins.type:
    """The type of ``x``; of a Tensor that of its array."""
    return builtins.type(x.data if builtins.isinstance(x, Tensor) else x)
