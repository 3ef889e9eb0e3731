"""Datasets, and their parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tracegrad.torch.tensors import Generator, Tensor, rng


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


__all__ = ["ConcatDataset", "Dataset", "Subset", "TensorDataset", "random_split"]
