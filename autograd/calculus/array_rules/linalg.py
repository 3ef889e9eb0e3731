"""Linear algebra: inv solve det logabsdet cholesky, of a matrix or a stack of them."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Function, Namespace, Shape
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    Builder,
    array_in,
    sample,
    unbroadcast,
)
from autograd.calculus.array_rules.printed import summed


def turned(F: Namespace, a: Array) -> Array:
    """The last two axes exchanged."""
    return F.swapaxes(a, -1, -2)


def _column(F: Namespace, x: Array) -> Array:
    """``x`` with two axes of length 1 behind: one number for each matrix of a stack."""
    return F.expand_dims(x, (-2, -1))


def inv(a: Array) -> Array:
    """The inverse of a square matrix: dA = -Bᵀ g Bᵀ, where B is the inverse.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.inv(np.array([[2.0, 0.0], [0.0, 4.0]])))
    [[0.5  0.  ]
     [0.   0.25]]
    """
    return np.linalg.inv(a)


def inv_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    back = turned(F, out)
    return -F.matmul(F.matmul(back, g), back)


def inv_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    return -F.matmul(F.matmul(out, tangents[0]), out)


def solve(a: Array, b: Array) -> Array:
    """The x with a @ x = b; b is a vector, or a matrix of columns. dB = A⁻ᵀ g and dA = -dB xᵀ.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([1.0, 1.0])))
    [0.5  0.25]
    """
    return np.linalg.solve(a, b)


def _columns(F: Namespace, x: Array, b: Array) -> Array:
    """``x``, of the shape of the result, as columns: b may be one vector for many matrices."""
    return F.expand_dims(x, -1) if b.ndim == 1 else x


def solve_b(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    db = F.solve(turned(F, a), _columns(F, g, b))
    return unbroadcast(F, F.squeeze(db, -1) if b.ndim == 1 else db, b.shape)


def solve_a(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    db = F.solve(turned(F, a), _columns(F, g, b))
    return unbroadcast(F, -F.matmul(db, turned(F, _columns(F, out, b))), a.shape)


def solve_tangent(
    F: Namespace, tangents: tuple[Array, Array], out: Array, a: Array, b: Array
) -> Array:
    da, db = tangents
    moved = None if db is None else _columns(F, db, b)
    if da is not None:
        term = F.matmul(da, _columns(F, out, b))
        moved = -term if moved is None else moved - term
    dx = F.solve(a, moved)
    dx = F.squeeze(dx, -1) if b.ndim == 1 else dx
    return F.broadcast_to(dx, out.shape)


def det(a: Array) -> Array:
    """The determinant; its derivative by each entry is that entry's cofactor, det(A) A⁻ᵀ.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.det(np.array([[2.0, 1.0], [0.0, 4.0]])).round(6))
    8.0
    """
    return np.linalg.det(a)


def cofactors(F: Namespace, out: Array, a: Array) -> Array:
    """The derivatives of a determinant; of a singular matrix they are determinants of its parts."""
    if array_in(out).all():
        return _column(F, out) * turned(F, F.inv(a))
    n = a.shape[-1]
    others = np.array([[k for k in range(n) if k != i] for i in range(n)], np.intp)
    parts = F.getitem(a, (..., others[:, None, :, None], others[None, :, None, :]))
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return F.det(parts) * signs.astype(array_in(a).dtype)


def det_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    return _column(F, g) * cofactors(F, out, a)


def det_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    return F.sum(cofactors(F, out, a) * tangents[0], axis=(-2, -1))


def logabsdet(a: Array) -> Array:
    """log |det A|, also where the determinant leaves the dtype; dA = g A⁻ᵀ.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.logabsdet(np.diag([np.e, -1.0])))
    1.0
    """
    return np.linalg.slogdet(a)[1]


def logabsdet_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    return _column(F, g) * _slopes_of_log(F, a, out)


def _slopes_of_log(F: Namespace, a: Array, out: Array) -> Array:
    if np.isneginf(array_in(out)).any():
        raise np.linalg.LinAlgError(
            f"slogdet: a matrix of shape {a.shape} is singular: the logarithm of 0 has no "
            f"derivative; that of det has one"
        )
    return turned(F, F.inv(a))


def logabsdet_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    return F.sum(_slopes_of_log(F, a, out) * tangents[0], axis=(-2, -1))


def symmetric(F: Namespace, a: Array) -> Array:
    """(a + aᵀ) / 2, of which the decompositions of symmetric matrices are taken."""
    return (a + turned(F, a)) / 2


def cholesky(a: Array) -> Array:
    """The lower triangle L with L Lᵀ = A, for a symmetric positive definite A.

    Of a matrix that is not symmetric the symmetric part is taken, so that the gradient is
    symmetric too.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.cholesky(np.array([[4.0, 2.0], [2.0, 5.0]])))
    [[2. 0.]
     [1. 2.]]
    """
    return np.linalg.cholesky((a + a.swapaxes(-1, -2)) / 2)


def cholesky_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    back = turned(F, out)
    moved = F.matmul(back, g)
    half = F.solve(back, F.tril(moved) + turned(F, F.tril(moved, -1)))
    return turned(F, F.solve(back, turned(F, half))) / 2


def cholesky_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    half = turned(F, F.solve(out, symmetric(F, tangents[0])))
    moved = F.solve(out, half)
    return F.matmul(out, F.tril(moved) + F.tril(moved, -1)) / 2


def letters_of(a: Array) -> tuple[str, str]:
    """How a matrix, or a stack of them, is transposed; and how a number is made to fit it."""
    return ("T", "{}") if a.ndim == 2 else ("mT", "expand_dims({}, axis=(-2, -1))")


def inv_printed(a: Array) -> tuple[str, ...]:
    t, _ = letters_of(a)
    return (f"da = -out.{t} @ g @ out.{t}",)


def solve_printed(A: Array, B: Array) -> tuple[str, ...]:
    t, _ = letters_of(A)
    stack = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    if B.ndim > 1:
        db = f"solve(A.{t}, g)"
        da = f"-{db} @ out.{'T' if A.ndim == B.ndim == 2 else 'mT'}"
        shapes = (*stack, *A.shape[-2:]), (*stack, *B.shape[-2:])
        return f"dA = {summed(da, shapes[0], A.shape)}", f"dB = {summed(db, shapes[1], B.shape)}"
    if A.ndim == 2:
        return "dA = -outer(solve(A.T, g), out)", "dB = solve(A.T, g)"
    db = "solve(A.mT, expand_dims(g, axis=-1))"
    total = summed(f"squeeze({db}, axis=-1)", (*A.shape[:-2], B.shape[0]), B.shape)
    return f"dA = -{db} * expand_dims(out, axis=-2)", f"dB = {total}"


def det_printed(a: Array) -> tuple[str, ...]:
    t, fits = letters_of(a)
    if not np.all(np.linalg.det(a)):  # without a division: the products of the other values
        s, p = ("s", "P") if a.ndim == 2 else ("expand_dims(s, axis=-2)", "expand_dims(P, axis=-2)")
        parts = (
            f"P = prod(where(eye({a.shape[-1]}), 1, {s}), axis=-1); U = svd(a)[0]; s = svd(a)[1]; "
            f"Vh = svd(a)[2]"
        )
        return (f"da = {fits.format('g * det(U @ Vh)')} * (U * {p}) @ Vh where {parts}",)
    return (f"da = {fits.format('g * out')} * inv(a).{t}",)


def logabsdet_printed(a: Array) -> tuple[str, ...]:
    t, fits = letters_of(a)
    return (f"da = {fits.format('g')} * inv(a).{t}",)


def cholesky_printed(a: Array) -> tuple[str, ...]:
    t, _ = letters_of(a)
    both = f"tril(out.{t} @ g) + tril(out.{t} @ g, -1).{t}"
    return (f"da = solve(out.{t}, {both}) @ inv(out) / 2",)


def regular(*shape: int) -> Builder:
    """A builder of matrices that are far from singular."""

    def build(rng: np.random.Generator) -> Array:
        return 2 * np.eye(shape[-2], shape[-1]) + 0.4 * rng.standard_normal(shape)

    return build


def definite(*shape: int) -> Builder:
    """A builder of matrices whose symmetric part is positive definite, its eigenvalues apart."""

    def build(rng: np.random.Generator) -> Array:
        return np.diag(1.0 + 1.5 * np.arange(shape[-1])) + 0.2 * rng.standard_normal(shape)

    return build


def matrix_row(
    name: str,
    forward: Function,
    adjoint: Function,
    printed: Function,
    tangent: Function,
    build: Function,
    *sizes: Shape,
) -> ArrayRule:
    """A row of one operand, tried on matrices of these sizes and on none."""
    samples = [sample(build(*size)) for size in sizes]
    samples.append(sample(np.zeros((0, *sizes[0][-2:])), smooth=False))
    return ArrayRule(name, forward, (adjoint,), printed, tangent, tuple(samples))


SQUARES = ((3, 3), (2, 2, 2), (1, 1))

RULES = (
    matrix_row("inv", inv, inv_a, inv_printed, inv_tangent, regular, *SQUARES),
    ArrayRule(
        "solve",
        solve,
        (solve_a, solve_b),
        solve_printed,
        solve_tangent,
        (
            sample(regular(3, 3), (3,)),
            sample(regular(3, 3), (3, 2)),
            sample(regular(2, 3, 3), (2, 3, 2)),
            sample(regular(2, 2, 2), (2,)),
            sample(regular(2, 2), (3, 2, 1)),
            sample(regular(2, 1, 2, 2), (3, 2, 2)),
            sample(np.zeros((0, 2, 2)), np.zeros((0, 2, 1)), smooth=False),
            sample(np.zeros((0, 0)), np.zeros((0, 2)), smooth=False),
        ),
        arity=2,
    ),
    ArrayRule(
        "det",
        det,
        (det_a,),
        det_printed,
        det_tangent,
        (
            *(sample(regular(*size)) for size in SQUARES),
            sample(np.array([[1.0, 2.0, 0.5], [2.0, 4.0, 1.0], [0.0, 1.0, 3.0]])),
            sample(np.zeros((2, 2))),
            sample(np.array([[[1.0, 2.0], [2.0, 4.0]], [[0.0, 1.0], [3.0, 2.0]]])),
            sample(np.zeros((0, 2, 2)), smooth=False),
        ),
    ),
    matrix_row(
        "logabsdet",
        logabsdet,
        logabsdet_a,
        logabsdet_printed,
        logabsdet_tangent,
        regular,
        *SQUARES,
    ),
    matrix_row(
        "cholesky", cholesky, cholesky_a, cholesky_printed, cholesky_tangent, definite, *SQUARES
    ),
)
