"""NumPy's own functions over nodes: each finds ours, or says that there is none.

A function without a derivative here raises; none ever returns plain numbers where a gradient would
have been lost in silence. Questions whose answer is no quantity (``allclose``, ``any``) are
answered plainly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.engine import ARRAY_FUNCTIONS, UFUNCS
from autograd.functions.table import FUNCTIONS, matrix_trace, plain_function

#: Where NumPy has another name for one of our functions.
ALIASES = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "power": "pow",
    "float_power": "pow",
    "negative": "neg",
    "absolute": "abs",
    "fabs": "abs",
    "rint": "round",
    "remainder": "mod",
    "radians": "deg2rad",
    "degrees": "rad2deg",
}

#: Questions about the data.
QUESTIONS = (
    "allclose array_equal isclose any all count_nonzero nonzero result_type iscomplexobj isscalar "
    "array_repr array_str array2string may_share_memory shares_memory can_cast nanargmax nanargmin "
    "searchsorted logical_and logical_or logical_xor logical_not signbit"
).split()


def _register(target: Any, ours: Any) -> None:
    (UFUNCS if isinstance(target, np.ufunc) else ARRAY_FUNCTIONS)[target] = ours


for _name in (*FUNCTIONS, *ALIASES):
    if hasattr(np, _name):
        _register(getattr(np, _name), FUNCTIONS[ALIASES.get(_name, _name)])
for _name in QUESTIONS:
    _register(getattr(np, _name), plain_function(getattr(np, _name)))
_register(np.linalg.norm, FUNCTIONS["norm"])
_register(np.trace, matrix_trace)
_register(np.positive, lambda a: a)
