"""Loops over arrays that lie flat in memory: which element is at which place.

An array of a nest has a stride for each loop: how far its next element is when the loop takes its
next turn. A stride of 0 stretches an axis; it also is that of the result along an axis that is
summed over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd.typing import Array

#: The variables of loops, from the outermost.
VARIABLES = "ijklmnopq"


@dataclass(frozen=True)
class Walk:
    """An array in a nest: its name, a stride for each loop, and where it begins."""

    name: str
    strides: tuple[int, ...]
    offset: int = 0

    def at(self, variables: Sequence[str]) -> str:
        """The element, such as ``w[16 * i + j]``."""
        terms = [
            name if stride == 1 else f"{stride} * {name}"
            for name, stride in zip(variables, self.strides)
            if stride
        ]
        if self.offset or not terms:
            terms.append(str(self.offset))
        return f"{self.name}[{' + '.join(terms)}]"


def strides_of(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(math.prod(shape[d + 1 :]) for d in range(len(shape)))


def stretched(shape: Sequence[int], to: Sequence[int]) -> tuple[int, ...]:
    """The strides of an array that is broadcast to a larger shape."""
    own = [0 if n == 1 else stride for n, stride in zip(shape, strides_of(shape))]
    return (*([0] * (len(to) - len(shape))), *own)


def merged(sizes: Sequence[int], walks: Sequence[Walk]) -> tuple[list[int], list[Walk]]:
    """The same nest in as few loops as do: those that go on where another ends are one."""
    loops: list[int] = []
    strides: list[list[int]] = []
    for d, n in enumerate(sizes):
        step = [walk.strides[d] for walk in walks]
        if n == 1:
            continue
        if loops and all(before == now * n for before, now in zip(strides[-1], step)):
            loops[-1] *= n
            strides[-1] = step
        else:
            loops.append(n)
            strides.append(step)
    return loops, [
        Walk(walk.name, tuple(step[k] for step in strides), walk.offset)
        for k, walk in enumerate(walks)
    ]


def affine(places: Array) -> tuple[tuple[int, ...], int] | None:
    """The strides and the offset of a table of places; None where it has none."""
    if not places.size:
        return None
    offset = int(places.flat[0])
    strides = []
    for d, n in enumerate(places.shape):
        second = tuple(1 if d == e else 0 for e in range(places.ndim))
        strides.append(int(places[second]) - offset if n > 1 else 0)
    walked = np.full(places.shape, offset)
    for d, stride in enumerate(strides):
        along = [1] * places.ndim
        along[d] = -1
        walked += stride * np.arange(places.shape[d]).reshape(along)
    return (tuple(strides), offset) if np.array_equal(walked, places) else None
