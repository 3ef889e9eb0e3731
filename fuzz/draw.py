"""Random choices: a case is drawn from one seed, so that it can be drawn again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
Shape = tuple[int, ...]


class Draw:
    """The choices of one case."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)

    def below(self, n: int) -> int:
        return int(self.random.random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def order(self, n: int) -> list[int]:
        """The numbers 0 to n - 1 in random order."""
        places = list(range(n))
        self.random.shuffle(places)
        return places

    def uniform(self, low: float, high: float, shape: Shape) -> Any:
        return np.asarray(self.numbers.uniform(low, high, shape))

    def length(self) -> int:
        """The length of an axis: small, now and then 1 or 0."""
        return (2, 3, 2, 3, 1, 1, 4, 0)[self.below(8)]

    def shape(self, least: int = 0, most: int = 3) -> Shape:
        return tuple(self.length() for _ in range(self.between(least, most)))

    def part_of(self, shape: Shape) -> Shape:
        """A shape that broadcasts to ``shape``: axes shortened to 1, the first ones left out."""
        kept = shape[self.below(len(shape) + 1) :] if self.chance(0.4) else shape
        return tuple(1 if self.chance(0.2) else n for n in kept)
