"""The special functions of the dialect: computed by SciPy, which is loaded when one is called."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from autograd.calculus.kinds import Array, Function, Numbers
from autograd.calculus.language import SPECIAL

#: What SciPy calls them.
_SCIPYS = {"digamma": "psi"}


def scipys(name: str) -> Function:
    """A function of SciPy under its name here."""
    try:
        module = import_module("scipy.special")
    except ModuleNotFoundError:
        raise ImportError(f"{name} needs SciPy: pip install 'tracegrad[scipy]'") from None
    function: Function = getattr(module, _SCIPYS.get(name, name))
    return function


def _of_arrays(name: str) -> Function:
    def function(*operands: Numbers) -> Array:
        arrays = [x for x in operands if isinstance(x, np.ndarray | np.generic)]
        kind = np.result_type(*arrays) if arrays else np.dtype(float)
        values = scipys(name)(*operands)
        return np.asarray(values, dtype=kind if kind.kind == "f" else float)

    return function


def _of_numbers(name: str) -> Function:
    return lambda *numbers: float(scipys(name)(*numbers))


SPECIAL_OF_ARRAYS = {name: _of_arrays(name) for name in sorted(SPECIAL)}
SPECIAL_OF_NUMBERS = {name: _of_numbers(name) for name in sorted(SPECIAL)}
