"""Losses as functions of predictions and targets.

``reduction`` is "mean", "sum" or "none" (one loss per element or sample). Predictions and targets
are arrays or nodes. Semantics are PyTorch's where it has the loss; but shapes that differ are an
error, because (N, 1) against (N,) would silently broadcast to (N, N).

The signatures say Tensor, which training needs; of arrays alone the loss is an array.
"""

from __future__ import annotations

import numpy as np

import autograd
from autograd import Tensor, callback
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.losses.operands import cast, either, numbers, pair, reduced, weighted

_cross_entropy = autograd.cross_entropy


def l1_loss(input: ArrayOperand, target: ArrayOperand, reduction: str = "mean") -> Tensor:
    """|ŷ - y|; its derivative where they are equal is 0.

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ.

    >>> from nn.losses import l1_loss
    >>> print(l1_loss([1.0, 4.0], [2.0, 2.0]))
    1.5
    """
    a, b = pair("l1_loss", input, target)
    return reduced(autograd.abs(a - b), reduction, "l1_loss")


def mse_loss(
    input: ArrayOperand, target: ArrayOperand, reduction: str = "mean", half: bool = False
) -> Tensor:
    """(ŷ - y)², or half of it, whose derivative is ŷ - y.

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ.

    >>> from nn.losses import mse_loss
    >>> print(mse_loss([1.0, 4.0], [2.0, 2.0]), mse_loss([4.0], [2.0], half=True))
    2.5 2.0
    """
    a, b = pair("mse_loss", input, target)
    loss = reduced(autograd.square(a - b), reduction, "mse_loss")
    return loss * 0.5 if half else loss


def rmse_loss(input: ArrayOperand, target: ArrayOperand, reduction: str = "mean") -> Tensor:
    """√ of the mean (or sum, or each) of (ŷ - y)²; its derivative at 0 is 0.

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ.

    >>> from nn.losses import rmse_loss
    >>> print(rmse_loss([1.0, 4.0], [4.0, 8.0], reduction="sum"))
    5.0
    """
    a, b = pair("rmse_loss", input, target)
    return autograd.sqrt(reduced(autograd.square(a - b), reduction, "rmse_loss"))


def msle_loss(input: ArrayOperand, target: ArrayOperand, reduction: str = "mean") -> Tensor:
    """(log(1 + ŷ) - log(1 + y))²: errors as ratios, for targets above -1.

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ.

    >>> import numpy as np
    >>> from nn.losses import msle_loss
    >>> print(msle_loss([0.0], [np.e - 1]))
    1.0
    """
    a, b = pair("msle_loss", input, target)
    callback(_check_above, b)
    return reduced(autograd.square(autograd.log1p(a) - autograd.log1p(b)), reduction, "msle_loss")


def _check_above(target: Array) -> None:
    if (target <= -1).any():
        raise ValueError("msle_loss: a target is -1 or less, where log(1 + y) is not defined")


def huber_loss(
    input: ArrayOperand, target: ArrayOperand, reduction: str = "mean", delta: float = 1.0
) -> Tensor:
    """½d² for |d| ≤ δ, otherwise δ(|d| - δ/2), where d = ŷ - y. Huber (1964).

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ. ``delta`` is δ.

    >>> from nn.losses import huber_loss
    >>> print(huber_loss([0.5, 3.0], [0.0, 0.0], reduction="none"))
    [0.125 2.5  ]
    """
    a, b = pair("huber_loss", input, target)
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be positive, not {short(delta)}")
    d = a - b
    inner = autograd.clip(d, -delta, delta)
    return reduced(inner * (d - 0.5 * inner), reduction, "huber_loss")


def smooth_l1_loss(
    input: ArrayOperand, target: ArrayOperand, reduction: str = "mean", beta: float = 1.0
) -> Tensor:
    """The Huber loss with δ = β, divided by β: its slope far away is ±1. β = 0 is |ŷ - y|.

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ. ``beta`` is β. Girshick (2015).

    >>> from nn.losses import smooth_l1_loss
    >>> print(smooth_l1_loss([3.0], [0.0], beta=2.0))
    2.0
    """
    if beta == 0:
        return l1_loss(input, target, reduction)
    return huber_loss(input, target, reduction, beta) / beta


#: The least probability whose logarithm is taken: the logarithm is at least -100, as in PyTorch.
_LEAST = float(np.exp(-100.0))

_FROM_LOGITS = "pass logits to the *_with_logits form"


def _log(p: Tensor) -> Tensor:
    return autograd.log(autograd.clip(p, _LEAST, None))


