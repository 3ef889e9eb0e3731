"""NumPy's own functions over nodes: each finds ours, or says that there is none.

A function without a derivative here raises; none ever returns plain numbers where a gradient would
have been lost in silence. Questions whose answer is no quantity (``allclose``, ``any``) are
answered plainly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.calculus import RULES, Function, Tree
from autograd.calculus.composed import of_triangle
from autograd.engine import ARRAY_FUNCTIONS, NODES, SCIPYS, UFUNCS
from autograd.functions.table import FUNCTIONS, matrix_trace, plain_function

#: Where NumPy has another name for one of our functions.
ALIASES = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "power": "pow",
    "float_power": "pow",
    "negative": "neg",
    "absolute": "abs",
    "fabs": "abs",
    "rint": "round",
    "around": "round",
    "remainder": "mod",
    "radians": "deg2rad",
    "degrees": "rad2deg",
}

#: Questions about the data.
QUESTIONS = (
    "allclose array_equal isclose any all count_nonzero nonzero result_type iscomplexobj isscalar "
    "array_repr array_str array2string may_share_memory shares_memory can_cast nanargmax nanargmin "
    "searchsorted logical_and logical_or logical_xor logical_not signbit"
).split()

#: Functions of SciPy beside the special ones, for which nothing of SciPy is needed.
SCIPYS_TOO = ("erf", "expit", "logit", "xlogy", "xlog1py")


def _register(target: Any, ours: Any) -> None:
    (UFUNCS if isinstance(target, np.ufunc) else ARRAY_FUNCTIONS)[target] = ours


for _name in (*FUNCTIONS, *ALIASES):
    if hasattr(np, _name):
        _register(getattr(np, _name), FUNCTIONS[ALIASES.get(_name, _name)])
for _name in QUESTIONS:
    _register(getattr(np, _name), plain_function(getattr(np, _name)))
for _name in (*[rule.name for rule in RULES.values() if rule.is_special], *SCIPYS_TOO):
    SCIPYS[{"digamma": "psi"}.get(_name, _name)] = FUNCTIONS[_name]
#: What NumPy keeps in folders of their own.
LINALG = (
    "norm inv solve det slogdet cholesky eigh eigvalsh svd svdvals qr pinv lstsq matrix_power "
    "multi_dot cond matrix_transpose matmul outer cross tensordot"
).split()
COMPLEX = ("fft ifft fft2 ifft2 fftn ifftn rfft irfft rfft2 irfft2 rfftn irfftn hfft ihfft").split()


def _complex(name: str) -> Function:
    def refuse(*args: Tree, **kwargs: Tree) -> Tree:
        raise TypeError(
            f"np.fft.{name} has no derivative here: the numbers of autograd are real; "
            f"take .data for the plain numbers"
        )

    return refuse


for _name in LINALG:
    _register(getattr(np.linalg, _name), FUNCTIONS[_name])
for _name in ("fftshift", "ifftshift"):
    _register(getattr(np.fft, _name), FUNCTIONS[_name])
for _name in COMPLEX:
    _register(getattr(np.fft, _name), _complex(_name))
_register(np.trace, matrix_trace)


def _diagonal(a: Tree, offset: int = 0) -> Tree:
    return FUNCTIONS["diagonal"](a, offset, -2, -1)


def _vecdot(a: Tree, b: Tree, axis: int = -1) -> Tree:
    return FUNCTIONS["sum"](FUNCTIONS["mul"](a, b), axis=axis)


def _matrix_norm(a: Tree, keepdims: bool = False, ord: float | str = "fro") -> Tree:
    return FUNCTIONS["norm"](a, ord, (-2, -1), keepdims)


def _vector_norm(
    a: Tree, axis: int | None = None, keepdims: bool = False, ord: float | str = 2
) -> Tree:
    if axis is not None:
        return FUNCTIONS["norm"](a, ord, axis, keepdims)
    out = FUNCTIONS["norm"](FUNCTIONS["ravel"](a), ord)
    return FUNCTIONS["reshape"](out, (1,) * np.ndim(a.data)) if keepdims else out


# There the matrix is in the last two axes, and the order is named.
_register(np.linalg.trace, lambda a, offset=0: FUNCTIONS["sum"](_diagonal(a, offset), axis=-1))
for _numpys, _ours in (
    ("diagonal", _diagonal),
    ("vecdot", _vecdot),
    ("matrix_norm", _matrix_norm),
    ("vector_norm", _vector_norm),
):
    _register(getattr(np.linalg, _numpys), _ours)
_register(np.vecdot, _vecdot)


# NumPy reads one triangle of a symmetric matrix, whatever is in the other one.
def _cholesky(a: Tree, *, upper: bool = False) -> Tree:
    out = FUNCTIONS["cholesky"](of_triangle(NODES, "cholesky", a, "U" if upper else "L"))
    return FUNCTIONS["swapaxes"](out, -1, -2) if upper else out


def _eigh(a: Tree, UPLO: str = "L") -> Tree:
    return FUNCTIONS["eigh"](a, UPLO.upper())


def _eigvalsh(a: Tree, UPLO: str = "L") -> Tree:
    return FUNCTIONS["eigvalsh"](a, UPLO.upper())


def _svd(a: Tree, full_matrices: bool = True, compute_uv: bool = True) -> Tree:
    """All vectors are NumPy's usual; where there are more than the matrix has, it is refused."""
    return FUNCTIONS["svd"](a, full_matrices, compute_uv)


def _einsum(*operands: Tree, optimize: object = True) -> Tree:
    return FUNCTIONS["einsum"](*operands)


def _sort(a: Tree, axis: int | None = -1, kind: str | None = None, stable: object = None) -> Tree:
    return FUNCTIONS["sort"](a, axis)  # which is stable, whatever the kind


def _matvec(a: Tree, b: Tree) -> Tree:
    return FUNCTIONS["squeeze"](FUNCTIONS["matmul"](a, FUNCTIONS["expand_dims"](b, -1)), -1)


def _vecmat(a: Tree, b: Tree) -> Tree:
    return FUNCTIONS["squeeze"](FUNCTIONS["matmul"](FUNCTIONS["expand_dims"](a, -2), b), -2)


_register(np.linalg.cholesky, _cholesky)
_register(np.linalg.eigh, _eigh)
_register(np.linalg.eigvalsh, _eigvalsh)
_register(np.linalg.svd, _svd)
_register(np.einsum, _einsum)
_register(np.sort, _sort)
for _name, _function in (("matvec", _matvec), ("vecmat", _vecmat)):
    if hasattr(np, _name):  # from NumPy 2.2 on
        _register(getattr(np, _name), _function)
#: The numbers are real.
for _name in ("real", "conjugate"):
    _register(getattr(np, _name), lambda a: a)
_register(np.positive, lambda a: a)
