"""What a DataLoader takes: arrays in a tuple, pairs, and whatever has a length and an index."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from nn.data import DataLoader

X, Y = np.arange(10.0).reshape(5, 2), np.arange(5)


class Squares:
    """A dataset as PyTorch users write one."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, i: int) -> tuple[Any, int]:
        if not 0 <= i < 5:
            raise IndexError(i)
        return Tensor(X[i]), int(Y[i])


DATASETS: dict[str, Callable[[], Any]] = {
    "a tuple of arrays": lambda: (X, Y),
    "a list of pairs": lambda: list(zip(X, Y, strict=True)),
    "an indexed dataset": Squares,
}


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("make", DATASETS.values(), ids=DATASETS)
def test_the_batches_are_those_of_the_arrays(make: Callable[[], Any], shuffle: bool) -> None:
    ours = DataLoader(make(), batch_size=2, shuffle=shuffle, seed=3)
    theirs = DataLoader(X, Y, batch_size=2, shuffle=shuffle, seed=3)
    assert len(ours) == len(theirs) == 3
    for (x, y), (x_expected, y_expected) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(x.data, x_expected.data)
        np.testing.assert_array_equal(y.data, y_expected.data)
        assert y.dtype.kind == "i"


def test_rows_of_one_batch_have_as_many_parts() -> None:
    loader = DataLoader([(1.0, 2.0), (1.0,)], batch_size=2)
    with pytest.raises(ValueError, match="rows of 1 and of 2 parts in one batch"):
        list(loader)
