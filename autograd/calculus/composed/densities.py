"""Logarithms of densities: normal_logpdf multivariate_normal_logpdf t_logpdf ..."""

from __future__ import annotations

import math

from autograd.calculus import Function, Namespace
from autograd.calculus.array_rules import Array
from autograd.calculus.composed.assembling import as_array


def normal_logpdf(F: Namespace, x: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
    """log of the normal density of mean ``loc`` and deviation ``scale``.

    >>> import autograd
    >>> round(autograd.normal_logpdf(1.0, scale=2.0), 6)
    -1.737086
    """
    return -0.5 * F.square((x - loc) / scale) - F.log(scale) - 0.5 * math.log(2 * math.pi)


def multivariate_normal_logpdf(F: Namespace, x: Array, mean: Array, cov: Array) -> Array:
    """log of the normal density of vectors (..., n), of mean (n,) and covariance (n, n).

    >>> import autograd
    >>> import numpy as np
    >>> density = autograd.multivariate_normal_logpdf(np.zeros(2), np.zeros(2), np.eye(2))
    >>> print(round(float(density), 4))
    -1.8379
    """
    deviation = as_array(x) - as_array(mean)
    L = F.cholesky(cov)
    if deviation.shape[-1:] != L.shape[-1:] or L.ndim != 2:
        raise ValueError(
            f"multivariate_normal_logpdf: vectors {deviation.shape} and a covariance of shape "
            f"{L.shape} do not fit; give (..., n) and (n, n)"
        )
    n = L.shape[0]
    rows = F.reshape(deviation, (-1, n))
    whitened = F.solve(L, F.transpose(rows))
    squares = F.reshape(F.sum(F.square(whitened), axis=0), deviation.shape[:-1])
    logdet = F.sum(F.log(F.diagonal(L)))
    return -0.5 * squares - logdet - 0.5 * n * math.log(2 * math.pi)


def t_logpdf(F: Namespace, x: Array, df: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
    """log of Student's density with ``df`` degrees of freedom.

    >>> import autograd
    >>> print(round(float(autograd.t_logpdf(0.5, 3.0)), 4))
    -1.161
    """
    z = (x - loc) / scale
    height = F.gammaln((df + 1) / 2) - F.gammaln(df * 0.5) - 0.5 * F.log(df * math.pi)
    return height - F.log(scale) - (df + 1) / 2 * F.log1p(z * z / df)


def gamma_logpdf(F: Namespace, x: Array, a: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
    """log of the gamma density of shape ``a``.

    >>> import autograd
    >>> print(round(float(autograd.gamma_logpdf(2.0, 3.0)), 4))
    -1.3069
    """
    z = (x - loc) / scale
    return F.xlogy(a - 1.0, z) - z - F.gammaln(a) - F.log(scale)


def beta_logpdf(F: Namespace, x: Array, a: Array, b: Array) -> Array:
    """log of the beta density.

    >>> import autograd
    >>> print(round(float(autograd.beta_logpdf(0.5, 2.0, 3.0)), 4))
    0.4055
    """
    return F.xlogy(a - 1.0, x) + F.xlog1py(b - 1.0, -x) - F.betaln(a, b)


def chi2_logpdf(F: Namespace, x: Array, df: Array) -> Array:
    """log of the density of a sum of ``df`` squares of standard normal numbers.

    >>> import autograd
    >>> print(round(float(autograd.chi2_logpdf(2.0, 3.0)), 4))
    -1.5724
    """
    return F.xlogy(df / 2 - 1.0, x) - x * 0.5 - F.gammaln(df / 2) - df * (0.5 * math.log(2))


def poisson_logpmf(F: Namespace, k: Array, mu: Array) -> Array:
    """log of the probability of ``k`` events of which ``mu`` are expected.

    >>> import autograd
    >>> print(round(float(autograd.poisson_logpmf(2, 3.0)), 4))
    -1.4959
    """
    return F.xlogy(k, mu) - F.gammaln(k + 1.0) - mu


def dirichlet_logpdf(F: Namespace, x: Array, alpha: Array) -> Array:
    """log of the Dirichlet density of parts x (..., n) that sum to 1, for ``alpha`` (n,).

    >>> import autograd
    >>> import numpy as np
    >>> x = autograd.dirichlet_logpdf(np.array([0.2, 0.8]), np.array([2.0, 3.0]))
    >>> print(round(float(x), 4))
    0.4292
    """
    x, alpha = as_array(x), as_array(alpha)
    if x.shape[-1:] != alpha.shape:
        raise ValueError(
            f"dirichlet_logpdf: parts {x.shape} and alpha {alpha.shape} do not fit; "
            f"give (..., n) and (n,)"
        )
    height = F.gammaln(F.sum(alpha)) - F.sum(F.gammaln(alpha))
    return F.sum(F.xlogy(alpha - 1.0, x), axis=-1) + height


FUNCTIONS: tuple[Function, ...] = (
    normal_logpdf, multivariate_normal_logpdf, t_logpdf, gamma_logpdf,
    beta_logpdf, chi2_logpdf, poisson_logpmf, dirichlet_logpdf,
)  # fmt: skip
