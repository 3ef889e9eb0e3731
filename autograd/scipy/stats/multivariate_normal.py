"""The normal distribution of vectors, of mean (n,) and covariance (n, n).

The derivatives are those of Petersen and Pedersen, The matrix cookbook (2012): with the deviation d
and w = cov⁻¹ d they are -w by x, w by the mean and ½ (w wᵀ - cov⁻¹) by the covariance.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.stats as _scipys

from autograd.calculus import Array, Function, Quantity
from autograd.engine import NODES as F
from autograd.engine import Node
from autograd.extend import defvjp, primitive, unbroadcast


@primitive
def _regular(x: Array, mean: Array, cov: Array) -> Quantity:
    return F.multivariate_normal_logpdf(x, mean, cov)


def _whitened(x: Quantity, mean: Quantity, cov: Quantity) -> Quantity:
    """cov⁻¹ (x - mean), for every vector x."""
    deviation = x - mean
    n = cov.shape[-1]
    flat = F.reshape(deviation, (-1, n))
    return F.reshape(F.transpose(F.solve(cov, F.transpose(flat))), deviation.shape)


def _by_vector(of: int, sign: float) -> Function:
    def make(out: Quantity, *args: Quantity) -> Function:
        return lambda g: unbroadcast(
            args[of], sign * F.expand_dims(F.mul(g, 1.0), -1) * _whitened(*args)
        )

    return make


def _by_cov(out: Quantity, x: Quantity, mean: Quantity, cov: Quantity) -> Function:
    def pull(g: Quantity) -> Quantity:
        w = F.reshape(_whitened(x, mean, cov), (-1, cov.shape[-1]))
        weights = F.reshape(F.mul(g, 1.0), (-1, 1))
        return 0.5 * (F.matmul(F.transpose(w), weights * w) - F.sum(weights) * F.inv(cov))

    return pull


defvjp(_regular, _by_vector(0, -1.0), _by_vector(1, 1.0), _by_cov)


def logpdf(x: Quantity, mean: Quantity, cov: Quantity, allow_singular: bool = False) -> Quantity:
    """log of the density; of a singular covariance that on the directions which it has."""
    if not allow_singular:
        vectors = [v if isinstance(v, Node) else np.asarray(v, float) for v in (x, mean, cov)]
        return _regular(*vectors)
    scales = F.eigvalsh(cov)
    there = np.asarray(scales.data if isinstance(scales, Node) else scales) > 1e-10
    deviation = F.sub(x, mean)
    squares = F.sum(F.mul(F.matmul(deviation, F.pinv(cov, 1e-10)), deviation), axis=-1)
    logdet = F.sum(F.log(F.where(there, scales, 1.0)))
    return -0.5 * (squares + logdet + int(there.sum()) * math.log(2 * math.pi))


def pdf(x: Quantity, mean: Quantity, cov: Quantity, allow_singular: bool = False) -> Quantity:
    """The density."""
    return F.exp(logpdf(x, mean, cov, allow_singular))


def entropy(mean: Quantity, cov: Quantity) -> Quantity:
    """½ log det(2πe·cov), in nats."""
    return F.mul(0.5, F.logabsdet(F.mul(2 * math.pi * math.e, cov)))


def __getattr__(name: str) -> Quantity:
    return getattr(_scipys.multivariate_normal, name)
