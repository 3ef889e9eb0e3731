"""``torch.linalg``: matrices and their decompositions; axes before the last two are a stack.

>>> import tracegrad.torch as torch
>>> A = torch.tensor([[2.0, 0.0], [0.0, 8.0]], requires_grad=True)
>>> torch.linalg.det(A).backward()
>>> A.grad
tensor([[8., 0.],
        [0., 2.]])
>>> torch.linalg.eigh(A.detach()).eigenvalues
tensor([2., 8.])
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

import autograd
from tracegrad.torch.tensors import array_of, lacking, lifted, over_tensors, wrapped

Eigh = namedtuple("Eigh", ["eigenvalues", "eigenvectors"])
Svd = namedtuple("Svd", ["U", "S", "Vh"])
Qr = namedtuple("Qr", ["Q", "R"])
Slogdet = namedtuple("Slogdet", ["sign", "logabsdet"])

_SAME = "cholesky det diagonal eigvalsh inv matmul matrix_power pinv solve svdvals".split()


def _parts(function: Callable[..., Any], kind: Callable[..., Any]) -> Callable[..., Any]:
    over = over_tensors(function)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return kind(*over(*args, **kwargs))

    return call


def eigh(A: Any, UPLO: str = "L") -> Any:
    """Eigenvalues, ascending, and eigenvectors, in columns, of a symmetric matrix."""
    return Eigh(*lifted(autograd.eigh, A, UPLO=UPLO))


def svd(A: Any, full_matrices: bool = True) -> Any:
    """A = U diag(S) Vh. Of a matrix that is not square take ``full_matrices=False``."""
    return Svd(*lifted(autograd.svd, A, full_matrices=full_matrices))


def norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Any:
    """The Euclidean norm of all elements, or the norm ``ord`` of vectors or of matrices."""
    return lifted(lambda x: autograd.norm(x, ord, axis=_axes(dim), keepdims=keepdim), A)


def vector_norm(x: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False) -> Any:
    """The norm ``ord`` along one axis, or of all elements as one vector."""
    if isinstance(dim, list | tuple):
        raise TypeError("vector_norm: dim is one axis, or None for all; flatten them first")
    if dim is None:
        out = norm(x.reshape(-1), ord)
        return out.reshape((1,) * x.ndim) if keepdim else out
    return norm(x, ord, dim, keepdim)


def matrix_norm(A: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False) -> Any:
    """The norm ``ord`` of the matrices in two axes."""
    return norm(A, ord, dim, keepdim)


def multi_dot(tensors: Any) -> Any:
    """The product of several matrices."""
    return lifted(lambda parts: autograd.multi_dot(parts), list(tensors))


def cross(input: Any, other: Any, *, dim: int = -1) -> Any:
    """The cross product of vectors of 3 along ``dim``."""
    return lifted(lambda a, b: autograd.cross(a, b, axis=dim), input, other)


def matrix_rank(A: Any, *, tol: Any = None, hermitian: bool = False) -> Any:
    """How many singular values are not 0; no gradient flows through it."""
    ranks: Any = np.linalg.matrix_rank
    return wrapped(np.asarray(ranks(array_of(A), array_of(tol), hermitian)))


def _axes(dim: Any) -> Any:
    return tuple(dim) if isinstance(dim, list | tuple) else dim


FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: over_tensors(getattr(autograd, name)) for name in _SAME if hasattr(autograd, name)
}
FUNCTIONS |= {"qr": _parts(autograd.qr, Qr), "slogdet": _parts(autograd.slogdet, Slogdet)}
FUNCTIONS |= {
    f.__name__: f
    for f in (eigh, svd, norm, vector_norm, matrix_norm, multi_dot, cross, matrix_rank)
}
globals().update(FUNCTIONS)


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


__all__ = sorted(FUNCTIONS)
