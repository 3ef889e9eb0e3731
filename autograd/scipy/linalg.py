"""``scipy.linalg`` over nodes: ``solve_triangular``, ``sqrtm``, ``solve_sylvester`` and others.

The derivatives are those of Giles, Collected matrix derivative results for forward and reverse
mode algorithmic differentiation (2008). Functions that NumPy has as well are those of autograd.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg as _scipys

from autograd.calculus import Function, Quantity
from autograd.engine import NODES as F
from autograd.extend import defvjp, primitive
from autograd.functions import FUNCTIONS

_OURS = "cholesky det eigh eigvalsh inv norm pinv solve svdvals".split()

sqrtm = primitive(_scipys.sqrtm)
solve_sylvester = primitive(_scipys.solve_sylvester)
solve_triangular = primitive(_scipys.solve_triangular)
solve_banded = primitive(_scipys.solve_banded)


def _t(a: Quantity) -> Quantity:
    return F.swapaxes(a, -1, -2)


defvjp(sqrtm, lambda out, a: lambda g: solve_sylvester(_t(out), _t(out), g))


def _sylvester(place: int) -> Function:
    def make(out: Quantity, a: Quantity, b: Quantity, q: Quantity) -> Function:
        def pull(g: Quantity) -> Quantity:
            w = solve_sylvester(_t(a), _t(b), g)
            return (lambda: -w @ _t(out), lambda: -_t(out) @ w, lambda: w)[place]()

        return pull

    return make


defvjp(solve_sylvester, _sylvester(0), _sylvester(1), _sylvester(2))


def _product(u: Quantity, v: Quantity) -> Quantity:
    """Σ u vᵀ over the columns, for vectors the outer product."""
    return F.outer(u, v) if len(u.shape) == 1 else F.matmul(u, _t(v))


def _solved_triangular(place: int) -> Function:
    def make(
        out: Quantity,
        a: Quantity,
        b: Quantity,
        trans: int | str = 0,
        lower: bool = False,
        **options: Quantity,
    ) -> Function:
        transposed = trans not in (0, "N")

        def pull(g: Quantity) -> Quantity:
            w = solve_triangular(a, g, 0 if transposed else 1, lower, **options)
            if place:
                return w
            slope = -_product(out, w) if transposed else -_product(w, out)
            triangle = F.tril(slope) if lower else F.triu(slope)
            ones = options.get("unit_diagonal", False)
            return triangle * (1.0 - np.eye(slope.shape[-1])) if ones else triangle

        return pull

    return make


defvjp(solve_triangular, _solved_triangular(0), _solved_triangular(1))


def _bands(l_and_u: tuple[int, int], n: int) -> tuple[Quantity, Quantity, Quantity]:
    """Where the entries of the bands of an n × n matrix stand: the mask, the row, the column."""
    lower, upper = l_and_u
    band, column = np.mgrid[: lower + upper + 1, :n]
    row = band - upper + column
    return (row >= 0) & (row < n), np.clip(row, 0, n - 1), column


def _transposed_bands(l_and_u: tuple[int, int], bands: Quantity) -> Quantity:
    lower, upper = l_and_u
    there, row, column = _bands((upper, lower), bands.shape[-1])
    # Entry (i, j) of the transpose is entry (j, i), which stands in band upper + j - i.
    return F.where(there, bands[upper + column - row, row], 0.0)


def _solved_banded(place: int) -> Function:
    def make(out: Quantity, l_and_u: tuple[int, int], ab: Quantity, b: Quantity) -> Function:
        lower, upper = l_and_u

        def pull(g: Quantity) -> Quantity:
            w = solve_banded((upper, lower), _transposed_bands(l_and_u, ab), g)
            if place == 2:
                return w
            there, row, column = _bands(l_and_u, ab.shape[-1])
            products = w[row] * out[column]
            total = F.sum(products, axis=-1) if len(out.shape) > 1 else products
            return F.where(there, -total, 0.0)

        return pull

    return make


defvjp(solve_banded, _solved_banded(1), _solved_banded(2), argnums=[1, 2])


def __getattr__(name: str) -> Quantity:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return FUNCTIONS[name] if name in _OURS else getattr(_scipys, name)
