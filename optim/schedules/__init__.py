"""Learning rates over time: the schedules, the plateau, the range test."""

from optim.schedules import formulas
from optim.schedules.formulas import (
    Constant,
    Cosine,
    CosineWarmRestarts,
    Cyclic,
    Exponential,
    InverseSqrt,
    InverseTime,
    MultiStep,
    OneCycle,
    Polynomial,
    StepDecay,
    warmup,
)
from optim.schedules.plateau import ReduceOnPlateau
from optim.schedules.range_test import find_lr
from optim.schedules.schedule import Schedule

__all__ = [
    "Constant", "Cosine", "CosineWarmRestarts", "Cyclic", "Exponential", "find_lr", "formulas",
    "InverseSqrt", "InverseTime", "MultiStep", "OneCycle", "Polynomial", "ReduceOnPlateau",
    "Schedule", "StepDecay", "warmup",
]  # fmt: skip
