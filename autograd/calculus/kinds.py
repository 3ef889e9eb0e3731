"""What signatures are written in: one name for each kind of thing that functions take and give.

Every room uses them. ``autograd.typing`` offers them to programs, with ``Operand`` beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import EllipsisType
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

#: A NumPy array of any shape and dtype.
Array: TypeAlias = NDArray[Any]
#: What NumPy computes to when it returns one number.
Scalar: TypeAlias = np.floating
#: Numbers in an array, or nested in lists; not a single Python number.
Arrays: TypeAlias = Array | np.generic | list[Any] | tuple[Any, ...]
#: Plain numbers: one, or an array of them.
Numbers: TypeAlias = float | Arrays

Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None
#: A whole number for every spatial axis, or one for each; and of padding, or pairs (before, after).
Sizes: TypeAlias = int | Sequence[int]
Padding: TypeAlias = int | Sequence[int] | Sequence[Sequence[int]]
#: What stands between the brackets of ``array[...]``.
IndexItem: TypeAlias = "int | np.integer | slice | EllipsisType | Array | Sequence[Any] | None"
Index: TypeAlias = "IndexItem | tuple[IndexItem, ...]"
#: Where a random stream comes from: a seed, or a generator.
Seed: TypeAlias = int | np.random.Generator | None

#: What ``state_dict()`` gives: arrays and settings by name; and what is read as one.
State: TypeAlias = dict[str, Any]
StateLike: TypeAlias = Mapping[str, Any]

#: A number, an array or a node. A formula is written once for all three, so that its derivative is
#: a graph again, and computes what its operands are. It is Any because arrays and nodes have no
#: type in common, and a union would have every formula ask which of the three it has.
Quantity: TypeAlias = Any
#: Quantities, or tuples, lists, dicts and dataclasses of them, to any depth. Any for that reason.
Tree: TypeAlias = Any


class Namespace(Protocol):
    """The functions in which a formula over arrays or nodes is written, by name."""

    def __getattr__(self, name: str) -> Function: ...


#: A function of any signature.
Function: TypeAlias = Callable[..., Any]
#: Named arguments, whose types the function that takes them knows.
Attributes: TypeAlias = Mapping[str, Any]

__all__ = [
    "Array", "Arrays", "Attributes", "Axis", "DTypeLike", "Function", "Index", "IndexItem",
    "Namespace", "Numbers", "Padding", "Scalar", "Seed", "Shape", "Sizes",
    "State", "StateLike", "Quantity", "Tree",
]  # fmt: skip
