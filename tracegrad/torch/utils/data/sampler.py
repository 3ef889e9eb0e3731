"""The order in which rows are taken: all of them, drawn ones, or those of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.calculus import short
from tracegrad.torch.tensors import Generator, array_of, rng


class Sampler:
    """Numbers of rows; a subclass defines ``__iter__``, and ``__len__`` where there is one."""

    def __class_getitem__(cls, item: object) -> type:
        return cls

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} defines no __iter__; write one")


class SequentialSampler(Sampler):
    """All rows in their order."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """All rows in an order that is drawn, or ``num_samples`` draws of them."""

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self.num_samples = len(data_source) if num_samples is None else num_samples

    def __iter__(self) -> Iterator[int]:
        """Drawn as they are asked for: there may be very many."""
        rows, left, draws = len(self.data_source), self.num_samples, rng(self.generator)
        while left > 0:
            drawn = draws.integers(rows, size=rows) if self.replacement else draws.permutation(rows)
            yield from drawn[:left].tolist()
            left -= rows

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """The rows that a list names, in an order that is drawn."""

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        order = rng(self.generator).permutation(len(self.indices)).tolist()
        return (self.indices[i] for i in order)

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """``num_samples`` rows, each drawn with a probability in proportion to its weight."""

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        self.weights = w = np.array([float(weight) for weight in array_of(weights)])
        if not np.isfinite(w).all() or (w < 0).any() or not w.any():
            raise ValueError(
                f"WeightedRandomSampler: weights are from 0, not all 0, not {short(weights)}"
            )
        if not replacement and np.count_nonzero(w) < num_samples:
            raise ValueError(
                f"WeightedRandomSampler: {num_samples} draws without replacement need as many "
                f"weights above 0; pass replacement=True"
            )
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        shares = self.weights / self.weights.sum()
        draws = rng(self.generator)
        drawn = draws.choice(len(shares), self.num_samples, self.replacement, p=shares)
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


__all__ = [
    "RandomSampler", "Sampler", "SequentialSampler", "SubsetRandomSampler", "WeightedRandomSampler",
]  # fmt: skip
