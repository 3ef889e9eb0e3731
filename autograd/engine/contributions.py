"""The chain rule at one operand of one elementwise row: upstream gradient times local derivative.

A *pull* has the signature of an adjoint, ``pull(F, g, out, *operands)``, so that the sweep treats
both tables alike. Where the upstream gradient is exactly 0 and the local derivative is not finite,
or the other way round, the term is 0: a branch not taken must not leak nan.
"""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd.calculus import (
    ARRAY,
    COMPARISONS,
    FLOAT,
    NODE,
    Array,
    Function,
    Namespace,
    Quantity,
    Rule,
    constant,
    namespace,
    partial_functions,
    refusal,
    stamp,
    translate,
    value_function,
)
from autograd.calculus.array_rules import unbroadcast
from autograd.engine.node import Node

#: The namespaces in which adjoints are written: a function for every row of both tables, over
#: arrays and over nodes. Filled where the functions are defined.
ARRAYS: Any = SimpleNamespace()
NODES: Any = SimpleNamespace()

Pulls = tuple[Function | None, ...]


def repaired_number(g: float, local: float) -> float:
    """The product of two floats that came out as nan: 0 where one is 0, the other not finite."""
    if (g == 0.0 and not math.isfinite(local)) or (local == 0.0 and not math.isfinite(g)):
        return 0.0
    return g * local


def partial_of_floats(rule: Rule, place: int, out: float, floats: list[float]) -> float | None:
    """∂out/∂operand at floats, those of all operands; None where the operand is a condition."""
    function = partial_functions(rule, FLOAT)[place]
    if function is None:
        return None
    try:
        return float(function(None, out, *floats))
    except (ArithmeticError, ValueError):
        # Quietly: nobody asked for the logarithm in Value(-2) ** Value(2).
        with np.errstate(all="ignore"):
            quiet = partial_functions(rule, ARRAY)[place]
            assert quiet is not None
            return float(quiet(None, np.float64(out), *map(np.float64, floats)))


def has_nan(c: Quantity) -> bool:
    """Whether a float array has a nan in it: one dot product, cheaper than ``isnan().any()``."""
    square = np.vdot(c, c)
    return bool(square != square)


def masks(g: Quantity, local: Quantity) -> tuple[Quantity, Quantity]:
    """Where ``g`` is to count as 0, and where ``local`` is."""
    return (local == 0) & ~np.isfinite(g), (g == 0) & ~np.isfinite(local)


def repaired(g: Quantity, local: Quantity) -> Quantity:
    """The product ``g * local`` with 0 for what would be 0 times inf or nan."""
    bad_g, bad_local = masks(g, local)
    return np.where(bad_g, 0.0, g) * np.where(bad_local, 0.0, local)


def times(g: Quantity, local: Quantity) -> Quantity:
    """The product of two numbers or arrays, repaired where it must be."""
    c = g * local
    if c.__class__ is float:
        return c if c == c else repaired_number(g, local)
    return repaired(g, local) if has_nan(c) else c


class _Zeros(dict[np.dtype[Any], "Array | int"]):
    """The zero of each floating dtype as an array: NumPy takes longer over a number of Python."""

    def __missing__(self, dtype: np.dtype[Any]) -> Array | int:
        if dtype.kind != "f":
            return 0
        zero = self[dtype] = np.zeros((), dtype)
        zero.flags.writeable = False
        return zero


_ZEROS = _Zeros()
_WITH_ZERO = replace(ARRAY, number=lambda number: "zero" if number == 0 else repr(number))


#: The integers that are as wide as a floating dtype.
_BITS = {np.dtype(f"f{size}"): np.dtype(f"i{size}") for size in (2, 4, 8)}


def chosen_of(g: Quantity, chosen: Quantity) -> Quantity:
    """``where(chosen, g, 0)``: the bits of ``g`` times 1 or 0.

    That takes half the time: a choice is a branch for each element, predicted wrongly in every
    second or third case. And no product of integers is nan, whatever ``g`` is.
    """
    bits = _BITS.get(g.dtype)
    if bits is None:
        return np.where(chosen, g, 0)
    c = chosen.astype(bits)
    if c.shape == g.shape:
        c *= g.view(bits)
    else:
        c = c * g.view(bits)
    return c.view(g.dtype)


