"""Adam and its family: averages of the gradient and of its square, corrected for starting at 0."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import numpy as np

from optim.base import FirstOrder, Rule, arguments
from optim.kinds import Array, Parameters, Rate

#: β₁ and β₂ at one update; and as an optimizer is given them, where each may be a schedule.
Betas: TypeAlias = tuple[float, float]
BetaRates: TypeAlias = tuple[Rate, Rate]


def adam(
    theta: Array,
    g: Array,
    m: Array,
    v: Array,
    peak: Array,
    *,
    t: int,
    lr: float,
    betas: Betas,
    eps: float,
    amsgrad: bool,
    eps_form: str,
    bias_correction: str,
) -> tuple[Array, Array, Array, Array]:
    """θ ← θ - ηm̂/(√v̂ + ε), m̂ = m/c₁ and v̂ = v/c₂."""
    m, v = averages(m, v, g, betas)
    c1, c2 = corrections(betas, t, bias_correction)
    if amsgrad:
        peak = np.maximum(peak, v)
    m_hat = m / c1
    if eps_form == "hat":
        return theta - lr * c2**0.5 * (m_hat / (np.sqrt(peak if amsgrad else v) + eps)), m, v, peak
    v_hat = (peak if amsgrad else v) / c2
    if eps_form == "inside":
        return theta - lr * (m_hat / np.sqrt(v_hat + eps)), m, v, peak
    return theta - lr * (m_hat / (np.sqrt(v_hat) + eps)), m, v, peak


def averages(m: Array, v: Array, g: Array, betas: Betas) -> tuple[Array, Array]:
    """m and v brought up to date with the gradient and with its square."""
    beta1, beta2 = betas
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * (g * g)


def corrections(betas: Betas, t: int, bias_correction: str = "step") -> tuple[float, float]:
    """c₁ and c₂: by how much the averages m and v fall short for having started at 0."""
    beta1, beta2 = betas
    if bias_correction == "none":
        return 1.0, 1.0
    if bias_correction == "fixed":
        return 1 - beta1, 1 - beta2
    return 1 - beta1**t, 1 - beta2**t


class Adam(FirstOrder):
    """θ ← θ - η(m/c₁)/(√(v/c₂) + ε), m and v the averages of g and g² (Kingma & Ba 2015).

    c₁ = 1 - β₁ᵗ and c₂ = 1 - β₂ᵗ undo the start at 0 (``bias_correction="step"``); ``"fixed"`` uses
    1 - β, ``"none"`` uses 1. ``eps_form="inside"`` is √(v/c₂ + ε), ``"hat"`` is Keras's
    η(√c₂/c₁)·m/(√v + ε). ``amsgrad`` divides by the largest v so far (Reddi et al. 2018).
    ``weight_decay`` adds λθ to g, or with ``decoupled_weight_decay`` shrinks θ as AdamW does.

    >>> import numpy as np
    >>> from optim import Adam
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> Adam([w], lr=0.1).step()
    >>> w.data.round(6)
    array([0.9, 2.1])
    """

    rule: ClassVar[Rule] = staticmethod(adam)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-3,
        betas: BetaRates = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        decoupled_weight_decay: bool = False,
        eps_form: str = "outside",
        bias_correction: str = "step",
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))


class AdamW(Adam):
    """θ ← θ(1 - ηλ), then Adam: decay apart from the gradient (Loshchilov & Hutter 2019).

    Where Adam's own ``weight_decay`` is divided by the gradient's size, this one is not.

    >>> import numpy as np
    >>> from optim import AdamW
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.0, 0.0])
    >>> w = Weight()
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w.data
    array([0.95, 1.9 ])
    """

    decoupled = True

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-3,
        betas: BetaRates = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        amsgrad: bool = False,
        *,
        eps_form: str = "outside",
        bias_correction: str = "step",
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        FirstOrder.__init__(self, params, arguments(locals()))
