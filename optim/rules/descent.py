"""Gradient descent that knows when to stop, and says why it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from optim.base import FirstOrder, Rule, arguments, loss_number
from optim.kinds import Array, Closure, Parameters, Rate

# A loss this many times the first one counts as diverged.
FAR = 1e8


@dataclass(frozen=True)
class Descent:
    """How a descent ended: ``reason`` is "converged", "step limit" or "diverged"."""

    reason: str
    steps: int
    losses: list[float]
    gradient_norms: list[float]
    tolerance: float

    def __str__(self) -> str:
        norm, loss = self.gradient_norms[-1], self.losses[-1]
        sign = "≤" if self.reason == "converged" else ">"
        norm_text = f"‖∇L‖ = {norm:.3g} {sign} {self.tolerance:g}"
        if self.reason == "diverged":
            norm_text = f"the loss went from {self.losses[0]:.3g} to {loss:.3g}"
        return f"{self.reason} after {self.steps} steps: {norm_text}"


def descent(theta: Array, g: Array, *, lr: float) -> Array:
    """θ ← θ - η∇L."""
    return theta - lr * g


class GradientDescent(FirstOrder):
    """θ ← θ - ηₖ∇L until ‖∇L‖ ≤ ``tolerance``, or for ``max_steps`` steps.

    ``minimize(closure)`` runs to the end and reports what stopped it; ``step`` is one update.
    ηₖ is a number or a schedule.

    >>> import numpy as np
    >>> from optim import GradientDescent
    >>> class Weight:
    ...     data, grad = np.array([1.0]), None
    >>> w = Weight()
    >>> def closure():
    ...     w.grad = 2 * (w.data - 1) + 2 * (w.data - 3)
    ...     return float((w.data[0] - 1) ** 2 + (w.data[0] - 3) ** 2)
    >>> print(GradientDescent([w], lr=0.1, tolerance=1e-3).minimize(closure))
    converged after 17 steps: ‖∇L‖ = 0.000677 ≤ 0.001
    """

    rule: ClassVar[Rule] = staticmethod(descent)

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1e-2,
        tolerance: float = 1e-6,
        max_steps: int = 1000,
        *,
        weight_decay: float = 0.0,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        super().__init__(params, arguments(locals()))

    def minimize(self, closure: Closure) -> Descent:
        """Descend to the end. ``closure`` zeroes the gradients, calls ``backward()``, returns L.

        The losses and gradient norms in the report are those before each step and after the last.
        A loss that is not finite, or 10⁸ times the first, ends it too: "diverged".
        """
        group = self.param_groups[0]
        tolerance, limit = group["tolerance"], int(group["max_steps"])
        losses: list[float] = []
        norms: list[float] = []
        for k in range(limit + 1):
            losses.append(loss_number(closure()))
            norms.append(self.gradient_norm())
            far = abs(losses[-1]) > FAR * (1 + abs(losses[0]))
            if far or not np.isfinite([losses[-1], norms[-1]]).all():
                return Descent("diverged", k, losses, norms, tolerance)
            if norms[-1] <= tolerance:
                return Descent("converged", k, losses, norms, tolerance)
            if k < limit:
                self.step()
        return Descent("step limit", limit, losses, norms, tolerance)

    def gradient_norm(self) -> float:
        """‖∇L‖ over all parameters that have a gradient."""
        present = [p.grad for p in self._parameters() if p.grad is not None]
        if not present:
            raise ValueError("the closure left no gradient: it must call loss.backward()")
        return float(np.sqrt(sum(float(np.vdot(g, g)) for g in present)))
