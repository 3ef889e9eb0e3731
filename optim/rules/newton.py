"""Newton's method, and what the Hessian says about a point where the gradient is 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from optim.base import WholeVector, arguments, numbers_in, short, unrepeatable
from optim.kinds import Array, Closure, Function, Parameters, Rate


class CriticalPoint(NamedTuple):
    """``kind`` ("minimum", "maximum", "saddle" or "undecided") and the Hessian's eigenvalues."""

    kind: str
    eigenvalues: Array


class IndefiniteHessian(ArithmeticError):
    """Newton's step does not descend or is not defined; ``point`` says what the Hessian is."""

    def __init__(self, message: str, point: CriticalPoint) -> None:
        super().__init__(message)
        self.point = point


def classify_critical_point(
    hessian: Array | Sequence[Sequence[float]], tolerance: float = 1e-10
) -> CriticalPoint:
    """Minimum where all eigenvalues are above 0, maximum where all are below, else a saddle.

    An eigenvalue within ``tolerance`` (relative to the largest) of 0 leaves it undecided, unless
    others of both signs show a saddle.

    ``hessian`` is (n, n). Returns a ``CriticalPoint``: ``kind`` and the eigenvalues.

    >>> from optim import classify_critical_point
    >>> classify_critical_point([[2.0, 0.0], [0.0, -2.0]]).kind
    'saddle'
    """
    matrix = np.atleast_2d(np.asarray(hessian, float))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"a Hessian is a square matrix, got shape {np.shape(hessian)}")
    if not np.isfinite(matrix).all():
        raise ValueError("the Hessian holds NaN or infinity")
    eigenvalues = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    small = tolerance * max(float(np.abs(eigenvalues).max(initial=0.0)), np.finfo(float).tiny)
    up, down = bool((eigenvalues > small).any()), bool((eigenvalues < -small).any())
    flat = bool((np.abs(eigenvalues) <= small).any())
    if up and down:
        return CriticalPoint("saddle", eigenvalues)
    if flat:
        return CriticalPoint("undecided", eigenvalues)
    return CriticalPoint("minimum" if up else "maximum", eigenvalues)


class Newton(WholeVector):
    """θ ← θ - η(H + δI)⁻¹g: the minimum of the quadratic with this gradient and Hessian.

    ``hessian`` is called with the parameters' data, in their order, and returns the matrix of
    second derivatives (anything that reshapes to n × n, n the number of all entries):
    ``Newton([w], autograd.hessian(f))``. ``damping`` is δ, ``lr`` is η. ``step`` raises
    IndefiniteHessian, and does not move, unless H + δI is positive definite: at a saddle the step
    would climb, with a singular Hessian it is not defined.

    >>> import numpy as np
    >>> from optim import Newton
    >>> class Weight:
    ...     data, grad = np.array([3.0, 4.0]), np.array([6.0, 80.0])  # of x² + 10y²
    >>> w = Weight()
    >>> Newton([w], hessian=lambda x: np.diag([2.0, 20.0])).step()
    >>> w.data
    array([0., 0.])
    """

    def __init__(
        self,
        params: Parameters,
        hessian: Function,
        lr: Rate = 1.0,
        damping: float = 0.0,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        if not callable(hessian):
            raise TypeError(f"hessian must be a function of the parameters, got {short(hessian)}")
        self.hessian = hessian
        settings = arguments(locals())
        del settings["hessian"]
        super().__init__(params, settings)

    @unrepeatable
    def step(self, closure: Closure | None = None) -> Any:  # Any: what the closure returned
        """Take one step from the gradients at hand, or from those that the closure computes."""
        result = None if closure is None else self.loss(closure)[1]
        parameters = self._parameters()
        if all(p.grad is None for p in parameters):
            raise ValueError("Newton.step() found no gradient: call loss.backward() before it")
        gradient, x = self.gradient(), self.vector()
        raw = self._packed_order(square(self.hessian(*(p.data for p in parameters)), x.size))
        hessian = self.noted("hessian", (raw + raw.T) / 2)
        if self.hyper["maximize"]:
            hessian = -hessian
        if self.hyper["damping"]:
            damping = self.noted("damping", self.hyper["damping"])
            hessian = hessian + damping * self.noted("identity", np.eye(x.size))
        point = classify_critical_point(numbers_in(hessian))
        if point.kind != "minimum":
            raise IndefiniteHessian(_explanation(point, self.hyper["maximize"]), point)
        direction = np.linalg.solve(hessian, gradient) if np.ndim(x) else gradient / hessian
        self.assign(x - self.rate() * direction)
        self.updates += 1
        return result

    def _packed_order(self, hessian: Array) -> Array:
        """Rows and columns in the order of the packed vector: it groups parameters by dtype."""
        sizes = [np.size(p.data) for p in self._parameters()]
        starts = np.cumsum([0, *sizes[:-1]])
        place = {id(p): i for i, p in enumerate(self._parameters())}
        order = [place[id(p)] for _, pack in self._packs for p in pack.parameters]
        index = np.concatenate([np.arange(starts[i], starts[i] + sizes[i]) for i in order])
        return np.asarray(hessian[np.ix_(index, index)])


def square(hessian: object, size: int) -> Array:
    """A Hessian as an n × n matrix, from an array or from nested blocks, a row for a parameter."""
    if isinstance(hessian, tuple | list) and isinstance(hessian[0], tuple | list):
        blocks = [[_floats(block) for block in row] for row in hessian]
        sizes = [round(np.sqrt(row[i].size)) for i, row in enumerate(blocks)]
        matrix = np.block(
            [[b.reshape(m, n) for b, n in zip(row, sizes)] for row, m in zip(blocks, sizes)]
        )
    else:
        matrix = _floats(hessian)
    if matrix.size != size * size:
        raise ValueError(
            f"the Hessian of {size} numbers is {size} x {size}, got shape {matrix.shape}"
        )
    return matrix.reshape(size, size)


def _floats(array: object) -> Array:
    """An array, a node's array, or a number, as floats."""
    data = array if isinstance(array, np.ndarray) else getattr(array, "data", array)
    return np.asarray(data, float)


def _explanation(point: CriticalPoint, maximize: bool) -> str:
    least = float(point.eigenvalues[0])
    what = {
        "saddle": "the surface has a saddle here",
        "maximum": "the surface has a maximum here",
        "undecided": "the Hessian is singular here",
    }[point.kind]
    turned = " (of the negated loss)" if maximize else ""
    return (
        f"{what}{turned}: eigenvalues from {least:.4g} to {float(point.eigenvalues[-1]):.4g};"
        f" nothing was updated. Use a damping above {max(0.0, -least):.4g}, or another optimizer"
    )
