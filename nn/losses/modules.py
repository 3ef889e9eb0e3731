"""Losses as modules, which keep the settings of the functions."""

from __future__ import annotations

import autograd
from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.layers import Module
from nn.losses import functions as F
from nn.losses.glossary import LOSSES
from nn.losses.operands import numbers

_cross_entropy = autograd.cross_entropy


class Loss(Module):
    """A function of prediction and target; ``reduction`` is "mean", "sum" or "none"."""

    _glossary = LOSSES
    _reductions: tuple[str, ...] = ("mean", "sum", "none")

    def __init__(self, reduction: str = "mean") -> None:
        if not isinstance(reduction, str):
            raise TypeError(_called_with_data(self, reduction))
        if reduction not in self._reductions:
            raise ValueError(
                f"{type(self).__name__}: reduction {short(reduction)} is unknown; "
                f"use one of {', '.join(self._reductions)}"
            )
        self.reduction = reduction

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


def _called_with_data(loss: Loss, data: object) -> str:
    name = type(loss).__name__
    return (
        f"{name}: settings are wanted here, not a {type(data).__name__}; make the loss first, then "
        f"call it: nn.{name}()(output, target)"
    )


class L1Loss(Loss):
    """|ŷ - y|, the mean absolute error.

    >>> import nn
    >>> print(nn.L1Loss()([1.0, 4.0], [2.0, 2.0]))
    1.5
    """

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.l1_loss(input, target, self.reduction)


class MSELoss(Loss):
    """(ŷ - y)², the mean squared error; ``half=True`` for ½(ŷ - y)².

    >>> import nn
    >>> print(nn.MSELoss()([1.0, 4.0], [2.0, 2.0]))
    2.5
    """

    def __init__(self, reduction: str = "mean", half: bool = False) -> None:
        super().__init__(reduction)
        self.half = half

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.mse_loss(input, target, self.reduction, self.half)


class RMSELoss(Loss):
    """√ mean (ŷ - y)².

    >>> import nn
    >>> print(nn.RMSELoss()([1.0, 4.0], [2.0, 2.0]).round(4))
    1.5811
    """

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.rmse_loss(input, target, self.reduction)


class MSLELoss(Loss):
    """(log(1 + ŷ) - log(1 + y))², the mean squared logarithmic error.

    >>> import nn
    >>> print(nn.MSLELoss()([1.0, 4.0], [2.0, 2.0]).round(4))
    0.2127
    """

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.msle_loss(input, target, self.reduction)


class HuberLoss(Loss):
    """½d² near zero, δ(|d| - δ/2) beyond δ, d = ŷ - y.

    >>> import nn
    >>> print(nn.HuberLoss()([1.0, 4.0], [2.0, 2.0]))
    1.0
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        if not delta > 0:
            raise ValueError(f"HuberLoss: delta must be positive, not {short(delta)}")
        self.delta = delta

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """The Huber loss divided by δ = ``beta``.

    >>> import nn
    >>> print(nn.SmoothL1Loss()([1.0, 4.0], [2.0, 2.0]))
    1.0
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        if beta < 0:
            raise ValueError(f"SmoothL1Loss: beta must not be negative, it is {short(beta)}")
        self.beta = beta

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.smooth_l1_loss(input, target, self.reduction, self.beta)


class BCELoss(Loss):
    """-[y log p + (1 - y) log(1 - p)] for probabilities; ``weight`` scales the elements.

    >>> import nn
    >>> print(nn.BCELoss()([0.9, 0.2], [1.0, 0.0]).round(4))
    0.1643
    """

    def __init__(self, weight: ArrayOperand | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = weight

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(Loss):
    """The binary cross-entropy from logits, stable for any of them; ``pos_weight`` weighs y = 1.

    ``weight`` scales the elements.

    >>> import nn
    >>> print(nn.BCEWithLogitsLoss()([2.0, -1.0], [1.0, 0.0]).round(4))
    0.2201
    """

    weight: ArrayOperand | None
    pos_weight: ArrayOperand | None

    def __init__(
        self,
        weight: ArrayOperand | None = None,
        reduction: str = "mean",
        pos_weight: ArrayOperand | None = None,
    ) -> None:
        super().__init__(reduction)
        self.weight, self.pos_weight = weight, pos_weight

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, self.pos_weight, self.reduction
        )


class CrossEntropyLoss(Loss):
    """-log softmax(x)[y] for logits x (N, C, ...) or (C,), and class indices or probabilities y.

    >>> import nn, numpy as np
    >>> print(nn.CrossEntropyLoss()(np.array([[2.8, 1.1, -0.5]]), [0]).round(6))
    0.198496
    """

    weight: Array | None
    ignore_index: int
    label_smoothing: float

    def __init__(
        self,
        weight: ArrayOperand | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
        from_logits: bool = True,
    ) -> None:
        super().__init__(reduction)
        if not isinstance(ignore_index, int):
            raise TypeError(_called_with_data(self, ignore_index))
        if not 0 <= label_smoothing <= 1:
            raise ValueError(
                f"CrossEntropyLoss: label_smoothing is from 0 to 1, not {short(label_smoothing)}"
            )
        self.weight = None if weight is None else numbers(weight)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing
        self.from_logits = from_logits

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        if self.from_logits:
            return _cross_entropy(  # type: ignore[return-value]
                input,
                target,
                self.weight,
                self.label_smoothing,
                self.ignore_index,
                self.reduction,
            )
        return F.cross_entropy(
            input,
            target,
            self.weight,
            self.ignore_index,
            self.reduction,
            self.label_smoothing,
            self.from_logits,
        )


class NLLLoss(Loss):
    """-x[y] for log-probabilities x and class indices y.

    x is (N, C, ...), y (N, ...).

    >>> import nn
    >>> print(nn.NLLLoss()([[-0.5, -1.0], [-2.0, -0.1]], [0, 1]).round(4))
    0.3
    """

    weight: ArrayOperand | None
    ignore_index: int

    def __init__(
        self, weight: ArrayOperand | None = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        if not isinstance(ignore_index, int):
            raise TypeError(_called_with_data(self, ignore_index))
        self.weight, self.ignore_index = weight, ignore_index

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class KLDivLoss(Loss):
    """y (log y - x) for log-probabilities x; "batchmean" sums and divides by the batch.

    >>> import nn
    >>> print(nn.KLDivLoss()([-0.5, -1.0], [0.6, 0.4]).round(4))
    0.0135
    """

    _reductions = ("mean", "batchmean", "sum", "none")

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.kl_div(input, target, self.reduction, self.log_target)


class HingeLoss(Loss):
    """max(0, 1 - y ŷ) for targets of -1 or 1.

    >>> import nn
    >>> print(nn.HingeLoss()([0.5, -2.0], [1, -1]))
    0.25
    """

    def __init__(self, reduction: str = "mean", margin: float = 1.0) -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.hinge_loss(input, target, self.reduction, self.margin)


class SquaredHingeLoss(HingeLoss):
    """max(0, 1 - y ŷ)² for targets of -1 or 1.

    >>> import nn
    >>> print(nn.SquaredHingeLoss()([0.5, -2.0], [1, -1]))
    0.125
    """

    def forward(self, input: ArrayOperand, target: ArrayOperand) -> Tensor:
        return F.squared_hinge_loss(input, target, self.reduction, self.margin)
