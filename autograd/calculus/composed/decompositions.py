"""The parts of decompositions, and what is made of them: eigh svd qr slogdet lstsq cond ..."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from autograd.calculus import Function, Namespace
from autograd.calculus.array_rules import Array, array_in
from autograd.calculus.composed.assembling import as_array, somewhere


class Eigh(NamedTuple):
    """What ``eigh`` gives, under NumPy's names."""

    eigenvalues: Array
    eigenvectors: Array


class SVD(NamedTuple):
    """What ``svd`` gives, under NumPy's names."""

    U: Array
    S: Array
    Vh: Array


class QR(NamedTuple):
    """What ``qr`` gives, under NumPy's names."""

    Q: Array
    R: Array


class LogDet(NamedTuple):
    """What ``slogdet`` gives, under NumPy's names."""

    sign: Array
    logabsdet: Array


def _square(name: str, a: Array) -> Array:
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError(f"{name}: shape {a.shape}: the matrix must be square")
    return a


def of_triangle(F: Namespace, name: str, a: Array, UPLO: str) -> Array:
    """The symmetric matrix of which ``a`` has the upper or the lower triangle."""
    if UPLO not in ("L", "U"):
        raise ValueError(f"{name}: UPLO {UPLO!r} is unknown; use 'L' or 'U'")
    a = _square(name, a)
    part, strict = (F.tril(a), F.tril(a, -1)) if UPLO == "L" else (F.triu(a), F.triu(a, 1))
    return part + F.swapaxes(strict, -1, -2)


def eigh(F: Namespace, a: Array, UPLO: Literal["L", "U"] | None = None) -> tuple[Array, Array]:
    """Eigenvalues, ascending, and eigenvectors, in columns, of a symmetric matrix.

    Of a matrix that is not symmetric the symmetric part is taken, or the triangle that ``UPLO``
    names. The gradient through eigenvectors counts 0 where eigenvalues are equal.

    >>> import numpy as np
    >>> import autograd
    >>> w, V = autograd.eigh(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> print(w)
    [1. 3.]
    """
    a = as_array(a)
    if UPLO is None:
        terms = F.eigh_terms(a)
    else:
        terms = F.eigh_terms(of_triangle(F, "eigh", a, UPLO), UPLO)
    vectors = F.swapaxes(F.getitem(terms, (..., slice(1, None))), -1, -2)
    return Eigh(F.getitem(terms, (..., 0)), vectors)


def eigvalsh(F: Namespace, a: Array, UPLO: Literal["L", "U"] | None = None) -> Array:
    """The eigenvalues of a symmetric matrix, ascending.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.eigvalsh(np.array([[2.0, 1.0], [1.0, 2.0]])).round(6)
    array([1., 3.])
    """
    return eigh(F, a, UPLO)[0]


def svd(
    F: Namespace, a: Array, full_matrices: bool = False, compute_uv: bool = True
) -> tuple[Array, Array, Array]:
    """U, s and Vh with A = U diag(s) Vh, s descending; with ``compute_uv=False`` s alone.

    The gradient through the vectors counts 0 where singular values are equal, or 0.

    >>> import numpy as np
    >>> import autograd
    >>> U, s, Vh = autograd.svd(np.array([[3.0, 0.0], [0.0, 4.0]]))
    >>> print(s)
    [4. 3.]
    """
    a = as_array(a)
    m, n = a.shape[-2:] if a.ndim > 1 else (0, 0)
    if full_matrices and compute_uv and m != n:
        raise ValueError(
            f"svd: shape {a.shape}: the vectors that full_matrices adds have no derivative; "
            f"use full_matrices=False"
        )
    terms = F.svd_terms(a)
    s = F.getitem(terms, (..., m))
    if not compute_uv:
        return s  # type: ignore[no-any-return]
    U = F.swapaxes(F.getitem(terms, (..., slice(m))), -1, -2)
    return SVD(U, s, F.getitem(terms, (..., slice(m + 1, None))))


def svdvals(F: Namespace, a: Array) -> Array:
    """The singular values, descending.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.svdvals(np.array([[1.0, 2.0], [3.0, 4.0]])).round(4)
    array([5.465, 0.366])
    """
    return svd(F, a, compute_uv=False)


def qr(F: Namespace, a: Array, mode: Literal["reduced", "r"] = "reduced") -> tuple[Array, Array]:
    """Q with orthonormal columns and R, an upper triangle, with A = QR; with mode "r", R alone.

    Where columns are dependent there is no derivative: to ask for it raises.

    >>> import numpy as np
    >>> import autograd
    >>> Q, R = autograd.qr(np.array([[3.0], [4.0]]))
    >>> print(R)
    [[-5.]]
    """
    a = as_array(a)
    if mode not in ("reduced", "r"):
        raise ValueError(f"qr: mode {mode!r} has no derivative here; use 'reduced' or 'r'")
    m, n = a.shape[-2:] if a.ndim > 1 else (0, 0)
    terms = F.qr_terms(a if m >= n else F.getitem(a, (..., slice(m))))
    Q = F.swapaxes(F.getitem(terms, (..., slice(m))), -1, -2)
    R = F.getitem(terms, (..., slice(m, None)))
    if m < n:
        beside = F.matmul(F.swapaxes(Q, -1, -2), F.getitem(a, (..., slice(m, None))))
        R = F.concatenate([R, beside], axis=-1)
    return R if mode == "r" else QR(Q, R)


