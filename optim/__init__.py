"""Optimizers for whatever has ``.data`` and ``.grad``, learning-rate schedules, and races."""

from optim.adam import Adam, AdamW
from optim.adam_family import Adamax, NAdam, RAdam
from optim.adaptive import Adadelta, Adagrad, RMSprop
from optim.first_order import FirstOrder
from optim.lbfgs import LBFGS
from optim.newton import IndefiniteHessian, Newton, classify_critical_point
from optim.optimizer import Optimizer
from optim.sgd import SGD
from optim.signs import Lion, Rprop

__all__ = [
    "SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "NAdam", "Adamax", "RAdam",
    "Rprop", "Lion", "LBFGS", "Newton", "IndefiniteHessian", "classify_critical_point",
    "FirstOrder", "Optimizer",
]  # fmt: skip
