"""Products of arrays that are one product of the table: tensordot kron cross multi_dot ..."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Function, Namespace, short
from autograd.calculus.array_rules import Array, axes_of
from autograd.calculus.composed.assembling import as_array, widened


def vdot(F: Namespace, a: Array, b: Array) -> Array:
    """Σ a b over all elements, which must be as many in both.

    >>> import autograd
    >>> import numpy as np
    >>> print(autograd.vdot(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    11.0
    """
    return F.dot(F.ravel(a), F.ravel(b))


def tensordot(
    F: Namespace, a: Array, b: Array, axes: int | Sequence[int] | Sequence[Sequence[int]] = 2
) -> Array:
    """The sum of products over pairs of axes, as ``numpy.tensordot``: one matrix product.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.tensordot(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0]), axes=1)
    array([ 5., 11.])
    """
    a, b = as_array(a), as_array(b)
    if isinstance(axes, int | np.integer):
        axes = range(a.ndim - int(axes), a.ndim), range(int(axes))
    of_a, of_b = (np.atleast_1d(part).astype(int).tolist() for part in axes)
    pairs = zip(of_a, of_b, strict=True) if len(of_a) == len(of_b) else [(a.ndim, b.ndim)]
    if not all(
        -a.ndim <= i < a.ndim and -b.ndim <= k < b.ndim and a.shape[i] == b.shape[k]
        for i, k in pairs
    ):
        raise ValueError(
            f"tensordot: shapes {a.shape} and {b.shape} do not fit along axes {of_a} and {of_b}"
        )
    of_a, of_b = [i % a.ndim for i in of_a], [k % b.ndim for k in of_b]
    kept_a = [i for i in range(a.ndim) if i not in of_a]
    kept_b = [i for i in range(b.ndim) if i not in of_b]
    rows, columns = [a.shape[i] for i in kept_a], [b.shape[i] for i in kept_b]
    inner = math.prod(a.shape[i] for i in of_a)
    left = F.reshape(F.transpose(a, (*kept_a, *of_a)), (math.prod(rows), inner))
    right = F.reshape(F.transpose(b, (*of_b, *kept_b)), (inner, math.prod(columns)))
    return F.reshape(F.matmul(left, right), (*rows, *columns))


def kron(F: Namespace, a: Array, b: Array) -> Array:
    """The Kronecker product: every a[i] times the whole of b; axes are matched from the last.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.kron(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([3., 4., 6., 8.])
    """
    axes = max(as_array(a).ndim, as_array(b).ndim)
    a, b = widened(F, a, axes), widened(F, b, axes)
    wide = F.expand_dims(a, tuple(range(1, 2 * axes, 2)))
    product = wide * F.expand_dims(b, tuple(range(0, 2 * axes, 2)))
    return F.reshape(product, tuple(m * n for m, n in zip(a.shape, b.shape)))


def cross(
    F: Namespace,
    a: Array,
    b: Array,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Array:
    """The vector product along one axis of length 3 of each operand, the last one if not named.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.cross(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    array([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = as_array(a), as_array(b)
    (of_a,), (of_b,) = axes_of(axisa, a.ndim), axes_of(axisb, b.ndim)
    if a.shape[of_a] != 3 or b.shape[of_b] != 3:
        raise ValueError(
            f"cross: shapes {a.shape} and {b.shape}: axes {axisa} and {axisb} must have length 3"
        )
    a = F.moveaxis(a, of_a, -1) if of_a != a.ndim - 1 else a
    b = F.moveaxis(b, of_b, -1) if of_b != b.ndim - 1 else b
    ahead, behind = [1, 2, 0], [2, 0, 1]
    out = F.take(a, ahead, axis=-1) * F.take(b, behind, axis=-1) - F.take(
        a, behind, axis=-1
    ) * F.take(b, ahead, axis=-1)
    return out if axisc in (-1, out.ndim - 1) else F.moveaxis(out, -1, axisc)


def multi_dot(F: Namespace, arrays: Sequence[Array]) -> Array:
    """The product of two or more matrices, in the order that is cheapest; the ends may be vectors.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.multi_dot([np.ones((2, 3)), np.ones((3, 4)), np.ones(4)]))
    [12. 12.]
    """
    arrays = [as_array(a) for a in arrays]
    ends = (1, 2) if len(arrays) > 1 else ()
    if not all(a.ndim in ends for a in (*arrays[:1], *arrays[-1:])) or not all(
        a.ndim == 2 for a in arrays[1:-1]
    ):
        shapes = " and ".join(str(a.shape) for a in arrays)
        raise ValueError(f"multi_dot: shapes {shapes}; give two or more matrices, vectors at ends")
    letters = [chr(97 + i) + chr(98 + i) for i in range(len(arrays))]
    letters[0] = letters[0][2 - arrays[0].ndim :]
    letters[-1] = letters[-1][: arrays[-1].ndim]
    result = letters[0][:-1] + letters[-1][1:]
    return F.einsum(f"{','.join(letters)}->{result}", *arrays)


def convolve(F: Namespace, a: Array, v: Array, mode: str = "full") -> Array:
    """Sums of a[i] v[k - i] of two vectors, as ``numpy.convolve``.

    ``mode`` is "full", "same" (as long as the longer vector) or "valid" (where both overlap
    completely).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, -1.0])))
    [ 1.  1.  1. -3.]
    """
    a, v = widened(F, a, 1), widened(F, v, 1)
    if a.ndim != 1 or v.ndim != 1 or not a.size or not v.size:
        raise ValueError(f"convolve: shapes {a.shape} and {v.shape}; give two vectors, not empty")
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"convolve: mode {short(mode)} is unknown; use 'full', 'same' or 'valid'")
    if v.size > a.size:
        a, v = v, a
    n = v.size
    before, after = {"full": (n - 1, n - 1), "same": (n // 2, n - 1 - n // 2), "valid": (0, 0)}[
        mode
    ]
    # Windows of a from behind, one in a row; each as long as v.
    padded = F.pad(a, (before, after))
    places = np.arange(padded.shape[0] - n + 1)[:, None] + np.arange(n)[::-1]
    return F.matmul(F.getitem(padded, places), v)


def correlate(F: Namespace, a: Array, v: Array, mode: str = "valid") -> Array:
    """Sums of a[i + k] v[i] of two vectors, as ``numpy.correlate``.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.correlate(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0]))
    array([2., 3.])
    """
    a, v = widened(F, a, 1), widened(F, v, 1)
    if v.size > a.size:
        return F.flip(correlate(F, v, a, mode))
    return convolve(F, a, F.flip(v), mode)


FUNCTIONS: tuple[Function, ...] = (vdot, tensordot, kron, cross, multi_dot, convolve, correlate)
