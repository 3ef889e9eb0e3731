"""Jacobians and Hessians: every first or second derivative, one sweep per row or per column."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.derivatives.arguments import (
    Call,
    checked_function,
    checked_output,
    inside,
    own,
    shape_of,
    zeros_like,
)
from autograd.derivatives.batched_sweeps import swept
from autograd.derivatives.batching import Batched
from autograd.derivatives.forward_mode import push
from autograd.derivatives.transforms import Argnum
from autograd.engine import NODES, Node, Value, data_of, flatten


def jacobian(f: Function, argnum: Argnum = 0) -> Function:
    """The Jacobian J with J[i, j] = ∂fᵢ/∂xⱼ, of shape ``out.shape + in.shape``.

    A row costs one reverse sweep and a column one forward push, so the smaller number of the two
    decides the mode. Where the output or the argument is a tuple, list, dict or dataclass, the
    result is the output's structure of the arguments' structures. Errors and the warning as for
    :func:`grad`.

    >>> import numpy as np
    >>> from autograd import jacobian
    >>> J = jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 3.0]))
    >>> print(J)
    [[3. 0. 1.]
     [0. 3. 2.]]
    """
    checked_function("jacobian", f)

    @wraps(f, updated=())
    def derivative(*args: Tree, **kwargs: Tree) -> Tree:
        call = Call("jacobian", f, args, kwargs, argnum)
        outs, _, rebuild = flatten(call.output)
        for out in outs:
            checked_output("jacobian", out)
        with inside():
            blocks = jacobian_blocks(outs, call.variables, call.linked)
        for i in range(len(call.variables)):
            if all(row[i] is None for row in blocks):
                call.warn(i)
        return rebuild(
            [call.packed([_result(call, b, out, x) for b, x in zip(row, call.variables)])
             for row, out in zip(blocks, outs)]
        )  # fmt: skip

    return derivative


def hessian(f: Function, argnum: Argnum = 0) -> Function:
    """The Hessian H with H[i, j] = ∂²f/∂xᵢ∂xⱼ, of shape ``in.shape + in.shape``.

    Forward mode over the gradient: one push per column. Where the argument is a tuple, list or
    dict, the result is that structure of such structures; for a tuple of ``argnum``, a tuple of
    tuples. Errors and the warning as for :func:`grad`.

    >>> import numpy as np
    >>> from autograd import hessian
    >>> print(hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0])))
    [[10.  6.]
     [ 6.  0.]]
    """
    checked_function("hessian", f)

    @wraps(f, updated=())
    def derivative(*args: Tree, **kwargs: Tree) -> Tree:
        call = Call("hessian", f, args, kwargs, argnum)
        out = call.scalar()
        xs = call.variables
        slopes: list[Quantity] = [None] * len(xs)
        with inside():
            if isinstance(out, Node):
                slopes = swept(out, xs, create_graph=True)
            moving = [g for g in slopes if g is not None]
            rows = iter(_by_columns(moving, xs, call.linked))
            blocks = [[None] * len(xs) if g is None else next(rows) for g in slopes]
        for i, g in enumerate(slopes):
            if g is None:
                call.warn(i)
        return call.packed(
            [call.packed([_result(call, b, a, x) for b, x in zip(row, xs)])
             for row, a in zip(blocks, xs)]
        )  # fmt: skip

    return derivative


def jacobian_blocks(
    outs: Sequence[Quantity], xs: Sequence[Quantity], linked: bool
) -> list[list[Quantity]]:
    """∂out/∂x for every output and variable, in whichever mode needs fewer passes."""
    ends = [out for out in outs if isinstance(out, Node)]
    forward = sum(_size(x) for x in xs) < sum(_size(out) for out in ends)
    rows = iter((_by_columns if forward else _by_rows)(ends, xs, linked))
    return [next(rows) if isinstance(out, Node) else [None] * len(xs) for out in outs]


def _by_rows(
    ends: Sequence[Quantity], xs: Sequence[Quantity], linked: bool
) -> list[list[Quantity]]:
    """Reverse mode: one sweep for each element of each output."""
    blocks = []
    for end in ends:
        rows = [swept(end, xs, unit, linked) for unit in _units(end)]
        columns = zip(*rows) if rows else iter([()] * len(xs))
        blocks.append([_joined(list(c), x, end.shape if _is_array(end) else (), 0, linked)
                       for c, x in zip(columns, xs)])  # fmt: skip
    return blocks


def _by_columns(
    ends: Sequence[Quantity], xs: Sequence[Quantity], linked: bool
) -> list[list[Quantity]]:
    """Forward mode: one push for each element of each variable."""
    blocks: list[list[Quantity]] = [[] for _ in ends]
    for x in xs:
        pushes = [push(ends, [x], {id(x): unit}, linked) for unit in _units(x)]
        for i, end in enumerate(ends):
            columns = [tangents[i] for tangents in pushes]
            shape = x.shape if _is_array(x) else ()
            blocks[i].append(_joined(columns, end, shape, -1, linked))
    return blocks


def _joined(
    parts: list[Quantity], like: Quantity, shape: tuple[int, ...], axis: int, linked: bool
) -> Quantity:
    """The block of which ``parts`` are the rows (axis 0) or columns (axis -1), None if all are."""
    if parts and all(part is None for part in parts):
        return None
    if isinstance(like, Value) or any(isinstance(part, Value) for part in parts):
        return parts[0]
    whole = (*shape, *like.shape) if axis == 0 else (*like.shape, *shape)
    if not parts:
        return np.zeros(whole, like.dtype)
    filled = [zeros_like(like) if part is None else part for part in parts]
    if linked or any(isinstance(part, Batched) for part in parts):
        return NODES.reshape(NODES.stack(filled, axis), whole)
    arrays: list[Quantity] = [data_of(part) for part in filled]
    return np.reshape(np.stack(arrays, axis), whole)


def _units(x: Quantity) -> list[Quantity]:
    """The directions along each element of ``x``, in order."""
    if not _is_array(x):
        return [1.0]
    units = []
    for i in range(x.size):
        unit = np.zeros(x.size, x.dtype)
        unit[i] = 1.0
        units.append(unit.reshape(x.shape))
    return units


def _is_array(x: Quantity) -> bool:
    return not isinstance(x, Value)


def _size(x: Quantity) -> int:
    return int(x.size) if _is_array(x) else 1


def _result(call: Call, block: Quantity, out: Quantity, x: Quantity) -> Quantity:
    """A block as the caller gets it: a node, an array, or a number where both sides are 0-d."""
    if block is None:
        if isinstance(x, Value):
            return call.zeros(x)
        shape = (*shape_of(out), *x.shape)
        block = np.zeros(shape, x.dtype)
    if call.nested:
        like = x if isinstance(x, Node) else out
        node = block if isinstance(block, Node) else like._constant(block)
        return call.tied(node, x)
    array = own(np.asarray(data_of(block)))
    return array if array.ndim else array.item()
