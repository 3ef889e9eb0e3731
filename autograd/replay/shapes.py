"""What arrays the operands of many equal rows are: strided views, and products of matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array


def strides_of(slots: Array) -> tuple[int, ...] | None:
    """How far the slots are apart along each axis, if that is the same everywhere; else None.

    >>> import numpy as np
    >>> from autograd.replay.shapes import strides_of
    >>> strides_of(np.array([[4, 5, 6], [14, 15, 16]]))
    (10, 1)
    """
    corner = slots[(0,) * slots.ndim]
    strides = []
    expected = np.asarray(corner)
    for axis, length in enumerate(slots.shape):
        second = tuple(1 if other == axis else 0 for other in range(slots.ndim))
        stride = int(slots[second] - corner) if length > 1 else 0
        strides.append(stride)
        along = np.arange(length) * stride
        expected = expected[..., None] + along
    return tuple(strides) if np.array_equal(expected, slots) else None


def are_distinct(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether no two elements of a strided view are the same number, by a sufficient test."""
    reach = 0
    for stride, length in sorted(zip(map(abs, strides), shape)):
        if length > 1:
            if stride <= reach:
                return False
            reach += stride * (length - 1)
    return True


def grid_of(columns: list[Array]) -> tuple[int, ...]:
    """The shape, of one or two axes, in which most of the columns are strided views."""
    length = len(columns[0])
    shapes: list[tuple[int, ...]] = [(length,)]
    for column in columns:
        run = _run(column)
        if 1 < run < length and length % run == 0:
            shapes.append((length // run, run))
    counts = [
        sum(strides_of(column.reshape(shape)) is not None for column in columns) for shape in shapes
    ]
    return shapes[int(np.argmax(counts))]


def _run(column: Array) -> int:
    """How long the column goes on as it begins."""
    steps = np.diff(column)
    other = np.flatnonzero(steps != steps[0]) if len(steps) else steps
    return int(other[0]) + 1 if len(other) else len(column)


@dataclass(frozen=True)
class Factors:
    """A matrix product that was found: ``out[b, i, j] = Σ left[b, i, k] * right[b, j, k]``.

    ``left`` and ``right`` have the rows of the operands; ``units`` says which unit each element of
    the result is.
    """

    left: Array
    right: Array
    units: Array


def matrix_product(left: Array, right: Array) -> Factors | None:
    """The factors of the units whose terms are ``left[u, k] * right[u, k]``, where they are some.

    They are where every row that occurs on the left meets every row that occurs on the right
    exactly once; or where that holds in each of several blocks of one size.
    """
    first, i = _distinct(left)
    second, j = _distinct(right)
    blocks = _blocks(i, j, len(first), len(second))
    if blocks is None:
        return None
    of_left, of_right, count = blocks
    p, q = len(first) // count, len(second) // count
    if len(i) != count * p * q or (p == 1 and q == 1 and count > 1):
        return None
    place_left, place_right = _within(of_left, count, p), _within(of_right, count, q)
    if place_left is None or place_right is None:
        return None
    place = (of_left[i] * p + place_left[i]) * q + place_right[j]
    if len(np.unique(place)) != len(place):
        return None
    inverse = np.empty(len(place), np.int64)
    inverse[place] = np.arange(len(place))
    units = inverse.reshape(count, p, q)
    rows_left, rows_right = np.empty(len(first), np.int64), np.empty(len(second), np.int64)
    rows_left[of_left * p + place_left] = np.arange(len(first))
    rows_right[of_right * q + place_right] = np.arange(len(second))
    factors = Factors(
        first[rows_left].reshape(count, p, -1), second[rows_right].reshape(count, q, -1), units
    )
    # The program computes one row of the result after another, if the axes are in its order.
    if q > 1 and p > 1 and units[0, 1, 0] < units[0, 0, 1]:
        return Factors(factors.right, factors.left, units.swapaxes(1, 2))
    return factors


def _distinct(rows: Array) -> tuple[Array, Array]:
    """The distinct rows in the order in which they occur first, and which one each row is."""
    rng = np.random.default_rng(len(rows))
    weights = rng.integers(1, 2**62, rows.shape[1], dtype=np.int64) | 1
    with np.errstate(over="ignore"):
        keys = (rows * weights).sum(axis=1)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(first), np.int64)
    rank[order] = np.arange(len(first))
    which, distinct = rank[which], rows[first[order]]
    if not np.array_equal(distinct[which], rows):  # two rows with one key
        distinct, which = np.unique(rows, axis=0, return_inverse=True)
    return distinct, which.reshape(-1)


def _blocks(i: Array, j: Array, m: int, n: int) -> tuple[Array, Array, int] | None:
    """The blocks that are connected: by row on the left, by row on the right, and how many."""
    if len(i) == m * n:
        return np.zeros(m, np.int64), np.zeros(n, np.int64), 1
    of_left, of_right = np.arange(m), np.empty(n, np.int64)
    for _ in range(4):  # in blocks that are complete, two are enough
        of_right.fill(m)
        np.minimum.at(of_right, j, of_left[i])
        smallest = np.full(m, m)
        np.minimum.at(smallest, i, of_right[j])
        if np.array_equal(smallest, of_left):
            break
        of_left = smallest
    else:
        return None
    names = np.unique(of_left)
    if m % len(names) or n % len(names):
        return None
    return np.searchsorted(names, of_left), np.searchsorted(names, of_right), len(names)


def _within(blocks: Array, count: int, size: int) -> Array | None:
    """The place of each row within its block, if all blocks have ``size`` rows."""
    if not np.array_equal(np.bincount(blocks, minlength=count), np.full(count, size)):
        return None
    order = np.argsort(blocks, kind="stable")
    place = np.empty(len(blocks), np.int64)
    place[order] = np.tile(np.arange(size), count)
    return place
