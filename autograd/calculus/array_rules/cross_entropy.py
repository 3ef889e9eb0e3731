"""Softmax and cross-entropy fused: stable, and its gradient is probabilities minus targets."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from autograd.calculus import Namespace
from autograd.calculus.array_rules.class_targets import (
    Weights,
    check_range,
    check_targets,
    class_axis,
    weights_of,
)
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    Builder,
    add_reduce,
    array_in,
    max_reduce,
    sample,
)
from autograd.calculus.array_rules.printed import shortened


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

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.cross_entropy(np.array([[1000.0, 0.0]]), np.array([1])))
    1000.0
    """
    return cross_entropy_keep(logits, targets, weight, label_smoothing, ignore_index, reduction)[0]


_INDEX = np.dtype(np.intp)
#: The unsigned integers that are as wide, by the dtype of class indices.
_UNSIGNED = {np.dtype(kind): np.dtype(kind.upper()) for kind in "bhilqBHILQ"}


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
        weight is None
        and label_smoothing == 0
        and reduction == "mean"
        and logits.ndim == 2
        and targets.shape == ((shape := logits.shape)[0],)
        and not 0 <= ignore_index < shape[1]
        and shape[0]
        and (unsigned := _UNSIGNED.get(targets.dtype)) is not None
        # As unsigned numbers the negative ones are large. argmax takes a fifth of the time of max.
        and (size := targets.view(unsigned)).item(size.argmax()) < shape[1]
    ):
        return _mean_over_indices(logits, targets)
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
def _of_batch(n: int, classes: int, dtype: np.dtype[Any]) -> tuple[Array, ...]:
    """The numbers 0 to n - 1, n ones and one for each class; n as an index, a number, and 1 / n.

    All are arrays: NumPy takes longer over a number of Python.
    """
    index, number, share = np.array(n, np.intp), np.array(n, dtype), np.array(1 / n, dtype)
    return np.arange(n), np.ones(n, dtype), np.ones(classes, dtype), index, number, share


def _mean_over_indices(logits: Array, targets: Array) -> tuple[Array, Array]:
    """The mean over class indices of a batch (N, C), in as few NumPy calls as it takes.

    The batch is laid out class by class: reducing over a short last axis would cost twice as much.
    And a small sum costs least as a product with ones.
    """
    n = len(targets)
    shifted = logits.T.copy()
    shifted -= max_reduce(shifted, 0)
    powers = np.exp(shifted)
    rows, each, of_classes, count, number, share = _of_batch(n, len(powers), powers.dtype)
    sums = of_classes.dot(powers)
    flat = (targets if targets.dtype is _INDEX else targets.astype(_INDEX)) * count
    flat += rows
    out = each.dot(np.log(sums) - shifted.ravel()[flat]) / n
    sums *= number
    powers /= sums
    powers.ravel()[flat] -= share
    return out, powers.T


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
    check_targets(logits, targets, label_smoothing, ignore_index, reduction)
    axis = class_axis(logits)
    classes = logits.shape[axis]
    per_class: Array = 1.0
    if weight is not None:
        per_class = weights_of(logits, weight, axis)
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
        check_range(indices, classes)
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
    if reduction == "none":
        g = F.expand_dims(g, class_axis(logits))
    if saved is not None:
        return saved * g
    q, total, scale = targets_of(F, logits, targets, reduction=reduction, **options)
    return (F.softmax(logits, axis=class_axis(logits)) * total - q) * (g * scale)


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
    return moved if weight is None else moved * weights_of(logits, weight, axis)


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
    last, classes = axis == logits.ndim - 1, logits.shape[axis]
    along = "" if last else f", axis={axis}"
    ignores = not soft and bool(np.any(targets == ignore_index))
    hot = f"one_hot({'where(M, targets, 0)' if ignores else 'targets'}, {classes})"
    q = "targets" if soft else hot if last else f"moveaxis({hot}, -1, {axis})"
    rest = tuple(range(1, logits.ndim - axis))
    scales = (
        []
        if weight is None
        else [f"expand_dims(weight, axis={shortened(rest)})" if rest else "weight"]
    )
    masks = [f"expand_dims(M, axis={axis})"] if ignores else []
    upstream = {"mean": "g / n", "sum": "g", "none": f"expand_dims(g, axis={axis})"}[reduction]
    parts = [f"M = not_equal(targets, {ignore_index})"] if ignores else []
    if reduction == "mean" and not soft and (scales or masks):  # not all targets count as one
        parts.insert(0, f"N = sum({' * '.join([q, *scales, *masks])})")
        upstream = "g / N"
    p = f"softmax(logits{along})"
    smooth = f"({q} * {1 - label_smoothing} + {label_smoothing} / {classes})"
    mixed = " * ".join([smooth if label_smoothing else q, *scales, *masks])
    if mixed != q:
        parts.insert(0, f"q = {mixed}")
        q = "q"
    if scales or masks or (soft and not np.allclose(targets.sum(axis), 1)):
        p = f"{p} * sum({q}, axis={axis}, keepdims=True)"
    slope = [f"-log_softmax(logits{along})"]
    slope += [str(1 - label_smoothing)] if label_smoothing else []
    return (
        f"dlogits = ({p} - {q}) * {upstream}{' where ' * bool(parts)}{'; '.join(parts)}",
        f"dtargets = {' * '.join([*slope, *scales])} * {upstream if soft else 'g'}",
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
    sample((2, 3, 2), _soft(2, 3, 2), weight=_WEIGHT, label_smoothing=0.1),
    sample((3,), np.array(1), weight=_WEIGHT, label_smoothing=0.1),
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
