"""Relatives of Adam: Nesterov's look ahead, the largest gradient, and a rectified start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optim.base import FirstOrder, Rule, arguments, scalar
from optim.kinds import Array, Parameters, Rate
from optim.rules.adam import BetaRates, Betas, averages, corrections


def nadam(
    theta: Array,
    g: Array,
    m: Array,
    v: Array,
    mu_product: float,
    *,
    t: int,
    lr: float,
    betas: Betas,
    eps: float,
    momentum_decay: float,
) -> tuple[Array, Array, Array, float]:
    """Adam whose average is weighted by μₜ₊₁ and joined by the new gradient, weighted by 1 - μₜ."""
    beta1, _ = betas
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    mu_product = mu_product * mu
    m, v = averages(m, v, g, betas)
    _, c2 = corrections(betas, t)
    v_hat = v / c2
    m_hat = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g
    return theta - lr * (m_hat / (np.sqrt(v_hat) + eps)), m, v, mu_product


class NAdam(FirstOrder):
    """Adam with Nesterov momentum, its coefficient rising from β₁/2 to β₁ (Dozat 2016).

    μₜ = β₁(1 - ½·0.96^(tψ)) with ψ ``momentum_decay``; the step is η·m̂/(√(v/c₂) + ε) with
    m̂ = μₜ₊₁m/(1 - Πμ) + (1-μₜ)g/(1 - Πμ), the products up to t+1 and to t.

    >>> import numpy as np
    >>> from optim import NAdam
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> NAdam([w], lr=0.1).step()
    >>> w.data.round(4)
    array([0.8944, 2.1056])
    """

    rule: ClassVar[Rule] = staticmethod(nadam)
    numbers: ClassVar[Mapping[str, float]] = {"mu_product": 1.0}

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 2e-3,
        betas: BetaRates = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))


def adamax(
    theta: Array,
    g: Array,
    m: Array,
    u: Array,
    *,
    t: int,
    lr: float,
    betas: Betas,
    eps: float,
) -> tuple[Array, Array, Array]:
    """Adam with the decaying largest gradient u in place of the root of the average square."""
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.absolute(g) + eps)
    c1, _ = corrections(betas, t)
    m_hat = m / c1
    return theta - lr * (m_hat / u), m, u


class Adamax(FirstOrder):
    """u ← max(β₂u, |g| + ε); θ ← θ - ηm/(c₁u) (Kingma & Ba 2015, section 7).

    >>> import numpy as np
    >>> from optim import Adamax
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> Adamax([w], lr=0.1).step()
    >>> w.data.round(6)
    array([0.9, 2.1])
    """

    rule: ClassVar[Rule] = staticmethod(adamax)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 2e-3,
        betas: BetaRates = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))


@scalar
def rectification(t: float, beta2: float) -> float:
    """By how much the variance of 1/√v after t gradients is too large; 0 while it is unbounded."""
    longest = 2 / (1 - beta2) - 1
    length = longest - 2 * t * beta2**t / (1 - beta2**t)
    if length <= 5:
        return 0.0
    short, long = (length - 4) * (length - 2) * longest, (longest - 4) * (longest - 2) * length
    r: float = (short / long) ** 0.5
    return r


def radam(
    theta: Array,
    g: Array,
    m: Array,
    v: Array,
    *,
    t: int,
    lr: float,
    betas: Betas,
    eps: float,
) -> tuple[Array, Array, Array]:
    """Adam once the average square can be trusted; until then momentum, not divided by it."""
    m, v = averages(m, v, g, betas)
    c1, c2 = corrections(betas, t)
    r = rectification(t, betas[1])
    m_hat = m / c1
    return theta - lr * (m_hat * (r * c2**0.5 / (np.sqrt(v) + eps) + (1 - (r > 0)))), m, v


class RAdam(FirstOrder):
    """Adam with the variance of its early steps rectified (Liu et al. 2020).

    With few gradients (five, at β₂ = 0.999) the step is the bias-corrected momentum, η·m/c₁; from
    then on Adam's, times a factor that rises to 1.

    >>> import numpy as np
    >>> from optim import RAdam
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.5])
    >>> w = Weight()
    >>> RAdam([w], lr=0.1).step()
    >>> w.data.round(6)
    array([0.95, 2.05])
    """

    rule: ClassVar[Rule] = staticmethod(radam)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-3,
        betas: BetaRates = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))
