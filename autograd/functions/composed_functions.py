"""The functions that are no rows but composed of rows, such as ``split``."""

from __future__ import annotations

import inspect
from functools import partial
from itertools import takewhile

import numpy as np

from autograd.calculus import (
    Function,
    Quantity,
    Tree,
    one_line,
)
from autograd.calculus.composed import COMPOSED, DENSITIES
from autograd.engine import (
    NODES,
    present,
)
from autograd.functions.argument_names import check_names
from autograd.functions.row_functions import joined

#: What an argument is called that is one array, and not a list of them.
_ONE_ARRAY = frozenset("a b fp m p start stop v values x xp y".split())


def _array_of_list(x: Quantity) -> Quantity:
    """A list as an array, or as a Tensor where one is in it; anything else as it is."""
    x = joined(x) if x.__class__ is list else x
    return np.asarray(x) if x.__class__ in (list, tuple) else x


def composed(name: str) -> Function:
    """A function that is no row but composed of rows, such as ``split``."""

    signature = inspect.signature(COMPOSED[name])
    parameters = list(signature.parameters.values())[1:]
    names = [p.name for p in parameters]
    # How many of the first arguments are arrays; None: all.
    leading = list(takewhile(_ONE_ARRAY.__contains__, names))
    arrays = None if COMPOSED[name] in DENSITIES else len(leading)

    def function(*args: Tree, **kwargs: Tree) -> Tree:
        check_names(name, kwargs, names)
        if arrays != 0 and any(x.__class__ in (list, tuple) for x in args):
            args = (*map(_array_of_list, args[:arrays]), *args[len(args[:arrays]) :])
        if arrays is None and kwargs:
            kwargs = {key: _array_of_list(x) for key, x in kwargs.items()}
        batch = present().mapped
        try:
            if batch is not None:
                return batch.compose(name, partial(COMPOSED[name], NODES), args, kwargs)
            return COMPOSED[name](NODES, *args, **kwargs)
        except _OF_ARGUMENTS as error:
            raise _named(name, error) from None

    function.__name__ = function.__qualname__ = name
    function.__doc__ = COMPOSED[name].__doc__
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return function


#: What wrong arguments raise, in NumPy or here.
_OF_ARGUMENTS = (ValueError, IndexError, TypeError)


def _named(name: str, error: Exception) -> Exception:
    """``error`` with the function's name in front, in place of that of a row it is made of."""
    text = one_line(str(error))
    row, _, words = text.partition(": ")
    text = words if row.endswith("_terms") else text  # a row that only composed functions call
    known = type(error) in (*_OF_ARGUMENTS, np.linalg.LinAlgError, np.exceptions.AxisError)
    return error if text.startswith(f"{name}: ") or not known else type(error)(f"{name}: {text}")
