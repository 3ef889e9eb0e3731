"""What a Tensor says about its array: shape, comparisons, numbers; and how it leaves the graph."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from autograd.calculus import Array, Index, Numbers, Quantity, Shape, short
from autograd.engine.arrays import array_operand, compared
from autograd.engine.callers import calling_line, numpys_function
from autograd.engine.contributions import NODES
from autograd.engine.node import Node


class ArrayMethods(Node):
    """Stands above Tensor: what it passes on to its array."""

    __slots__ = ()

    _data: Array
    _requires_grad: bool

    if TYPE_CHECKING:  # what Tensor defines

        def __getitem__(self, index: Index) -> Self: ...
        def _called(self) -> str: ...

    @property
    def shape(self) -> Shape:
        """The lengths of the axes, as of the array."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """How many axes there are; 0 for a single number."""
        return int(self._data.ndim)

    @property
    def size(self) -> int:
        """How many elements there are."""
        return int(self._data.size)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements, such as float64; ``astype`` gives another."""
        return self._data.dtype

    def tolist(self) -> Any:  # Any: lists as deep as there are axes, or a number
        """The elements as numbers of Python, in lists as deep as there are axes."""
        return self._data.tolist()

    def item(self) -> float:
        """The one element, as a Python number."""
        if self._data.size != 1:
            raise ValueError(f"item: one element is wanted, the shape is {self._data.shape}")
        return self._data.item()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        """The length of the first axis."""
        return len(self._data)

    def __iter__(self) -> Iterator[Self]:
        """The slices along the first axis, each a Tensor of the graph."""
        if not self._data.ndim:
            raise TypeError("a 0-d Tensor has nothing to iterate over; use .item()")
        return (self[i] for i in range(len(self._data)))

    def __setitem__(self, index: Index, item: object) -> NoReturn:
        """Refused: the chain rule needs the old elements."""
        raise TypeError(
            f"{calling_line()}: a Tensor is not written in place, the chain rule needs the old "
            f"values; build a new one (autograd.where, autograd.concatenate, x = x + dx)"
        )

    def __contains__(self, item: ArrayMethods | Numbers) -> bool:
        """Whether an element equals ``item``."""
        return bool((self._data == array_operand(item)).any())

    def __bool__(self) -> bool:
        """The truth of the one element."""
        return bool(self._data)

    def __float__(self) -> float:
        """The one element as a float."""
        return float(self.item())

    def __int__(self) -> int:
        """The one element, without its decimals."""
        return int(self.item())

    def __index__(self) -> int:
        """The one element as an index; it must be an integer."""
        if self._data.dtype.kind not in "iu":
            raise TypeError(f"an index needs an integer, not {self._data.dtype}")
        return int(self.item())

    def __format__(self, spec: str) -> str:
        """The one element in the format of a float, such as ``.4f``; the repr without a format."""
        return format(self.item(), spec) if spec else repr(self)

    # -- comparisons give plain arrays; hash is identity ------------------------------------------

    def __eq__(self, other: object) -> Array:  # type: ignore[override]
        """Where the elements are equal: an array of truth values."""
        return compared(operator.eq, self, other)

    def __ne__(self, other: object) -> Array:  # type: ignore[override]
        """Where the elements are not equal: an array of truth values."""
        return compared(operator.ne, self, other)

    def __lt__(self, other: ArrayMethods | Numbers) -> Array:
        """Where the elements are less: an array of truth values."""
        return compared(operator.lt, self, other)

    def __le__(self, other: ArrayMethods | Numbers) -> Array:
        """Where the elements are less or equal: an array of truth values."""
        return compared(operator.le, self, other)

    def __gt__(self, other: ArrayMethods | Numbers) -> Array:
        """Where the elements are greater: an array of truth values."""
        return compared(operator.gt, self, other)

    def __ge__(self, other: ArrayMethods | Numbers) -> Array:
        """Where the elements are greater or equal: an array of truth values."""
        return compared(operator.ge, self, other)

    __hash__: Callable[[ArrayMethods], int] = Node.__hash__  # type: ignore[assignment]

    def __pos__(self) -> Self:
        """The Tensor itself."""
        return self

    # -- leaving the graph, or changing kind ------------------------------------------------------

    def __array__(
        self, dtype: DTypeLike | None = None, copy: bool | None = None
    ) -> NDArray[np.object_]:  # for a checker: array * tensor is no plain array of numbers
        """The data for NumPy, of a Tensor without a gradient; one that takes it refuses."""
        if self._requires_grad:
            name = numpys_function()
            ours = f"autograd.{name}" if hasattr(NODES, name) else "autograd.stack, autograd.exp"
            raise TypeError(
                f"this Tensor takes a gradient, and a plain array would lose it in silence; use "
                f".data for the numbers, or the functions of autograd ({ours}, ...)"
            )
        return np.array(self._data, dtype=dtype, copy=copy)

    def __dlpack__(self, **options: Quantity) -> Quantity:
        """The memory of the array, which other libraries share: ``torch.from_dlpack(t)``."""
        if self._requires_grad:
            raise BufferError(
                f"{self._called()} takes a gradient, and another library would lose it in silence; "
                f"pass .detach(), or .data to share the memory"
            )
        return self._data.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        """Where the memory is: in that of the processor."""
        return self._data.__dlpack_device__()

    def to(self, device: str = "cpu") -> Self:
        """This Tensor: there is one device, ``"cpu"``."""
        if str(device) != "cpu":
            raise ValueError(f"to: the only device here is 'cpu', not {short(device)}")
        return self

    def cpu(self) -> Self:
        """This Tensor: there is one device."""
        return self
