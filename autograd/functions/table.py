"""The public functions: one for every row of both tables, over numbers, arrays, Values and Tensors.

A function looks at its operands and hands the row to the kind of node it finds; without a node it
computes plainly. NumPy's own functions come here too when they meet a node.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np

from autograd.calculus import (
    RULES,
    Function,
    Quantity,
    Tree,
    short,
)
from autograd.calculus.array_rules import (
    ARRAY_RULES,
    PLAIN,
)
from autograd.calculus.composed import COMPOSED, det_sign
from autograd.engine import (
    NODES,
    Node,
    Tensor,
    Value,
    present,
)
from autograd.functions.argument_names import argument_names, check_names
from autograd.functions.composed_functions import composed
from autograd.functions.row_functions import FUNCTIONS as FUNCTIONS
from autograd.functions.row_functions import attribute

#: Other names of rows.
SYNONYMS = {"amax": "max", "amin": "min", "expit": "sigmoid"}

#: The sum of a diagonal; ``autograd.trace`` is another thing, the trace of a computation.
matrix_trace: Function = composed("trace")


def gelu(a: Quantity, approximate: str = "none") -> Quantity:
    """a Φ(a), with the normal distribution function Φ; ``approximate="tanh"`` is the other form.

    ``a`` is a number, an array, a Value or a Tensor; returns the same kind, of its shape. See
    Hendrycks and Gimpel, Gaussian Error Linear Units (2016).

    >>> from autograd import gelu
    >>> round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.841345, 0.841192)
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', not {short(approximate)}")
    return FUNCTIONS["gelu_tanh"](a) if approximate == "tanh" else _gelu(a)


_gelu = FUNCTIONS["gelu"]


def round(a: Quantity, decimals: int = 0) -> Quantity:
    """``a`` to so many decimals, as NumPy rounds; its derivative is 0.

    ``a`` is a number, an array, a Value or a Tensor; returns the same kind, of its shape.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.round(np.array([1.234, 5.678]), 1)
    array([1.2, 5.7])
    """
    if not decimals:
        return _round(a)
    scale = 10.0 ** abs(index(decimals))
    return _round(a * scale) / scale if decimals > 0 else _round(a / scale) * scale


_round = FUNCTIONS["round"]


def clip(
    a: Quantity,
    a_min: Quantity = None,
    a_max: Quantity = None,
    *,
    min: Quantity = None,
    max: Quantity = None,
    low: Quantity = None,
    high: Quantity = None,
) -> Quantity:
    """min(max(a, a_min), a_max); the gradient passes at the ends.

    Each bound is a number, an array or a node, or None, which leaves that end open; ``min``
    and ``max`` are other names of them, ``low`` and ``high`` too. Returns the kind of ``a``; the
    shapes of arrays broadcast.

    >>> import autograd
    >>> x = autograd.Tensor([-2.0, 0.5, 3.0])
    >>> out = autograd.clip(x, -1, 1)
    >>> out.sum().backward()
    >>> out.data, x.grad
    (array([-1. ,  0.5,  1. ]), array([0., 1., 0.]))
    """
    return _clip(a, _first(low, min, a_min), _first(high, max, a_max))


def _first(*bounds: Quantity) -> Quantity:
    return next((x for x in bounds if x is not None), None)


_clip = FUNCTIONS["clip"]


#: Called with each function without a derivative and its operands: a trace notes what is asked.
questioned: list[Callable[[Function, Sequence[Quantity]], None]] = []


#: How they are called with a Tensor ``x`` of 3, 1 and 2, and what that prints.
_EXAMPLES = {
    "equal": ("x, 2", "array([False, False,  True])"),
    "not_equal": ("x, 2", "array([ True,  True, False])"),
    "greater": ("x, 2", "array([ True, False, False])"),
    "greater_equal": ("x, 2", "array([ True, False,  True])"),
    "less": ("x, 2", "array([False,  True, False])"),
    "less_equal": ("x, 2", "array([False,  True,  True])"),
    "isnan": ("x", "array([False, False, False])"),
    "isinf": ("x", "array([False, False, False])"),
    "isfinite": ("x", "array([ True,  True,  True])"),
    "argmax": ("x", "np.int64(0)"),
    "argmin": ("x", "np.int64(1)"),
    "argsort": ("x", "array([1, 2, 0])"),
    "argpartition": ("x, 1", "array([1, 2, 0])"),
    "zeros_like": ("x", "array([0., 0., 0.])"),
    "ones_like": ("x", "array([1., 1., 1.])"),
    "empty_like": ("x, shape=(0,)", "array([], dtype=float64)"),
    "shape": ("x", "(3,)"),
    "ndim": ("x", "1"),
    "size": ("x", "3"),
}


