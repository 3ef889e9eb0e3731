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

first order   ``SGD`` (momentum, Nesterov), ``Adam AdamW NAdam RAdam Adamax``, ``RMSprop Adagrad
              Adadelta``, ``Rprop Lion``; ``GradientDescent`` is the lecture's
second order  ``LBFGS`` and ``Newton``, which take a closure; ``classify_critical_point``
no gradient   ``FiniteDifference``, ``ARS``
schedules     ``lr=`` is a number or one of ``Constant StepDecay MultiStep Exponential InverseTime
              InverseSqrt Polynomial Cosine CosineWarmRestarts Cyclic OneCycle
              ReduceOnPlateau``, with ``warmup(...)`` in front; ``find_lr`` tries rates
gradients     ``clip_grad_norm_``, ``clip_grad_value_``, ``GradientAccumulation``
averages      ``EMA``, ``SWA``, ``weighted_average``
your own      a rule in a subclass of ``FirstOrder``, or of ``Optimizer``
races         ``optim.races``: optimizers on one of ``optim.surfaces``, drawn

Under the name ``tracegrad`` it is ``tg.optim``. ``help(optim.Adam)`` has the formula of an
optimizer and its source; ``dir(optim)`` lists them all.
"""

from optim.averages import EMA, SWA, weighted_average
from optim.base import FirstOrder, Optimizer
from optim.clip import GradientAccumulation, clip_grad_norm_, clip_grad_value_
from optim.rules import (
    ARS,
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    FiniteDifference,
    GradientDescent,
    IndefiniteHessian,
    Lion,
    NAdam,
    Newton,
    RAdam,
    RMSprop,
    Rprop,
    classify_critical_point,
)
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
    ReduceOnPlateau,
    Schedule,
    StepDecay,
    find_lr,
    warmup,
)

__tracegrad__ = True  # that these files are tracegrad's

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


def __dir__() -> list[str]:
    return sorted(__all__)
