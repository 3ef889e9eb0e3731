"""The optimizers: each a pure update rule and a class that names it."""

from optim.rules.adam import Adam, AdamW
from optim.rules.adam_family import Adamax, NAdam, RAdam
from optim.rules.adaptive import Adadelta, Adagrad, RMSprop
from optim.rules.descent import Descent, GradientDescent
from optim.rules.gradient_free import ARS, FiniteDifference
from optim.rules.lbfgs import LBFGS
from optim.rules.newton import IndefiniteHessian, Newton, classify_critical_point
from optim.rules.sgd import SGD
from optim.rules.signs import Lion, Rprop

__all__ = [
    "Adadelta", "Adagrad", "Adam", "Adamax", "AdamW", "ARS", "classify_critical_point",
    "Descent", "FiniteDifference", "GradientDescent", "IndefiniteHessian", "LBFGS", "Lion",
    "NAdam", "Newton", "RAdam", "RMSprop", "Rprop", "SGD",
]  # fmt: skip
