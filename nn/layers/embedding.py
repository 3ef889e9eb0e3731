"""A vector for each member of a vocabulary."""

from __future__ import annotations

import numpy as np

import autograd
from autograd import Tensor, callback
from autograd.typing import Array, ArrayOperand, DTypeLike, Numbers, Seed
from nn.layers.linear import whole
from nn.layers.module import Module, Parameter
from nn.layers.states import as_array
from nn.rng import generator


def embedding(
    input: ArrayOperand,
    weight: Tensor,
    padding_idx: int | None = None,
    called: str = "embedding",
) -> Tensor:
    """The rows of ``weight`` at the indices ``input``; row ``padding_idx`` takes no gradient.

    ``input`` has whole numbers of any shape, ``weight`` is (entries, size). Returns (..., size).
    ``called`` is the name that errors say. Bengio et al. (2003).

    >>> from autograd import Tensor
    >>> from nn.layers import embedding
    >>> embedding([2, 0], Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])).data
    array([[5., 6.],
           [1., 2.]])
    """
    indices = input if isinstance(input, Tensor) else as_array(input)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{called}: indices of dtype {indices.dtype}; make them integers")
    size = weight.shape[0]
    callback(_check_vocabulary, indices, size, called)
    rows = autograd.take(weight, indices, axis=0)
    if padding_idx is None:
        return rows
    padded = callback(_padded, indices, _place(padding_idx, size, called))
    return autograd.where(padded, rows.detach() if isinstance(rows, Tensor) else rows, rows)


def _padded(indices: Array, place: int) -> Array:
    return np.asarray(indices == place)[..., None]


def _check_vocabulary(indices: Array, size: int, called: str) -> None:
    if indices.size and not 0 <= indices.min() <= indices.max() < size:
        wrong = indices[(indices < 0) | (indices >= size)].flat[0]
        raise IndexError(
            f"{called}: index {wrong} is not in the vocabulary, whose {size} entries are numbered "
            f"0 to {size - 1}"
        )


def _place(padding_idx: int, size: int, called: str) -> int:
    """``padding_idx`` counted from the first entry."""
    if not -size <= padding_idx < size:
        raise ValueError(
            f"{called}: padding_idx {padding_idx} is not in the vocabulary of {size} entries"
        )
    return int(padding_idx) % size


class Embedding(Module):
    """A trained vector for each of ``num_embeddings`` indices: (...) becomes (..., embedding_dim).

    The weight is (num_embeddings, embedding_dim), as in PyTorch, and starts as N(0, 1). The vector
    of ``padding_idx`` starts at 0 and is not trained.

    Returns (..., embedding_dim).

    >>> import nn
    >>> letters = nn.Embedding(27, 10)
    >>> letters([[0, 5, 13], [5, 13, 13]]).shape
    (2, 3, 10)
    """

    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None
    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        refused = {"max_norm": max_norm, "scale_grad_by_freq": scale_grad_by_freq, "sparse": sparse}
        for name, value in refused.items():
            if value:
                raise ValueError(f"Embedding: {name} is not supported here; leave it out")
        self.num_embeddings = whole("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = whole("Embedding", "embedding_dim", embedding_dim)
        start = generator(rng).normal(size=(self.num_embeddings, self.embedding_dim))
        if padding_idx is not None:
            padding_idx = _place(padding_idx, self.num_embeddings, "Embedding")
            start[padding_idx] = 0
        self.padding_idx = padding_idx
        self.weight = Parameter(start, dtype=dtype)

    @classmethod
    def from_pretrained(
        cls, embeddings: Tensor | Numbers, freeze: bool = True, padding_idx: int | None = None
    ) -> Embedding:
        """A layer whose weight is ``embeddings``, (number, length); fixed unless ``freeze=False``.

        >>> import nn
        >>> nn.Embedding.from_pretrained([[1.0, 2.0], [3.0, 4.0]])([1]).data
        array([[3., 4.]])
        """
        weight: Array = as_array(embeddings)
        if weight.ndim != 2:
            raise ValueError(
                f"Embedding: from_pretrained takes a matrix, the shape is {weight.shape}"
            )
        layer = cls(len(weight), weight.shape[1], padding_idx)
        layer.weight = Parameter(weight, requires_grad=not freeze)
        return layer

    def forward(self, input: ArrayOperand) -> Tensor:
        return embedding(input, self.weight, self.padding_idx, "Embedding")

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
