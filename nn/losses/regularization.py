"""Penalties on large weights, and weight decay without the biases."""

from __future__ import annotations

from collections.abc import Iterator

import autograd
from autograd import Tensor
from autograd.typing import State
from nn.layers import Module, Parameter


def weights_of(module: Module) -> Iterator[Parameter]:
    """The weight matrices: parameters of two axes or more, so neither biases nor scales."""
    return (p for p in module.parameters() if p.ndim >= 2 and p.requires_grad)


def l2_penalty(module: Module, strength: float, half: bool = False) -> Tensor:
    """λ Σ w² over the weights, not the biases; its gradient is 2λw, or λw with ``half``.

    For plain SGD it is the same as a weight decay of 2λ (of λ with ``half``); for Adam it is not,
    because Adam divides the gradient, and with it this part, by its size.

    ``module`` has the weights, ``strength`` is λ. Returns a Tensor of one number.

    >>> import nn
    >>> layer = nn.Linear(1, 1)
    >>> layer.weight.data = layer.weight.data * 0 + 3.0
    >>> nn.l2_penalty(layer, 0.5).item()
    4.5
    """
    total = _sum(autograd.sum(autograd.square(w)) for w in weights_of(module))
    return total * (strength / 2 if half else strength)


def l1_penalty(module: Module, strength: float) -> Tensor:
    """λ Σ |w| over the weights: it drives weights to 0, where its derivative counts as 0.

    ``module`` has the weights, ``strength`` is λ. Returns a Tensor of one number.

    >>> import nn
    >>> layer = nn.Linear(1, 1)
    >>> layer.weight.data = layer.weight.data * 0 - 3.0
    >>> nn.l1_penalty(layer, 0.5).item()
    1.5
    """
    return _sum(autograd.sum(autograd.abs(w)) for w in weights_of(module)) * strength


def _sum(terms: Iterator[Tensor]) -> Tensor:
    total = next(terms, None)
    if total is None:
        raise ValueError("penalty: the module has no weights that are trained")
    for term in terms:
        total = total + term
    return total


def decay_groups(module: Module, weight_decay: float) -> list[State]:
    """Parameter groups for an optimizer: weights decay, biases and scales do not.

    ``module`` has the parameters, ``weight_decay`` is λ of the weights. Returns two groups.

    >>> import nn, optim
    >>> net = nn.MLP(2, [4, 1])
    >>> opt = optim.AdamW(nn.decay_groups(net, 0.01), lr=0.1)
    >>> [len(group["params"]) for group in opt.param_groups]
    [2, 2]
    """
    weights = list(weights_of(module))
    decayed = {id(w) for w in weights}
    others = [p for p in module.parameters() if id(p) not in decayed]
    groups = [
        {"params": weights, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]
