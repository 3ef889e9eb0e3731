"""Where a loss that is not finite came from."""

from __future__ import annotations

import numpy as np

from autograd import Tensor
from autograd.typing import ArrayOperand
from nn.layers import Module
from nn.losses import numbers


def not_finite_because(
    loss: Tensor, model: Module, X: Tensor, y: Tensor, epoch: int, batch: int
) -> str:
    """One line: the first of data, parameters and operations that has nan or infinity in it."""
    return f"the loss is not finite in epoch {epoch + 1}, batch {batch + 1}: " + (
        _in("the inputs", X)
        or _in("the targets", y)
        or next(filter(None, (_in(f"parameter {n}", p) for n, p in model.named_parameters())), "")
        or _in_the_graph(loss, model)
    )


def _in(what: str, values: ArrayOperand) -> str:
    """What is wrong with the values, or nothing."""
    array = numbers(values)
    bad = np.argwhere(~np.isfinite(array))
    if not len(bad):
        return ""
    place = f" at [{', '.join(map(str, bad[0]))}]" if array.ndim else ""
    kind = "nan" if np.isnan(array[tuple(bad[0])]) else "infinite"
    remedy = {
        "the inputs": "clean or drop those rows",
        "the targets": "clean or drop those rows",
    }.get(what, "try a smaller learning rate, or nn.ClipGradients")
    return (
        f"{what} hold {len(bad)} values that are not finite, the first is {kind}{place}; {remedy}"
    )


def _in_the_graph(loss: Tensor, model: Module) -> str:
    """The first operation of the forward pass whose result is not finite."""
    from autograd import diagnose

    with np.errstate(all="ignore"):
        begin = diagnose(loss, model).forward
    return f"{begin}; try a smaller learning rate, or nn.ClipGradients" if begin else ""
