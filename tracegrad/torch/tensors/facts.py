"""What a tensor says about itself: shape, dtype, device, its numbers as Python's, its text."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd.calculus import short
from tracegrad.torch.tensors.dtypes import DType, get_default_dtype
from tracegrad.torch.tensors.printing import printed


class Size(tuple[int, ...]):
    """The shape of a tensor, a tuple."""

    def numel(self) -> int:
        return int(np.prod(self, dtype=int))

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class Device:
    """A device by its name; ``cpu`` is the only one."""

    def __init__(self, name: Any, index: int | None = None) -> None:
        self.type = str(name).partition(":")[0]
        self.index = index
        if self.type != "cpu":
            raise RuntimeError(
                f"device: the only one here is 'cpu', not {short(name)}; write torch.device('cuda' "
                f"if torch.cuda.is_available() else 'cpu')"
            )

    def __eq__(self, other: object) -> bool:
        return str(other).partition(":")[0] == self.type

    def __hash__(self) -> int:
        return hash(self.type)

    def __str__(self) -> str:
        return self.type

    def __repr__(self) -> str:
        return f"device(type={self.type!r})"


class GradFn:
    """An operation that gradients go back through; at a leaf they are accumulated."""

    __slots__ = ("_node",)

    def __init__(self, node: autograd.Tensor) -> None:
        self._node = node

    def name(self) -> str:
        """The name of its row, which is not PyTorch's."""
        rule = self._node._origin.rule
        return "AccumulateGrad" if rule is None else str(rule.name)

    @property
    def next_functions(self) -> tuple[tuple[GradFn, int], ...]:
        """The operations of the operands that take a gradient, each with the number 0."""
        return tuple((GradFn(operand), 0) for _, operand in self._node._edges)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class Facts:
    """What holds an array or a node, and what can be read off it."""

    __slots__ = ("__weakref__", "_owner", "_retained", "_views", "_x")

    __array_priority__ = 2000  # NumPy's arrays leave mixed operations to us
    # The tensor that this is a view of, as which function of it, and whether outside the graph.
    _owner: Any
    _views: Any  # the same of each view of this one, which is referred to weakly
    _x: Any  # a NumPy array, or a Tensor of autograd that takes a gradient
    _retained: bool

    if TYPE_CHECKING:

        @property
        def requires_grad(self) -> bool: ...
        def __getitem__(self, index: Any) -> Any: ...

    @property
    def is_leaf(self) -> bool:
        """Whether it was not computed from tensors that take a gradient."""
        return isinstance(self._x, np.ndarray) or self._x.is_leaf

    @property
    def grad_fn(self) -> GradFn | None:
        """The operation that it was computed by, None for a leaf."""
        return None if self.is_leaf else GradFn(self._x)

    def item(self) -> Any:
        """The only element as a number of Python."""
        return self._only("item", RuntimeError)

    def tolist(self) -> Any:
        """The elements as lists of Python's numbers."""
        return array_of(self).tolist()

    @property
    def shape(self) -> Size:
        """The length of each axis."""
        return Size(self._x.shape)

    def size(self, dim: int | None = None) -> Any:
        """The length of each axis, or of one."""
        return self.shape if dim is None else self.shape[dim]

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return int(self._x.ndim)

    def dim(self) -> int:
        """How many axes there are."""
        return int(self._x.ndim)

    def nelement(self) -> int:
        """How many elements there are."""
        return int(array_of(self).size)

    numel = nelement

    def element_size(self) -> int:
        """How many bytes an element takes."""
        return int(self.dtype.itemsize)

    @property
    def dtype(self) -> DType:
        """The kind of the elements, a dtype of NumPy's."""
        return self._x.dtype  # type: ignore[no-any-return]

    @property
    def device(self) -> Device:
        """Always the processor: ``device('cpu')``."""
        return Device("cpu")

    is_cuda = False

    def is_floating_point(self) -> bool:
        """Whether the elements are floats."""
        return self.dtype.kind == "f"

    def stride(self, dim: int | None = None) -> Any:
        """How many elements lie between neighbours along each axis, or along one."""
        strides = tuple(n // self.dtype.itemsize for n in array_of(self).strides)
        return strides if dim is None else strides[dim]

    def is_contiguous(self) -> bool:
        """Whether the elements lie in memory in their order."""
        return bool(array_of(self).flags.c_contiguous)

    def __len__(self) -> int:
        return len(array_of(self))

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d tensor; use .item()")
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        if array_of(self).size != 1:
            raise RuntimeError(
                f"the truth of a tensor of shape {tuple(self.shape)} is ambiguous; use .any() or "
                f".all()"
            )
        return bool(array_of(self))

    def _only(self, kind: str, error: type[Exception]) -> Any:
        """The only element; matplotlib, for one, tells by the error that there are several."""
        if array_of(self).size != 1:
            raise error(f"{kind}: one element is wanted, the shape is {tuple(self.shape)}")
        return array_of(self).item()

    def __float__(self) -> float:
        return float(self._only("float", ValueError))

    def __int__(self) -> int:
        return int(self._only("int", ValueError))

    def __index__(self) -> int:
        return operator.index(self._only("index", TypeError))

    def __contains__(self, item: Any) -> bool:
        return bool((array_of(self) == array_of(item)).any())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec or not self.ndim else repr(self)

    def __repr__(self) -> str:
        array = array_of(self)
        text = printed(array)
        if array.dtype not in (get_default_dtype(), np.dtype(np.int64), np.dtype(bool)):
            text += f", dtype=torch.{array.dtype}"
        if self.requires_grad:
            text += ", requires_grad=True" if self.is_leaf else f", grad_fn={self.grad_fn}"
        return f"tensor({text})"


def array_of(x: Any) -> Any:
    """The numbers of a tensor as an array; anything else as it is."""
    x = x._x if isinstance(x, Facts) else x
    return x.data if isinstance(x, autograd.Tensor) else x
