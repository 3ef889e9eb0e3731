"""Losses as functions and as modules, and the penalties that are added to them."""

from nn.losses.functions import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    msle_loss,
    nll_loss,
    rmse_loss,
    smooth_l1_loss,
    squared_hinge_loss,
)
from nn.losses.modules import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    Loss,
    MSELoss,
    MSLELoss,
    NLLLoss,
    RMSELoss,
    SmoothL1Loss,
    SquaredHingeLoss,
)
from nn.losses.operands import numbers
from nn.losses.regularization import decay_groups, l1_penalty, l2_penalty

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "binary_cross_entropy", "binary_cross_entropy_with_logits",
    "cross_entropy", "CrossEntropyLoss", "decay_groups", "hinge_loss", "HingeLoss",
    "huber_loss", "HuberLoss", "kl_div", "KLDivLoss", "l1_loss", "l1_penalty", "L1Loss",
    "l2_penalty", "Loss", "mse_loss", "MSELoss", "msle_loss", "MSLELoss", "nll_loss", "NLLLoss",
    "numbers", "rmse_loss", "RMSELoss", "smooth_l1_loss", "SmoothL1Loss", "squared_hinge_loss",
    "SquaredHingeLoss",
]  # fmt: skip
