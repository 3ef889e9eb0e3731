"""What the signatures of optimizers are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

#: A NumPy array of any shape and dtype.
Array: TypeAlias = NDArray[Any]
#: A learning rate, or another hyper-parameter that may change: a number, or a schedule of it.
Rate: TypeAlias = float | Callable[[int], float]
#: A hyper-parameter at one update: a number, a flag, a choice, or several of them.
Setting: TypeAlias = "float | str | tuple[Setting, ...] | None"
#: What ``state_dict()`` gives, and what is read as one.
State: TypeAlias = dict[str, Any]
StateLike: TypeAlias = Mapping[str, Any]
#: A function of any signature.
Function: TypeAlias = Callable[..., Any]


class Parameter(Protocol):
    """Whatever can be optimized: ``.data`` a float or a floating array, ``.grad`` of the same
    shape.

    ``.grad`` may be None: no gradient. ``.name`` and ``.grad_buffer`` are used where they exist.
    """

    # Any: an attribute that is assigned must have one type, and each kind of parameter has its own.
    data: Any
    grad: Any


#: What an optimizer is given: parameters, or groups of them with hyper-parameters of their own.
Parameters: TypeAlias = Iterable[Parameter | StateLike]
#: One group: its parameters under "params", and its hyper-parameters.
Group: TypeAlias = State
#: It computes the gradients and returns the loss: a number, or a node of one.
Closure: TypeAlias = Callable[[], object]
