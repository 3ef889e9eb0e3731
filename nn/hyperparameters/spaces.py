"""What is searched: names, and for each a list to choose from or a range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from autograd.calculus import short
from autograd.typing import State

#: Up to this many points a space of lists is gone through in a random order, without repetition.
_MOST_POINTS = 100_000
#: The other columns of a table of trials.
_COLUMNS = ("trial", "budget", "error")


@dataclass(frozen=True)
class Range:
    """The numbers from ``low`` to ``high``: ``whole`` ones, or by their logarithm with ``log``.

    >>> from nn.hyperparameters import Range
    >>> Range(0.001, 0.1, log=True)
    loguniform(0.001, 0.1)
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            if isinstance(end, bool) or not isinstance(end, int | float | np.number):
                raise TypeError(
                    f"a range is of two numbers, not {short(end)}; put choices in a list"
                )
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(
                f"a range goes from a lower to a higher number, not from {self.low} to {self.high}"
            )
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range begins above 0, not at {self.low}")
        if self.whole and not (int(self.low) == self.low and int(self.high) == self.high):
            raise ValueError(f"{self.low} and {self.high} are no whole numbers; use nn.uniform")

    def draw(self, rng: np.random.Generator) -> float:
        """A number of the range, of which each is as probable (with ``log`` each factor)."""
        share = rng.random()
        # Whole numbers are as wide as the step to the next one.
        low, high = (self.low, self.high + 1) if self.whole else (self.low, self.high)
        value = low * (high / low) ** share if self.log else low + (high - low) * share
        return min(int(value), int(self.high)) if self.whole else float(min(value, high))

    def __repr__(self) -> str:
        ends = f"{self.low:g}, {self.high:g}"
        if self.whole:
            return f"integers({ends}{', log=True' if self.log else ''})"
        return f"loguniform({ends})" if self.log else f"uniform({ends})"


def uniform(low: float, high: float) -> Range:
    """A number from ``low`` to ``high``, in a space of :func:`search`; a Range.

    >>> import nn
    >>> nn.uniform(0, 0.5)
    uniform(0, 0.5)
    """
    return Range(low, high)


def loguniform(low: float, high: float) -> Range:
    """A number from ``low`` to ``high`` whose logarithm is uniform: for rates; a Range.

    >>> import nn
    >>> nn.loguniform(1e-4, 0.1)
    loguniform(0.0001, 0.1)
    """
    return Range(low, high, log=True)


def integers(low: int, high: int, log: bool = False) -> Range:
    """A whole number from ``low`` to ``high``, both included, with ``log`` by factors; a Range.

    >>> import nn
    >>> nn.integers(8, 256, log=True)
    integers(8, 256, log=True)
    """
    return Range(low, high, log, whole=True)


#: What a space may hold of a name: choices, two ends, or a range.
Choices: TypeAlias = Sequence[object] | Range


class Space:
    """The axes of a search by name, each a list of choices or a :class:`Range`."""

    def __init__(self, space: Mapping[str, Choices]) -> None:
        if not isinstance(space, Mapping) or not space:
            raise TypeError(
                f"search: the space is a dict, such as {{'lr': nn.loguniform(1e-4, 0.1), "
                f"'width': [8, 16]}}, not {short(space)}"
            )
        self.axes = {str(name): _axis(str(name), choices) for name, choices in space.items()}
        self.ranges = [name for name, axis in self.axes.items() if isinstance(axis, Range)]
        sizes = [len(axis) for axis in self.axes.values() if not isinstance(axis, Range)]
        #: The number of points, or None where there is a range.
        self.size = None if self.ranges else math.prod(sizes)

    def point(self, number: int) -> State:
        """A point of a space of lists, by its number; the last name varies fastest."""
        config = {}
        for name, axis in reversed(self.axes.items()):
            assert not isinstance(axis, Range)
            number, place = divmod(number, len(axis))
            config[name] = axis[place]
        return dict(reversed(config.items()))

    def drawn(self, seed: int, index: int) -> State:
        """The configuration of a trial of a random search: of the seed and its number alone."""
        if self.size is not None and self.size <= _MOST_POINTS:
            turn, place = divmod(index, self.size)
            order = np.random.default_rng([seed, turn]).permutation(self.size)
            return self.point(int(order[place]))
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index, 0)))
        return {
            name: axis.draw(rng) if isinstance(axis, Range) else axis[int(rng.integers(len(axis)))]
            for name, axis in self.axes.items()
        }

    def texts(self) -> dict[str, str]:
        """The axes as they are written: what a file of trials is compared by."""
        return {
            name: repr(axis) if isinstance(axis, Range) else f"[{', '.join(map(written, axis))}]"
            for name, axis in self.axes.items()
        }


def _axis(name: str, choices: object) -> list[object] | Range:
    if name in _COLUMNS:
        raise ValueError(f"search: {name} is a column of the table; call the setting otherwise")
    if isinstance(choices, Range):
        return choices
    if isinstance(choices, tuple) and len(choices) == 2:
        whole = all(isinstance(end, int | np.integer) for end in choices)
        try:
            return Range(*choices, whole=whole)
        except (TypeError, ValueError) as error:
            raise type(error)(f"search: {name}: {error}") from None
    if isinstance(choices, np.ndarray):
        choices = choices.tolist()
    if isinstance(choices, str | bytes | tuple | Mapping) or not isinstance(choices, Iterable):
        raise TypeError(
            f"search: {name} is a list of choices, or a range (low, high), not {short(choices)}"
        )
    listed = list(choices)
    if not listed:
        raise ValueError(f"search: {name} has no choices")
    return listed


def written(value: object) -> str:
    """A value of a configuration as text, the same in every process."""
    if callable(value):
        return str(getattr(value, "__qualname__", type(value).__qualname__))
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return re.sub(r" at 0x[0-9a-f]+", "", text)
