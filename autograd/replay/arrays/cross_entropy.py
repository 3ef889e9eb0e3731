"""The mean cross-entropy over class indices, in buffers."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Function, Quantity, Shape
from autograd.calculus.array_rules import ARRAY_RULES


def mean_cross_entropy(shape: Shape, dtype: Quantity, ignore_index: int) -> Function:
    """``mean(logits, targets)``: the loss of a batch, and its derivative by the logits.

    It computes what the row ``cross_entropy`` does, class by class as there; the derivative is in
    memory that the next call writes to.
    """
    n, classes = shape
    shifted, powers = (np.empty((classes, n), dtype) for _ in range(2))
    top, sums, logs = (np.empty(n, dtype) for _ in range(3))
    rows = np.arange(n)
    # By class: where its row starts. Twice: a negative class, which counts from the end, and one
    # that is a little too large find what is no place in the matrix.
    starts = np.append(np.arange(classes) * n, np.full(classes, 2 * n * classes))
    each, ones = np.ones(n, dtype), np.ones(classes, dtype)
    number, share = np.array(n, dtype), np.array(1 / n, dtype)
    residual, put, take = powers.T, powers.reshape(-1).put, powers.take
    keep: Quantity = ARRAY_RULES["cross_entropy"].keep
    largest: Quantity = np.maximum.reduce
    exp, log, add, subtract = np.exp, np.log, np.add, np.subtract
    multiply, divide, asarray, dot = np.multiply, np.divide, np.asarray, np.dot
    place = starts.take

    def mean(logits: Quantity, targets: Quantity) -> tuple[Quantity, Quantity]:
        by_class = logits.T
        largest(by_class, 0, None, top)
        subtract(by_class, top, shifted)
        exp(shifted, powers)
        dot(ones, powers, sums)
        log(sums, logs)
        try:
            flat = place(targets)
            add(flat, rows, flat)
            own = shifted.take(flat)
        except IndexError:  # ignored, or wrong: it says why
            out, saved = keep(logits, targets, ignore_index=ignore_index)
            return asarray(out), saved
        subtract(logs, own, logs)
        out = each.dot(logs) / n
        multiply(sums, number, sums)
        divide(powers, sums, powers)
        put(flat, take(flat) - share)
        return asarray(out), residual

    return mean
