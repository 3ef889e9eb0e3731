"""The array node: a NumPy array that remembers how it was made.

Its elementwise operations are the rows of the derivative table over NumPy, its structural ones the
rows of ``array_rules``; ``operations`` records both.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.typing import DTypeLike

from autograd.calculus import (
    Array,
    Attributes,
    Function,
    Numbers,
    Quantity,
    Rule,
    short,
)
from autograd.calculus.array_rules import unbroadcast
from autograd.engine.array_methods import ArrayMethods
from autograd.engine.arrays import mask_of, real_array
from autograd.engine.contributions import ARRAYS, NODES, node_pulls
from autograd.engine.fast_lanes import sweep_tensors
from autograd.engine.method_types import TensorMethods
from autograd.engine.node import Node
from autograd.engine.recording import leaf_origin, numbers


class Tensor(TensorMethods["Tensor"], ArrayMethods):
    """An array that remembers how it was made, so that derivatives can flow back through it.

    ``data`` is copied. ``requires_grad`` None means yes for floating data and no for integers and
    booleans. ``grad`` is None until a sweep, then an array of the shape and dtype of ``data``;
    leaves add up the gradients of several sweeps until ``grad`` is set to None again. An optimizer
    may reuse the memory of ``grad`` at its next step: copy a gradient that you want to keep.

    Assigning ``data`` is the way to change a leaf: a later sweep through what was computed from the
    old data raises. Writing into the array (``t.data[0] = 5``) cannot be seen; do it only between a
    sweep and the next forward pass.

    >>> from autograd import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> (x * x).sum().backward()
    >>> x.grad
    array([[2., 4.],
           [6., 8.]])
    """

    __slots__ = {
        **dict.fromkeys(
            "__weakref__ _arrays _data _edges _grad _inputs _keywords _number _origin _pulls "
            "_requires_grad".split()
        ),
        "grad_buffer": "Where a sweep writes the gradient of a leaf; an optimizer sets it.",
    }

    grad_buffer: Array | None
    _data: Array
    _grad: Array | None
    _inputs: Sequence[Quantity]  # the operands as they were given
    _arrays: Sequence[Quantity]  # their data; of a foreign array that can change, a copy
    _edges: Sequence[tuple[int, Tensor]]  # the operands that take a gradient, with their places
    _pulls: Any
    _keywords: Attributes

    # NumPy's scalars and arrays leave mixed operations to us.
    __array_priority__ = 1000
    _mask = property(mask_of)

    def __init__(
        self,
        data: Tensor | Numbers,
        requires_grad: bool | None = None,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        array = real_array(data, dtype)
        self._data = array
        self._grad = self.grad_buffer = None
        self._origin = leaf_origin()
        self._number = next(numbers)
        self._inputs = self._arrays = self._edges = ()
        self._requires_grad = False
        self.requires_grad = array.dtype.kind == "f" if requires_grad is None else requires_grad
        if name is not None:
            self.name = name

    # -- data and gradient ------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The array. Assigning it is the mutation signal: see the class."""
        return self._data

    @data.setter
    def data(self, data: Tensor | Numbers) -> None:
        if self._edges:  # its gradient would still be that of the old numbers
            raise RuntimeError(
                f"{self._called()}.data: it was computed by {self._origin.rule.name}; assign to "
                f"leaves only, or take .detach()"
            )
        old = self._data
        if data is old:  # an optimizer that has updated its buffer in place
            self._number = next(numbers)
            return
        if data.__class__ is not ndarray or data.dtype != old.dtype:
            data = real_array(data, old.dtype)
        if data.shape != old.shape:
            raise ValueError(
                f"{self._called()}.data: shape {data.shape} does not fit {old.shape}; reshape it, "
                f"or make a new Tensor"
            )
        if data.base is not None and self.grad_buffer is None:
            data = data.copy()  # part of someone's memory, such as what an optimizer updates
        self._data = data
        self._number = next(numbers)

    @property
    def grad(self) -> Array:
        """The gradient of the last sweeps with respect to this node; None before the first.

        The type leaves None out, where PyTorch's says ``Optional[Tensor]``: a program reads a
        gradient after a sweep, and would have to rule None out by an assert each time.
        """
        return self._grad  # type: ignore[return-value]

    @grad.setter
    def grad(self, grad: Tensor | Numbers | None) -> None:
        if grad is not None:
            if grad.__class__ is not ndarray:
                grad = np.asarray(grad.data if isinstance(grad, Node) else grad, self._data.dtype)
            if grad.shape != self._data.shape:
                raise ValueError(
                    f"{self._called()}.grad: shape {grad.shape} does not fit the data's "
                    f"{self._data.shape}"
                )
        self._grad = grad

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through this node; may be set on leaves."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if isinstance(wanted, str):
            raise TypeError(
                f"{self._called()}: requires_grad is True or False, not {short(wanted)}; "
                f"a name is given as name={short(wanted)}"
            )
        if wanted and self._data.dtype.kind != "f":
            raise TypeError(
                f"{self._called()}: gradients need floating data, not {self._data.dtype}; "
                f"use .astype(float)"
            )
        if self._origin.rule is not None and wanted != self._requires_grad:
            raise RuntimeError(
                f"{self._called()}: requires_grad is set on leaves only; use .detach() to cut here"
            )
        self._requires_grad = bool(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set ``requires_grad`` of a leaf, and return it."""
        self.requires_grad = requires_grad
        return self

    def backward(self, gradient: Numbers | None = None) -> None:
        """Add the gradient of this node to the ``grad`` of every leaf it was computed from.

        ``gradient`` is the upstream gradient, of the shape of this node; a node of one element
        needs none (1 is meant).
        """
        sweep_tensors(self, gradient)

    def detach(self) -> Tensor:
        """A copy of the data as a constant: no gradient flows through it.

        It keeps its numbers when an optimizer, or the program, writes into the memory of this one.
        """
        return self._constant(self._data.copy())

    def numpy(self) -> Array:
        """The array itself, outside the graph; the same as ``.data``."""
        return self._data

    def zero_grad(self) -> None:
        """Set ``grad`` to None, as before the first sweep."""
        self._grad = None

    # -- the node ---------------------------------------------------------------------------------

    def _operands(self) -> tuple[Quantity, ...]:
        pairs = zip(self._inputs, self._arrays)
        return tuple([x if isinstance(x, Tensor) else array for x, array in pairs])

    def _as_given(self) -> Sequence[Quantity]:
        return self._inputs

    def _tracked(self) -> list[Tensor]:
        return [operand for _, operand in self._edges]

    def _edge_list(self) -> Sequence[tuple[int, Tensor]]:
        return self._edges

    def _term(self, place: int, g: Quantity, create_graph: bool) -> Quantity:
        """The contribution of the upstream gradient ``g`` to one operand: an array, or a node."""
        operand = self._inputs[place]
        if not create_graph:
            c = self._pulls[place](ARRAYS, g, self._data, *self._arrays, **self._keywords)
            return c.astype(operand._data.dtype, copy=False)
        rule = self._origin.rule
        pull: Any = node_pulls(rule)[place] if isinstance(rule, Rule) else rule.adjoint(place)
        c = pull(NODES, g, self, *self._operands(), **self._attrs())
        c = unbroadcast(NODES, c, operand.shape)
        return c if c.dtype == operand.dtype else NODES.astype(c, operand.dtype)

    def _constant(self, data: Quantity) -> Tensor:
        node = Tensor.__new__(Tensor)
        _leaf(node, np.asarray(data))
        return node

    def _attrs(self) -> Attributes:
        if self._origin.rule is None:
            return {}
        return {key: value for key, value in self._keywords.items() if key != "saved"}

    def _called(self) -> str:
        return f"Tensor {self.name!r}" if self.name is not None else "Tensor"

    # -- as text, and in a file -------------------------------------------------------------------

    def __repr__(self) -> str:
        text = np.array2string(self._data, separator=", ", prefix="Tensor(")
        if self._data.dtype not in (np.dtype(float), np.dtype(int), np.dtype(bool)):
            text += f", dtype={self._data.dtype}"
        if self.name is not None:
            text += f", name={self.name!r}"
        if self._origin.rule is not None:
            text += f", made by {self._origin.rule.name}"
        elif self._requires_grad != (self._data.dtype.kind == "f"):
            text += f", requires_grad={self._requires_grad}"
        return f"Tensor({text})"

    def __reduce__(self) -> tuple[Function, tuple[object, ...]]:
        self._refuse_unless_leaf("pickled or copied")
        return _rebuilt, (type(self), self._data, self._requires_grad, self.name)


# An optimizer reads both of every parameter in every step: by functions written in C.
for _name in ("data", "grad"):
    _old = vars(Tensor)[_name]
    setattr(Tensor, _name, property(attrgetter(f"_{_name}"), _old.fset, doc=_old.__doc__))


def _rebuilt(kind: type[Tensor], data: Quantity, requires_grad: bool, name: str | None) -> Tensor:
    node = kind.__new__(kind)
    Tensor.__init__(node, data, requires_grad, None, name)
    return node


def _leaf(node: Tensor, data: Array) -> None:
    node._data = data
    node._grad = node.grad_buffer = None
    node._origin = leaf_origin()
    node._number = next(numbers)
    node._inputs = node._arrays = node._edges = ()
    node._requires_grad = False
