"""Averages, quantiles, covariances: average median quantile percentile partition cov corrcoef."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Arrays, Axis, DTypeLike, Function, Namespace, Numbers
from autograd.calculus.array_rules import Array, array_in, axes_of
from autograd.calculus.composed.assembling import as_array, somewhere, widened


def average(
    F: Namespace, a: Array, axis: Axis = None, weights: Array = None, keepdims: bool = False
) -> Array:
    """Σ w a / Σ w over ``axis``; ``weights`` of the shape of ``a``, or one for each place of it.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.average(np.array([1.0, 2.0, 6.0]), weights=[2.0, 1.0, 1.0]))
    2.5
    """
    a = as_array(a)
    if weights is None:
        return F.mean(a, axis=axis, keepdims=keepdims)
    weights = as_array(weights)
    if weights.shape != a.shape:
        axes = axes_of(axis, a.ndim)
        if axis is None or weights.shape != tuple(a.shape[i] for i in axes):
            raise ValueError(
                f"average: weights {weights.shape} do not fit {a.shape}; give the shape of a, or "
                f"one weight for each place along axis"
            )
        weights = F.transpose(weights, tuple(np.argsort(np.argsort(axes)).tolist()))
        weights = F.reshape(weights, tuple(n if i in axes else 1 for i, n in enumerate(a.shape)))
    share = F.sum(F.broadcast_to(weights, a.shape), axis=axis, keepdims=keepdims)
    if not np.all(array_in(as_array(share))):
        raise ZeroDivisionError("average: the weights sum to 0; no average is defined")
    return F.sum(weights * a, axis=axis, keepdims=keepdims) / share


def quantile(
    F: Namespace,
    a: Array,
    q: float | Sequence[float] | Arrays,
    axis: Axis = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Array:
    """The number below which a part ``q`` of the elements lies, by any of NumPy's methods.

    Its gradient goes to the one or two elements that it is read from.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.quantile(np.array([1.0, 2.0, 6.0, 7.0]), 0.25))
    1.75
    """
    return _quantile(F, "quantile", a, np.asarray(q, np.float64), axis, method, keepdims)


def percentile(
    F: Namespace,
    a: Array,
    q: float | Sequence[float] | Arrays,
    axis: Axis = None,
    method: str = "linear",
    keepdims: bool = False,
) -> Array:
    """``quantile`` with ``q`` in percent.

    >>> import autograd
    >>> import numpy as np
    >>> print(autograd.percentile(np.array([1.0, 2.0, 4.0]), 50))
    2.0
    """
    return _quantile(F, "percentile", a, np.asarray(q) / 100, axis, method, keepdims)


def median(F: Namespace, a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The middle element in order, or the mean of the two middle ones.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.median(np.array([5.0, 1.0, 2.0])))
    2.0
    """
    return _quantile(F, "median", a, np.asarray(0.5), axis, "linear", keepdims)


def _quantile(
    F: Namespace, name: str, a: Array, q: Array, axis: Axis, method: str, keepdims: bool
) -> Array:
    a = as_array(a)
    a = a.astype(np.float64) if a.dtype.kind in "biu" else a
    if ((q < 0) | (q > 1)).any():
        raise ValueError(f"{name}: q must be within 0 and {100 if name == 'percentile' else 1}")
    axes = axes_of(axis, a.ndim)
    others = tuple(i for i in range(a.ndim) if i not in axes)
    rest = tuple(a.shape[i] for i in others)
    n = math.prod(a.shape[i] for i in axes)
    if not n:
        raise ValueError(f"{name}: shape {a.shape} has no element to choose along axis {axis}")
    in_order = F.sort(F.reshape(F.transpose(a, (*axes, *others)), (n, *rest)), axis=0)
    # NumPy's method says between which places of the sorted elements the quantile lies.
    place = np.asarray(np.quantile(np.arange(float(n)), q, method=method))  # type: ignore[call-overload]
    low = np.floor(place).astype(np.intp)
    share = (place - low).reshape(place.shape + (1,) * len(rest))
    lower = F.getitem(in_order, low)
    out = lower
    if share.any():
        upper = F.getitem(in_order, np.minimum(low + 1, n - 1))
        out = lower + (upper - lower) * share.astype(lower.dtype)
    last = F.isnan(F.getitem(in_order, -1))  # where nan sorts to
    if somewhere(last):
        out = F.where(last, np.nan, out)
    if keepdims:
        shape = tuple(1 if i in axes else k for i, k in enumerate(a.shape))
        out = F.reshape(out, (*place.shape, *shape))
    return out


