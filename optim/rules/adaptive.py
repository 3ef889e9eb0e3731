"""A rate for each parameter: AdaGrad, Adadelta and RMSProp divide by the size of past gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optim.base import FirstOrder, Rule, arguments, check_choice
from optim.kinds import Array, Group, Parameters, Rate


def root(square: Array, eps: float, eps_form: str) -> Array:
    """√square kept away from 0: √square + ε, or √(square + ε)."""
    return np.sqrt(square + eps) if eps_form == "inside" else np.sqrt(square) + eps


def adagrad(
    theta: Array,
    g: Array,
    total: Array,
    *,
    t: int,
    lr: float,
    lr_decay: float,
    eps: float,
    eps_form: str,
) -> tuple[Array, Array]:
    """θ ← θ - ηg/(√G + ε), G the sum of all squared gradients."""
    total = total + g * g
    rate = lr / (1 + (t - 1) * lr_decay) if lr_decay else lr
    return theta - rate * (g / root(total, eps, eps_form)), total


class Adagrad(FirstOrder):
    """G ← G + g²; θ ← θ - ηg/(√G + ε): steps only ever shrink (Duchi, Hazan & Singer 2011).

    Rare features, with a small G, keep large steps. ``lr_decay`` divides η by 1 + (t-1)·decay;
    G starts at ``initial_accumulator_value``; ``eps_form="inside"`` divides by √(G + ε).

    >>> import numpy as np
    >>> from optim import Adagrad
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.001])
    >>> w = Weight()
    >>> Adagrad([w], lr=0.1).step()
    >>> w.data.round(6)
    array([0.9, 2.1])
    """

    rule: ClassVar[Rule] = staticmethod(adagrad)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        eps_form: str = "outside",
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))

    def starts(self, group: Group) -> Mapping[str, float]:
        return {"total": group["initial_accumulator_value"]}

    def _check_group(self, group: Group) -> None:
        check_choice("eps_form", group["eps_form"], ("outside", "inside"))


def adadelta(
    theta: Array,
    g: Array,
    square: Array,
    moved: Array,
    *,
    lr: float,
    rho: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    """θ ← θ - ηΔ, Δ = g√(D + ε)/√(E + ε), E and D the averages of g² and Δ²."""
    square = rho * square + (1 - rho) * (g * g)
    move = np.sqrt(moved + eps) / np.sqrt(square + eps) * g
    moved = rho * moved + (1 - rho) * (move * move)
    return theta - lr * move, square, moved


class Adadelta(FirstOrder):
    """θ ← θ - ηΔ, Δ = g√(D + ε)/√(E + ε): steps in the units of the parameter (Zeiler 2012).

    E and D are the averages, with factor ρ, of g² and of Δ²; D is the old one. η is 1 in the paper.

    >>> import numpy as np
    >>> from optim import Adadelta
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> Adadelta([w]).step()
    >>> w.data.round(5)
    array([0.99684, 2.00316])
    """

    rule: ClassVar[Rule] = staticmethod(adadelta)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))


def rmsprop(
    theta: Array,
    g: Array,
    v: Array,
    mean: Array,
    b: Array,
    *,
    lr: float,
    alpha: float,
    eps: float,
    momentum: float,
    centered: bool,
    eps_form: str,
) -> tuple[Array, Array, Array, Array]:
    """θ ← θ - ηg/(√v + ε), v the average of g², less the squared average of g when centred."""
    v = alpha * v + (1 - alpha) * (g * g)
    if centered:
        mean = alpha * mean + (1 - alpha) * g
        # A variance; rounding can take the difference just below 0.
        scale = root(np.maximum(v - mean * mean, 0.0), eps, eps_form)
    else:
        scale = root(v, eps, eps_form)
    if not momentum:
        return theta - lr * (g / scale), v, mean, b
    if eps_form == "inside":
        b = momentum * b + lr * (g / scale)
        return theta - b, v, mean, b
    b = momentum * b + g / scale
    return theta - lr * b, v, mean, b


class RMSprop(FirstOrder):
    """v ← αv + (1-α)g²; θ ← θ - ηg/(√v + ε) (Hinton 2012; ``centered``: Graves 2013).

    ``centered`` divides by the standard deviation, √(v - ḡ²). With ``momentum`` μ,
    b ← μb + g/(√v + ε) and θ ← θ - ηb. ``eps_form="inside"`` is Keras's: √(v + ε), and η within b.

    >>> import numpy as np
    >>> from optim import RMSprop
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> RMSprop([w], lr=0.01, alpha=0.99).step()
    >>> w.data.round(6)
    array([0.9, 2.1])
    """

    rule: ClassVar[Rule] = staticmethod(rmsprop)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: Rate = 0.0,
        centered: bool = False,
        *,
        eps_form: str = "outside",
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))

    def _check_group(self, group: Group) -> None:
        check_choice("eps_form", group["eps_form"], ("outside", "inside"))
