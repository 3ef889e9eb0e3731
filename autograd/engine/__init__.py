"""The live graph: ``Value`` and ``Tensor``, what they record, and the backward sweep over it."""

from autograd.engine.arrays import plain
from autograd.engine.blocks import Block, no_grad, opened, scope, source_lines
from autograd.engine.callers import (
    calling_frame,
    calling_line,
    calling_variables,
    frames_to_user,
    is_ours,
)
from autograd.engine.contributions import ARRAYS, NODES, fitted, term, times
from autograd.engine.in_place import AUGMENTED
from autograd.engine.method_types import TensorMethods, ValueMethods
from autograd.engine.node import ARRAY_FUNCTIONS, UFUNCS, Node
from autograd.engine.operands import ArrayOperand, Operand
from autograd.engine.operations import (
    ELEMENTWISE,
    Operation,
    applier,
    apply_to_tensors,
    install_tensor_method,
    reflected,
    tensor_method,
)
from autograd.engine.order import by_number, reachable
from autograd.engine.recording import (
    ROOT,
    Mode,
    Origin,
    Scope,
    current_scope,
    enter_scope,
    is_recording,
    leave_scope,
    numbers,
    present,
    state,
)
from autograd.engine.showing import SHOWN, shown
from autograd.engine.sweep import backpropagate, gradients, oldest, seed, stale
from autograd.engine.tensor import Tensor
from autograd.engine.trees import Rebuild, data_of, flatten, leaves_of, mapped
from autograd.engine.value import Constant, Value, apply_to_values
from autograd.engine.value_methods import install_value_method

__all__ = [
    "applier", "apply_to_tensors", "apply_to_values", "ARRAY_FUNCTIONS", "ArrayOperand", "ARRAYS",
    "AUGMENTED", "backpropagate", "Block", "by_number", "calling_frame", "calling_line",
    "calling_variables",
    "Constant", "current_scope", "data_of", "ELEMENTWISE", "enter_scope", "fitted", "flatten",
    "frames_to_user", "gradients", "install_tensor_method", "install_value_method", "is_ours",
    "is_recording", "leave_scope", "leaves_of", "mapped", "Mode", "no_grad", "Node", "NODES",
    "numbers", "oldest", "opened", "Operand", "Operation", "Origin", "plain", "present",
    "AUGMENTED", "reachable", "Rebuild", "reflected", "ROOT", "Scope", "scope", "seed", "SHOWN",
    "shown",
    "source_lines", "stale", "state", "Tensor", "tensor_method", "TensorMethods", "term", "times",
    "UFUNCS", "Value", "ValueMethods",
]  # fmt: skip
