"""Softmax and cross-entropy fused: stable, and its gradient is probabilities minus targets."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    Builder,
    add_reduce,
    array_in,
    max_reduce,
    ones,
    sample,
)
from autograd.calculus.array_rules.printed import Prose
from autograd.kinds import Namespace, Numbers
from autograd.quoting import short

#: One number for each class.
Weights: TypeAlias = Numbers | None


def cross_entropy(
    logits: Array,
    targets: Array,
    weight: Weights = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Array:
    """-log softmax(logits)[target], averaged over the batch; dlogits = (softmax - onehot) / n.

    ``logits`` is (N, C), (N, C, d1, ...) or unbatched (C,). ``targets`` are class indices, integers
    of that shape without C, or probabilities of that very shape. ``weight`` (C,) scales the
    classes, ``label_smoothing`` mixes the targets with the uniform distribution, targets equal
    to ``ignore_index`` do not count. ``reduction`` is "mean" (for indices: over the summed
    weights), "sum" or "none". All as in PyTorch.

    >>> import autograd
    >>> print(autograd.cross_entropy(np.array([[1000.0, 0.0]]), np.array([1])))
    1000.0
    """
    return cross_entropy_keep(logits, targets, weight, label_smoothing, ignore_index, reduction)[0]


def cross_entropy_keep(
    logits: Array,
    targets: Array,
    weight: Weights = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> tuple[Array, Array]:
    """The loss and its derivative with respect to the logits."""
    if (
        logits.ndim == 2
        and targets.shape == logits.shape[:1]
        and targets.dtype.kind in "iu"
        and weight is None
        and label_smoothing == 0
        and reduction == "mean"
        and not 0 <= ignore_index < logits.shape[1]
        and len(targets)
        and targets[targets.argmin()] >= 0  # takes a fifth of the time of min()
    ):
        try:
            return _mean_over_indices(logits, targets)
        except IndexError:
            _check_range(targets, logits.shape[1])
            raise
    q, total, scale = targets_of(
        np, logits, targets, weight, label_smoothing, ignore_index, reduction
    )
    axis = class_axis(logits)
    shifted = logits - max_reduce(logits, axis=axis, keepdims=True)
    powers = np.exp(shifted)
    sums = add_reduce(powers, axis=axis, keepdims=True)
    log_p = shifted - np.log(sums)
    if targets.ndim < logits.ndim:
        # A class with logit -inf that is not the target costs nothing: 0 times -inf is 0 here.
        log_p = np.where(q == 0, 0, log_p)
    losses = add_reduce(q * log_p, axis=axis)
    residual = powers / sums * total - q
    if reduction == "none":
        return -losses, residual
    # With no target that counts, the mean is nan, and no gradient flows.
    out = add_reduce(losses, axis=None) * (-scale if scale else losses.dtype.type(np.nan))
    return out, residual * scale


@lru_cache(maxsize=64)
def _of_batch(n: int, dtype: np.dtype[Any]) -> tuple[Array, ...]:
    """The numbers 0 to n - 1, and n ones; n as an index and as a number, and 1 / n.

    All are arrays: NumPy takes longer over a number of Python.
    """
    index, number, share = np.array(n, np.intp), np.array(n, dtype), np.array(1 / n, dtype)
    return np.arange(n), np.ones(n, dtype), index, number, share


def _mean_over_indices(logits: Array, targets: Array) -> tuple[Array, Array]:
    """The mean over class indices of a batch (N, C), in as few NumPy calls as it takes.

    The batch is laid out class by class: reducing over a short last axis would cost twice as much.
    And a small sum costs least as a product with ones.
    """
    n = len(targets)
    shifted = logits.T.copy()
    shifted -= max_reduce(shifted, 0)
    powers = np.exp(shifted)
    sums = ones(len(powers), powers.dtype).dot(powers)
    rows, each, count, number, share = _of_batch(n, powers.dtype)
    flat = np.multiply(targets, count, dtype=np.intp)
    flat += rows
    out = each.dot(np.log(sums) - shifted.take(flat)) / n
    sums *= number
    powers /= sums
    powers.reshape(-1)[flat] -= share
    return out, powers.T


def class_axis(logits: Array) -> int:
    return 1 if logits.ndim > 1 else 0


def targets_of(
    F: Namespace,
    logits: Array,
    targets: Array,
    weight: Weights = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> tuple[Array, Array, float]:
    """q, Σ q over the classes and a scale, such that the loss is -scale Σ q log softmax(logits)."""
    _check(logits, targets, label_smoothing, ignore_index, reduction)
    axis = class_axis(logits)
    classes = logits.shape[axis]
    per_class: Array = 1.0
    if weight is not None:
        per_class = _weights(logits, weight, axis)
    if targets.ndim == logits.ndim:
        q = targets if targets.dtype.kind == "f" else array_in(targets).astype(logits.dtype)
        if label_smoothing:
            q = q * (1 - label_smoothing) + label_smoothing / classes
        if weight is not None:
            q = q * per_class
        n = math.prod(logits.shape) // classes if classes else 0
    else:
        targets = array_in(targets)
        counted = np.expand_dims(np.not_equal(targets, ignore_index), axis)
        indices = np.where(counted, np.expand_dims(targets, axis), 0)
        _check_range(indices, classes)
        # One weight per target, 0 where it is ignored.
        each = np.broadcast_to(np.asarray(per_class, logits.dtype), logits.shape)
        each = np.take_along_axis(each, indices, axis) * counted
        q = np.zeros(logits.shape, logits.dtype)
        np.put_along_axis(q, indices, each * (1 - label_smoothing), axis)
        if label_smoothing:
            q += counted * per_class * logits.dtype.type(label_smoothing / classes)
        n = add_reduce(each, axis=None)
    scale = 1.0 if reduction != "mean" else float(1 / n) if n else 0.0
    return q, F.sum(q, axis=axis, keepdims=True), scale


def _weights(logits: Array, weight: Weights, axis: int) -> Array:
    weight = np.asarray(weight, logits.dtype)
    classes = logits.shape[axis]
    if weight.shape != (classes,):
        raise ValueError(
            f"cross_entropy: weight has shape {weight.shape} but there are {classes} classes; "
            f"give one weight per class, shape ({classes},)"
        )
    return weight.reshape((classes,) + (1,) * (logits.ndim - 1 - axis))


def _check(
    logits: Array, targets: Array, label_smoothing: float, ignore_index: int, reduction: str
) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(
            f'cross_entropy: reduction {short(reduction)} is unknown; use "mean", "sum" or "none"'
        )
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing {label_smoothing} is not within 0 and 1")
    if not logits.ndim:
        raise ValueError("cross_entropy: logits are 0-d; give one per class, shape (C,) or (N, C)")
    axis = class_axis(logits)
    indices = logits.shape[:axis] + logits.shape[axis + 1 :]
    if targets.shape == logits.shape:
        if ignore_index >= 0:
            raise ValueError(
                f"cross_entropy: ignore_index {ignore_index} marks class indices, but the targets "
                f"are probabilities; multiply the rows to be ignored by 0"
            )
        _check_rows(array_in(targets), axis)
        return
    if targets.shape != indices:
        raise ValueError(
            f"cross_entropy: logits {logits.shape} and targets {targets.shape} do not fit; give "
            f"class indices of shape {indices} or probabilities of shape {logits.shape}"
        )
    if targets.dtype.kind not in "iu":
        raise TypeError(
            f"cross_entropy: class indices of dtype {targets.dtype}; make them integers, "
            f"for example targets.astype(int){_ONE_OUTPUT if logits.shape[axis] == 1 else ''}"
        )


_ONE_OUTPUT = (
    "; one output that says yes or no goes with binary_cross_entropy_with_logits, "
    "nn.BCEWithLogitsLoss"
)


def _check_rows(targets: Array, axis: int) -> None:
    """Raise ValueError for whole numbers that cannot be probabilities: labels, most likely."""
    if targets.shape[axis] == 1:
        if (targets != 1).any():
            raise ValueError(f"cross_entropy: there is one class, of probability 1{_ONE_OUTPUT}")
    elif targets.dtype.kind in "iub":
        rows = add_reduce(targets.astype(int), axis=axis)
        if ((rows != 0) & (rows != 1)).any() or (targets.astype(int) < 0).any():
            raise ValueError(
                f"cross_entropy: whole numbers of the shape of the logits, {targets.shape}, are "
                f"rows with a single 1; class indices have no axis for the classes{_ONE_OUTPUT}"
            )


def _check_range(indices: Array, classes: int) -> None:
    bad = (indices < 0) | (indices >= classes)
    if bad.any():
        raise IndexError(
            f"cross_entropy: target {indices[bad][0]} is out of range for {classes} classes; "
            f"use 0..{classes - 1}, or mark it with ignore_index"
            f"{_ONE_OUTPUT if classes == 1 else ''}"
        )


def cross_entropy_logits(
    F: Namespace,
    g: Array,
    out: Array,
    logits: Array,
    targets: Array,
    *,
    reduction: str = "mean",
    saved: Array = None,
    **options: Any,
) -> Array:
    axis = class_axis(logits)
    if reduction == "none":
        g = F.expand_dims(g, axis)
    if saved is not None:
        return saved * g
    q, total, scale = targets_of(F, logits, targets, reduction=reduction, **options)
    return (F.softmax(logits, axis=axis) * total - q) * (g * scale)


def cross_entropy_targets(
    F: Namespace,
    g: Array,
    out: Array,
    logits: Array,
    targets: Array,
    *,
    weight: Weights = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
    **others: object,
) -> Array:
    axis = class_axis(logits)
    if reduction == "none":
        g = F.expand_dims(g, axis)
    scale = -(1 - label_smoothing)
    if reduction == "mean":
        scale = scale * logits.shape[axis] / max(math.prod(logits.shape), 1)
    moved = F.log_softmax(logits, axis=axis) * (g * scale)
    return moved if weight is None else moved * _weights(logits, weight, axis)


def cross_entropy_tangent(
    F: Namespace,
    tangents: tuple[Array, Array],
    out: Array,
    logits: Array,
    targets: Array,
    reduction: str = "mean",
    **options: Any,
) -> Array:
    one = np.ones(out.shape, out.dtype)
    total = None
    for moved, adjoint in zip(tangents, (cross_entropy_logits, cross_entropy_targets)):
        if moved is not None:
            each = moved * adjoint(F, one, out, logits, targets, reduction=reduction, **options)
            term = F.sum(each, axis=class_axis(logits) if reduction == "none" else None)
            total = term if total is None else total + term
    return total


def cross_entropy_printed(
    logits: Array,
    targets: Array,
    weight: Weights,
    label_smoothing: float,
    ignore_index: int,
    reduction: str,
) -> tuple[str, ...]:
    soft, axis = targets.ndim == logits.ndim, class_axis(logits)
    if weight is not None or label_smoothing or np.any(targets == ignore_index):
        # What the options do to the targets takes a formula of its own.
        return (
            Prose("dlogits = (softmax - targets) * g, the targets weighted, smoothed or ignored"),
            Prose("dtargets = -log_softmax * g, weighted and smoothed"),
        )
    last = axis == logits.ndim - 1
    along = "" if last else f", axis={axis}"
    upstream = {"mean": "g / n", "sum": "g", "none": f"expand_dims(g, axis={axis})"}[reduction]
    p, q = f"softmax(logits{along})", "targets"
    if not soft:
        q = f"one_hot(targets, {logits.shape[axis]})"
        q = q if last else f"moveaxis({q}, -1, {axis})"
    elif not np.allclose(targets.sum(axis), 1):
        p = f"{p} * sum(targets, axis={axis}, keepdims=True)"
    return (
        f"dlogits = ({p} - {q}) * {upstream}",
        f"dtargets = -log_softmax(logits{along}) * {upstream}",
    )


def _soft(*shape: int) -> Builder:
    """A builder of probabilities over the class axis."""

    def build(rng: np.random.Generator) -> Array:
        raw = rng.uniform(0.1, 1.0, shape)
        return raw / raw.sum(axis=class_axis(raw), keepdims=True)

    return build


_INDICES = np.array([2, 0, 1, 2, 2])
_WEIGHT = np.array([0.2, 1.5, 0.7])
_IMAGE = np.array([[[0, 2], [1, 1]], [[2, 2], [0, 1]]])
_SAMPLES = (
    sample((5, 3), _INDICES),
    sample((3,), np.array(1)),
    sample((2, 3, 2, 2), _IMAGE),
    sample((3,), _soft(3)),
    sample((5, 3), _soft(5, 3)),
    sample((5, 3), np.eye(3)[_INDICES], weight=_WEIGHT, label_smoothing=0.1),
    sample((2, 3, 4), _soft(2, 3, 4), reduction="none"),
    sample((5, 3), _soft(5, 3), weight=_WEIGHT, label_smoothing=0.1, reduction="sum"),
    sample(np.array([[1000.0, -1000.0, 999.0], [-1000.0, -999.5, -1000.0]]), np.array([0, 1])),
    *(
        sample((5, 3), _INDICES, reduction=reduction, **options)
        for reduction in ("mean", "sum", "none")
        for options in (
            {"weight": _WEIGHT},
            {"label_smoothing": 0.2},
            {"ignore_index": 2},
            {"weight": _WEIGHT, "label_smoothing": 0.2, "ignore_index": 2},
        )
    ),
    sample((2, 3, 2, 2), _IMAGE, weight=_WEIGHT, ignore_index=1, label_smoothing=0.3),
    sample((5, 3), np.full(5, -100), reduction="sum"),
)

RULES = (
    ArrayRule(
        "cross_entropy",
        cross_entropy,
        (cross_entropy_logits, cross_entropy_targets),
        cross_entropy_printed,
        cross_entropy_tangent,
        _SAMPLES,
        arity=2,
        keep=cross_entropy_keep,
    ),
)
