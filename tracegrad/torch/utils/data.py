"""``torch.utils.data``: datasets, their parts, and batches of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.calculus import short
from tracegrad.torch.tensors import NAMES, Generator, Tensor, rng


class Dataset:
    """Rows by their number; a subclass defines ``__getitem__`` and ``__len__``."""

    def __class_getitem__(cls, item: object) -> type:
        return cls

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} defines no __getitem__; write one")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} defines no __len__; write one")

    if TYPE_CHECKING:  # Python iterates by __getitem__ until it raises IndexError

        def __iter__(self) -> Iterator[Any]: ...


class TensorDataset(Dataset):
    """Tensors of the same length, indexed together."""

    def __init__(self, *tensors: Tensor) -> None:
        if len({len(tensor) for tensor in tensors}) != 1:
            shapes = " and ".join(str(tuple(tensor.shape)) for tensor in tensors)
            raise ValueError(f"TensorDataset: the tensors have different numbers of rows: {shapes}")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset):
    """The rows of a dataset that a list of numbers names."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """Datasets one after the other."""

    def __init__(self, datasets: Sequence[Any]) -> None:
        self.datasets = list(datasets)

    def __getitem__(self, index: int) -> Any:
        index = range(len(self))[index]
        for dataset in self.datasets:
            if index < len(dataset):
                return dataset[index]
            index -= len(dataset)
        raise AssertionError

    def __len__(self) -> int:
        return sum(map(len, self.datasets))


def random_split(
    dataset: Any, lengths: Sequence[float], generator: Generator | None = None
) -> list[Subset]:
    """The rows in a random order, as parts of these lengths, or of these fractions."""
    rows = len(dataset)
    sizes: list[Any] = list(lengths)
    if all(0 <= size <= 1 for size in sizes) and abs(sum(sizes) - 1) < 1e-9:
        sizes = [int(rows * size) for size in sizes]
        for i in range(rows - sum(sizes)):
            sizes[i % len(sizes)] += 1
    if sum(sizes) != rows:
        raise ValueError(f"random_split: the lengths add up to {sum(sizes)}, there are {rows} rows")
    order = rng(generator).permutation(rows).tolist()
    ends = np.cumsum(sizes).astype(int).tolist()
    return [Subset(dataset, order[a:b]) for a, b in zip([0, *ends], ends)]


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
    """Batches of a dataset; ``shuffle`` draws a new order for every pass."""

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
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
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.collate_fn, self.generator = drop_last, collate_fn, generator

    def __len__(self) -> int:
        rows = len(self.dataset)
        return rows // self.batch_size if self.drop_last else -(-rows // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        rows = len(self.dataset)
        order = rng(self.generator).permutation(rows) if self.shuffle else np.arange(rows)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            places = order[start : start + self.batch_size]
            if self.collate_fn is None and type(self.dataset) is TensorDataset:
                yield list(self.dataset[places])  # the same as row by row, at once
            else:
                batch = [self.dataset[i] for i in places.tolist()]
                yield (self.collate_fn or default_collate)(batch)


__all__ = [
    "ConcatDataset", "DataLoader", "Dataset", "Subset", "TensorDataset", "default_collate",
    "random_split",
]  # fmt: skip
