"""PyTorch's core operations (ATen) as functions over our Tensors.

A function takes what PyTorch made of the operation, for its shape and its indices, and then the
operands. An operation that is not here has no row; the ones that give no gradient are None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.engine import Tensor
from autograd.imports.aten_networks import NETWORKS
from autograd.imports.aten_shapes import SHAPES
from autograd.imports.recomputing import NoRow, Theirs, as_function
from autograd.imports.shaping import Axes, axes_of, data

#: Operations that are not decomposed: a reader knows them by name, and each is a row or a few.
KEPT = frozenset(
    "linear matmul einsum layer_norm group_norm mse_loss cross_entropy_loss softplus silu std "
    "scaled_dot_product_attention".split()
)

_SAME_NAME = (
    "abs exp exp2 expm1 log log1p log2 log10 sin cos tan sinh cosh tanh sqrt reciprocal neg sign "
    "floor ceil relu sigmoid silu erf erfc erfinv digamma square i0 sinc maximum minimum hypot "
    "xlogy logaddexp logaddexp2 matmul fmax fmin logit"
)
_OTHER_NAME = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "atan2": "arctan2", "lgamma": "gammaln", "mm": "matmul", "bmm": "matmul",
    "mv": "matmul", "dot": "matmul", "remainder": "mod", "special_xlog1py": "xlog1py",
}  # fmt: skip
#: Random draws; some take an operand for its shape alone.
DRAWS = frozenset(
    f"aten.{name}" for name in "rand randn rand_like randn_like bernoulli normal poisson".split()
)
#: Arrays of one number that take an operand for its shape alone, and steps.
_CONSTANTS = (
    "zeros_like ones_like full_like empty_like new_zeros new_ones new_full new_empty trunc "
    "heaviside"
)


def _add(_: Theirs, a: Quantity, b: Quantity, alpha: float = 1) -> Quantity:
    return F.add(a, b if alpha == 1 else F.mul(b, alpha))


def _sub(_: Theirs, a: Quantity, b: Quantity, alpha: float = 1) -> Quantity:
    return F.sub(a, b if alpha == 1 else F.mul(b, alpha))


def _rsub(_: Theirs, a: Quantity, b: Quantity, alpha: float = 1) -> Quantity:
    return F.sub(b, a if alpha == 1 else F.mul(a, alpha))


def _mul(_: Theirs, a: Quantity, b: Quantity) -> Quantity:
    return F.mul(a, b)


def _div(_: Theirs, a: Quantity, b: Quantity, rounding_mode: str | None = None) -> Quantity:
    if rounding_mode is None:
        return F.div(a, b)
    if rounding_mode == "floor":
        return F.floor(F.div(a, b))
    raise NoRow(f"rounding_mode={rounding_mode!r}")


def _pow(_: Theirs, a: Quantity, b: Quantity) -> Quantity:
    if b is not None and not isinstance(b, Tensor | np.ndarray):
        if b == 2:
            return F.square(a)
        if b == 0.5:
            return F.sqrt(a)
    return F.pow(a, b)


def _addmm(
    _: Theirs, b: Quantity, x: Quantity, w: Quantity, beta: float = 1, alpha: float = 1
) -> Quantity:
    if beta == alpha == 1 and np.ndim(data(b)) == 1:
        return F.linear(x, w, b)
    product = F.matmul(x, w)
    product = product if alpha == 1 else F.mul(product, alpha)
    return F.add(b if beta == 1 else F.mul(b, beta), product)


def _linear(_: Theirs, x: Quantity, w: Quantity, b: Quantity = None) -> Quantity:
    transposed = F.transpose(w)
    return F.matmul(x, transposed) if b is None else F.linear(x, transposed, b)


def _clamp(_: Theirs, x: Quantity, low: Quantity = None, high: Quantity = None) -> Quantity:
    if isinstance(low, Tensor | np.ndarray) or isinstance(high, Tensor | np.ndarray):
        x = x if low is None else F.maximum(x, low)
        return x if high is None else F.minimum(x, high)
    return F.clip(x, -np.inf if low is None else low, np.inf if high is None else high)


def _hardtanh(_: Theirs, x: Quantity, low: float = -1.0, high: float = 1.0) -> Quantity:
    numbers = data(x)
    inside = (numbers > low) & (numbers < high)  # at its ends, no gradient
    return F.where(inside, x, np.clip(numbers, low, high))


def _elu(
    _: Theirs, x: Quantity, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0
) -> Quantity:
    if input_scale != 1:
        raise NoRow(f"input_scale={input_scale}")
    out = F.elu(x, alpha)
    return out if scale == 1 else F.mul(out, scale)


def _softplus(_: Theirs, x: Quantity, beta: float = 1.0, threshold: float = 20.0) -> Quantity:
    scaled = x if beta == 1 else F.mul(x, beta)
    out = F.softplus(scaled) if beta == 1 else F.div(F.softplus(scaled), beta)
    linear = data(scaled) > threshold
    return F.where(linear, x, out) if linear.any() else out


def _gelu(_: Theirs, x: Quantity, approximate: str = "none") -> Quantity:
    return F.gelu_tanh(x) if approximate == "tanh" else F.gelu(x)


def _reduction(name: str) -> Callable[..., Quantity]:
    def reduce(
        _: Theirs, x: Quantity, axes: Axes = None, keepdim: bool = False, dtype: object = None
    ) -> Quantity:
        reduced = getattr(F, name)
        return reduced(x, axis=axes_of(axes), keepdims=keepdim)

    return reduce


def _variance(name: str) -> Callable[..., Quantity]:
    def reduce(
        _: Theirs,
        x: Quantity,
        axes: Axes | bool = None,
        unbiased: bool = True,
        keepdim: bool = False,
        correction: float | None = None,
    ) -> Quantity:
        if isinstance(axes, bool):  # the overload with unbiased alone
            unbiased = axes
        along = None if isinstance(axes, bool) else axes_of(axes)
        ddof = (1 if unbiased else 0) if correction is None else correction
        return getattr(F, name)(x, axis=along, ddof=ddof, keepdims=keepdim)

    return reduce


def _var_mean(theirs: Theirs, x: Quantity, axes: Axes = None, **named: Quantity) -> Quantity:
    mean = F.mean(x, axis=axes_of(axes), keepdims=named.get("keepdim", False))
    return _variance("var")(theirs, x, axes, **named), mean


def _extreme(name: str) -> Callable[..., Quantity]:
    """``max`` of all numbers, or along an axis with its places: the gradient goes to these."""

    def extreme(
        theirs: Theirs, x: Quantity, axis: int | None = None, keepdim: bool = False
    ) -> Quantity:
        if axis is None:
            return getattr(F, name)(x)
        places = theirs[1] if keepdim else np.expand_dims(theirs[1], axis)
        out = F.take_along_axis(x, places, axis)
        return (out if keepdim else F.squeeze(out, axis)), theirs[1]

    return extreme


def _sort(theirs: Theirs, x: Quantity, dim: int = -1, *_: object, **__: object) -> Quantity:
    return F.take_along_axis(x, theirs[1], dim), theirs[1]


def _topk(theirs: Theirs, x: Quantity, k: int, dim: int = -1, *_: object) -> Quantity:
    return F.take_along_axis(x, theirs[1], dim), theirs[1]


def _norm(
    _: Theirs, x: Quantity, ord: float = 2, axes: Axes = None, keepdim: bool = False, **__: object
) -> Quantity:
    if axes is None:
        return F.norm(F.ravel(x), ord)
    axes = axes_of(axes)
    if isinstance(axes, tuple) and len(axes) > 1 and ord == 2:
        return F.sqrt(F.sum(F.square(x), axis=axes, keepdims=keepdim))
    return F.norm(x, ord, axes[0] if isinstance(axes, tuple) else axes, keepdim)


def _where(_: Theirs, condition: Quantity, a: Quantity, b: Quantity) -> Quantity:
    return F.where(data(condition), a, b)


def _mse(_: Theirs, a: Quantity, b: Quantity, reduction: int = 1) -> Quantity:
    squares = F.square(F.sub(a, b))
    return squares if reduction == 0 else (F.mean if reduction == 1 else F.sum)(squares)


def _einsum(_: Theirs, subscripts: str, operands: Sequence[Quantity], **__: object) -> Quantity:
    return F.einsum(subscripts.replace(" ", ""), *operands)


def _fmod(_: Theirs, a: Quantity, b: Quantity) -> Quantity:
    return F.sub(a, np.trunc(data(a) / data(b)) * b)


def _rsqrt(_: Theirs, x: Quantity) -> Quantity:
    return F.reciprocal(F.sqrt(x))


def _round(_: Theirs, x: Quantity, decimals: int = 0) -> Quantity:
    if decimals:
        raise NoRow(f"decimals={decimals}")
    return F.round(x)


def _cumulative(name: str) -> Callable[..., Quantity]:
    return lambda _, x, axis, **__: getattr(F, name)(x, axis)


_TABLE: dict[str, Callable[..., Quantity] | None] = {
    **{name: as_function(name) for name in _SAME_NAME.split()},
    **{name: as_function(row) for name, row in _OTHER_NAME.items()},
    **dict.fromkeys(_CONSTANTS.split()),
    **{name: _reduction(name) for name in ("sum", "mean", "prod")},
    "amax": _reduction("max"), "amin": _reduction("min"),
    "var": _variance("var"), "std": _variance("std"), "var_mean": _var_mean,
    "max": _extreme("max"), "min": _extreme("min"), "sort": _sort, "topk": _topk,
    "cumsum": _cumulative("cumsum"), "cumprod": _cumulative("cumprod"),
    "linalg_vector_norm": _norm, "dist": lambda theirs, a, b, p=2: _norm(theirs, F.sub(a, b), p),
    "add": _add, "sub": _sub, "rsub": _rsub, "mul": _mul, "div": _div, "pow": _pow,
    "fmod": _fmod, "rsqrt": _rsqrt, "round": _round, "where": _where, "addmm": _addmm,
    "linear": _linear, "einsum": _einsum, "clamp": _clamp,
    "clamp_min": lambda theirs, x, low: _clamp(theirs, x, low),
    "clamp_max": lambda theirs, x, high: _clamp(theirs, x, None, high),
    "hardtanh": _hardtanh, "elu": _elu, "softplus": _softplus, "gelu": _gelu, "mse_loss": _mse,
    "leaky_relu": lambda _, x, slope=0.01: F.leaky_relu(x, slope),
    **SHAPES,
    **NETWORKS,
}  # fmt: skip
#: Our function for each operation, under the name that a traced program has for it.
ATEN = {f"aten.{name}": function for name, function in _TABLE.items()}
