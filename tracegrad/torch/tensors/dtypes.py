"""PyTorch's names of dtypes, which are NumPy's dtypes, and the default one."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.calculus import short

DType = np.dtype[Any]

#: By PyTorch's name; ``float``, ``double``, ``long`` and others are second names.
DTYPES: dict[str, DType] = {
    name: np.dtype(numpys)
    for numpys, names in {
        "float16": "float16 half",
        "float32": "float32 float",
        "float64": "float64 double",
        "uint8": "uint8",
        "int8": "int8",
        "int16": "int16 short",
        "int32": "int32 int",
        "int64": "int64 long",
        "bool": "bool",
    }.items()
    for name in names.split()
}
#: PyTorch's former names of dtypes, which are functions as well: ``torch.LongTensor([1, 2])``.
LEGACY = {
    "Tensor": "float32", "FloatTensor": "float32", "DoubleTensor": "float64",
    "HalfTensor": "float16", "LongTensor": "int64", "IntTensor": "int32", "ShortTensor": "int16",
    "CharTensor": "int8", "ByteTensor": "uint8", "BoolTensor": "bool",
}  # fmt: skip

_default = np.dtype(np.float32)


def get_default_dtype() -> DType:
    """The dtype of what is made of Python's floats: float32 at the start."""
    return _default


def set_default_dtype(dtype: Any) -> None:
    """Let ``torch.tensor(0.5)`` and the layers have this dtype from now on."""
    global _default
    wanted = as_dtype(dtype)
    if wanted is None or wanted.kind != "f":
        raise TypeError(f"set_default_dtype: a floating dtype is wanted, not {short(dtype)}")
    _default = wanted


def as_dtype(dtype: Any) -> DType | None:
    """NumPy's dtype for a dtype, Python's type, or a name such as ``"torch.LongTensor"``."""
    if dtype is None:
        return None
    if dtype is float:
        return _default
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", "")
    if isinstance(dtype, str) or name in LEGACY:
        name = name.rpartition(".")[2]
        name = LEGACY.get(name, name)
        if name in DTYPES:
            return DTYPES[name]
    numpys: DType = np.dtype(dtype)
    return numpys
