"""What the signatures of networks and training are written in, beside ``autograd.typing``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

from autograd import Tensor

#: A loss of a prediction and its target.
LossFunction: TypeAlias = Callable[..., Tensor]
#: A figure of merit of predictions and targets.
Metric: TypeAlias = Callable[[Any, Any], float]  # Any: Tensors of a batch, or arrays of them all
#: What becomes of the losses of a batch.
Reduction: TypeAlias = Literal["mean", "sum", "none"]


class Data(Protocol):
    """What a loader takes batches from: a pair of arrays, a dataset, another loader."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Any: ...  # Any: rows of whatever the dataset holds
