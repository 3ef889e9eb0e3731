"""Decompositions of matrices as the terms of a sum: eigh_terms svd_terms qr_terms.

A row has one result, and a decomposition has two or three parts. So each row of the result is one
term of the sum that the matrix is: (λ, v) of Σ λ v vᵀ, (u, s, v) of Σ s u vᵀ, (q, r) of Σ q rᵀ.
``eigh``, ``svd`` and ``qr`` take the parts out of it.

Where two eigenvalues or singular values are equal, the vectors that belong to them are not
determined. There the share of the gradient that would turn one into the other is 0, so that
functions which do not depend on the choice, such as the sum of the values, have a right gradient.
Likewise the vectors of a singular value that is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np

from autograd.calculus import Namespace
from autograd.calculus.array_rules.core import Array, ArrayRule, array_in, sample
from autograd.calculus.array_rules.linalg import definite, regular, symmetric, turned


def _cut(F: Namespace, x: Array, *places: int) -> list[Array]:
    """The parts of the last axis between ``places``."""
    ends = (0, *places, x.shape[-1])
    return [F.getitem(x, (..., slice(i, k))) for i, k in pairwise(ends)]


def _inverse(F: Namespace, x: Array, small: Array) -> Array:
    """1 / x, and 0 where x is no larger than ``small``."""
    none = np.abs(array_in(x)) <= small
    return F.where(none, 0.0, 1 / F.where(none, 1.0, x))


def _rounding(values: Array) -> Array:
    """What a difference of ``values`` may be by rounding alone, for each matrix of a stack."""
    values = array_in(values)
    largest = np.abs(values).max(axis=(-2, -1), keepdims=True, initial=0)
    return 16 * values.shape[-2] * np.finfo(values.dtype).eps * largest


def _gaps(F: Namespace, values: Array) -> Array:
    """1 / (values[j] - values[i]) for a column of values, 0 where they are equal."""
    return _inverse(F, turned(F, values) - values, _rounding(values))


def eigh_terms(a: Array, UPLO: Literal["L", "U"] = "L") -> Array:
    """Eigenvalues and eigenvectors of a symmetric matrix: each row of the result is (λ, v).

    The eigenvalues ascend. Of a matrix that is not symmetric the symmetric part is taken, so that
    the gradient is symmetric too. The triangle from which NumPy computes, ``UPLO``, decides the
    signs of the eigenvectors alone. ``eigh`` gives values and vectors apart.

    >>> import numpy as np
    >>> import autograd
    >>> print(abs(autograd.eigh_terms(np.array([[3.0, 0.0], [0.0, 2.0]]))))
    [[2. 0. 1.]
     [3. 1. 0.]]
    """
    values, vectors = np.linalg.eigh((a + a.swapaxes(-1, -2)) / 2, UPLO)
    return np.concatenate([values[..., None], vectors.swapaxes(-1, -2)], -1)


def eigh_terms_a(F: Namespace, g: Array, out: Array, a: Array, UPLO: str = "L") -> Array:
    (w, v), (gw, gv) = _cut(F, out, 1), _cut(F, g, 1)
    eye = np.eye(a.shape[-1], dtype=array_in(a).dtype)
    inner = gw * eye + _gaps(F, w) * F.matmul(v, turned(F, gv))
    return symmetric(F, F.matmul(turned(F, v), F.matmul(inner, v)))


def eigh_terms_tangent(
    F: Namespace, tangents: tuple[Array], out: Array, a: Array, UPLO: str = "L"
) -> Array:
    w, v = _cut(F, out, 1)
    moved = F.matmul(F.matmul(v, symmetric(F, tangents[0])), turned(F, v))
    dw = F.expand_dims(F.diagonal(moved, 0, -2, -1), -1)
    return F.concatenate([dw, F.matmul(turned(F, _gaps(F, w) * moved), v)], axis=-1)


def svd_terms(a: Array) -> Array:
    """The singular value decomposition: each row of the result is (u, s, v), s descending.

    ``svd`` gives U, s and Vh apart. Townsend, Differentiating the singular value decomposition
    (2016).

    >>> import numpy as np
    >>> import autograd
    >>> print(abs(autograd.svd_terms(np.array([[3.0, 0.0], [0.0, 2.0]]))))
    [[1. 0. 3. 1. 0.]
     [0. 1. 2. 0. 1.]]
    """
    U, s, Vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([U.swapaxes(-1, -2), s[..., None], Vh], -1)


def _cross_gaps(F: Namespace, s: Array) -> Array:
    """1 / (s[j]² - s[i]²) for a column s, 0 where they are equal."""
    total = turned(F, s) + s
    return _gaps(F, s) * _inverse(F, total, _rounding(s))


def svd_terms_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    m = a.shape[-2]
    (u, s, v), (gu, gs, gv) = _cut(F, out, m, m + 1), _cut(F, g, m, m + 1)
    eye = np.eye(s.shape[-2], dtype=array_in(a).dtype)
    gaps, inverse = _cross_gaps(F, s), _inverse(F, s, _rounding(s))
    of_u, of_v = F.matmul(u, turned(F, gu)), F.matmul(v, turned(F, gv))
    inner = gaps * (of_u - turned(F, of_u)) * turned(F, s)
    inner = inner + s * gaps * (of_v - turned(F, of_v)) + gs * eye
    # What moves u out of the columns of U, and v out of the rows of Vh.
    rest_u = inverse * (gu - F.matmul(turned(F, of_u), u))
    rest_v = inverse * (gv - F.matmul(turned(F, of_v), v))
    return F.matmul(turned(F, u), F.matmul(inner, v) + rest_v) + F.matmul(turned(F, rest_u), v)


def svd_terms_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    m, da = a.shape[-2], tangents[0]
    u, s, v = _cut(F, out, m, m + 1)
    gaps, inverse = _cross_gaps(F, s), _inverse(F, s, _rounding(s))
    moved_u, moved_v = F.matmul(v, turned(F, da)), F.matmul(u, da)  # (da v)ᵀ and uᵀ da
    p = F.matmul(moved_v, turned(F, v))
    ds = F.expand_dims(F.diagonal(p, 0, -2, -1), -1)
    scaled, turned_p = p * turned(F, s), turned(F, p)
    du = F.matmul(turned(F, gaps * (scaled + turned(F, scaled))), u)
    dv = F.matmul(turned(F, gaps * (s * p + turned_p * turned(F, s))), v)
    du = du + inverse * (moved_u - F.matmul(F.matmul(moved_u, turned(F, u)), u))
    dv = dv + inverse * (moved_v - F.matmul(F.matmul(moved_v, turned(F, v)), v))
    return F.concatenate([du, ds, dv], axis=-1)


def qr_terms(a: Array) -> Array:
    """A = QR of a matrix at least as high as wide: each row is a column of Q and a row of R.

    ``qr`` gives Q and R apart, also of a wide matrix. Where columns are dependent it has no
    derivative, and says so.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.qr_terms(np.array([[3.0], [4.0]])))
    [[-0.6 -0.8 -5. ]]
    """
    if a.ndim < 2 or a.shape[-2] < a.shape[-1]:
        raise ValueError("the matrix is wider than high; use qr")
    Q, R = np.linalg.qr(a)
    return np.concatenate([Q.swapaxes(-1, -2), R], -1)


def _check_rank(r: Array, a: Array) -> None:
    """Refuse a derivative where a column depends on those before it: R has a 0 on its diagonal."""
    on_diagonal = np.abs(np.diagonal(array_in(r), 0, -2, -1))
    if (on_diagonal <= _rounding(r)[..., 0]).any():
        raise np.linalg.LinAlgError(
            f"qr: a matrix of shape {a.shape} is singular: R has no derivative where columns are "
            f"dependent; svd has one"
        )


def qr_terms_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    m = a.shape[-2]
    (q, r), (gq, gr) = _cut(F, out, m), _cut(F, g, m)
    _check_rank(r, a)
    moved = F.matmul(r, turned(F, gr)) - F.matmul(gq, turned(F, q))
    both = F.tril(moved) + turned(F, F.tril(moved, -1))
    return turned(F, F.solve(r, gq + F.matmul(both, q)))


def qr_terms_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    q, r = _cut(F, out, a.shape[-2])
    _check_rank(r, a)
    moved = turned(F, F.solve(turned(F, r), turned(F, tangents[0])))  # da R⁻¹
    inner = F.matmul(q, moved)
    turn = F.tril(inner, -1) - turned(F, F.tril(inner, -1))
    dq = turned(F, moved) + F.matmul(turned(F, turn - inner), q)
    return F.concatenate([dq, F.matmul(inner - turn, r)], axis=-1)


def _cuts_printed(a: Array) -> tuple[str, Callable[..., str]]:
    """How a matrix, or each of a stack, is turned; and the columns of it or of its gradient."""
    turn, rest = (".T", ":") if a.ndim == 2 else (".mT", "...")
    return turn, lambda x, start, stop: f"{x}[{rest}, {start}:{stop}]"


def eigh_printed(a: Array, UPLO: str = "L") -> tuple[str, ...]:
    t, cut = _cuts_printed(a)
    inner = f"gw * V{t} + gaps(w) * (V{t} @ gV) @ V{t}"
    parts = (
        f"S = V @ ({inner}); w = {cut('out', '', 1)}; V = {cut('out', 1, '')}{t}; "
        f"gw = {cut('g', '', 1)}; gV = {cut('g', 1, '')}{t}"
    )
    return (f"da = (S + S{t}) / 2 where {parts}",)


def svd_printed(a: Array) -> tuple[str, ...]:
    t, cut = _cuts_printed(a)
    m = a.shape[-2]
    turns = f"(E * (P - P{t}) * s{t} + s * E * (N - N{t})) @ Vh"
    leaves_v = f"reciprocals(s) * (gVh - N{t} @ Vh)"
    leaves_u = f"(gU - U @ P) * reciprocals(s){t} @ Vh"
    parts = (
        f"E = gaps(s ** 2); P = U{t} @ gU; N = Vh @ gVh{t}; U = {cut('out', '', m)}{t}; "
        f"s = {cut('out', m, m + 1)}; Vh = {cut('out', m + 1, '')}; gU = {cut('g', '', m)}{t}; "
        f"gs = {cut('g', m, m + 1)}; gVh = {cut('g', m + 1, '')}"
    )
    return (f"da = U @ ({turns} + gs * Vh + {leaves_v}) + {leaves_u} where {parts}",)


def qr_printed(a: Array) -> tuple[str, ...]:
    t, cut = _cuts_printed(a)
    m = a.shape[-2]
    parts = (
        f"M = R @ gR{t} - gQ{t} @ Q; Q = {cut('out', '', m)}{t}; R = {cut('out', m, '')}; "
        f"gQ = {cut('g', '', m)}{t}; gR = {cut('g', m, '')}"
    )
    return (f"da = solve(R, gQ{t} + (tril(M) + tril(M, -1){t}) @ Q{t}){t} where {parts}",)


_NOTHING = sample(np.zeros((0, 2, 2)), smooth=False)

RULES = (
    ArrayRule(
        "eigh_terms",
        eigh_terms,
        (eigh_terms_a,),
        eigh_printed,
        eigh_terms_tangent,
        (
            sample(definite(3, 3)),
            sample(definite(2, 2, 2)),
            sample(definite(1, 1)),
            sample(definite(3, 3), UPLO="U"),
            sample(np.eye(2), smooth=False),
            _NOTHING,
        ),
    ),
    ArrayRule(
        "svd_terms",
        svd_terms,
        (svd_terms_a,),
        svd_printed,
        svd_terms_tangent,
        (
            sample(definite(3, 3)),
            sample(lambda rng: definite(3, 3)(rng)[:2]),
            sample(lambda rng: definite(2, 3, 3)(rng)[..., :2]),
            sample(np.eye(2), smooth=False),
            sample(np.array([[1.0, 2.0], [2.0, 4.0]]), smooth=False),
            _NOTHING,
        ),
    ),
    ArrayRule(
        "qr_terms",
        qr_terms,
        (qr_terms_a,),
        qr_printed,
        qr_terms_tangent,
        (sample(regular(3, 3)), sample(regular(3, 2)), sample(regular(2, 3, 2)), _NOTHING),
    ),
)
