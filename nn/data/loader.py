"""Mini-batches of arrays, of memory-mapped files, and of iterators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Protocol

import numpy as np

from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, Index, Seed
from nn.data.streaming import Rows
from nn.rng import seed_from

_constant = Tensor(0.0, requires_grad=False)._constant


class Dataset(Protocol):
    """Rows that are asked for by their number: a row is ``(x, y)``, or one thing."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> object: ...


class TensorDataset:
    """Arrays of the same length, indexed together.

    ``arrays`` are (n, ...), each as it is; an index returns a tuple with the row, or the rows, of
    each.

    >>> from nn.data import TensorDataset
    >>> data = TensorDataset([[1.0], [2.0]], [0, 1])
    >>> len(data), data[1]
    (2, (array([2.]), np.int64(1)))
    """

    arrays: tuple[Array, ...]

    def __init__(self, *arrays: ArrayOperand) -> None:
        if not arrays:
            raise ValueError("TensorDataset: give at least one array")
        self.arrays = tuple(_column(a) for a in arrays)
        lengths = {len(a) for a in self.arrays}
        if len(lengths) > 1:
            shapes = " and ".join(str(a.shape) for a in self.arrays)
            raise ValueError(f"the arrays have different numbers of rows: {shapes}")

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, index: Index) -> tuple[Array, ...]:
        return tuple(a[index] for a in self.arrays)


def _column(a: ArrayOperand) -> Array:
    if isinstance(a, np.ndarray):
        array = a  # a memory-mapped file stays one
    else:
        array = np.asarray(a.data if isinstance(a, Tensor) else a)
    if array.ndim == 0 or array.dtype.kind not in "fiub":
        raise TypeError(
            f"data must be arrays of numbers with one row per sample, not {short(a)}; encode "
            f"text as class indices first"
        )
    return array


