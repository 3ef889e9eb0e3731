"""Preparation of data: splitting the rows, and scaling the columns."""

from __future__ import annotations

from typing import overload

import numpy as np

from autograd import Tensor
from autograd.typing import Array, Numbers, Seed
from nn.rng import generator


def train_test_split(
    *arrays: Numbers, test_size: float = 0.25, rng: Seed = None, stratify: Numbers | None = None
) -> list[Array]:
    """Each array as its training rows and its test rows, chosen at random, the same for all.

    ``arrays`` have as many rows as one another. ``test_size`` is a fraction, or a number of rows.
    With ``stratify=y`` each class has its share in both parts. ``rng`` is a generator or a seed.
    Returns a list, two arrays for each.

    >>> import numpy as np
    >>> from nn.data import train_test_split
    >>> X_train, X_test, y_train, y_test = train_test_split(
    ...     np.arange(8.0), np.arange(8), test_size=2, rng=0
    ... )
    >>> X_train.shape, y_test.shape, (X_test == y_test).all()
    ((6,), (2,), np.True_)
    """
    if not arrays:
        raise ValueError("train_test_split: give at least one array")
    columns = [np.asanyarray(a.data if isinstance(a, Tensor) else a) for a in arrays]
    rows = len(columns[0])
    if any(len(a) != rows for a in columns):
        shapes = " and ".join(str(a.shape) for a in columns)
        raise ValueError(f"train_test_split: different numbers of rows: {shapes}")
    held_out = test_size if isinstance(test_size, int) else round(test_size * rows)
    if not 0 < held_out < rows:
        raise ValueError(
            f"train_test_split: test_size={test_size} of {rows} rows leaves one part empty"
        )
    rng = generator(rng)
    if stratify is None:
        order = rng.permutation(rows)
    else:
        order = _stratified(np.asarray(stratify), rng)
    test, train = order[:held_out], order[held_out:]
    return [part for a in columns for part in (a[train], a[test])]


def _stratified(labels: Array, rng: np.random.Generator) -> Array:
    """An order of which every beginning has nearly the proportions of the classes."""
    where = np.empty(len(labels))
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        where[rows] = (np.arange(len(rows)) + rng.random()) / len(rows)
    return np.argsort(where, kind="stable")


class Standardizer:
    """(x - mean) / std per column, with the mean and std of the rows it was fitted to.

    A constant column becomes 0. ``fit`` takes X (n, columns), a call of it returns the shape of its
    array, and ``undo`` is the inverse.

    >>> import numpy as np
    >>> from nn.data import Standardizer
    >>> scale = Standardizer().fit(np.array([[1.0, 5.0], [3.0, 5.0]]))
    >>> scale(np.array([[3.0, 5.0]]))
    array([[1., 0.]])
    """

    mean: Array
    std: Array

    def fit(self, X: Numbers) -> Standardizer:
        X = np.asarray(X, float) if np.asarray(X).dtype.kind != "f" else np.asarray(X)
        check_finite(X, "Standardizer")
        self.mean, std = X.mean(axis=0), X.std(axis=0)
        # A column that varies only by rounding counts as constant.
        self.std = np.where(std > 1e-12 * np.abs(self.mean), std, 1.0)
        return self

    def __call__(self, X: Numbers) -> Array:
        return (np.asarray(X) - self.mean) / self.std

    def undo(self, Z: Numbers) -> Array:
        return np.asarray(Z) * self.std + self.mean


@overload
def standardize(X_train: Numbers) -> Array: ...
@overload
def standardize(X_train: Numbers, *others: Numbers) -> list[Array]: ...
def standardize(X_train: Numbers, *others: Numbers) -> Array | list[Array]:
    """The arrays to mean 0 and standard deviation 1 by the first one's columns.

    ``X_train`` and ``others`` are (n, columns), each with an n of its own. Returns an array, or
    with ``others`` a list of them.

    >>> import numpy as np
    >>> from nn.data import standardize
    >>> train, test = standardize(np.array([[0.0], [2.0]]), np.array([[4.0]]))
    >>> train.tolist(), test.tolist()
    ([[-1.0], [1.0]], [[3.0]])
    """
    scale = Standardizer().fit(X_train)
    scaled = [scale(X) for X in (X_train, *others)]
    return scaled if others else scaled[0]


def check_finite(X: Numbers, called: str) -> None:
    """Raise ValueError where nan or infinity is among the data.

    ``X`` is an array of any shape, ``called`` the name that the error says. Returns None.

    >>> from nn.data import check_finite
    >>> check_finite([1.0, 2.0], "mine")  # is silent
    """
    bad = ~np.isfinite(X)
    if bad.any():
        place = ", ".join(map(str, np.argwhere(bad)[0]))
        raise ValueError(
            f"{called}: the data holds {bad.sum()} values that are nan or infinite, the first at "
            f"[{place}]; fill or drop them"
        )
