"""The live graph: ``Value`` and ``Tensor``, what they record, and the backward sweep over it."""

from autograd.engine.callers import (
    calling_frame,
    calling_line,
    calling_variables,
    frames_to_user,
    is_ours,
)
from autograd.engine.contributions import ARRAYS, NODES, fitted, term, times
from autograd.engine.method_types import TensorMethods, ValueMethods
from autograd.engine.node import ARRAY_FUNCTIONS, UFUNCS, Node
from autograd.engine.operands import ArrayOperand, Operand
from autograd.engine.operations import ELEMENTWISE, elementwise, install_tensor_method, structural
from autograd.engine.order import by_number, reachable
from autograd.engine.recording import (
    ROOT,
    Origin,
    Scope,
    enter_scope,
    is_recording,
    leave_scope,
    no_grad,
    numbers,
    scope,
    state,
)
from autograd.engine.showing import SHOWN, shown
from autograd.engine.sweep import gradients, oldest, seed, stale
from autograd.engine.tensor import Tensor, plain
from autograd.engine.trees import Rebuild, data_of, flatten, leaves_of, mapped
from autograd.engine.value import Constant, Value, apply_to_values
from autograd.engine.value_methods import install_value_method

__all__ = [
    "apply_to_values", "ARRAY_FUNCTIONS", "ArrayOperand", "ARRAYS", "by_number", "calling_frame",
    "calling_line", "calling_variables", "Constant", "data_of", "elementwise", "ELEMENTWISE",
    "enter_scope", "fitted", "flatten", "frames_to_user", "gradients", "install_tensor_method",
    "install_value_method", "is_ours", "is_recording", "leave_scope", "leaves_of", "mapped",
    "no_grad", "Node", "NODES", "numbers", "oldest", "Operand", "Origin", "plain", "reachable",
    "Rebuild", "ROOT", "scope", "Scope", "seed", "shown", "SHOWN", "stale", "state", "structural",
    "Tensor", "TensorMethods", "term", "times", "UFUNCS", "Value", "ValueMethods",
]  # fmt: skip
