"""How a tensor is printed: four decimals, as PyTorch does."""

from __future__ import annotations

from typing import Any

import numpy as np


def printed(array: Any) -> str:
    """The numbers in brackets, aligned.

    >>> import numpy as np
    >>> from tracegrad.torch.tensors.printing import printed
    >>> print(printed(np.array([1.5, -2.0])))
    [ 1.5000, -2.0000]
    """
    options: Any = {"separator": ", ", "prefix": "tensor(", "max_line_width": 80}
    if array.dtype.kind != "f" or not array.size:
        return np.array2string(array, **options)
    finite = np.abs(array[np.isfinite(array)])
    large, small = finite.max(initial=0), finite[finite > 0].min(initial=np.inf)
    if (finite == np.round(finite)).all() and large < 1e8:
        style = "{:.0f}."
    else:
        style = "{:.4e}" if large > 1e8 or small < 1e-4 or large / small > 1000 else "{:.4f}"

    def text(x: Any) -> str:
        return style.format(x) if np.isfinite(x) else str(x)

    shown = array if array.size <= 1000 else finite
    width = max(map(len, map(text, np.ravel(shown)))) if array.ndim else 0
    return np.array2string(array, formatter={"float": lambda x: text(x).rjust(width)}, **options)
