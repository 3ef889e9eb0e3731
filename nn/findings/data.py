"""The data that ``why`` is given: what a network sees, and rows that are enough for statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.data import DataLoader
from nn.losses import numbers

#: So many rows are looked at one by one; the statistics of columns need no more.
STUDIED = 2048
#: So many go through the network at once, fewer where they are large.
PROBED, ELEMENTS = 256, 400_000


@dataclass(frozen=True)
class Rows:
    """Inputs and targets: ``X`` and ``y`` of at most ``STUDIED`` rows out of ``count``."""

    X: Array
    y: Array
    count: int
    batch_size: int | None

    def probe(self) -> tuple[Tensor, Tensor]:
        """The rows that go through the network, evenly spaced."""
        size = max(self.X[:1].size, 1)
        places = evenly(len(self.X), max(min(PROBED, ELEMENTS // size), 2))
        return constant(self.X[places]), constant(self.y[places])


def constant(array: Array) -> Tensor:
    """The array as the loader of a training gives it."""
    return Tensor(array, requires_grad=False)


def evenly(rows: int, most: int) -> Array:
    """The places of at most so many rows, from the first to the last."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).round().astype(int))


def rows_of(data: object, called: str) -> Rows:
    """The rows of a pair (X, y) or of a DataLoader, whose place does not move."""
    if not isinstance(data, DataLoader):
        if not isinstance(data, tuple | list) or len(data) != 2:
            raise TypeError(f"why: {called} is a DataLoader or a pair (X, y), not {short(data)}")
        return _of_arrays(data[0], data[1], called, None)
    arrays = getattr(data.dataset, "arrays", None)
    if arrays is not None:
        if len(arrays) != 2:
            raise ValueError(f"why: {called} has {len(arrays)} arrays; give inputs and targets")
        return _of_arrays(arrays[0], arrays[1], called, data.batch_size)
    if data.dataset is None and not callable(data.rows) and iter(data.rows) is data.rows:
        raise TypeError(f"why: {called} can be read only once; give arrays, or a function of rows")
    state, batches, count = data.state_dict(), [], 0
    for batch in data:
        if not isinstance(batch, tuple) or len(batch) != 2:
            raise ValueError(f"why: each batch of {called} must be a pair (X, y)")
        batches.append(batch)
        count += len(batch[0])
        if count >= STUDIED:
            break
    data.load_state_dict(state)
    if not batches:
        raise ValueError(f"why: {called} gave no batch")
    X, y = (np.concatenate([numbers(batch[i]) for batch in batches]) for i in range(2))
    total = count if data.dataset is None else len(data.dataset)
    return Rows(X, y, total, data.batch_size)


def _of_arrays(
    inputs: ArrayOperand, targets: ArrayOperand, called: str, batch_size: int | None
) -> Rows:
    X, y = numbers(inputs), numbers(targets)
    for what, array in (("inputs", X), ("targets", y)):
        if array.dtype.kind not in "fiub" or not array.ndim:
            raise TypeError(
                f"why: the {what} of {called} are no array of numbers; number names by "
                "np.unique(y, return_inverse=True)[1]"
            )
    if len(X) != len(y):
        raise ValueError(f"why: {called} has {len(X)} rows of inputs and {len(y)} targets")
    if not len(X):
        raise ValueError(f"why: {called} has 0 rows")
    # A row with a value that is not finite is never left out: it is what spoils the training.
    places = evenly(len(X), STUDIED)
    if not isinstance(X, np.memmap):
        bad = [~np.isfinite(a).reshape(len(a), -1).all(axis=1) for a in (X, y) if a.size]
        places = np.union1d(places, np.flatnonzero(np.any(bad, axis=0))[:8])
    return Rows(np.asarray(X[places]), np.asarray(y[places]), len(X), batch_size)
