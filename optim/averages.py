"""Averages over time: of a series, and of the weights that training passes through."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import ArrayLike

from optim.base import FRACTION, check_number, check_parameter, effect, entries, matching, whole
from optim.kinds import Array, Parameter, State, StateLike


def weighted_average(series: ArrayLike, beta: float, correct: bool = True) -> Array:
    """vₜ = βvₜ₋₁ + (1-β)xₜ from v₀ = 0; corrected, vₜ/(1-βᵗ), whose weights add up to 1.

    It averages over about 1/(1-β) values.

    ``series`` is (n,) or (n, ...), ``beta`` is β; ``correct=False`` leaves vₜ as it is. Returns the
    shape of the series.

    >>> from optim import weighted_average
    >>> weighted_average([10.0, 10.0, 20.0], 0.5)
    array([10.        , 10.        , 15.71428571])
    >>> weighted_average([10.0, 10.0, 20.0], 0.5, correct=False)
    array([ 5.  ,  7.5 , 13.75])
    """
    check_number("beta", beta, FRACTION)
    values = np.asarray(series, float)
    result = np.empty_like(values)
    v: Array | float = 0.0
    for i, x in enumerate(values):
        v = beta * v + (1 - beta) * x
        result[i] = v / (1 - beta ** (i + 1)) if correct else v
    return result


class WeightAverage(ABC):
    """An average of the values that the parameters have at each ``update``."""

    parameters: list[Parameter]
    count: int

    def __init__(self, params: Iterable[Parameter]) -> None:
        self.parameters = entries(params)
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} got no parameters: pass a non-empty list")
        for i, parameter in enumerate(self.parameters):
            check_parameter(parameter, i)
        self.averages: list[Array] = [np.array(p.data) for p in self.parameters]
        self.count = 0

    @abstractmethod
    def weight(self) -> float:
        """How much the next values count."""

    @effect
    def update(self) -> None:
        """Take the present values into the average; the first are the average."""
        for average, parameter in zip(self.averages, self.parameters):
            if self.count:
                average += self.weight() * (parameter.data - average)
            else:
                average[...] = parameter.data
        self.count += 1

    def copy_to(self) -> None:
        """Give the parameters their averages, for good."""
        for average, parameter in zip(self.averages, self.parameters):
            array = isinstance(parameter.data, np.ndarray)
            parameter.data = average.copy() if array else float(average)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Lend the parameters their averages inside a ``with`` block."""
        own_data = [p.data for p in self.parameters]
        self.copy_to()
        try:
            yield
        finally:
            for parameter, data in zip(self.parameters, own_data):
                parameter.data = data

    def state_dict(self) -> State:
        """The averages (copies) and the number of updates."""
        return {"count": self.count, "averages": [a.copy() for a in self.averages]}

    def load_state_dict(self, state_dict: StateLike) -> None:
        """Restore them; ValueError for parameters of other shapes."""
        try:
            count, saved = whole("count", state_dict["count"]), list(state_dict["averages"])
        except (KeyError, TypeError):
            raise ValueError(f"this is no state_dict of {type(self).__name__}") from None
        if len(saved) != len(self.averages):
            raise ValueError(
                f"the saved average has {len(saved)} parameters, this one {len(self.averages)}"
            )
        arrays = [
            matching("average", saved_average, average.shape, parameter, i)
            for i, (saved_average, average, parameter) in enumerate(
                zip(saved, self.averages, self.parameters)
            )
        ]
        for average, array in zip(self.averages, arrays):
            average[...] = array
        self.count = count


class EMA(WeightAverage):
    """θ̄ ← βθ̄ + (1-β)θ after each step: an average over about 1/(1-β) steps.

    ``params`` are the parameters, ``decay`` is β. ``update()`` takes them in, and ``applied()``
    puts the average in their place for a with statement; both return nothing.

    >>> from optim import EMA
    >>> import numpy as np
    >>> class Weight:
    ...     data, grad = np.array([1.0]), None
    >>> w = Weight()
    >>> average = EMA([w], decay=0.5)
    >>> for w.data in (np.array([1.0]), np.array([2.0])):
    ...     average.update()
    >>> with average.applied():
    ...     print(w.data)
    [1.5]
    """

    def __init__(self, params: Iterable[Parameter], decay: float = 0.999) -> None:
        check_number("decay", decay, FRACTION)
        self.decay = decay
        super().__init__(params)

    def weight(self) -> float:
        return 1 - self.decay


class SWA(WeightAverage):
    """The plain mean of the weights at each ``update`` (Izmailov et al. 2018): call it each epoch.

    ``params`` are the parameters. ``update()`` returns nothing; ``averages`` are the means.

    >>> from optim import SWA
    >>> import numpy as np
    >>> class Weight:
    ...     data, grad = np.array([1.0]), None
    >>> w = Weight()
    >>> average = SWA([w])
    >>> for w.data in (np.array([1.0]), np.array([2.0]), np.array([6.0])):
    ...     average.update()
    >>> average.averages
    [array([3.])]
    """

    def weight(self) -> float:
        return 1 / (self.count + 1)