# The partial is evaluated quietly: nobody asked for it.
_REPAIRING = """\
    with errstate(all="ignore"):
{local}
        c = g * local
        if has_nan(c):
            c = repaired(g, local)
"""

_CHOOSING = """\
    zero = zeros[g.dtype]
    c = chosen_of(g, {chosen})
"""

_LOCAL = "        local = {local}"

# An operand may be a Python number, and two of those divide as Python does: 1 / 0 raises.
_LOCAL_OF_NUMBERS = """\
        try:
            local = {local}
        except ZeroDivisionError:
            {args} = map(asarray, ({args}))
            local = {local}"""


def array_value(rule: Rule) -> Function:
    """The value of ``rule`` over the arrays of Tensors."""
    text = translate(rule.value_tree, _WITH_ZERO)
    if rule.arity > 1 or text == translate(rule.value_tree, ARRAY):
        return value_function(rule, ARRAY)
    name, arg = f"value_of_{rule.name}", rule.args[0]
    source = f"def {name}({arg}):\n    zero = zeros[{arg}.dtype]\n    return {text}\n"
    function: Function = stamp(
        source, name, {**namespace(ARRAY, (rule.value_tree,)), "zeros": _ZEROS}
    )
    return function


def fitted(c: Quantity, operand: Quantity) -> Quantity:
    """A contribution brought to the shape and dtype of its operand: the one un-broadcast."""
    if c.shape != operand.shape:
        c = unbroadcast(ARRAYS, c, operand.shape)
    return c if c.dtype == operand.dtype else c.astype(operand.dtype)


def array_pulls(rule: Rule) -> Pulls:
    """The pulls of ``rule`` over NumPy arrays, one per argument, None for a condition."""
    pulls: list[Function | None] = []
    space = {
        **namespace(ARRAY, rule.partial_trees),
        "asarray": np.asarray,
        "errstate": np.errstate,
        "chosen_of": chosen_of,
        "fitted": fitted,
        "has_nan": has_nan,
        "repaired": repaired,
        "zeros": _ZEROS,
    }
    for tree, arg in zip(rule.partial_trees, rule.args, strict=True):
        if tree is None:
            pulls.append(refusal(rule, arg))
            continue
        local = translate(tree, ARRAY)
        factor = constant(tree)
        if factor:
            term = "g" if factor == 1 else "-g" if factor == -1 else f"g * {local}"
            body = f"    c = {term}\n"
        elif isinstance(tree, ast.Call) and ast.unparse(tree.func) in COMPARISONS:
            chosen = translate(tree, _WITH_ZERO)
            body = _CHOOSING.format(chosen=chosen)
        else:
            lines = _LOCAL if rule.arity == 1 else _LOCAL_OF_NUMBERS
            numbers = ", ".join(rule.args)
            body = _REPAIRING.format(local=lines.format(local=local, args=numbers))
        name = f"pull_{rule.name}_{arg}"
        arguments = ", ".join(("F", "g", "out", *rule.args))
        # Only a row of several operands can have stretched this one.
        last = f"    return fitted(c, {arg})\n" if rule.arity > 1 else "    return c\n"
        pulls.append(stamp(f"def {name}({arguments}):\n{body}{last}", name, dict(space)))
    return tuple(pulls)


@cache
def node_pulls(rule: Rule) -> Pulls:
    """The same over nodes: the contribution is a graph again."""

    def pull(partial: Function) -> Function:
        return lambda F, g, out, *operands: term(F, g, partial(F, out, *operands))

    return tuple(None if p is None else pull(p) for p in partial_functions(rule, NODE))


def _numbers_in(x: Quantity) -> Quantity:
    # An array has a `data`, too, which is no number; and what is batched has none.
    return x.data if isinstance(x, Node) and not x.batched else x


def term(F: Namespace, g: Quantity, local: Quantity) -> Quantity:
    """``g * local`` over nodes, repaired but not dropped: a term that is 0 may have a slope."""
    if isinstance(local, int | float) and local in (1, -1):
        return g if local == 1 else F.neg(g)
    c = F.mul(g, local)
    if isinstance(numbers := _numbers_in(c), Node) or has_nan(numbers):
        bad_g, bad_local = masks(_numbers_in(g), _numbers_in(local))
        c = F.mul(F.where(bad_g, 0.0, g), F.where(bad_local, 0.0, local))
    return c