def slogdet(F: Namespace, a: Array) -> tuple[Array, Array]:
    """The sign of the determinant, which takes no gradient, and the logarithm of its size.

    >>> import numpy as np
    >>> import autograd
    >>> sign, log = autograd.slogdet(np.diag([1.0, -1.0]))
    >>> print(sign, log)
    -1.0 0.0
    """
    a = as_array(a)
    size = F.logabsdet(a)  # first: its errors name the remedy
    return LogDet(F.det_sign(a), size)


def det_sign(a: Array) -> Array:
    """The sign of a determinant, which is no row: its derivative is 0 or undefined."""
    return np.linalg.slogdet(a)[0]


def lstsq(
    F: Namespace, a: Array, b: Array, rcond: float | None = None
) -> tuple[Array, Array, Array, Array]:
    """The x for which |a x - b| is smallest, the residuals, the rank of a and its singular values.

    Of all such x the shortest. It has a derivative where the rank does not change.

    >>> import numpy as np
    >>> import autograd
    >>> x, *_ = autograd.lstsq(np.array([[1.0], [1.0]]), np.array([1.0, 3.0]))
    >>> print(x)
    [2.]
    """
    a, b = as_array(a), as_array(b)
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise ValueError(
            f"lstsq: shapes {a.shape} and {b.shape} do not fit; "
            f"give a matrix, and a b of as many rows"
        )
    m, n = a.shape
    s = svdvals(F, a)
    numbers = array_in(s)
    limit = np.finfo(numbers.dtype).eps * max(m, n) if rcond is None else rcond
    rank = int((numbers > limit * numbers.max(initial=0)).sum())
    x = F.matmul(F.pinv(a, limit), b)
    residuals = np.zeros(0, numbers.dtype)
    if rank == n < m:
        residuals = F.sum(F.square(F.matmul(a, x) - b), axis=0, keepdims=b.ndim == 1)
    return x, residuals, np.intp(rank), s


def matrix_power(F: Namespace, a: Array, n: int) -> Array:
    """The product of ``n`` factors a, by squaring; of the inverse where ``n`` is negative.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.matrix_power(np.array([[1.0, 1.0], [0.0, 1.0]]), 3))
    [[1. 3.]
     [0. 1.]]
    """
    a = _square("matrix_power", as_array(a))
    if n < 0:
        a, n = F.inv(a), -n
    out, square = None, a
    while n:
        if n % 2:
            out = square if out is None else F.matmul(out, square)
        n //= 2
        square = F.matmul(square, square) if n else square
    return a * 0 + np.eye(a.shape[-1], dtype=a.dtype) if out is None else out


def cond(F: Namespace, a: Array, p: float | str | None = None) -> Array:
    """How much a solution may grow an error: the norm of a times that of its inverse.

    Of a singular matrix it is inf, as in NumPy, and its gradient is not finite; near one it is the
    large number that NumPy gives, and the gradient is of the order of its square.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.cond(np.array([[3.0, 0.0], [0.0, 2.0]])))
    1.5
    """
    a = as_array(a)
    if 0 in a.shape[-2:]:
        raise ValueError(f"cond: shape {a.shape}; a matrix without elements has no condition")
    with np.errstate(divide="ignore", invalid="ignore"):
        if p in (None, 2, -2):
            s = svdvals(F, a)
            size, smallest = F.getitem(s, (..., 0)), F.getitem(s, (..., -1))
            out = smallest / size if p == -2 else size / smallest
        else:
            size = F.norm(a, ord=p, axis=(-2, -1))
            out = size * _norm_of_inverse(F, a, p)
    undefined = F.isnan(out) & ~F.isnan(size)  # of zeros alone
    return F.where(undefined, math.inf, out) if somewhere(undefined) else out


def _norm_of_inverse(F: Namespace, a: Array, order: float | str | None) -> Array:
    try:
        return F.norm(F.inv(a), ord=order, axis=(-2, -1))
    except np.linalg.LinAlgError:
        if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
            raise
    singular = np.linalg.slogdet(array_in(a))[0] == 0
    regular = F.where(singular[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), a)
    return F.where(singular, math.inf, F.norm(F.inv(regular), ord=order, axis=(-2, -1)))


FUNCTIONS: tuple[Function, ...] = (
    eigh, eigvalsh, svd, svdvals, qr, slogdet, lstsq, matrix_power, cond,
)  # fmt: skip
