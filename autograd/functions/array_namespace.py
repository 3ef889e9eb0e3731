"""``tensor.__array_namespace__()``: the functions of the array API standard, as NumPy 2 has them.

NumPy's main namespace follows the standard, and its functions find their way to a Tensor by
NumPy's protocol. So the namespace is NumPy's, with the few names in which a Tensor differs.
Standard: Consortium for Python Data API Standards, Python array API standard (2024.12).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from autograd.calculus import Array, Axis, DTypeLike, Quantity
from autograd.engine import Tensor
from autograd.functions.table import FUNCTIONS

#: The versions of the standard that NumPy 2 follows.
VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")


class ArrayNamespace:
    """What ``x.__array_namespace__()`` gives for a Tensor ``x``.

    A function that has no derivative here refuses a Tensor by name; one that makes an array (such
    as ``zeros``) makes a NumPy array, which works with Tensors.

    >>> from autograd import Tensor
    >>> x = Tensor([[1.0, 4.0], [9.0, 16.0]])
    >>> xp = x.__array_namespace__()
    >>> xp.permute_dims(xp.sqrt(x), (1, 0)).data.tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """

    def __getattr__(self, name: str) -> Quantity:
        if name.startswith("_") and name != "__array_namespace_info__":
            raise AttributeError(name)
        try:
            return getattr(np, name)
        except AttributeError:
            raise AttributeError(f"the array API of NumPy has no {name!r}") from None

    def __dir__(self) -> list[str]:
        return sorted({*dir(np), *super().__dir__()})

    def __repr__(self) -> str:
        return "<the array API of tracegrad's Tensors>"

    def asarray(
        self,
        obj: Quantity,
        /,
        *,
        dtype: DTypeLike | None = None,
        device: Literal["cpu"] | None = None,
        copy: bool | None = None,
    ) -> Quantity:
        """A Tensor as it is, or in another dtype; anything else as a NumPy array."""
        if not isinstance(obj, Tensor):
            return np.asarray(
                obj, dtype=None if dtype is None else np.dtype(dtype), device=device, copy=copy
            )
        if copy:
            obj = FUNCTIONS["add"](obj, 0)
        return obj if dtype is None else self.astype(obj, dtype)

    def astype(self, x: Quantity, dtype: DTypeLike, /, *, copy: bool = True) -> Quantity:
        """The numbers in another dtype; a gradient flows from one floating dtype to another."""
        if isinstance(x, Tensor):
            return x.astype(dtype)
        return np.astype(x, dtype, copy=copy)

    def var(
        self, x: Quantity, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False
    ) -> Quantity:
        """Σ (x - mean)² / (n - correction)."""
        return FUNCTIONS["var"](x, axis, correction, keepdims)

    def std(
        self, x: Quantity, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False
    ) -> Quantity:
        """The root of ``var``."""
        return FUNCTIONS["std"](x, axis, correction, keepdims)

    def result_type(self, *arrays_and_dtypes: Quantity) -> np.dtype[np.generic]:
        """The dtype that an operation between all of them gives."""
        return np.result_type(*[_plain(x) for x in arrays_and_dtypes])

    def can_cast(self, from_: Quantity, to: DTypeLike, /) -> bool:
        """Whether numbers of one dtype stand in the other."""
        return np.can_cast(from_.dtype if isinstance(from_, Tensor) else from_, to)

    def finfo(self, type: Quantity, /) -> np.finfo[np.floating]:
        """The limits of a floating dtype, or of that of an array."""
        return np.finfo(type.dtype if isinstance(type, Tensor) else type)


def _plain(x: Quantity) -> Array | Quantity:
    return x.data if isinstance(x, Tensor) else x


_NAMESPACE = ArrayNamespace()


def array_namespace(self: Tensor, /, *, api_version: str | None = None) -> ArrayNamespace:
    """The functions of the array API standard; ValueError for a version that NumPy has not."""
    if api_version is not None and api_version not in VERSIONS:
        raise ValueError(
            f"__array_namespace__: version {api_version!r} of the array API is unknown; "
            f"there are {', '.join(VERSIONS)}"
        )
    return _NAMESPACE


Tensor.__array_namespace__ = array_namespace  # type: ignore[attr-defined]
