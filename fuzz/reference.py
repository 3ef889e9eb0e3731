"""The same programs in plain NumPy: NumPy's own function of the name, or the text of the row."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.calculus import RULES, Rule
from autograd.calculus.rules import PRIMITIVES

#: Rows that NumPy has under another name.
_OTHER_NAMES = {
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    "neg": "negative",
    "round": "rint",
}


#: What a row may name: NumPy's functions, and the rows above it.
_NAMES: dict[str, Any] = {
    **{name: getattr(np, name) for name in PRIMITIVES - {"erf"}},
    "erf": np.vectorize(math.erf, otypes=[float]),
    "pi": math.pi,
}


def _of_text(rule: Rule) -> Callable[..., Any]:
    """The text of the row, read by Python: none of the library's translations."""
    code = compile(rule.value, f"<row {rule.name}>", "eval")

    def function(*operands: Any) -> Any:
        return eval(code, {**_NAMES, **dict(zip(rule.args, operands, strict=True))})

    return function


def _elementwise(rule: Rule) -> Callable[..., Any]:
    function: Any = getattr(np, _OTHER_NAMES.get(rule.name, rule.name), None)
    if function is None or rule.name == "clip":
        function = _of_text(rule)
    _NAMES.setdefault(rule.name, function)
    return function  # type: ignore[no-any-return]


def linear(x: Any, w: Any, b: Any = None) -> Any:
    return x @ w if b is None else x @ w + b


def logsumexp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    top = np.max(a, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    total = np.log(np.sum(np.exp(a - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, _axes(a, axis))


def _axes(a: Any, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(a.ndim))
    return axis if isinstance(axis, tuple) else (axis,)


def log_softmax(a: Any, axis: Any = -1) -> Any:
    if not a.size:
        np.sum(a, axis=axis)  # an axis that is not there is an error
        return a.copy()
    return a - logsumexp(a, axis, keepdims=True)


def put_index(a: Any, index: Any, shape: Any) -> Any:
    out = np.zeros(shape, np.asarray(a).dtype)
    np.add.at(out, index, a)
    return out


def cross_entropy(
    logits: Any,
    targets: Any,
    weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """PyTorch's definition, one position after the other."""
    axis = 1 if logits.ndim > 1 else 0
    rows = np.moveaxis(logits, axis, -1)
    classes = rows.shape[-1]
    scale = np.ones(classes) if weight is None else weight
    soft = targets.shape == logits.shape
    wanted = np.moveaxis(targets, axis, -1) if soft else targets
    losses, shares = np.zeros(rows.shape[:-1]), np.zeros(rows.shape[:-1])
    for at in np.ndindex(rows.shape[:-1]):
        log_p = log_softmax(rows[at])
        if soft:
            q, shares[at] = wanted[at], 1.0
        elif wanted[at] == ignore_index:
            continue
        else:
            q, shares[at] = np.eye(classes)[wanted[at]], scale[wanted[at]]
        q = q * (1 - label_smoothing) + label_smoothing / classes
        losses[at] = -np.sum(np.where(q == 0, 0, q * scale * log_p))
    if reduction == "none":
        return losses
    return losses.sum() / (shares.sum() if reduction == "mean" else 1)


def _structural(names: str) -> dict[str, Callable[..., Any]]:
    return {name: getattr(np, name) for name in names.split()}


#: One function for every operation that a program may have.
REFERENCE: dict[str, Callable[..., Any]] = {
    **{name: _elementwise(rule) for name, rule in RULES.items() if not rule.is_special},
    **_structural(
        "sum mean prod max min var std cumsum cumprod matmul dot inner outer einsum reshape ravel "
        "transpose swapaxes moveaxis squeeze expand_dims broadcast_to concatenate stack take diag "
        "diagonal triu tril flip roll repeat tile pad sort split array_split trace vstack hstack "
        "column_stack diff vdot tensordot kron cross"
    ),
    "take_along_axis": lambda a, indices, axis=-1: np.take_along_axis(a, indices, axis),
    "norm": np.linalg.norm,
    "astype": lambda a, dtype: np.asarray(a).astype(dtype).astype(float),
    "getitem": lambda a, index: a[index],
    "put_index": put_index,
    "linear": linear,
    "logsumexp": logsumexp,
    "log_softmax": log_softmax,
    "softmax": lambda a, axis=-1: np.exp(log_softmax(a, axis)),
    "cross_entropy": cross_entropy,
}


#: Where infinities meet zeros our text here is not the last word, nor is NumPy: its products skip
#: a factor 0 in some shapes and not in others.
UNSETTLED = frozenset(
    "logsumexp log_softmax softmax cross_entropy norm linear matmul dot inner vdot tensordot "
    "einsum".split()
)


def is_tame(value: Any, most: float = 50.0) -> bool:
    """Whether differences of ``value`` are worth taking."""
    return bool(np.size(value) == 0 or np.max(np.abs(value)) < most)  # nan is not less


def slopes(f: Callable[[float], float], h: float = 1e-4) -> tuple[float, float]:
    """f'(0) by central differences, extrapolated; and how far two step sizes disagree."""
    wide = (f(h) - f(-h)) / (2 * h)
    narrow = (f(h / 2) - f(-h / 2)) / h
    if not math.isfinite(wide - narrow):
        return wide, math.inf
    return (4 * narrow - wide) / 3, abs(wide - narrow)


def is_kink(f: Callable[[float], float], slope: float, tolerance: float, h: float = 1e-6) -> bool:
    """Whether f bends or jumps near 0: its slopes to the left and to the right differ (elements
    that tie), or a step as short as ``h`` gives the ``slope`` that longer ones did not (a jump).
    """
    middle, right, left = f(0.0), f(h), f(-h)
    bends = abs((right - middle) - (middle - left)) > tolerance * h
    return bends or abs((right - left) / (2 * h) - slope) <= tolerance