def plain_function(function: Function) -> Function:
    """``function`` over the numbers of its operands: what it returns takes no gradient."""

    names = argument_names(function)

    def call(*args: Tree, **kwargs: Tree) -> Tree:
        check_names(function.__name__, kwargs, names)
        batch = present().mapped
        if (
            batch is not None
            and (answer := batch.without_gradient(function, args, kwargs)) is not None
        ):
            return answer
        for note in questioned:
            note(function, args)
        numbers = [x.data if isinstance(x, Node) else x for x in args]
        if any(isinstance(x, Value) for x in args) and any(map(np.ndim, numbers)):
            raise TypeError(
                f"{function.__name__}: a Value works with numbers and Values, not with an array; "
                f"use Tensor for both operands"
            )
        return function(
            *numbers,
            **{key: x.data if isinstance(x, Node) else x for key, x in kwargs.items()},
        )

    call.__name__ = call.__qualname__ = function.__name__
    call.__signature__ = _signature(function)  # type: ignore[attr-defined]
    call.__doc__ = (
        f"``numpy.{function.__name__}`` of the data: a plain array, without a gradient.\n\n"
        f"Takes numbers, arrays, Values and Tensors, and NumPy's own arguments."
    )
    if function.__name__ in _EXAMPLES:
        example, printed = _EXAMPLES[function.__name__]
        call.__doc__ += (
            f"\n\n>>> import autograd\n>>> x = autograd.Tensor([3.0, 1.0, 2.0])\n"
            f">>> autograd.{function.__name__}({example})\n{printed}\n"
        )
    return call


def _signature(function: Function) -> inspect.Signature:
    if not isinstance(function, np.ufunc):
        try:
            return inspect.signature(function)
        except ValueError:  # NumPy before 2.4 says none of what is written in C
            any_number, by_name = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
            kinds = {"args": any_number, "kwargs": by_name}
            return inspect.Signature([inspect.Parameter(*one) for one in kinds.items()])
    names = [f"x{i + 1}" for i in range(function.nin)] if function.nin > 1 else ["x"]
    kind = inspect.Parameter.POSITIONAL_ONLY
    return inspect.Signature([inspect.Parameter(name, kind) for name in names])


def where(*operands: Quantity, **named: Any) -> Quantity:
    """a where c holds, b elsewhere; each gets the gradient of the elements taken from it.

    ``c`` is a condition, or an array of them; ``a`` and ``b`` are numbers, arrays or nodes, and the
    shapes broadcast. No gradient flows into ``c``. Returns the kind of ``a`` and ``b``.

    >>> import autograd
    >>> import numpy as np
    >>> autograd.where(np.array([True, False]), 1.0, np.array([2.0, 3.0]))
    array([1., 3.])
    """
    return _where(*operands, **{_NUMPYS_WHERE.get(name, name): x for name, x in named.items()})


_where = FUNCTIONS["where"]
_NUMPYS_WHERE = {"condition": "c", "x": "a", "y": "b"}
where.__signature__ = inspect.signature(_where)  # type: ignore[attr-defined]

for _name, _function in PLAIN.items():
    FUNCTIONS[_name] = plain_function(_function)
for _name in "zeros_like ones_like empty_like shape ndim size".split():
    FUNCTIONS[_name] = plain_function(getattr(np, _name))


def full_like(a: Quantity, fill_value: Any, *args: Tree, **kwargs: Tree) -> Tree:
    """``fill_value`` repeated over the shape of ``a``: a plain array where it is no node.

    >>> import autograd
    >>> autograd.full_like([1.0, 2.0], 7.0)
    array([7., 7.])
    """
    like = FUNCTIONS["empty_like"](a)
    if isinstance(fill_value, Tensor):
        return FUNCTIONS["full"](np.shape(like), fill_value, *args, **kwargs)
    return np.full_like(like, attribute(fill_value, "fill_value"), *args, **kwargs)


full_like.__signature__ = inspect.signature(np.full_like)  # type: ignore[attr-defined]
FUNCTIONS["full_like"] = full_like
#: The rows, where a function that is made of one has its name.
_ROWS = {name: FUNCTIONS[name] for name in (*RULES, *ARRAY_RULES)}
FUNCTIONS.update({name: composed(name) for name in COMPOSED if name != "trace"})
FUNCTIONS.update(gelu=gelu, round=round, clip=clip, where=where)
FUNCTIONS.update({name: FUNCTIONS[row] for name, row in SYNONYMS.items()})
vars(NODES).update(
    {**FUNCTIONS, **_ROWS, "trace": matrix_trace, "det_sign": plain_function(det_sign)}
)
