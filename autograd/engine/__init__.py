"""The live graph: ``Value`` and ``Tensor``, what they record, and the backward sweep over it.

From ``a * b`` to ``a.grad``, for Values. Python calls ``Value.__mul__``, which ``value_methods``
stamps from the row ``mul`` of ``calculus.rules`` when it is first asked for. It stamps this::

    def _mul(self, other):
        mode = current()
        if not mode.special:
            try:
                kind = type(other)
                if kind is Value:
                    node = next(new_values)
                    node._a = self
                    node._b = other
                    a = self._data
                    b = other._data
                    node._data = out = (a * b)
                    node._da = b
                    node._db = a
                    node._grad = 0.0
                    node._origin = mode.origins["mul"]
                    node._number = next(numbers)
                    return node
                if kind is float or kind is int or kind is float64:
                    node = next(new_values)
                    node._a = self
                    a = self._data
                    node._b = b = float(other)
                    node._data = out = (a * b)
                    node._da = b
                    node._db = None
                    node._grad = 0.0
                    node._origin = mode.origins["mul"]
                    node._number = next(numbers)
                    return node
            except (ArithmeticError, ValueError, KeyError):
                pass
        return apply_to_values(rule, (self, other))

So the node holds its operands and, already, its local derivatives: d out / d a = b in ``_da``,
d out / d b = a in ``_db``. Constants, rows of three operands, ``no_grad`` and errors of arithmetic
go to ``value.apply_to_values``. ``out.backward()`` calls ``fast_lanes.sweep_values``. It collects
the nodes under ``out``, sorts them newest first by ``_number``, and for each adds ``node.grad *
node._da`` to ``node._a.grad``, and likewise for ``_b``. That is all: ``a.grad`` is the sum.

From ``A @ B`` to ``A.grad``, for Tensors. ``Tensor.__matmul__`` calls
``operations.apply_to_tensors`` with the row ``matmul`` of ``calculus.array_rules``. It computes the
product with NumPy and makes the node: ``_arrays`` are the operands' arrays, ``_edges`` the operands
that take a gradient with their places, ``_pulls`` the adjoints by place. ``out.backward()`` calls
``fast_lanes.sweep_tensors``. It sorts the nodes in the same way, calls ``pull(ARRAYS, g, out,
*arrays)`` for each edge (here ``g @ B.T`` and ``A.T @ g``) and adds the results up; what arrives at
a leaf is added to its ``grad`` at the end. The pull of an elementwise row is stamped by
``contributions``: g times the local derivative, summed to the operand's shape.

With hooks, inside ``detect_anomaly`` and in ``gradients()``, ``sweep.backpropagate`` does the same
for both kinds.
"""

from autograd.engine.arrays import array_operand, described
from autograd.engine.blocks import Block, no_grad, opened, scope, source_lines
from autograd.engine.callbacks import callback, depends_on
from autograd.engine.callers import (
    ProgramLine,
    calling_frame,
    calling_line,
    calling_variables,
    frames_to_user,
    is_ours,
)
from autograd.engine.contributions import (
    ARRAYS,
    NODES,
    fitted,
    partial_of_floats,
    term,
    times,
)
from autograd.engine.fast_lanes import add_to_leaves
from autograd.engine.in_place import AUGMENTED
from autograd.engine.masks import MASK_METHODS, OF_MASKS
from autograd.engine.method_types import TensorMethods, ValueMethods
from autograd.engine.node import ARRAY_FUNCTIONS, REFUSED_ARGUMENTS, SCIPYS, UFUNCS, Node
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
    is_watched,
    leave_scope,
    numbers,
    present,
    record,
    state,
)
from autograd.engine.showing import SHOWN, shown
from autograd.engine.sweep import backpropagate, gradients, oldest, seed, stale
from autograd.engine.tensor import Tensor
from autograd.engine.trees import Rebuild, children, data_of, flatten, leaves_of, mapped
from autograd.engine.value import Constant, Value, apply_to_values
from autograd.engine.value_methods import install_value_method

__all__ = [
    "add_to_leaves", "applier", "apply_to_tensors", "apply_to_values", "ARRAY_FUNCTIONS",
    "array_operand", "ArrayOperand", "ARRAYS", "AUGMENTED", "backpropagate", "Block", "by_number",
    "callback", "calling_frame", "calling_line", "calling_variables", "children", "Constant",
    "current_scope",
    "data_of", "depends_on", "described", "ELEMENTWISE", "enter_scope", "fitted", "flatten",
    "frames_to_user", "gradients", "install_tensor_method", "install_value_method", "is_ours",
    "is_recording", "is_watched", "leave_scope", "leaves_of", "mapped", "MASK_METHODS", "Mode",
    "no_grad", "Node", "NODES", "numbers", "OF_MASKS", "oldest", "opened", "Operand", "Operation",
    "Origin", "partial_of_floats", "present", "ProgramLine", "reachable", "Rebuild", "record",
    "reflected", "REFUSED_ARGUMENTS", "ROOT", "SCIPYS", "Scope", "scope", "seed", "SHOWN", "shown",
    "source_lines", "stale", "state",
    "Tensor", "tensor_method", "TensorMethods", "term", "times", "UFUNCS", "Value",
    "ValueMethods",
]  # fmt: skip
