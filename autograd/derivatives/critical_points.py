"""Critical points: minimum, maximum or saddle, by the eigenvalues of the Hessian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array, Function
from autograd.derivatives.jacobians import hessian
from autograd.derivatives.transforms import value_and_grad
from autograd.engine import Operand
from autograd.writing import number


@dataclass(frozen=True)
class CriticalPoint:
    """What :func:`critical_point` found: ``print`` it to read it.

    ``verdict`` is "minimum", "maximum", "saddle", "undecided" (an eigenvalue is 0, so second
    derivatives do not tell) or "not critical" (the gradient is not 0).
    """

    value: float
    gradient: Array
    hessian: Array
    eigenvalues: Array
    eigenvectors: Array
    verdict: str

    def __str__(self) -> str:
        listed = ", ".join(number(e) for e in self.eigenvalues)
        reasons = {
            "minimum": "all eigenvalues are positive",
            "maximum": "all eigenvalues are negative",
            "saddle": "the eigenvalues have both signs",
            "undecided": "an eigenvalue is 0 and the others do not disagree",
            "not critical": "the gradient is not 0",
        }
        slope = float(np.linalg.norm(self.gradient))
        return (
            f"f = {number(self.value)}, |gradient| = {number(slope)}, "
            f"eigenvalues {listed}: {self.verdict}, {reasons[self.verdict]}"
        )


def critical_point(f: Function, x: Operand, atol: float = 1e-8) -> CriticalPoint:
    """Gradient, Hessian, its eigenvalues, and the kind of the point ``x`` of ``f``.

    ``f`` returns one number; ``x`` is a float or an array of n elements, the Hessian n by n.
    Numbers up to ``atol`` (times the largest eigenvalue, if that exceeds 1) count as 0: with both
    signs among the eigenvalues a zero one leaves it a saddle, otherwise it leaves it undecided.
    Errors as for :func:`hessian`.

    >>> from autograd import critical_point
    >>> import numpy as np
    >>> print(critical_point(lambda x: x[0] ** 2 - x[1] ** 2, np.zeros(2)))
    f = 0, |gradient| = 0, eigenvalues -2, 2: saddle, the eigenvalues have both signs
    """
    value, gradient = value_and_grad(f)(x)
    gradient = np.asarray(gradient, dtype=float)
    n = gradient.size
    H = np.asarray(hessian(f)(x), dtype=float).reshape(n, n)
    eigenvalues, eigenvectors = np.linalg.eigh((H + H.T) / 2)
    verdict = _verdict(eigenvalues, atol * max(1.0, float(np.abs(eigenvalues).max(initial=0.0))))
    if np.linalg.norm(gradient) > atol * max(1.0, abs(value)):
        verdict = "not critical"
    return CriticalPoint(float(value), gradient, H, eigenvalues, eigenvectors, verdict)


def _verdict(eigenvalues: Array, zero: float) -> str:
    up, down = bool(np.any(eigenvalues > zero)), bool(np.any(eigenvalues < -zero))
    if up and down:
        return "saddle"
    if np.any(np.abs(eigenvalues) <= zero):
        return "undecided"
    return "minimum" if up else "maximum"
