"""What compares Tensors, and what joins the masks: for kinds of Tensor that are no plain arrays.

A comparison of plain Tensors gives an array. Where the numbers are not known yet, in a trace or
inside ``vmap``, it is an operation as any other.
"""

from __future__ import annotations

import numpy as np

#: NumPy's functions of masks.
OF_MASKS = (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert)

#: By method what it computes.
MASK_METHODS = {
    "__eq__": np.equal,
    "__ne__": np.not_equal,
    "__lt__": np.less,
    "__le__": np.less_equal,
    "__gt__": np.greater,
    "__ge__": np.greater_equal,
    "__and__": np.bitwise_and,
    "__rand__": np.bitwise_and,
    "__or__": np.bitwise_or,
    "__ror__": np.bitwise_or,
    "__xor__": np.bitwise_xor,
    "__rxor__": np.bitwise_xor,
    "__invert__": np.invert,
}
