"""Operations on Tensors: compute with NumPy, and record how.

``A @ B`` calls the method that is installed below. It calls :func:`apply_to_tensors` with the
:class:`Operation` of the row and the operands, as the methods of ``Value`` call
``apply_to_values``. The first call of an operation loads its row. Every call then computes the
value with NumPy and makes the node, which holds the operands, their arrays, and the pulls through
which a sweep sends gradients back to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.calculus import (
    OPERATOR_METHODS,
    RULES,
    Attributes,
    Function,
    Quantity,
    Rule,
    row_signature,
    stamp,
)
from autograd.calculus.array_rules import ArrayRule, explained
from autograd.engine.arrays import array_operand
from autograd.engine.contributions import array_pulls, array_value
from autograd.engine.node import blank
from autograd.engine.recording import current, leaf_origin, numbers, present
from autograd.engine.tensor import Tensor
from autograd.engine.unstamped import Unstamped

_tensors = blank(Tensor)

Apply = Callable[[tuple[Quantity, ...], Attributes], Tensor]


class Operation:
    """One row of either table over arrays; most programs load a few of them only."""

    __slots__ = ("blind", "compute", "name", "pulls", "read", "rule", "saves")

    def __init__(self, rule: Rule | ArrayRule) -> None:
        self.rule = rule
        self.name = rule.name
        #: ``compute(*arrays, **attrs)`` is the value; None as long as the row is not loaded.
        self.compute: Function | None = None
        #: Whether ``compute`` returns beside the value what the adjoints want saved.
        self.saves = isinstance(rule, ArrayRule) and rule.keep is not None
        #: Reads an operand that is neither Tensor nor array.
        self.read: Function = array_operand if isinstance(rule, Rule) else _as_array
        #: By the place of the operand; None where no gradient flows.
        self.pulls: Any = ()
        self.blind = False  # whether there is such a place

    def load(self) -> Function:
        rule = self.rule
        compute: Function
        if isinstance(rule, Rule):
            self.pulls, compute = array_pulls(rule), array_value(rule)
        else:
            self.pulls = _Variadic(rule) if callable(rule.adjoints) else rule.adjoints
            compute = rule.keep or rule.forward
        self.blind = not isinstance(self.pulls, _Variadic) and None in self.pulls
        self.compute = compute  # last: another thread may be about to call it
        return compute


class _Variadic(dict[int, Function | None]):
    """The adjoints of a row that takes any number of operands, by place."""

    def __init__(self, rule: ArrayRule) -> None:
        self.rule = rule

    def __missing__(self, place: int) -> Function | None:
        adjoint = self[place] = self.rule.adjoint(place)
        return adjoint


def apply_to_tensors(
    operation: Operation, operands: tuple[Quantity, ...], attrs: Attributes
) -> Tensor:
    """The node of ``operation`` over ``operands``, of which some are Tensors."""
    compute = operation.compute or operation.load()
    mode = current()
    if mode.special:
        mode = present()
        if mode.mapped is not None:
            batched: Tensor | None = mode.mapped.apply(operation, operands, attrs)
            if batched is not None:
                return batched
    name = operation.name
    arrays: list[Quantity] = []
    edges: list[tuple[int, Tensor]] = []
    foreign: tuple[int, ...] = ()
    place = 0
    for x in operands:
        if isinstance(x, Tensor):
            arrays.append(x._data)
            if x._requires_grad:
                edges.append((place, x))
            elif x.grad_buffer is not None:
                # Frozen, but its optimizer may still write into its data.
                arrays[place] = x._data.copy()
        elif x.__class__ is ndarray:
            arrays.append(x)
            foreign = (*foreign, place)
        else:
            array = operation.read(x, name)
            arrays.append(array)
            if array.__class__ not in _UNCHANGING:
                foreign = (*foreign, place)
        place += 1  # noqa: SIM113 - faster than enumerate for one or two operands
    pulls = operation.pulls
    if operation.blind:
        edges = [edge for edge in edges if pulls[edge[0]] is not None]
    recorded = edges and mode.recording
    if recorded:
        for place in foreign:  # the sweep reads these again: they must be what they are now
            arrays[place] = owned(arrays[place])
        if attrs:
            for value in attrs.values():
                if value.__class__ not in _UNCHANGING:
                    attrs = {key: owned(x) for key, x in attrs.items()}
                    break
    try:
        # Without attributes the call is cheaper in this form.
        data = compute(*arrays, **attrs) if attrs else compute(*arrays)
    except (ValueError, IndexError, TypeError) as error:
        raise explained(name, error, tuple(arrays), attrs) from None
    node = next(_tensors)
    if operation.saves:
        data, saved = data
        attrs = {**attrs, "saved": saved}
    node._data = data if data.__class__ is ndarray else np.asarray(data)
    node._grad = node.grad_buffer = None
    node._number = next(numbers)
    if not recorded:
        if edges and node._data.base is not None:
            node._data = node._data.copy()  # a view would change with the parameter
        node._origin = mode.leaf or leaf_origin()
        node._inputs = node._arrays = node._edges = ()
        node._requires_grad = False
        return node
    try:
        node._origin = mode.origins[name]
    except KeyError:
        node._origin = mode.scope.origin(name)
    node._inputs = operands
    node._arrays = arrays
    node._edges = edges
    node._keywords = attrs
    node._pulls = pulls
    node._requires_grad = True
    if mode.special:
        for watcher in mode.watchers:
            watcher(node)
    return node


_UNCHANGING = frozenset({type(None), bool, int, float, str, slice})


def owned(x: Quantity) -> Quantity:
    """What a node may keep of an operand or attribute: a copy of what its owner can change.

    A copy costs less than to notice a change: to read an array twice, when it is used and in the
    sweep, by a checksum that sees every change takes ten times as long. An array that nobody can
    write to (``a.flags.writeable = False``) is kept as it is.
    """
    if isinstance(x, ndarray):
        return x.copy("K") if x.flags.writeable or _writeable(x.base) else x
    kind = x.__class__
    return kind([owned(item) for item in x]) if kind is tuple or kind is list else x


def _writeable(x: Quantity) -> bool:
    """Whether the array, or one that it is a view of, can be written to."""
    while isinstance(x, ndarray):
        if x.flags.writeable:
            return True
        x = x.base
    return False


def _as_array(x: Quantity, name: str) -> Quantity:
    # Adjoints of structural rows ask their operands for shape and ndim.
    return None if x is None else np.asarray(array_operand(x, name))


def applier(rule: Rule | ArrayRule) -> Apply:
    """``apply(operands, attrs)``: the operation of a row of either table."""
    return partial(apply_to_tensors, Operation(rule))


#: The operations of the derivative table by name.
ELEMENTWISE: dict[str, Operation] = {}

_NONE: Attributes = {}


def install_tensor_method(rule: Rule) -> None:
    """Give ``Tensor`` the method of ``rule``, and its operator where Python has one."""
    ELEMENTWISE[rule.name] = Operation(rule)
    for name in (rule.name, *OPERATOR_METHODS.get(rule.name, ())):
        setattr(Tensor, name, Unstamped(name, rule, Tensor, Tensor, _method))


def _method(name: str, rule: Rule, kind: type) -> Function:
    operation = ELEMENTWISE[rule.name]
    if name.startswith("__r"):
        return reflected(operation)
    if rule.arity != 2 or rule.defaults or rule.name in OPERATOR_METHODS:
        return tensor_method(operation)
    # Operators are called by place; other methods by name, too.
    source = _NAMED.format(name=rule.name, b=rule.args[1])
    space = {"apply_to_tensors": apply_to_tensors, "operation": operation, "attrs": _NONE}
    return stamp(source, f"_{rule.name}", space)


_NAMED = """\
def _{name}(self, {b}):
    return apply_to_tensors(operation, (self, {b}), attrs)
"""


def tensor_method(operation: Operation) -> Callable[..., Tensor]:
    """The method of an operation without attributes."""
    rule = operation.rule

    def unary(self: Tensor) -> Tensor:
        return apply_to_tensors(operation, (self,), _NONE)

    def binary(self: Tensor, other: Quantity) -> Tensor:
        return apply_to_tensors(operation, (self, other), _NONE)

    def general(self: Tensor, *others: Quantity, **named: Quantity) -> Tensor:
        assert isinstance(rule, Rule)
        return apply_to_tensors(operation, rule.filled((self, *others), named), _NONE)

    if rule.arity == 1:
        return unary
    if not isinstance(rule, Rule) or (rule.arity == 2 and not rule.defaults):
        return binary
    general.__signature__ = row_signature(rule, "self")  # type: ignore[attr-defined]
    return general


def reflected(operation: Operation) -> Callable[..., Tensor]:
    """The same with the operands exchanged: ``2 - t`` calls ``t.__rsub__(2)``."""

    def method(self: Tensor, other: Quantity) -> Tensor:
        return apply_to_tensors(operation, (other, self), _NONE)

    return method


for _rule in RULES.values():
    install_tensor_method(_rule)
