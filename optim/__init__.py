"""Optimizers for whatever has ``.data`` and ``.grad``, learning-rate schedules, and races.

>>> import numpy as np
>>> from optim import Adam, Cosine, warmup
>>> class Weight:
...     data, grad = np.array([5.0]), None
>>> w = Weight()
>>> optimizer = Adam([w], lr=warmup(Cosine(0.5, steps=190), steps=10))
>>> for _ in range(200):
...     optimizer.zero_grad()
...     w.grad = 2 * (w.data - 1)  # of (w - 1)²
...     optimizer.step()
>>> w.data.round(3)
array([1.])
"""

from optim.adam import Adam, AdamW
from optim.adam_family import Adamax, NAdam, RAdam
from optim.adaptive import Adadelta, Adagrad, RMSprop
from optim.averages import EMA, SWA, weighted_average
from optim.clip import GradientAccumulation, clip_grad_norm_, clip_grad_value_
from optim.descent import GradientDescent
from optim.first_order import FirstOrder
from optim.gradient_free import ARS, FiniteDifference
from optim.lbfgs import LBFGS
from optim.newton import IndefiniteHessian, Newton, classify_critical_point
from optim.optimizer import Optimizer
from optim.plateau import ReduceOnPlateau
from optim.range_test import find_lr
from optim.schedules import (
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
    Schedule,
    StepDecay,
    warmup,
)
from optim.sgd import SGD
from optim.signs import Lion, Rprop

__all__ = [
    "SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "NAdam", "Adamax", "RAdam",
    "Rprop", "Lion", "LBFGS", "Newton", "IndefiniteHessian", "classify_critical_point",
    "GradientDescent", "FiniteDifference", "ARS",
    "FirstOrder", "Optimizer",
    "Schedule", "Constant", "StepDecay", "MultiStep", "Exponential", "InverseTime", "InverseSqrt",
    "Polynomial", "Cosine", "CosineWarmRestarts", "Cyclic", "OneCycle", "ReduceOnPlateau",
    "warmup", "find_lr",
    "clip_grad_norm_", "clip_grad_value_", "GradientAccumulation", "EMA", "SWA",
    "weighted_average",
]  # fmt: skip
