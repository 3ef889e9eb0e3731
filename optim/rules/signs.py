"""Steps that follow the sign of the gradient, not its size: Rprop and Lion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optim.base import FirstOrder, Rule, arguments, short
from optim.kinds import Array, Group, Parameters, Rate
from optim.rules.adam import BetaRates, Betas


def rprop(
    theta: Array,
    g: Array,
    previous: Array,
    size: Array,
    last: Array,
    *,
    etas: tuple[float, float],
    step_sizes: tuple[float, float],
    backtracking: bool,
) -> tuple[Array, Array, Array, Array]:
    """θ ← θ - s·sign g: s grows while the sign of g stays, shrinks when it flips."""
    shrink, grow = etas
    smallest, largest = step_sizes
    agree = np.sign(g * previous)
    kept, flipped = np.maximum(agree, 0.0), np.maximum(-agree, 0.0)
    size = size * (1 + (grow - 1) * kept - (1 - shrink) * flipped)
    size = np.minimum(np.maximum(size, smallest), largest)
    # After a flip the stored gradient is 0, so that the next step is neither kept nor flipped.
    g = g * (1 - flipped)
    if backtracking:
        theta = theta + flipped * last
        last = size * np.sign(g)
        return theta - last, g, size, last
    return theta - size * np.sign(g), g, size, last


class Rprop(FirstOrder):
    """θ ← θ - s·sign g with a step s of its own for each entry (Riedmiller & Braun 1993).

    s starts at ``lr``; it is multiplied by ``etas[1]`` while g keeps its sign and by ``etas[0]``
    when it flips, within ``step_sizes``. On a flip there is no move; with ``backtracking``, as in
    the paper, the last move is undone. For whole batches: signs of noisy gradients mislead it.

    >>> import numpy as np
    >>> from optim import Rprop
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.001])
    >>> w = Weight()
    >>> Rprop([w], lr=0.1).step()
    >>> w.data
    array([0.9, 2.1])
    """

    rule: ClassVar[Rule] = staticmethod(rprop)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        *,
        weight_decay: float = 0.0,
        backtracking: bool = False,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))

    def starts(self, group: Group) -> Mapping[str, float]:
        lr = group["lr"]
        return {"size": lr(0) if callable(lr) else lr}

    def _check_group(self, group: Group) -> None:
        smallest, largest = group["step_sizes"]
        if smallest > largest:
            raise ValueError(
                f"step_sizes must be (smallest, largest), got {short(group['step_sizes'])}"
            )


def lion(theta: Array, g: Array, m: Array, *, lr: float, betas: Betas) -> tuple[Array, Array]:
    """θ ← θ - η·sign(β₁m + (1-β₁)g), then m ← β₂m + (1-β₂)g."""
    beta1, beta2 = betas
    theta = theta - lr * np.sign(beta1 * m + (1 - beta1) * g)
    return theta, beta2 * m + (1 - beta2) * g


class Lion(FirstOrder):
    """θ ← θ - η(sign(β₁m + (1-β₁)g) + λθ), then m ← β₂m + (1-β₂)g (Chen et al. 2023).

    Every entry moves by exactly η, so η is 3 to 10 times smaller than Adam's.

    >>> import numpy as np
    >>> from optim import Lion
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([0.5, -0.001])
    >>> w = Weight()
    >>> Lion([w], lr=0.1).step()
    >>> w.data
    array([0.9, 2.1])
    """

    rule: ClassVar[Rule] = staticmethod(lion)
    decoupled = True

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-4,
        betas: BetaRates = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))
