"""Search for settings: a space of them, trials on one machine or many, and their table."""

from nn.hyperparameters.searching import search
from nn.hyperparameters.spaces import Range, integers, loguniform, uniform
from nn.hyperparameters.table import Trial, Trials
from nn.hyperparameters.workers import Lost, dask_executor, spread

__all__ = [
    "dask_executor", "integers", "loguniform", "Lost", "Range", "search", "spread", "Trial",
    "Trials", "uniform",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
