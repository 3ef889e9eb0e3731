"""What every optimizer stands on: parameters packed into one vector, groups, states, checks."""

from optim.base.checks import (
    COUNT,
    FRACTION,
    NONNEGATIVE,
    POSITIVE,
    UNIT,
    WHOLE,
    Range,
    check_choice,
    check_number,
)
from optim.base.first_order import FirstOrder, arguments
from optim.base.kernels import Rule, scalar
from optim.base.loading import Saved, matching, only, whole
from optim.base.optimizer import (
    Closure,
    Group,
    Optimizer,
    Parameters,
    check_parameter,
    entries,
    loss_number,
)
from optim.base.whole_vector import WholeVector
from optim.kinds import Array

__all__ = [
    "arguments", "Array", "check_choice", "check_number", "check_parameter", "Closure", "COUNT",
    "entries", "FirstOrder", "FRACTION", "Group", "loss_number", "matching", "NONNEGATIVE", "only",
    "Optimizer", "Parameters", "POSITIVE", "Range", "Rule", "Saved", "scalar", "UNIT", "whole",
    "WHOLE", "WholeVector",
]  # fmt: skip
