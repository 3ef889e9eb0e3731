"""Functions of a whole matrix: pinv, its inverse where it has none, and expm."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Namespace
from autograd.calculus.array_rules.core import Array, ArrayRule, array_in, sample
from autograd.calculus.array_rules.linalg import SQUARES, letters_of, matrix_row, regular, turned


def pinv(a: Array, rcond: float | None = None) -> Array:
    """The Moore-Penrose inverse; singular values below ``rcond`` times the largest count as 0.

    It has a derivative where the rank does not change: Golub and Pereyra (1973).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.pinv(np.array([[2.0], [0.0]])))
    [[0.5 0. ]]
    """
    return np.linalg.pinv(a) if rcond is None else np.linalg.pinv(a, rcond)


def pinv_a(F: Namespace, g: Array, out: Array, a: Array, rcond: float | None = None) -> Array:
    p, gT = turned(F, out), turned(F, g)
    inner = -F.matmul(F.matmul(p, g), p)
    left = gT - F.matmul(a, F.matmul(out, gT))
    right = gT - F.matmul(F.matmul(gT, out), a)
    return inner + F.matmul(F.matmul(left, out), p) + F.matmul(F.matmul(p, out), right)


def pinv_tangent(
    F: Namespace, tangents: tuple[Array], out: Array, a: Array, rcond: float | None = None
) -> Array:
    da, p = tangents[0], turned(F, out)
    dT = turned(F, da)
    left = dT - F.matmul(F.matmul(dT, a), out)
    right = dT - F.matmul(out, F.matmul(a, dT))
    inner = -F.matmul(F.matmul(out, da), out)
    return inner + F.matmul(F.matmul(out, p), left) + F.matmul(F.matmul(right, p), out)


#: The coefficients of the rational approximation of exp of degree 13.
_PADE = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
    129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0,
    960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip


def expm(a: Array) -> Array:
    """The exponential Σ Aⁿ/n! of a square matrix, by scaling and squaring.

    Higham, The scaling and squaring method for the matrix exponential revisited (2005).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.expm(np.array([[0.0, 1.0], [0.0, 0.0]])))
    [[1. 1.]
     [0. 1.]]
    """
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("the matrix is not square")
    if a.dtype == np.float16:  # as NumPy's linear algebra says, and before the sums overflow
        raise TypeError("array type float16 is unsupported in linalg")
    largest = float(np.abs(a).sum(axis=-2).max(initial=0.0))
    halvings = max(0, math.ceil(math.log2(largest / 5.37))) if 0 < largest < math.inf else 0
    a = a / 2**halvings
    one = np.eye(a.shape[-1], dtype=a.dtype)
    a2 = a @ a
    power, odd, even = one, _PADE[1] * one, _PADE[0] * one
    for i in range(2, 14, 2):
        power = power @ a2
        even = even + _PADE[i] * power
        odd = odd + _PADE[i + 1] * power
    odd = a @ odd
    out = np.linalg.solve(even - odd, even + odd)
    for _ in range(halvings):
        out = out @ out
    return out


def _corner(F: Namespace, a: Array, b: Array) -> Array:
    """The corner of expm of [[a, b], [0, a]]: the derivative of expm at a along b.

    Najfeld and Havel, Derivatives of the matrix exponential and their computation (1995).
    """
    n = a.shape[-1]
    above = F.concatenate([a, b], axis=-1)
    below = F.concatenate([np.zeros(a.shape, array_in(a).dtype), a], axis=-1)
    both = F.expm(F.concatenate([above, below], axis=-2))
    return F.getitem(both, (..., slice(None, n), slice(n, None)))


def expm_a(F: Namespace, g: Array, out: Array, a: Array) -> Array:
    return _corner(F, turned(F, a), g)


def expm_tangent(F: Namespace, tangents: tuple[Array], out: Array, a: Array) -> Array:
    return _corner(F, a, tangents[0])


def pinv_printed(a: Array, rcond: float | None) -> tuple[str, ...]:
    t, _ = letters_of(a)
    inner = f"-out.{t} @ g @ out.{t}"
    left = f"(g.{t} - a @ out @ g.{t}) @ out @ out.{t}"
    right = f"out.{t} @ out @ (g.{t} - g.{t} @ out @ a)"
    m, n = a.shape[-2:]
    # Of full rank one of the two is zero: the inverse is on that side.
    terms = [inner, *([left] if m > n else []), *([right] if m < n else [])]
    if np.linalg.matrix_rank(a).min(initial=min(m, n)) < min(m, n):
        terms = [inner, left, right]
    return (f"da = {' + '.join(terms)}",)


def expm_printed(a: Array) -> tuple[str, ...]:
    n = a.shape[-1]
    if a.ndim == 2:
        above, below = "concatenate([a.T, g], axis=1)", "concatenate([0 * a, a.T], axis=1)"
        return (f"da = expm(concatenate([{above}, {below}]))[:{n}, {n}:]",)
    above, below = "concatenate([a.mT, g], axis=-1)", "concatenate([0 * a, a.mT], axis=-1)"
    return (f"da = expm(concatenate([{above}, {below}], axis=-2))[..., :{n}, {n}:]",)


RULES = (
    ArrayRule(
        "pinv",
        pinv,
        (pinv_a,),
        pinv_printed,
        pinv_tangent,
        (
            sample(regular(3, 2)),
            sample(regular(2, 3)),
            sample(regular(2, 2, 2)),
            sample(np.array([[1.0, 2.0], [2.0, 4.0]]), rcond=1e-6, smooth=False),
            sample(np.zeros((0, 2, 3)), smooth=False),
        ),
    ),
    matrix_row("expm", expm, expm_a, expm_printed, expm_tangent, regular, *SQUARES),
)
