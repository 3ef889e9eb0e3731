"""Optimizers that see all parameters as one vector, and call a closure for the loss."""

from __future__ import annotations

import numpy as np

from optim.base.first_order import check_finite
from optim.base.optimizer import Optimizer, loss_number
from optim.kinds import Array, Closure, Parameters, State


class WholeVector(Optimizer):
    """Parameters as one float64 vector, a closure as a function of it.

    ``step(closure)`` needs a closure that computes the loss, and where the optimizer uses gradients
    sets them to zero and calls ``backward()``; it returns the loss (a node or a number).
    """

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

    def vector(self) -> Array:
        """A copy of all parameters as one vector."""
        for _, pack in self._packs:
            pack.collect()
        return np.concatenate([pack.values for _, pack in self._packs], dtype=float)

    def assign(self, vector: Array) -> None:
        """Give the parameters the values in ``vector``."""
        start = 0
        for _, pack in self._packs:
            pack.values[:] = vector[start : start + pack.size]
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
        return -gradient if self.hyper["maximize"] else gradient

    def loss(self, closure: Closure | None) -> tuple[float, object]:
        """The loss, negated when maximizing, and what the closure returned."""
        if closure is None:
            raise TypeError(
                f"{type(self).__name__}.step(closure) needs a closure that returns the loss"
            )
        result = closure()
        loss = loss_number(result)
        return (-loss if self.hyper["maximize"] else loss), result
