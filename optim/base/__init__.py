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
    short,
)
from optim.base.effects import effect, recorders, unrepeatable
from optim.base.first_order import FirstOrder, arguments
from optim.base.glossary import Glossary, say_arguments
from optim.base.inlining import update_lines
from optim.base.kernels import Rule
from optim.base.keywords import answer_keywords
from optim.base.loading import Saved, matching, only, whole
from optim.base.next_update import NextUpdate
from optim.base.optimizer import (
    Optimizer,
    check_parameter,
    entries,
    loss_number,
)
from optim.base.symbols import scalar
from optim.base.whole_vector import WholeVector, inner, numbers_in

__all__ = [
    "answer_keywords", "arguments", "check_choice", "check_number", "check_parameter", "COUNT",
    "effect", "entries", "FirstOrder", "FRACTION", "Glossary", "inner", "loss_number", "matching",
    "NextUpdate", "NONNEGATIVE", "numbers_in", "only", "Optimizer", "POSITIVE", "Range", "Rule",
    "Saved", "recorders", "say_arguments", "scalar", "short", "UNIT", "unrepeatable",
    "update_lines", "whole", "WHOLE", "WholeVector",
]  # fmt: skip
