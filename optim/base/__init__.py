"""What every optimizer stands on: parameters packed into one vector, groups, states, checks."""

from optim.base.checks import (
    COUNT,
    FRACTION,
    NONNEGATIVE,
    POSITIVE,
    UNIT,
    Range,
    check_choice,
    check_number,
)
from optim.base.first_order import FirstOrder, arguments
from optim.base.kernels import scalar
from optim.base.optimizer import (
    Closure,
    Group,
    Optimizer,
    Parameters,
    check_parameter,
    loss_number,
    matching,
)
from optim.base.packing import Array
from optim.base.whole_vector import WholeVector

__all__ = [
    "arguments", "Array", "check_choice", "check_number", "check_parameter", "Closure", "COUNT",
    "FirstOrder", "FRACTION", "Group", "loss_number", "matching", "NONNEGATIVE", "Optimizer",
    "Parameters", "POSITIVE", "Range", "scalar", "UNIT", "WholeVector",
]  # fmt: skip