def _need_probabilities(name: str, what: str, p: Tensor, remedy: str) -> None:
    callback(_check_probabilities, name, what, p, remedy)


def _check_probabilities(name: str, what: str, values: Array, remedy: str) -> None:
    # Written so that nan is refused, too.
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"{name}: the {what} is not within 0 and 1 everywhere; {remedy}")


def binary_cross_entropy(
    input: ArrayOperand,
    target: ArrayOperand,
    weight: ArrayOperand | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-[y log p + (1 - y) log(1 - p)] for probabilities p; a logarithm stops at -100.

    ``input`` p and ``target`` y have one shape, to which ``weight`` broadcasts; ``reduction`` is
    "mean", "sum" or "none". Returns a number, or for "none" the shape of p. From logits use
    :func:`binary_cross_entropy_with_logits`, which never saturates.

    >>> from nn.losses import binary_cross_entropy
    >>> print(binary_cross_entropy([0.5], [1.0]).round(6))
    0.693147
    """
    p, y = pair("binary_cross_entropy", input, target)
    _need_probabilities("binary_cross_entropy", "prediction", p, _FROM_LOGITS)
    _need_probabilities("binary_cross_entropy", "target", y, "rescale it")
    losses = -(y * _log(p) + (1 - y) * _log(1 - p))
    return reduced(weighted(losses, weight), reduction, "binary_cross_entropy")


def binary_cross_entropy_with_logits(
    input: ArrayOperand,
    target: ArrayOperand,
    weight: ArrayOperand | None = None,
    pos_weight: ArrayOperand | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-[w y log σ(x) + (1 - y) log(1 - σ(x))] for logits x, w = ``pos_weight``; stable for any x.

    ``input`` x and ``target`` y have one shape, to which ``weight`` and w broadcast; ``reduction``
    is "mean", "sum" or "none". Returns a number, or for "none" the shape of x.

    >>> from nn.losses import binary_cross_entropy_with_logits
    >>> print(binary_cross_entropy_with_logits([1000.0, -1000.0], [0.0, 0.0], reduction="none"))
    [1000.    0.]
    """
    x, y = pair("binary_cross_entropy_with_logits", input, target)
    minus_log_p = autograd.softplus(-x)
    if pos_weight is not None:
        minus_log_p = minus_log_p * (1 + (cast(pos_weight, x) - 1) * y)
    losses = (1 - y) * x + minus_log_p
    return reduced(weighted(losses, weight), reduction, "binary_cross_entropy_with_logits")


def cross_entropy(
    input: ArrayOperand,
    target: ArrayOperand,
    weight: ArrayOperand | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    from_logits: bool = True,
) -> Tensor:
    """-log softmax(x)[y] for logits x of shape (N, C, ...) or (C,), classes on axis 1.

    ``input`` is x; ``target`` has class indices (N, ...), or probabilities (one-hot or soft) of the
    shape of x. ``weight`` (C,) scales the classes, targets of ``ignore_index`` do not count,
    ``label_smoothing`` ε makes (1 - ε) y + ε / C of y (Szegedy et al., 2016), ``from_logits=False``
    takes probabilities in place of logits; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" (N, ...).

    >>> import numpy as np
    >>> from nn.losses import cross_entropy
    >>> print(cross_entropy(np.array([2.8, 1.1, -0.5]), 0).round(6))
    0.198496
    """
    x, y = either(input), either(target)
    if weight is not None:
        weight = numbers(weight)
    if not from_logits:
        _need_probabilities("cross_entropy", "prediction", x, _FROM_LOGITS)
        # Rows that sum to 1 are the softmax of their own logarithms.
        x = _log(x)
    return _cross_entropy(x, y, weight, label_smoothing, ignore_index, reduction)


def nll_loss(
    input: ArrayOperand,
    target: ArrayOperand,
    weight: ArrayOperand | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """-x[y] for log-probabilities x of shape (N, C, ...) or (C,) and class indices y.

    ``input`` is x, ``target`` y (N, ...); ``weight`` is (C,), targets of ``ignore_index`` do not
    count. ``reduction`` is "mean", over the weights of the targets that count, "sum" or "none".
    Returns a number, or for "none" (N, ...).

    >>> import numpy as np
    >>> from nn.losses import nll_loss
    >>> print(nll_loss(np.log([[0.5, 0.5]]), [1]).round(6))
    0.693147
    """
    x = input if isinstance(input, Tensor) else either(np.asarray(input, float))
    y = target if isinstance(target, Tensor) else np.asarray(target)
    axis = 1 if x.ndim > 1 else 0
    if x.ndim == 0 or y.shape != x.shape[:axis] + x.shape[axis + 1 :]:
        raise ValueError(
            f"nll_loss: log-probabilities {x.shape} and targets {y.shape} do not fit; give class "
            f"indices of the shape without the class axis"
        )
    if y.dtype.kind not in "iu":
        raise TypeError(f"nll_loss: class indices of dtype {y.dtype}; make them integers")
    classes = x.shape[axis]
    each = np.ones(classes, x.dtype) if weight is None else numbers(weight).astype(x.dtype)
    if each.shape != (classes,):
        raise ValueError(f"nll_loss: weight {each.shape} must be one number for {classes} classes")
    inside = callback(_classes_inside, y, classes, ignore_index)
    scale = callback(_scale_of_each, y, inside, each, ignore_index)
    picked = autograd.take_along_axis(x, autograd.expand_dims(inside, axis), axis=axis)
    losses = autograd.squeeze(picked, axis=axis) * -scale
    if reduction == "mean":
        total = scale.sum()
        whole: Tensor = autograd.sum(losses)
        return whole / total if total else whole * float("nan")
    return reduced(losses, reduction, "nll_loss")


def _scale_of_each(y: Array, inside: Array, each: Array, ignore_index: int) -> Array:
    """The weight of each target; 0 for those that are ignored."""
    return np.asarray(each[inside] * (y != ignore_index))


def _classes_inside(y: Array, classes: int, ignore_index: int) -> Array:
    """The class indices, with class 0 in place of what is ignored."""
    inside = np.where(y != ignore_index, y, 0)
    if ((inside < 0) | (inside >= classes)).any():
        worst = inside[(inside < 0) | (inside >= classes)].flat[0]
        raise IndexError(
            f"nll_loss: target {worst} is out of range for {classes} classes; use 0.."
            f"{classes - 1}, or mark it with ignore_index"
        )
    return inside


def kl_div(
    input: ArrayOperand, target: ArrayOperand, reduction: str = "mean", log_target: bool = False
) -> Tensor:
    """y (log y - x) for log-probabilities x; "batchmean" sums and divides by the batch, as KL does.

    ``input`` x and ``target`` y have one shape; with ``log_target`` the target is log y.
    ``reduction`` "mean" is over all elements, as in PyTorch. Returns a number, or for "none" the
    shape of x.

    >>> import numpy as np
    >>> from nn.losses import kl_div
    >>> p = np.array([[0.5, 0.5]])
    >>> print(kl_div(np.log(p), np.array([[1.0, 0.0]]), reduction="batchmean").round(6))
    0.693147
    """
    x, y = pair("kl_div", input, target)
    if log_target:
        losses = autograd.exp(y) * (y - x)
    else:
        # 0 log 0 is 0.
        losses = y * autograd.log(autograd.where(y > 0, y, 1)) - y * x
    if reduction == "batchmean":
        return autograd.sum(losses) / (x.shape[0] if x.ndim else 1)
    return reduced(losses, reduction, "kl_div")


def _margins(name: str, input: ArrayOperand, target: ArrayOperand, margin: float) -> Tensor:
    score, y = pair(name, input, target)
    callback(_check_signs, name, y)
    return autograd.relu(margin - y * score)


def _check_signs(name: str, targets: Array) -> None:
    if not np.isin(targets, (-1, 1)).all():
        raise ValueError(f"{name}: targets are -1 or 1; of 0 and 1 make 2*y - 1")


def hinge_loss(
    input: ArrayOperand, target: ArrayOperand, reduction: str = "mean", margin: float = 1.0
) -> Tensor:
    """max(0, m - y ŷ) for targets y of -1 or 1, m = ``margin``. Cortes and Vapnik (1995).

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ.

    >>> from nn.losses import hinge_loss
    >>> print(hinge_loss([0.3, -2.0], [1, 1], reduction="none"))
    [0.7 3. ]
    """
    return reduced(_margins("hinge_loss", input, target, margin), reduction, "hinge_loss")


def squared_hinge_loss(
    input: ArrayOperand, target: ArrayOperand, reduction: str = "mean", margin: float = 1.0
) -> Tensor:
    """max(0, m - y ŷ)² for targets y of -1 or 1, m = ``margin``.

    ``input`` ŷ and ``target`` y have one shape; ``reduction`` is "mean", "sum" or "none". Returns a
    number, or for "none" the shape of ŷ.

    >>> from nn.losses import squared_hinge_loss
    >>> print(squared_hinge_loss([-2.0], [1]))
    9.0
    """
    losses = autograd.square(_margins("squared_hinge_loss", input, target, margin))
    return reduced(losses, reduction, "squared_hinge_loss")
