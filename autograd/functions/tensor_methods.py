"""The methods of Tensor that are rows of the structural table, named as in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd.calculus import DTypeLike, Function, Index, Quantity, Shape, State
from autograd.calculus.array_rules import ARRAY_RULES, frozen
from autograd.engine import Operation, Tensor, apply_to_tensors, reflected, tensor_method
from autograd.functions.table import FUNCTIONS, matrix_trace

#: Functions that are methods as they stand.
METHODS = (
    "sum mean prod max min var std cumsum dot matmul ravel swapaxes moveaxis squeeze expand_dims "
    "broadcast_to take flip roll repeat tile sort diag diagonal norm logsumexp softmax "
    "cumprod log_softmax round argmax argmin argsort clip"
).split()


def _of_row(name: str) -> Callable[[Function], Function]:
    """A method that is documented as the row of this name."""

    def documented(method: Function) -> Function:
        method.__doc__ = ARRAY_RULES[name].forward.__doc__
        return method

    return documented


@_of_row("reshape")
def reshape(self: Tensor, *shape: int | Shape) -> Tensor:
    return FUNCTIONS["reshape"](self, _unpacked(shape))  # type: ignore[no-any-return]


@_of_row("transpose")
def transpose(self: Tensor, *axes: int | Shape | None) -> Tensor:
    axes_given = _unpacked(axes) if axes else None
    return FUNCTIONS["transpose"](self, axes_given)  # type: ignore[no-any-return]


def _unpacked(items: tuple[Quantity, ...]) -> Quantity:
    # t.reshape(2, 3) and t.reshape((2, 3)) mean the same.
    return items[0] if len(items) == 1 else items


def astype(self: Tensor, dtype: DTypeLike) -> Tensor:
    """The data as another dtype; from one floating dtype to another the gradient flows back."""
    dtype = np.dtype(dtype)
    if dtype == self.dtype:
        return self
    if dtype.kind == "f" and self.requires_grad:
        return FUNCTIONS["astype"](self, dtype)  # type: ignore[no-any-return]
    return Tensor(self.data, requires_grad=False, dtype=dtype)


@_of_row("ravel")
def flatten(self: Tensor) -> Tensor:
    return FUNCTIONS["ravel"](self)  # type: ignore[no-any-return]


_MATMUL = Operation(ARRAY_RULES["matmul"])
_GETITEM = Operation(ARRAY_RULES["getitem"])
_TRANSPOSE = Operation(ARRAY_RULES["transpose"])
_REVERSED: State = {"axes": None}


def _transposed(self: Tensor) -> Tensor:
    """The axes in reversed order: of a matrix, rows and columns exchanged.

    >>> from autograd import Tensor
    >>> Tensor([[1.0, 2.0, 3.0]]).T.shape
    (3, 1)
    """
    return apply_to_tensors(_TRANSPOSE, (self,), _REVERSED)


def _last_two_exchanged(self: Tensor) -> Tensor:
    """The last two axes exchanged: each matrix of a stack transposed.

    >>> from autograd import Tensor
    >>> Tensor([[[1.0, 2.0, 3.0]]]).mT.shape
    (1, 3, 1)
    """
    return FUNCTIONS["swapaxes"](self, -1, -2)  # type: ignore[no-any-return]


@_of_row("getitem")
def _getitem(self: Tensor, index: Index) -> Tensor:
    return apply_to_tensors(_GETITEM, (self,), {"index": frozen(index)})


#: The methods of Tensor beside the rows of the derivative table.
OWN: State = {
    **{name: FUNCTIONS[name] for name in METHODS},
    "reshape": reshape,
    "view": reshape,
    "transpose": transpose,
    "flatten": flatten,
    "trace": matrix_trace,
    "astype": astype,
    "type": astype,
    "T": property(_transposed),
    "mT": property(_last_two_exchanged),
    "__getitem__": _getitem,
    "__matmul__": _of_row("matmul")(tensor_method(_MATMUL)),
    "__rmatmul__": _of_row("matmul")(reflected(_MATMUL)),
}

for _name, _method in OWN.items():
    setattr(Tensor, _name, _method)
