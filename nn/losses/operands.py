"""What a loss does with its operands, and how it makes one number of many.

Predictions and targets are arrays or nodes. The signatures say Tensor, which training needs; of
arrays alone the result is an array.
"""

from __future__ import annotations

import numpy as np

import autograd
from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand


def numbers(x: ArrayOperand) -> Array:
    """The numbers of a node, an array or a list as an array."""
    return np.asarray(getattr(x, "data", x) if isinstance(x, Tensor) else x)


def either(x: ArrayOperand) -> Tensor:
    """A Tensor, or an array, which has all that a loss uses; see the module's first lines."""
    return x if isinstance(x, Tensor) else np.asarray(x)  # type: ignore[return-value]


def pair(name: str, input: ArrayOperand, target: ArrayOperand) -> tuple[Tensor, Tensor]:
    """Prediction and target, of one shape; integer targets in the prediction's dtype."""
    input, target = either(input), either(target)
    if not isinstance(input, Tensor) and input.dtype.kind != "f":
        input = input.astype(float)
    if target.dtype.kind in "iub":
        target = target.astype(input.dtype)
    if input.shape != target.shape:
        raise ValueError(
            f"{name}: prediction {input.shape} and target {target.shape} differ in shape; reshape "
            f"one, for example target.reshape({input.shape})"
        )
    return input, target


def reduced(losses: Tensor, reduction: str, name: str) -> Tensor:
    if reduction == "mean":
        return autograd.mean(losses)
    if reduction == "sum":
        return autograd.sum(losses)
    if reduction == "none":
        return losses
    raise ValueError(
        f'{name}: reduction {short(reduction)} is unknown; use "mean", "sum" or "none"'
    )


def cast(constant: ArrayOperand, like: Tensor) -> Tensor:
    return constant if isinstance(constant, Tensor) else either(np.asarray(constant, like.dtype))


def weighted(losses: Tensor, weight: ArrayOperand | None) -> Tensor:
    return losses if weight is None else losses * cast(weight, losses)
