"""The three ways to write an operation: a function of autograd, of NumPy, or a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.functions.table import FUNCTIONS, matrix_trace
from fuzz.program import OF_LISTS
from fuzz.reference import REFERENCE

#: The public functions.
OURS: Mapping[str, Callable[..., Any]] = {**FUNCTIONS, "trace": matrix_trace}

#: NumPy's own and SciPy's, which hand a node to us.
_NUMPYS = {
    name: function
    for name, function in REFERENCE.items()
    if (isinstance(function, np.ufunc) or function.__module__.startswith("numpy"))
    and name != "full"  # NumPy asks the value for a plain array
}

#: Methods whose argument goes by place.
_PLACED = {"reshape": "shape", "transpose": "axes"}


def _as_method(name: str) -> Callable[..., Any]:
    function, placed = OURS[name], _PLACED.get(name)

    def call(first: Any, *rest: Any, **attrs: Any) -> Any:
        method = getattr(first, name, None) if isinstance(first, Tensor | Value) else None
        if method is None:
            return function(first, *rest, **attrs)
        if placed is not None and attrs.get(placed) is not None:
            return method(attrs[placed])
        return method(*rest, **({} if placed is not None else attrs))

    return call


_METHODS = {name: _as_method(name) for name in OURS if name not in OF_LISTS and name != "einsum"}

#: Each a whole table; what cannot be written in one way is written as our function.
SPELLINGS: tuple[tuple[str, Mapping[str, Callable[..., Any]]], ...] = (
    ("", OURS),
    ("written with NumPy's functions", {**OURS, **_NUMPYS}),
    ("written with methods", {**OURS, **_METHODS}),
)
