"""NumPy under the name that HIPS autograd gave it: ``import autograd.numpy as np``.

Every name is NumPy's own. A function that meets a Tensor or a Value is the one of autograd, with
its derivative; one that has no derivative here refuses a node by name. NumPy's functions work with
nodes without this module, too; what it adds are lists of nodes, as in ``np.array([x, y])``.

>>> import autograd.numpy as np
>>> from autograd import grad
>>> grad(lambda x: np.sum(np.sin(np.array([x, 2 * x]))))(0.0)
3.0
"""

from __future__ import annotations

import numpy as _numpy

from autograd.calculus import Quantity as _Quantity
from autograd.numpy import over_nodes as _over_nodes

_OWN = (
    "array", "asarray", "c_", "iscomplex", "isreal", "make_diagonal", "r_", "real_if_close",
    "row_stack", "where",
)  # fmt: skip
_FOLDERS = ("fft", "linalg", "random")
__version__ = _numpy.__version__
__all__ = sorted({*_over_nodes.names_of(_numpy), *_OWN})


def __getattr__(name: str) -> _Quantity:
    if name in _FOLDERS:
        from importlib import import_module

        return import_module(f"{__name__}.{name}")
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    own = name in _OWN
    thing = getattr(_over_nodes, name) if own else _over_nodes.found(_numpy, name)
    globals()[name] = thing
    return thing


def __dir__() -> list[str]:
    return list(__all__)
