"""Gradient descent and momentum."""

from __future__ import annotations

from typing import ClassVar

from optim.base import FirstOrder, Rule, arguments, short
from optim.kinds import Array, Group, Parameters, Rate


def sgd(
    theta: Array,
    g: Array,
    v: Array,
    *,
    t: int,
    lr: float,
    momentum: float,
    dampening: float,
    nesterov: bool,
    momentum_form: str,
) -> tuple[Array, Array]:
    """θ ← θ - ηg; with momentum, v gathers past gradients and takes the place of g."""
    if not momentum:
        return theta - lr * g, v
    if momentum_form == "velocity":
        v = momentum * v - lr * g
        return theta + (momentum * v - lr * g if nesterov else v), v
    if momentum_form == "average":
        v = momentum * v + (1 - momentum) * g
        return theta - lr * (momentum * v + (1 - momentum) * g if nesterov else v), v
    # The first velocity is the whole first gradient.
    v = momentum * v + ((1 - dampening * (t > 1)) * g if dampening else g)
    return theta - lr * (g + momentum * v if nesterov else v), v


class SGD(FirstOrder):
    """θ ← θ - ηg, with momentum in the three forms in which it is printed.

    ``momentum_form="accumulate"`` is v ← μv + g, θ ← θ - ηv (PyTorch); ``"velocity"`` is v ← μv -
    ηg, θ ← θ + v (Sutskever 2013; it differs when η changes); ``"average"`` is v ← μv + (1-μ)g, θ
    ← θ - ηv; where that is printed v ← αg + (1-α)v, μ is 1 - α. ``dampening`` τ weights new
    gradients by 1-τ. ``nesterov`` looks one step ahead.

    >>> import numpy as np
    >>> from optim import SGD
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> SGD([w], lr=0.1).step()
    >>> w.data
    array([0.95, 2.05])
    """

    rule: ClassVar[Rule] = staticmethod(sgd)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-3,
        momentum: Rate = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        momentum_form: str = "accumulate",
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))

    def _check_group(self, group: Group) -> None:
        if group["nesterov"] and (not group["momentum"] or group["dampening"]):
            raise ValueError(
                "nesterov needs a momentum above 0 and no dampening,"
                f" got momentum={short(group['momentum'])}, dampening={short(group['dampening'])}"
            )
        if group["dampening"] and group["momentum_form"] != "accumulate":
            raise ValueError(
                f"dampening belongs to momentum_form='accumulate', got {group['momentum_form']!r}"
            )
