"""The loss of a network that always answers the same: the least that a training must beat."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograd import Tensor, no_grad
from autograd.typing import Array, ArrayOperand
from nn.kinds import LossFunction
from nn.losses import numbers


def constant_loss(loss_fn: LossFunction, output: ArrayOperand, target: ArrayOperand) -> float:
    """The least loss of answers that are the same for every row; nan where none can be computed.

    The answers tried are 0, the mean and the median of the targets, and the frequencies of the
    classes, as they are, as logarithms and as logits: one of them is the best for each of the usual
    losses, and a loss of one's own needs no name. ``output`` (n, ...) gives shape and dtype,
    ``target`` has n rows.

    >>> import nn
    >>> nn.findings.constant_loss(nn.MSELoss(), [[0.0], [0.0]], [[1.0], [3.0]])
    1.0
    """
    shape = numbers(output)
    dtype = shape.dtype if shape.dtype.kind == "f" else np.dtype(float)

    def loss(answer: ArrayOperand) -> float:
        return _loss(loss_fn, np.broadcast_to(answer, shape.shape).astype(dtype), target)

    # A loss of log-probabilities has no bound below for answers that are none.
    logarithms = loss(np.asarray(1e6)) < -1
    answers = _answers(shape, numbers(target))
    losses = [loss(answer) for answer, is_logarithm in answers if is_logarithm or not logarithms]
    finite = [value for value in losses if math.isfinite(value)]
    return min(finite, default=math.nan)


def _loss(loss_fn: LossFunction, answers: Array, target: ArrayOperand) -> float:
    y = target if isinstance(target, Tensor) else Tensor(target, requires_grad=False)
    try:
        with no_grad(), np.errstate(all="ignore"):
            loss = numbers(loss_fn(Tensor(answers, requires_grad=False), y))
    except Exception:  # a loss is anyone's function: one that takes no such answer has no such loss
        return math.nan
    return float(loss.mean())


def _answers(output: Array, target: Array) -> Iterator[tuple[Array, bool]]:
    """The answers tried, of shapes that broadcast to the output's; whether they are logarithms."""
    yield np.zeros(()), False
    if not target.size or not np.isfinite(target).all():
        return
    if target.shape == output.shape:
        mean = target.mean(axis=0)
        yield mean, False
        yield np.median(target, axis=0), False
        if 0 <= target.min() <= target.max() <= 1:
            inside = np.clip(mean, 1e-6, 1 - 1e-6)
            yield np.log(inside / (1 - inside)), False
            yield np.log(inside), True
    elif output.ndim == target.ndim + 1 and target.dtype.kind in "iu":
        classes = output.shape[1]
        counted = target[(target >= 0) & (target < classes)]
        if counted.size:
            shares = np.bincount(counted.ravel(), minlength=classes) / counted.size
            shares = shares.reshape(classes, *[1] * (output.ndim - 2))
            yield shares, False
            yield np.log(np.maximum(shares, 1e-6)), True
    elif output.size == target.size:
        yield target.mean(), False
        yield np.median(target), False
