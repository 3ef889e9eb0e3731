"""The same programs in plain NumPy: NumPy's own function of the name, or the text of the row."""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.calculus.rules import PRIMITIVES
from fuzz.windows_reference import OF_WINDOWS

#: Rows that NumPy has under another name.
_OTHER_NAMES = {
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    "neg": "negative",
    "round": "rint",
}


HAS_SCIPY = importlib.util.find_spec("scipy") is not None

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
    if rule.is_special:
        special: Any = importlib.import_module("scipy.special")
        return getattr(special, {"digamma": "psi"}.get(rule.name, rule.name))  # type: ignore[no-any-return]
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
    """Only integers in an array can name an element twice: these are added, and 0.0 + -0.0 is 0.0.

    Any other index assigns, which keeps the sign of a zero.
    """
    out = np.zeros(shape, np.asarray(a).dtype)
    parts = index if isinstance(index, tuple) else (index,)
    if any(np.ndim(part) and np.asarray(part).dtype.kind == "i" for part in parts):
        np.add.at(out, index, a)
    else:
        out[index] = a
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


def symmetric(a: Any) -> Any:
    return (a + np.swapaxes(a, -1, -2)) / 2


def eigh(a: Any, UPLO: Any = None) -> Any:
    return np.linalg.eigh(a if UPLO else symmetric(a), UPLO or "L")


def eigh_terms(a: Any) -> Any:
    values, vectors = eigh(a)
    return np.concatenate([values[..., None], np.swapaxes(vectors, -1, -2)], -1)


def svd_terms(a: Any) -> Any:
    U, s, Vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([np.swapaxes(U, -1, -2), s[..., None], Vh], -1)


def qr_terms(a: Any) -> Any:
    Q, R = np.linalg.qr(a)
    return np.concatenate([np.swapaxes(Q, -1, -2), R], -1)


def expm(a: Any) -> Any:
    """The series, of a matrix made small and the result squared as often as it was halved."""
    small, term = a / 64, np.zeros(a.shape) + np.eye(a.shape[-1])
    out = term
    for n in range(1, 25):
        term = term @ small / n
        out = out + term
    for _ in range(6):
        out = out @ out
    return out


def normal_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return -(((x - loc) / scale) ** 2) / 2 - np.log(scale * math.sqrt(2 * math.pi))


def _densities() -> dict[str, Callable[..., Any]]:
    if not HAS_SCIPY:
        return {}
    stats: Any = importlib.import_module("scipy.stats")
    return {
        **{f"{name}_logpdf": getattr(stats, name).logpdf for name in ("t", "beta", "chi2")},
        "multivariate_normal_logpdf": lambda x, mean, cov: stats.multivariate_normal.logpdf(
            x, mean, symmetric(cov)
        ),
        "gamma_logpdf": lambda x, a: stats.gamma.logpdf(x, a),
        "poisson_logpmf": stats.poisson.logpmf,
        "dirichlet_logpdf": dirichlet_logpdf,
    }


def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """SciPy's refuses parts that do not sum to 1, which those that differences take do not."""
    special: Any = importlib.import_module("scipy.special")
    height = special.gammaln(np.sum(alpha)) - np.sum(special.gammaln(alpha))
    return np.sum((alpha - 1) * np.log(x), axis=-1) + height


def _of(namespace: Any, names: str) -> dict[str, Callable[..., Any]]:
    return {name: getattr(namespace, name) for name in names.split()}


#: One function for every operation that a program may have.
REFERENCE: dict[str, Callable[..., Any]] = {
    **{name: rule.forward for name, rule in ARRAY_RULES.items()},  # rows without a word below
    **{
        name: _elementwise(rule) for name, rule in RULES.items() if HAS_SCIPY or not rule.is_special
    },
    **_of(
        np,
        "sum mean prod max min var std cumsum cumprod matmul dot inner outer einsum reshape ravel "
        "transpose swapaxes moveaxis squeeze expand_dims broadcast_to concatenate stack take diag "
        "diagonal triu tril flip roll repeat tile pad sort split array_split trace vstack hstack "
        "column_stack diff vdot tensordot kron cross append atleast_1d atleast_2d atleast_3d "
        "average convolve corrcoef correlate cov dstack fliplr flipud full gradient hsplit vsplit "
        "dsplit interp linspace logspace matrix_transpose median nan_to_num partition percentile "
        "polyval quantile rollaxis rot90 select trapezoid",
    ),
    **_of(
        np.linalg,
        "norm inv det solve pinv svd svdvals qr slogdet lstsq matrix_power multi_dot cond",
    ),
    **_of(np.fft, "fftshift ifftshift"),
    **{function.__name__: function for function in OF_WINDOWS},
    **_densities(),
    "cholesky": lambda a: np.linalg.cholesky(symmetric(a)),
    "eigh": eigh,
    "eigvalsh": lambda a, UPLO=None: eigh(a, UPLO)[0],
    "eigh_terms": eigh_terms,
    "svd_terms": svd_terms,
    "qr_terms": qr_terms,
    "logabsdet": lambda a: np.linalg.slogdet(a)[1],
    "expm": expm,
    "normal_logpdf": normal_logpdf,
    "take_along_axis": lambda a, indices, axis=-1: np.take_along_axis(a, indices, axis),
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
    "einsum average convolve corrcoef correlate cov gradient interp linspace logspace trapezoid "
    "polyval quantile percentile median conv conv_transpose conv_kernel avg_pool max_pool fold "
    "unfold inv det solve pinv svd svdvals qr slogdet lstsq matrix_power multi_dot cond cholesky "
    "eigh eigvalsh expm t_logpdf gamma_logpdf beta_logpdf chi2_logpdf poisson_logpmf "
    "multivariate_normal_logpdf dirichlet_logpdf normal_logpdf pad partition".split()
)


#: Rows with a kink or a jump at which a smooth function may sit, such as |x y| where both are 0.
KINKED = frozenset(
    "abs relu maximum minimum clip where norm max min sort sign hypot sqrt max_pool cond partition "
    "median quantile percentile arctan2".split()
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
