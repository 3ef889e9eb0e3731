"""Attention: of queries to keys, in one head and in several."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

import autograd
from autograd import Tensor, callback, depends_on
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, DTypeLike, Seed
from nn.layers.linear import Linear, keep_mask, whole
from nn.layers.module import Module, Parameter
from nn.rng import generator

_linear, _matmul, _softmax = autograd.linear, autograd.matmul, autograd.softmax


def causal_mask(queries: int, keys: int) -> Array:
    """True where key j comes after query i and is hidden from it.

    >>> from nn.layers.attention import causal_mask
    >>> causal_mask(2, 3)
    array([[False,  True,  True],
           [False, False,  True]])
    """
    return np.triu(np.ones((queries, keys), bool), 1)


def added(called: str, name: str, mask: ArrayOperand, dtype: DTypeLike) -> Tensor | Array:
    """What a mask adds to the scores: -inf where it is True, or the mask if it is of floats."""
    array = mask if isinstance(mask, Tensor) else np.asarray(mask)
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind != "b":
        raise TypeError(
            f"{called}: {name} has dtype {array.dtype}; give booleans, or floats to be added"
        )
    if isinstance(array, Tensor):
        return callback(_minus_infinity, array, dtype)  # type: ignore[no-any-return]
    return _minus_infinity(array, dtype)


def _minus_infinity(hidden: Array, dtype: DTypeLike) -> Array:
    return np.where(hidden, -np.inf, 0.0).astype(dtype)


def attention_weights(
    called: str, q: Tensor, k: Tensor, mask: Tensor | Array | None, scale: float
) -> Tensor:
    """softmax(q kᵀ scale + mask) over the keys; ValueError where a query may look at none."""
    scores = _matmul(q * scale, autograd.swapaxes(k, -1, -2))
    if mask is None:
        return _softmax(scores, axis=-1)
    callback(_check_seen, called, mask)
    return _softmax(scores + mask, axis=-1)


def _check_seen(called: str, mask: Array) -> None:
    hidden = np.isneginf(mask).all(axis=-1)
    if hidden.any():
        query = int(np.argwhere(hidden)[0][-1])
        raise ValueError(
            f"{called}: the masks hide every key from query {query}; leave it one, or take the "
            f"query out"
        )


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: ArrayOperand | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    rng: Seed = None,
) -> Tensor:
    """softmax(q kᵀ / √d) v: query (..., L, d), key (..., S, d), value (..., S, m) to (..., L, m).

    As in PyTorch a boolean ``attn_mask`` (L, S) is True here where a key may be looked at, the
    opposite of what it is for ``MultiheadAttention``; a mask of floats is added to the scores. With
    ``is_causal`` a place sees none after it; ``scale`` stands for 1 / √d. Dropout acts whenever
    ``dropout_p`` is not 0, and ``rng``, a generator or a seed, draws it. Returns (..., L, m).
    Vaswani et al. (2017).

    >>> import numpy as np
    >>> from nn.layers import scaled_dot_product_attention
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> scaled_dot_product_attention(x, x, x, is_causal=True).round(3)
    array([[1.  , 0.  ],
           [0.33, 0.67]])
    """
    called = "scaled_dot_product_attention"
    if is_causal and attn_mask is not None:
        raise ValueError(f"{called}: give attn_mask= or is_causal=True, not both")
    mask: Tensor | Array | None = None
    if is_causal:
        hidden = causal_mask(query.shape[-2], key.shape[-2])
        mask = added(called, "attn_mask", hidden, query.dtype)
    elif attn_mask is not None:
        boolean = getattr(attn_mask, "dtype", np.asarray(attn_mask).dtype).kind == "b"
        unseen = callback(np.logical_not, attn_mask) if boolean else attn_mask
        mask = added(called, "attn_mask", unseen, query.dtype)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    weights = attention_weights(called, query, key, mask, factor)
    if dropout_p:
        weights = weights * keep_mask(weights.shape, dropout_p, rng, weights.dtype)
    return _matmul(weights, value)


class MultiheadAttention(Module):
    """softmax(q kᵀ / √d) v in ``num_heads`` heads of d = embed_dim / num_heads numbers each.

    query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), or N first for ``batch_first``,
    or without N. Returns the outputs, shaped as the query, and the weights: (N, L, S), the mean of
    the heads, or (N, num_heads, L, S) for ``average_attn_weights=False``, or None for
    ``need_weights=False``. Where ``attn_mask`` (L, S) or (N * num_heads, L, S) is True, a query
    does not see a key; where ``key_padding_mask`` (N, S) is True, no query does; masks of floats
    are added to the scores. ``is_causal=True`` without a mask hides what comes later.

    ``in_proj_weight`` is (embed_dim, 3 embed_dim), PyTorch's transposed; with a ``kdim`` or a
    ``vdim`` there are ``q_proj_weight``, ``k_proj_weight`` and ``v_proj_weight``. They start
    Glorot-uniform, the biases at 0. Vaswani et al. (2017).

    >>> import numpy as np
    >>> import nn
    >>> attention = nn.MultiheadAttention(8, 2, batch_first=True)
    >>> x = np.ones((5, 3, 8))
    >>> outputs, weights = attention(x, x, x)
    >>> outputs.shape, weights.shape
    ((5, 3, 8), (5, 3, 3))
    """

    embed_dim: int
    num_heads: int
    dropout: float
    batch_first: bool
    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    q_proj_weight: Parameter  # these three where kdim or vdim differs from embed_dim
    k_proj_weight: Parameter
    v_proj_weight: Parameter
    out_proj: Linear
    kdim: int
    vdim: int
    rng: np.random.Generator | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        for name, asked in (("add_bias_kv", add_bias_kv), ("add_zero_attn", add_zero_attn)):
            if asked:
                raise ValueError(f"MultiheadAttention: {name} is not supported here; leave it out")
        self.embed_dim = n = whole("MultiheadAttention", "embed_dim", embed_dim)
        self.num_heads = whole("MultiheadAttention", "num_heads", num_heads)
        if n % self.num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim {n} does not divide into {num_heads} heads"
            )
        if not 0 <= dropout <= 1:
            raise ValueError(
                f"MultiheadAttention: dropout is a probability, from 0 to 1, not {short(dropout)}"
            )
        self.dropout, self.batch_first = dropout, batch_first
        self.kdim, self.vdim = n if kdim is None else kdim, n if vdim is None else vdim
        draws = generator(rng)
        self.rng = None if rng is None else draws

        def glorot(n_in: int, n_out: int) -> Parameter:
            bound = math.sqrt(6 / (n_in + n_out))
            return Parameter(draws.uniform(-bound, bound, (n_in, n_out)), dtype=dtype)

        if self.kdim == self.vdim == n:
            self.in_proj_weight = glorot(n, 3 * n)
            self._transposed = ("in_proj_weight",)
        else:
            self.q_proj_weight = glorot(n, n)
            self.k_proj_weight = glorot(self.kdim, n)
            self.v_proj_weight = glorot(self.vdim, n)
            self.in_proj_weight = None
            self._transposed = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
        self.in_proj_bias = Parameter(np.zeros(3 * n), dtype=dtype) if bias else None
        self.out_proj = Linear(n, n, bias, dtype, draws)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data = np.zeros(n, dtype)

    if TYPE_CHECKING:

        def __call__(  # type: ignore[override]
            self,
            query: Tensor | Array,
            key: Tensor | Array,
            value: Tensor | Array,
            key_padding_mask: ArrayOperand | None = None,
            need_weights: bool = True,
            attn_mask: ArrayOperand | None = None,
            average_attn_weights: bool = True,
            is_causal: bool = False,
        ) -> tuple[Tensor, Tensor | None]: ...

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: ArrayOperand | None = None,
        need_weights: bool = True,
        attn_mask: ArrayOperand | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        self._check(query, key, value)
        heads, n = self.num_heads, self.embed_dim
        q, k, v = (self._heads(x, i) for i, x in enumerate((query, key, value)))
        mask = self._mask(q, k, key_padding_mask, attn_mask, is_causal)
        scale = 1 / math.sqrt(n // heads)
        weights = attention_weights("MultiheadAttention", q, k, mask, scale)
        kept = weights
        if depends_on(self, "training") and self.dropout:
            kept = weights * keep_mask(weights.shape, self.dropout, self.rng, weights.dtype)
        # (N, heads, L, d) to the axes of the query, the heads side by side on the last.
        out = autograd.transpose(
            _matmul(kept, v), (0, 2, 1, 3) if self.batch_first else (2, 0, 1, 3)
        )
        out = self.out_proj(autograd.reshape(out, query.shape))
        if not need_weights:
            return out, None
        if average_attn_weights:
            kept = autograd.mean(kept, axis=1)
        return out, kept[0] if len(query.shape) == 2 else kept

    def _check(self, query: Tensor, key: Tensor, value: Tensor) -> None:
        """Raise ValueError, in one line, where the shapes do not fit."""
        shapes = query.shape, key.shape, value.shape
        ndim, sizes = len(shapes[0]), (self.embed_dim, self.kdim, self.vdim)
        batch = 0 if self.batch_first else 1
        for name, shape, size in zip(("query", "key", "value"), shapes, sizes):
            fault = None
            if len(shape) != ndim or ndim not in (2, 3):
                fault = "must have two axes, or three with a batch, as the others"
            elif shape[-1] != size:
                fault = f"has not {size} on its last axis"
            elif ndim == 3 and shape[batch] != shapes[0][batch]:
                fault = f"and query {shapes[0]} differ on axis {batch}, the batch"
            elif name == "value" and shape[:-1] != shapes[1][:-1]:
                fault = f"and key {shapes[1]} differ in length"
            if fault is not None:
                raise ValueError(f"MultiheadAttention: {name} {shape} {fault}")

    def _heads(self, x: Tensor, place: int) -> Tensor:
        """x times the weights of the query, key or value (place 0, 1, 2), as (N, heads, L, d)."""
        n, heads = self.embed_dim, self.num_heads
        own = slice(place * n, (place + 1) * n)
        if self.in_proj_weight is None:
            w: Tensor = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)[place]
        else:
            w = self.in_proj_weight[:, own]
        projected = _linear(x, w, None if self.in_proj_bias is None else self.in_proj_bias[own])
        batch_first = self.batch_first
        if len(x.shape) == 2:
            projected = autograd.expand_dims(projected, 0 if batch_first else 1)
        a, b = projected.shape[:2]
        apart = autograd.reshape(projected, (a, b, heads, n // heads))
        return autograd.transpose(apart, (0, 2, 1, 3) if batch_first else (1, 2, 0, 3))

    def _mask(
        self,
        q: Tensor,
        k: Tensor,
        key_padding_mask: ArrayOperand | None,
        attn_mask: ArrayOperand | None,
        is_causal: bool,
    ) -> Tensor | Array | None:
        """The sum of the masks, to be added to scores (N, heads, L, S)."""
        called = "MultiheadAttention"
        batch, heads, queries, _ = q.shape
        keys = k.shape[2]
        if is_causal and attn_mask is None:
            attn_mask = causal_mask(queries, keys)
        total: Tensor | Array | None = None
        if attn_mask is not None:
            total = added(called, "attn_mask", attn_mask, q.dtype)
            if total.shape == (batch * heads, queries, keys):
                total = total.reshape((batch, heads, queries, keys))
            elif total.shape != (queries, keys):
                raise ValueError(
                    f"{called}: attn_mask {total.shape} must be {(queries, keys)} or "
                    f"{(batch * heads, queries, keys)}"
                )
        if key_padding_mask is not None:
            padding = added(called, "key_padding_mask", key_padding_mask, q.dtype)
            if padding.shape not in ((batch, keys), *[(keys,)] * (batch == 1)):
                raise ValueError(
                    f"{called}: key_padding_mask {padding.shape} must be {(batch, keys)}"
                )
            padding = padding.reshape((batch, 1, 1, keys))
            total = padding if total is None else padding + total
        return total

    def extra_repr(self) -> str:
        first = ", batch_first=True" if self.batch_first else ""
        return f"{self.embed_dim}, {self.num_heads}, dropout={self.dropout}{first}"
