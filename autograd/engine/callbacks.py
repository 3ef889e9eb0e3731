"""What a function does beside the graph, said in a way that a compiled function can repeat."""

from __future__ import annotations

from autograd.calculus import Function, Quantity, short
from autograd.engine.arrays import described
from autograd.engine.node import Node
from autograd.engine.recording import current, present


def callback(function: Function, *args: Quantity) -> Quantity:
    """``function(*args)`` over plain arrays; a compiled function calls it in every replay.

    It is for what is no operation: a random draw, a check, a running average. Nodes among the
    arguments come as their arrays. The function returns an array, through which no gradient flows,
    or None. Outside a compiled function this is an ordinary call.

    >>> import numpy as np
    >>> from autograd import Tensor, callback
    >>> rng = np.random.default_rng(0)
    >>> noise = callback(rng.standard_normal, 2)
    >>> print(Tensor([1.0, 2.0]) + noise)
    Tensor([1.12573022, 1.86789514], made by add)
    """
    if current().special:
        mapped = present().mapped
        if mapped is not None and mapped.repeats:
            return mapped.call(function, args)
    return function(*[x.data if isinstance(x, Node) else x for x in args])


def depends_on(holder: object, name: str) -> Quantity:
    """The attribute ``name`` of ``holder``; a compiled function is traced again when it changes."""
    try:
        value = getattr(holder, name)
    except AttributeError:
        raise AttributeError(
            f"depends_on: {described(holder)} has no attribute {short(name)}; name one that it has"
        ) from None
    if current().special:
        mapped = present().mapped
        if mapped is not None and mapped.repeats:
            mapped.assume(holder, name, value)
    return value
