"""Arrays of real numbers: the data of a Tensor, and operands that are no Tensors."""

from __future__ import annotations

import operator
from typing import NoReturn

import numpy as np
from numpy import ndarray

from autograd.calculus import Array, DTypeLike, Function, Quantity, one_line, short
from autograd.engine.node import Node


def real_array(data: object, dtype: DTypeLike | None) -> Array:
    """A copy of ``data`` as an array of numbers, or an error that says what is wrong with it."""
    if isinstance(data, Node) and isinstance(data.data, ndarray):
        data = data.data
    elif isinstance(data, Node):
        raise TypeError("Tensor: the data is a Value; use one kind of node, or take .data")
    elif isinstance(data, list | tuple) and any(isinstance(item, Node) for item in data):
        raise TypeError("Tensor: the list holds nodes; use autograd.stack to keep their gradients")
    _refuse_masked("Tensor", data)
    try:
        array = np.array(data, dtype=dtype)
    except (ValueError, TypeError) as error:
        raise type(error)(
            f"Tensor: {short(data)} is not an array of numbers: {one_line(str(error))}"
        ) from None
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"Tensor: real numbers are wanted, not dtype {array.dtype}; convert the data first"
        )
    return array


def _refuse_masked(operation: str, data: object) -> None:
    if isinstance(data, np.ma.MaskedArray):
        raise TypeError(f"{operation}: {_MASKED}")


_MASKED = (
    "a masked array would lose its mask; fill it, a.filled(0), and choose with "
    "autograd.where(a.mask, ...)"
)


def mask_of(node: Node) -> NoReturn:
    """What a masked array that stands left of an operator asks of a Tensor: it reads the numbers.

    It calls no protocol of NumPy, and the gradient would be lost in silence.
    """
    if node.requires_grad:
        raise TypeError(f"Tensor: {_MASKED}")
    raise AttributeError("a Tensor has no mask")


def described(x: object) -> str:
    """What ``x`` is, for a message: its kind and shape, or how it begins."""
    if isinstance(x, ndarray):
        return f"an array of shape {x.shape} and dtype {x.dtype}"
    if isinstance(x, Node):
        array = not x.batched and isinstance(x.data, ndarray)
        shape = f" of shape {x.data.shape}" if array else ""
        return f"a {type(x).__name__}{shape}"
    return "None" if x is None else f"{short(x)} ({type(x).__name__})"


def array_operand(operand: object, operation: str = "Tensor") -> Quantity:
    """An operand that is no Tensor, as NumPy takes it; a Value or something strange is refused."""
    kind = operand.__class__
    if kind is float or kind is int or kind is ndarray:
        return operand
    if isinstance(operand, Node):
        if isinstance(operand.data, ndarray):
            return operand.data
        raise TypeError(
            f"{operation}: a Tensor does not work with a Value; make both Tensors "
            f"(a number becomes Tensor(3.0)), or both Values"
        )
    if isinstance(operand, np.generic | bool):
        return operand
    _refuse_masked(operation, operand)
    array = np.asarray(operand)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{operation}: {short(operand)} ({kind.__name__}) is not a number or an array"
        )
    return array


def compared(compare: Function, left: Node, right: object) -> Array:
    """``compare`` over the numbers; a batch on the right, which has none to be read, answers."""
    if isinstance(right, Node):
        if right.batched:
            return NotImplemented  # type: ignore[no-any-return]
        right = right.data if isinstance(right.data, ndarray) else right
    if compare in (operator.eq, operator.ne):  # which everything has
        answer: Array = compare(left.data, right)
    else:
        answer = compare(left.data, array_operand(right))
    return answer
