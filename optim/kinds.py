"""What the signatures of optimizers are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from numpy.typing import NDArray

#: A NumPy array of any shape and dtype.
Array: TypeAlias = NDArray[Any]
#: What an update rule computes with: an array, a float, or a symbol while its kernel is stamped.
Quantity: TypeAlias = Any
#: A learning rate: a number, or a schedule of it.
Rate: TypeAlias = float | Callable[[int], float]
#: What ``state_dict()`` gives, and what is read as one.
State: TypeAlias = dict[str, Any]
StateLike: TypeAlias = Mapping[str, Any]
#: A function of any signature.
Function: TypeAlias = Callable[..., Any]
