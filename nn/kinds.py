"""What the signatures of networks and training are written in, beside ``autograd.typing``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from autograd import Tensor
from autograd.typing import Array

#: A whole number for every spatial axis, or one for each.
Sizes: TypeAlias = int | Sequence[int]
#: The same; None for as many as the input has.
OutputSizes: TypeAlias = int | Sequence[int | None]
#: A loss of a prediction and its target.
LossFunction: TypeAlias = Callable[..., Tensor]
#: A figure of merit of predictions and targets.
Metric: TypeAlias = Callable[[Array, Array], float]


class Data(Protocol):
    """What a loader takes batches from: a pair of arrays, a dataset, another loader."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[object]: ...
