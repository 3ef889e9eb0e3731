"""Optimizers for whatever has ``.data`` and ``.grad``, learning-rate schedules, and races."""

from optim.adam import Adam
from optim.first_order import FirstOrder
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "FirstOrder", "Optimizer"]