def partition(F: Namespace, a: Array, kth: int | Sequence[int], axis: int | None = -1) -> Array:
    """Elements along ``axis`` with those at ``kth`` where sorting would have them.

    Smaller ones are before them, larger ones behind, each with its own gradient.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.partition(np.array([3.0, 1.0, 2.0]), 1)
    array([1., 2., 3.])
    """
    a = as_array(a)
    if axis is None:
        a, axis = F.ravel(a), 0
    return F.take_along_axis(a, F.argpartition(a, kth=kth, axis=axis), axis)


def cov(
    F: Namespace,
    m: Array,
    y: Array = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Numbers | None = None,
    aweights: Numbers | None = None,
) -> Array:
    """Covariances of the rows of ``m`` (its columns with ``rowvar=False``), as ``numpy.cov``.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.cov(np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])))
    [[1. 2.]
     [2. 4.]]
    """
    x = _variables(F, m, y, rowvar)
    return _in_dtype(F, _cov(F, _in_float32(F, x), bias, ddof, fweights, aweights), x.dtype)


def _cov(
    F: Namespace,
    x: Array,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Numbers | None = None,
    aweights: Numbers | None = None,
) -> Array:
    if x.ndim == 2 and not x.shape[0]:
        return F.matmul(x, F.transpose(x))
    if x.ndim != 2:
        raise ValueError(f"cov: shape {x.shape}; give a matrix, a variable in each row")
    n, total = x.shape[1], float(x.shape[1])
    ddof = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        centred = x - F.mean(x, axis=1, keepdims=True)
        weighted, count = centred, total - ddof
    else:
        counts = np.ones(n) if fweights is None else np.asarray(fweights, np.float64)
        importance = np.ones(n) if aweights is None else np.asarray(aweights, np.float64)
        if counts.shape != (n,) or importance.shape != (n,):
            raise ValueError(
                f"cov: weights of shapes {counts.shape} and {importance.shape} for {n} observations"
            )
        w = counts * importance
        total = float(w.sum())
        centred = x - F.sum(x * w, axis=1, keepdims=True) / total
        weighted = centred * w
        count = total - ddof * (float((w * importance).sum()) / total)
    return F.squeeze(F.matmul(weighted, F.transpose(centred)) / max(count, 0.0))


def _in_float32(F: Namespace, x: Array) -> Array:
    """Numbers of float16, whose squares and slopes of quotients may pass the end of that dtype."""
    return F.astype(x, np.float32) if x.dtype == np.float16 else x


def _in_dtype(F: Namespace, x: Array, dtype: DTypeLike) -> Array:
    return F.astype(x, dtype) if dtype == np.float16 else x


def _variables(F: Namespace, m: Array, y: Array, rowvar: bool) -> Array:
    """The variables in rows, those of ``y`` below those of ``m``."""
    rows = []
    for x in (m,) if y is None else (m, y):
        x = as_array(x)
        rows.append(F.transpose(x) if not rowvar and x.ndim == 2 else widened(F, x, 2))
    m = rows[0]
    # NumPy has no covariances with a matrix without rows.
    return m if y is None or (m.ndim == 2 and not m.shape[0]) else F.concatenate(rows, axis=0)


def corrcoef(F: Namespace, x: Array, y: Array = None, rowvar: bool = True) -> Array:
    """Correlations of the rows: covariances divided by both standard deviations.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.corrcoef(np.array([[1.0, 2.0], [3.0, 4.0]])).round(6)
    array([[1., 1.],
           [1., 1.]])
    """
    x = _variables(F, x, y, rowvar)
    c = _cov(F, _in_float32(F, x))
    if c.ndim:
        deviation = F.sqrt(F.diagonal(c))
        c = c / F.expand_dims(deviation, 1) / deviation
    else:
        c = c / c
    return _in_dtype(F, c, x.dtype)


FUNCTIONS: tuple[Function, ...] = (
    average, median, quantile, percentile, partition, cov, corrcoef,
)  # fmt: skip
