"""The targets of a cross-entropy: which axis has the classes, and what cannot be targets."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from autograd.calculus import Numbers, short
from autograd.calculus.array_rules.core import Array, add_reduce, array_in

#: One number for each class.
Weights: TypeAlias = Numbers | None


def class_axis(logits: Array) -> int:
    return 1 if logits.ndim > 1 else 0


def weights_of(logits: Array, weight: Weights, axis: int) -> Array:
    weight = np.asarray(weight, logits.dtype)
    classes = logits.shape[axis]
    if weight.shape != (classes,):
        raise ValueError(
            f"cross_entropy: weight has shape {weight.shape} but there are {classes} classes; "
            f"give one weight per class, shape ({classes},)"
        )
    return weight.reshape((classes,) + (1,) * (logits.ndim - 1 - axis))


def check_targets(
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


def check_range(indices: Array, classes: int) -> None:
    bad = (indices < 0) | (indices >= classes)
    if bad.any():
        raise IndexError(
            f"cross_entropy: target {indices[bad][0]} is out of range for {classes} classes; "
            f"use 0..{classes - 1}, or mark it with ignore_index"
            f"{_ONE_OUTPUT if classes == 1 else ''}"
        )
