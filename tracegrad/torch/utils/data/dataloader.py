"""Batches of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from autograd.calculus import short
from tracegrad.torch.tensors import NAMES, Generator, Tensor
from tracegrad.torch.utils.data.dataset import TensorDataset
from tracegrad.torch.utils.data.sampler import RandomSampler, SequentialSampler


def default_collate(batch: Sequence[Any]) -> Any:
    """A list of rows as one batch: tensors stacked, numbers in a tensor, texts in a list."""
    first = batch[0]
    if isinstance(first, Tensor):
        return NAMES["stack"](batch)
    if isinstance(first, np.ndarray | np.generic):
        return NAMES["from_numpy"](np.stack(batch))
    if isinstance(first, bool | int | float):
        return NAMES["from_numpy"](np.array(batch))
    if isinstance(first, Mapping):
        return {key: default_collate([row[key] for row in batch]) for key in first}
    if isinstance(first, tuple | list):
        return [default_collate(column) for column in zip(*batch, strict=True)]
    return list(batch)


class DataLoader:
    """Batches of a dataset; ``shuffle`` draws a new order for every pass, ``sampler`` is one."""

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        sampler: Any = None,
        *,
        drop_last: bool = False,
        collate_fn: Callable[[Sequence[Any]], Any] | None = None,
        generator: Generator | None = None,
        num_workers: int = 0,
        **refused: Any,
    ) -> None:
        for name, value in refused.items():
            if name not in ("pin_memory", "persistent_workers", "timeout", "prefetch_factor"):
                raise TypeError(f"DataLoader: {name}={short(value)} is not taken here")
        if not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(
                f"DataLoader: batch_size is a whole number from 1, not {short(batch_size)}"
            )
        if shuffle and sampler is not None:
            raise ValueError("DataLoader: shuffle=True and sampler= are two orders; leave one out")
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        drawn = RandomSampler(dataset, generator=generator) if shuffle else None
        self.sampler = sampler if sampler is not None else drawn or SequentialSampler(dataset)
        self.drop_last, self.collate_fn, self.generator = drop_last, collate_fn, generator

    def __len__(self) -> int:
        rows = len(self.sampler)
        return rows // self.batch_size if self.drop_last else -(-rows // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        order = iter(self.sampler)
        while places := list(islice(order, self.batch_size)):
            if self.drop_last and len(places) < self.batch_size:
                return
            if self.collate_fn is None and type(self.dataset) is TensorDataset:
                yield list(self.dataset[np.array(places)])  # the same as row by row, at once
            else:
                yield (self.collate_fn or default_collate)([self.dataset[i] for i in places])


__all__ = ["DataLoader", "default_collate"]