class DataLoader:
    """Batches of ``batch_size`` rows as Tensors, ``(X, y)`` for two arrays, ``X`` alone for one.

    ``data`` is arrays (memory-mapped ones are read batch by batch), a ``TensorDataset``, anything
    else with ``__len__`` and ``__getitem__`` (a list of ``(x, y)`` pairs), or rows one by one: an
    iterable, or a function that returns a new iterator for every epoch. With ``shuffle`` each
    epoch has an order of its own, a function of ``seed`` and the epoch's number alone, so that a
    training run can be resumed exactly. ``drop_last`` leaves out a last batch that is not full.
    Batches of unshuffled arrays are views: do not write into them.

    >>> import numpy as np
    >>> from nn import DataLoader
    >>> loader = DataLoader(np.arange(10.0), np.arange(10), batch_size=4)
    >>> [y.data.tolist() for X, y in loader], len(loader)
    ([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], 3)
    """

    batch_size: int
    shuffle: bool
    drop_last: bool
    dataset: Dataset | None
    seed: int
    epoch: int
    batch: int

    def __init__(
        self,
        *data: ArrayOperand | Dataset | Rows,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: Seed = None,
    ) -> None:
        if not data:
            raise ValueError("DataLoader: give at least one array")
        if isinstance(data[-1], int):
            raise TypeError(f"DataLoader: {data[-1]} is no array; write batch_size={data[-1]}")
        if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer):
            raise TypeError(f"DataLoader: batch_size is a whole number, not {short(batch_size)}")
        if batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be at least 1, not {batch_size}")
        self.batch_size, self.shuffle, self.drop_last = int(batch_size), shuffle, drop_last
        self.dataset = _dataset(data)
        self.rows: Rows = ()
        if self.dataset is None:
            self.rows = data[0]  # type: ignore[assignment]
            if shuffle:
                raise ValueError(
                    "DataLoader: rows that come one by one cannot be shuffled; pass arrays, or "
                    "nn.data.shuffled(rows, buffer=10000)"
                )
        elif not len(self.dataset):
            raise ValueError("DataLoader: there are 0 rows")
        self.seed = seed_from(seed)
        self.epoch = 0
        self.batch = 0

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        if self.dataset is None:
            raise TypeError("DataLoader: rows that come one by one have no length")
        rows = len(self.dataset)
        return rows // self.batch_size if self.drop_last else -(-rows // self.batch_size)

    def __iter__(self) -> Iterator[Any]:  # Any: a Tensor, or a tuple of Tensors
        """The batches of one epoch, from where ``load_state_dict`` left off."""
        first, self.batch = self.batch, 0
        dataset = self.dataset
        batches = self._of_rows(first) if dataset is None else self._of_dataset(dataset, first)
        for self.batch, batch in enumerate(batches, first + 1):
            tensors = tuple([_constant(part) for part in batch])
            yield tensors[0] if len(tensors) == 1 else tensors
        self.batch = 0
        self.epoch += 1

    def order(self, epoch: int) -> Array | None:
        """The order of the rows in an epoch, or None for the order of the data."""
        if not self.shuffle or self.dataset is None:
            return None
        rows = len(self.dataset)
        order = np.arange(rows, dtype=np.uint32 if rows < 2**32 else np.int64)
        np.random.default_rng([self.seed, epoch]).shuffle(order)
        return order

    def _of_dataset(self, dataset: Dataset, first: int) -> Iterator[list[Array]]:
        order = self.order(self.epoch)
        for start in range(first * self.batch_size, len(self) * self.batch_size, self.batch_size):
            part = slice(start, start + self.batch_size)
            if isinstance(dataset, TensorDataset):
                rows = part if order is None else order[part]
                yield [np.asarray(a[rows]) for a in dataset.arrays]
            else:
                places = range(len(dataset)) if order is None else order
                yield _columns([dataset[int(i)] for i in places[part]])

    def _of_rows(self, first: int) -> Iterator[list[Array]]:
        if hasattr(self.rows, "epoch"):
            self.rows.epoch = self.epoch
        rows = iter(self.rows() if callable(self.rows) else self.rows)
        for _ in islice(rows, first * self.batch_size):
            pass
        while chunk := list(islice(rows, self.batch_size)):
            if len(chunk) == self.batch_size or not self.drop_last:
                yield _columns(chunk)

    def state_dict(self) -> dict[str, int]:
        """The epoch, the number of batches already taken in it, and the seed of the orders."""
        return {"seed": self.seed, "epoch": self.epoch, "batch": self.batch}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Let the next iteration continue from ``state``."""
        seed, epoch, batch = state["seed"], state["epoch"], state["batch"]
        for name, count in (("seed", seed), ("epoch", epoch), ("batch", batch)):
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                raise ValueError(f"DataLoader: the saved {name} is {short(count)}")
        self.seed, self.epoch, self.batch = seed, epoch, batch


def _columns(rows: list[object]) -> list[Array]:
    """Rows, each a tuple such as ``(x, y)`` or one thing, as one array per column."""
    parts = [row if isinstance(row, tuple) else (row,) for row in rows]
    widths = sorted({len(row) for row in parts})
    if len(widths) > 1:
        raise ValueError(f"DataLoader: rows of {widths[0]} and of {widths[-1]} parts in one batch")
    return [
        np.asarray([x.data if isinstance(x, Tensor) else x for x in column])
        for column in zip(*parts)
    ]


def _dataset(data: tuple[Any, ...]) -> Dataset | None:
    """What has a length and can be indexed by row; None for rows that come one by one.

    Several arrays, one array, a tuple of arrays; or, as PyTorch's loaders take it, anything with
    ``__len__`` and ``__getitem__``, a list of ``(x, y)`` pairs included.
    """
    if len(data) > 1:
        return TensorDataset(*data)
    (only,) = data
    if isinstance(only, tuple) and all(map(_is_array, only)):
        return TensorDataset(*only)
    pairs = isinstance(only, list) and only and isinstance(only[0], tuple)
    if _is_array(only) and not pairs:
        return TensorDataset(only)
    return only if hasattr(only, "__len__") and hasattr(only, "__getitem__") else None


def _is_array(data: object) -> bool:
    return isinstance(data, np.ndarray | Tensor | list)
