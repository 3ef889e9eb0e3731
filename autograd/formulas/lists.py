"""A list as it was typed, as the array or the Tensor that it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity, short
from autograd.engine import Node
from autograd.functions import FUNCTIONS

MOST_AXES = 16


def one_operand(value: Quantity) -> Quantity:
    """``value`` as an operand: a list as an array, or as a Tensor where a node is in it.

    An integer becomes a float. TypeError or ValueError, in one line, for what is no operand.
    """
    if isinstance(value, list):
        refuse_ragged(value)
        if has_node(value):
            return FUNCTIONS["stack"]([one_operand(item) for item in value])
        return np.asarray(value, dtype=float)
    if isinstance(value, bool) or value is None:
        raise TypeError(f"{value} stands only in the arguments of a function: keepdims=True")
    if isinstance(value, str):
        raise TypeError(f"a text stands only in the arguments of a function, not {short(value)}")
    if isinstance(value, tuple):
        if value and all(isinstance(x, int) for x in value):
            raise TypeError("a shape is no operand; take one number of it with [0]")
        raise TypeError(f"there are {len(value)} results; take one of them with [0]")
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biu":
        return value.astype(float)
    return float(value) if isinstance(value, int) else value


def has_node(items: Sequence[Quantity]) -> bool:
    return any(isinstance(x, Node) or (isinstance(x, list) and has_node(x)) for x in items)


def refuse_ragged(items: Quantity) -> None:
    """ValueError for nested lists that have no common shape, naming the first that differs.

    >>> from autograd.formulas.lists import refuse_ragged
    >>> refuse_ragged([[1, 2], [3]])
    Traceback (most recent call last):
    ValueError: the list is ragged: [0] has 2 numbers, [1] has 1; make them alike
    """
    parts: list[tuple[Quantity, str]] = [(items, "")]
    for _ in range(MOST_AXES + 1):
        sizes = [len(part) if isinstance(part, list) else None for part, _ in parts]
        for size, (_, place) in zip(sizes, parts):
            if size != sizes[0]:
                first, other = (
                    "one number" if s is None else f"{s} number{'s' * (s != 1)}"
                    for s in (sizes[0], size)
                )
                other = other.removesuffix(" numbers").removesuffix(" number") if size else other
                raise ValueError(
                    f"the list is ragged: {parts[0][1]} has {first}, {place} has {other}; make "
                    "them alike"
                )
        if sizes[0] is None:
            return
        parts = [(one, f"{place}[{i}]") for part, place in parts for i, one in enumerate(part)]
        if not parts:
            raise ValueError("a list is empty; give at least one number")
    raise ValueError(f"the list has more than {MOST_AXES} axes; write fewer brackets")
