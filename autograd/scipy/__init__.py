"""SciPy under the names that HIPS autograd gave it: ``from autograd.scipy import stats``.

What is here has a derivative; any other name of ``special``, ``stats`` and ``linalg`` is SciPy's
own, which refuses a node. Without SciPy, ModuleNotFoundError names the extra.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from autograd.calculus import Quantity

if find_spec("scipy") is None:
    raise ModuleNotFoundError(
        "autograd.scipy stands on SciPy: pip install 'tracegrad[scipy]'", name="scipy"
    )
_ROOMS = ("integrate", "linalg", "signal", "special", "stats")


def __getattr__(name: str) -> Quantity:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
