"""Activations and losses that are composed of functions of tensors, and their modules."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from autograd.calculus import short
from tracegrad.torch.nn.module import Module
from tracegrad.torch.tensors import NAMES

Function = Callable[..., Any]
_where, _exp, _log, _tanh = (NAMES[name] for name in ("where", "exp", "log", "tanh"))


# -- activations ----------------------------------------------------------------------------------


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x between ``min_val`` and ``max_val``, which are what is smaller or larger."""
    inside = (input > min_val) & (input < max_val)
    return _where(inside, input, input.detach().clamp(min_val, max_val))


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(0, x), 6)."""
    return hardtanh(input, 0.0, 6.0)


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """x / 6 + 1 / 2 between 0 and 1."""
    return relu6(input + 3) / 6


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x min(max(0, x + 3), 6) / 6."""
    return input * hardsigmoid(input)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where x > 0, else α (exp(x / α) - 1)."""
    low = _where(input > 0, 0.0, input)
    return _where(input > 0, input, alpha * (_exp(low / alpha) - 1))


def selu(input: Any, inplace: bool = False) -> Any:
    """λ x where x > 0, else λ α (exp(x) - 1), which keeps mean 0 and variance 1."""
    low = _where(input > 0, 0.0, input)
    return 1.0507009873554805 * _where(input > 0, input, 1.6732632423543772 * (_exp(low) - 1))


def mish(input: Any, inplace: bool = False) -> Any:
    """x tanh(softplus(x))."""
    return input * _tanh(NAMES["softplus"](input))


def logsigmoid(input: Any) -> Any:
    """log σ(x) = -softplus(-x)."""
    return -NAMES["softplus"](-input)


def softsign(input: Any) -> Any:
    """x / (1 + |x|)."""
    return input / (1 + input.abs())


def tanhshrink(input: Any) -> Any:
    """x - tanh x."""
    return input - _tanh(input)


def softmin(input: Any, dim: int | None = None) -> Any:
    """softmax(-x)."""
    return NAMES["softmax"](-input, dim)


def glu(input: Any, dim: int = -1) -> Any:
    """a σ(b) for the halves a and b along an axis."""
    if input.shape[dim] % 2:
        raise RuntimeError(f"glu: {input.shape[dim]} elements along dim={dim} have no two halves")
    a, b = input.chunk(2, dim)
    return a * b.sigmoid()


# -- distances ------------------------------------------------------------------------------------


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x₁·x₂ / (|x₁| |x₂|) along an axis."""
    lengths = x1.norm(dim=dim).clamp(min=eps) * x2.norm(dim=dim).clamp(min=eps)
    return (x1 * x2).sum(dim) / lengths


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """The p norm of x₁ - x₂ + ε along the last axis."""
    return (x1 - x2 + eps).norm(p, -1, keepdim=keepdim)


# -- losses ---------------------------------------------------------------------------------------


def _reduced(each: Any, reduction: str) -> Any:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {short(reduction)}")
    return each if reduction == "none" else getattr(each, reduction)()


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1."""
    squares = [(x * x).sum(-1) + 1e-12 for x in (input1, input2)]
    cosine = (input1 * input2).sum(-1) / (squares[0] * squares[1]).sqrt()
    return _reduced(_where(target == 1, 1 - cosine, (cosine - margin).relu()), reduction)


def triplet_margin_loss(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0, p: float = 2.0,
    eps: float = 1e-6, swap: bool = False, reduction: str = "mean",
) -> Any:  # fmt: skip
    """max(0, |a - p| - |a - n| + margin)."""
    near, far = (pairwise_distance(anchor, x, p, eps) for x in (positive, negative))
    if swap:
        far = NAMES["minimum"](far, pairwise_distance(positive, negative, p, eps))
    return _reduced((near - far + margin).relu(), reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """max(0, -y (a - b) + margin)."""
    return _reduced((-target * (input1 - input2) + margin).relu(), reduction)


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """x where the target is 1, max(0, margin - x) where it is -1."""
    return _reduced(_where(target == 1, input, (margin - input).relu()), reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """log(1 + exp(-y x))."""
    return _reduced(NAMES["softplus"](-target * input), reduction)


def poisson_nll_loss(
    input: Any, target: Any, log_input: bool = True, full: bool = False, eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:  # fmt: skip
    """exp(x) - y x; without ``log_input`` x - y log x. ``full`` adds Stirling's log y!."""
    each = _exp(input) - target * input if log_input else input - target * _log(input + eps)
    if full:
        y = _where(target > 1, target, 1.0)
        each = each + _where(target > 1, y * _log(y) - y + 0.5 * _log(2 * math.pi * y), 0.0)
    return _reduced(each, reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:  # fmt: skip
    """(log σ² + (x - y)² / σ²) / 2, σ² at least ``eps``."""
    if (var < 0).any():
        raise ValueError("gaussian_nll_loss: var has an entry below 0; a variance is wanted")
    floor = var + (var.clamp(min=eps) - var).detach()
    each = 0.5 * (_log(floor) + (input - target) ** 2 / floor)
    return _reduced(each + 0.5 * math.log(2 * math.pi) if full else each, reduction)


# -- modules --------------------------------------------------------------------------------------


class Composed(Module):
    """A function of tensors with its options."""

    _function: Function
    _options: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            self._options = inspect.signature(self._start).bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}: {error}") from None

    _start: Function

    def forward(self, *inputs: Any) -> Any:
        return self._function(*inputs, **self._options)

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self._options.items())


def _module(name: str, function: Function) -> type[Module]:
    parameters = inspect.signature(function).parameters.values()
    options = [one for one in parameters if one.default is not one.empty]

    def start() -> None: ...

    start.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    inside: dict[str, Any] = {
        "_function": staticmethod(function),
        "_start": staticmethod(start),
        "__doc__": function.__doc__,
        "__module__": __name__,
    }
    return type(name, (Composed,), inside)


FUNCTIONS: dict[str, Function] = {}
MODULES: dict[str, type[Module]] = {}
_MODULES: dict[str, Function] = {
    "Hardtanh": hardtanh, "ReLU6": relu6, "Hardsigmoid": hardsigmoid, "Hardswish": hardswish,
    "CELU": celu, "SELU": selu, "Mish": mish, "Softsign": softsign, "Tanhshrink": tanhshrink,
    "Softmin": softmin, "GLU": glu, "LogSigmoid": logsigmoid,
    "CosineSimilarity": cosine_similarity, "PairwiseDistance": pairwise_distance,
    "CosineEmbeddingLoss": cosine_embedding_loss,
    "TripletMarginLoss": triplet_margin_loss, "MarginRankingLoss": margin_ranking_loss,
    "HingeEmbeddingLoss": hinge_embedding_loss, "SoftMarginLoss": soft_margin_loss,
    "PoissonNLLLoss": poisson_nll_loss, "GaussianNLLLoss": gaussian_nll_loss,
}  # fmt: skip
for _name, _function in _MODULES.items():
    FUNCTIONS[_function.__name__] = _function
    MODULES[_name] = _module(_name, _function)
