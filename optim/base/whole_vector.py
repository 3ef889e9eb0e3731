"""Optimizers that see all parameters as one vector, and call a closure for the loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from optim.base.first_order import check_finite
from optim.base.optimizer import Optimizer, loss_number
from optim.base.symbols import Operand
from optim.kinds import Array, Closure, Parameter, Parameters, State


def _as_it_is(what: str, value: Operand) -> Operand:
    """Return the number; a lesson puts a function in this place that returns a node."""
    return value


class WholeVector(Optimizer):
    """Parameters as one float64 vector, a closure as a function of it.

    ``step(closure)`` needs a closure that computes the loss, and where the optimizer uses gradients
    sets them to zero and calls ``backward()``; it returns the loss (a node or a number).

    Every number that the arithmetic of a step begins with passes through ``noted(what, value)``,
    which returns it. A lesson puts a function there that returns nodes, so that the step which is
    taken is also the one that is written out.
    """

    noted: Callable[[str, Operand], Operand] = staticmethod(_as_it_is)
    #: Whether a step looks at gradients, or at losses alone.
    uses_gradients: ClassVar[bool] = True

    def __init__(self, params: Parameters, defaults: State) -> None:
        super().__init__(params, {"maximize": False, "check_finite": False, **defaults})
        if len(self.param_groups) > 1:
            raise ValueError(
                f"{type(self).__name__} treats all parameters as one vector:"
                f" it takes one group, got {len(self.param_groups)}"
            )

    def add_param_group(self, group: State) -> None:
        """Take the one group; a second is an error."""
        if self._packs:
            raise ValueError(f"{type(self).__name__} takes one group of parameters")
        super().add_param_group(group)

    @property
    def hyper(self) -> State:
        """The hyper-parameters of the one group."""
        return self.param_groups[0]

    @property
    def packed(self) -> Sequence[Parameter]:
        """The parameters in the order in which the vector has them."""
        return [p for _, pack in self._packs for p in pack.parameters]

    def rate(self) -> float:
        """The learning rate of this update."""
        return self.noted("lr", self._rate(self.hyper))  # type: ignore[no-any-return]

    def vector(self) -> Array:
        """A copy of all parameters as one vector."""
        for _, pack in self._packs:
            pack.collect()
        whole = np.concatenate([pack.values for _, pack in self._packs], dtype=float)
        return self.noted("theta", whole)  # type: ignore[no-any-return]

    def assign(self, vector: Array) -> None:
        """Give the parameters the values in ``vector``."""
        numbers = np.ravel(numbers_in(self.noted("point", vector)))
        start = 0
        for _, pack in self._packs:
            pack.values[:] = numbers[start : start + pack.size]
            pack.publish()
            start += pack.size

    def gradient(self) -> Array:
        """The gradients as one vector, uphill when maximizing; 0 where there is none."""
        for _, pack in self._packs:
            missing = pack.collect()
            if self.hyper["check_finite"]:
                check_finite(pack, missing)
            for i in missing:
                pack.gradients[pack.slices[i]] = 0.0
        gradient = np.concatenate([pack.gradients for _, pack in self._packs], dtype=float)
        noted: Array = self.noted("gradient", gradient)
        return -noted if self.hyper["maximize"] else noted

    def loss(self, closure: Closure | None) -> tuple[float, object]:
        """The loss, negated when maximizing, and what the closure returned."""
        if closure is None:
            raise TypeError(
                f"{type(self).__name__}.step(closure) needs a closure that returns the loss"
            )
        result = closure()
        loss = self.noted("loss", loss_number(result))
        return (-loss if self.hyper["maximize"] else loss), result


def numbers_in(value: Operand) -> Array:
    """The numbers of an array, or of a node."""
    return np.asarray(value if isinstance(value, np.ndarray | float) else value.data)


def inner(a: Array, b: Array) -> float:
    """aᵀb."""
    return np.dot(a, b) if np.ndim(a) else a * b  # type: ignore[return-value]
