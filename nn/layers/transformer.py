"""The layer of a transformer's encoder."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import autograd
from autograd import Tensor
from autograd.calculus import short
from autograd.typing import ArrayOperand, DTypeLike, Seed
from nn.layers.attention import MultiheadAttention
from nn.layers.linear import Dropout, Linear
from nn.layers.module import Module
from nn.layers.normalization import LayerNorm
from nn.rng import generator

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": autograd.relu, "gelu": autograd.gelu}


class TransformerEncoderLayer(Module):
    """x + attention(x), then x + network(x), each normalised after the sum, or before the function.

    The network is Linear, ``activation`` ("relu", "gelu" or a function), dropout, Linear; it sees
    each position by itself. ``norm_first=True`` normalises what goes into attention and network, so
    that x itself is only added to. ``src`` is (L, N, d_model), or N first for ``batch_first``, or
    without N; the masks are those of :class:`MultiheadAttention`. Vaswani et al. (2017).

    Returns the shape of ``src``.

    >>> import numpy as np
    >>> import nn
    >>> layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    >>> layer(np.ones((5, 3, 8)), is_causal=True).shape
    (5, 3, 8)
    """

    self_attn: MultiheadAttention
    linear1: Linear
    linear2: Linear
    norm1: LayerNorm
    norm2: LayerNorm
    dropout: Dropout
    dropout1: Dropout
    dropout2: Dropout
    norm_first: bool
    activation: str | Callable[[Tensor], Tensor]

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        if not callable(activation) and activation not in _ACTIVATIONS:
            raise ValueError(
                "TransformerEncoderLayer: activation is 'relu', 'gelu' or a function, not "
                f"{short(activation)}"
            )
        if rng is not None:
            rng = generator(rng)  # one for all parts
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, rng=rng
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype, rng)
        self.dropout = Dropout(dropout, rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype, rng)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1, self.dropout2 = Dropout(dropout, rng), Dropout(dropout, rng)
        self.norm_first, self.activation = norm_first, activation

    def forward(
        self,
        src: Tensor,
        src_mask: ArrayOperand | None = None,
        src_key_padding_mask: ArrayOperand | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        def attended(x: Tensor) -> Tensor:
            out, _ = self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, True, is_causal)
            return self.dropout1(out)

        def network(x: Tensor) -> Tensor:
            name = self.activation
            inner = (name if callable(name) else _ACTIVATIONS[name])(self.linear1(x))
            return self.dropout2(self.linear2(self.dropout(inner)))

        if self.norm_first:
            x = src + attended(self.norm1(src))
            return x + network(self.norm2(x))
        x = self.norm1(src + attended(src))
        return self.norm2(x + network(x))

    def extra_repr(self) -> str:
        return f"norm_first={self.norm_first}"
