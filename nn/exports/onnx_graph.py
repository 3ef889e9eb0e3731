"""A graph of ONNX while it grows: its nodes, its fixed arrays, and shapes with the rows open."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np

from autograd.calculus import Quantity
from autograd.typing import Array

#: The operators are those of this version of the standard, of 2022.
OPSET, FORMAT = 17, 8

#: A length: a number, or how many times the number of rows, as text such as ``2 * rows``.
Length = int | tuple[int]


def library() -> ModuleType:
    """The package onnx, which writes and checks the files."""
    try:
        import onnx
    except ImportError:
        raise ImportError(
            "export: .onnx files need the onnx package: `pip install tracegrad[onnx]`", name="onnx"
        ) from None
    module: ModuleType = onnx
    return module


class OnnxGraph:
    """Nodes by their operators; what is fixed and equal is there once.

    A length of a shape is a number, or ``(k,)`` for k times the number of rows, which whoever runs
    the file decides.
    """

    def __init__(self, dtype: np.dtype[np.generic]) -> None:
        self.onnx = library()
        self.dtype = dtype
        self.nodes: list[Quantity] = []
        self.arrays: dict[str, Array] = {}
        self._known: dict[object, str] = {}
        self.rows: str | None = None  # the name of the number of rows

    @property
    def is_double(self) -> bool:
        return self.dtype.itemsize == 8

    def add(self, operator: str, *inputs: str, named: str | None = None, **attrs: object) -> str:
        """The name of what an operator gives."""
        out = named or f"{operator.lower()}_{len(self.nodes)}"
        # A name each: older releases of onnxruntime make new names of them, which must differ.
        node = self.onnx.helper.make_node(operator, list(inputs), [out], name=out, **attrs)
        self.nodes.append(node)
        return out

    def fixed(self, array: Array, name: str = "") -> str:
        """The name of a fixed array."""
        array = np.asarray(array)
        key = array.dtype.str, array.shape, array.tobytes()
        if key not in self._known:
            name = name or f"fixed_{len(self.arrays)}"
            while name in self.arrays:
                name += "_"
            self._known[key] = name
            self.arrays[name] = np.ascontiguousarray(array).reshape(array.shape)
        return self._known[key]

    def number(self, x: float) -> str:
        return self.fixed(np.array(x, self.dtype))

    def whole(self, *numbers: int) -> str:
        return self.fixed(np.array(numbers, np.int64))

    def cast(self, name: str, dtype: Quantity) -> str:
        to = self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return self.add("Cast", name, to=to)

    # -- shapes ----------------------------------------------------------------------------------

    def shape(self, lengths: Sequence[Length]) -> str:
        """The name of a shape as numbers, computed where the rows are in it."""
        parts = []
        for length in lengths:
            if isinstance(length, tuple):
                assert self.rows is not None
                (k,) = length
                parts.append(self.rows if k == 1 else self.add("Mul", self.rows, self.whole(k)))
            else:
                parts.append(self.whole(length))
        if all(isinstance(length, int) for length in lengths):
            return self.whole(*(length for length in lengths if isinstance(length, int)))
        return self.add("Concat", *parts, axis=0)

    def reshape(self, name: str, lengths: Sequence[Length]) -> str:
        open_ones = [length for length in lengths if isinstance(length, tuple)]
        if len(open_ones) == 1 and 0 not in lengths:
            shape = self.whole(*(-1 if isinstance(n, tuple) else n for n in lengths))
        else:
            shape = self.shape(lengths)
        return self.add("Reshape", name, shape)

    def expand(self, name: str, lengths: Sequence[Length]) -> str:
        return self.add("Expand", name, self.shape(lengths))
