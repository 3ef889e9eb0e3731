"""Operations on Tensors: compute with NumPy, and record how.

Both tables go through here. Every row becomes one function that is made once, with what it needs in
its closure, because a training step of a small network is little more than these few lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.calculus import ARRAY, OPERATOR_METHODS, RULES, Rule, value_function
from autograd.calculus.array_rules import ArrayRule, explained
from autograd.engine.callers import calling_line
from autograd.engine.contributions import array_pulls
from autograd.engine.recording import Mode, Origin, current, numbers, present
from autograd.engine.tensor import Tensor, plain

_new = object.__new__

Apply = Callable[[tuple[Any, ...], dict[str, Any]], Tensor]


def _applier(
    name: str,
    load: Callable[[], tuple[Callable[..., Any], Any]],
    constant: Callable[[Any, str], Any],
    saves: bool = False,
) -> Apply:
    """``apply(operands, attrs)``: the node of one row over operands of which some are Tensors.

    ``load()`` gives, when first needed, ``compute(*arrays, **attrs)``, which is the value
    (with what the adjoints want saved beside it where ``saves``), and the pulls, one per operand,
    or a function from the number of operands to them. ``constant`` reads an operand that is neither
    Tensor nor array.
    """
    compute: Any = None
    pulls_of: Any = None
    fixed: Any = None
    blind = False

    def apply(operands: tuple[Any, ...], attrs: dict[str, Any]) -> Tensor:
        nonlocal compute, fixed, pulls_of, blind
        if compute is None:
            compute, pulls = load()
            fixed, pulls_of = (None, pulls) if callable(pulls) else (pulls, None)
            blind = fixed is not None and None in fixed
        arrays: list[Any] = []
        edges: list[tuple[int, Tensor]] = []
        place = 0
        for x in operands:
            if isinstance(x, Tensor):
                arrays.append(x._data)
                if x._requires_grad:
                    edges.append((place, x))
            elif x.__class__ is ndarray:
                arrays.append(x)
            else:
                array = constant(x, name)
                arrays.append(array)
                if array is not x:  # a list: what the node remembers must be an array
                    operands = (*operands[:place], array, *operands[place + 1 :])
            place += 1
        try:
            data = compute(*arrays, **attrs)
        except (ValueError, IndexError, TypeError) as error:
            raise explained(name, error, tuple(arrays), attrs) from None
        if saves:
            data, saved = data
            attrs = {**attrs, "saved": saved}
        node = _new(Tensor)
        node._data = data if data.__class__ is ndarray else np.asarray(data)
        node._grad = node.grad_buffer = None
        node._number = next(numbers)
        pulls = fixed if pulls_of is None else pulls_of(place)
        if blind:
            edges = [edge for edge in edges if pulls[edge[0]] is not None]
        mode = current()
        if mode.special:
            mode = present()
        if not edges or not mode.recording:
            node._origin = mode.leaf
            node._inputs = node._arrays = node._edges = ()
            node._requires_grad = False
            return node
        node._origin = mode.origins.get(name) or mode.scope.origin(name)
        node._inputs = operands
        node._arrays = arrays
        node._edges = edges
        node._keywords = attrs
        node._pulls = pulls
        node._requires_grad = True
        if mode.special:
            _tell(node, mode)
        return node

    return apply


def _tell(node: Tensor, mode: Mode) -> None:
    if mode.lines:
        node._origin = Origin(node._origin.rule, node._origin.scope, None, calling_line())
    for watcher in mode.watchers:
        watcher(node)


def elementwise(rule: Rule) -> Apply:
    """The applier of a row of the derivative table."""
    return _applier(rule.name, lambda: (value_function(rule, ARRAY), array_pulls(rule)), plain)


def structural(rule: ArrayRule) -> Apply:
    """The applier of a row of the structural table."""
    made: list[Any] = []

    def pulls_of(n: int) -> Any:
        while len(made) < n:
            made.append(rule.adjoint(len(made)))
        return made

    pulls = pulls_of if callable(rule.adjoints) else rule.adjoints
    compute = rule.keep or rule.forward
    return _applier(rule.name, lambda: (compute, pulls), _as_array, saves=rule.keep is not None)


def _as_array(x: Any, name: str) -> Any:
    # Adjoints of structural rows ask their operands for shape and ndim.
    return None if x is None else np.asarray(plain(x, name))


#: The appliers of the derivative table by name.
ELEMENTWISE: dict[str, Apply] = {}

_NONE: dict[str, Any] = {}


def install_tensor_method(rule: Rule) -> None:
    """Give ``Tensor`` the method of ``rule``, and its operator where Python has one."""
    apply = ELEMENTWISE[rule.name] = elementwise(rule)
    method = _method(rule, apply)
    setattr(Tensor, rule.name, method)
    for name in OPERATOR_METHODS.get(rule.name, ()):
        if name.startswith("__r"):
            setattr(Tensor, name, _reflected(apply))
        else:
            setattr(Tensor, name, method)


def _method(rule: Rule, apply: Apply) -> Callable[..., Tensor]:
    if rule.arity == 1:
        return lambda self: apply((self,), _NONE)
    if rule.arity == 2 and not rule.defaults:
        return lambda self, other: apply((self, other), _NONE)
    return lambda self, *others, **named: apply(rule.filled((self, *others), named), _NONE)


def _reflected(apply: Apply) -> Callable[..., Tensor]:
    return lambda self, other: apply((other, self), _NONE)


for _rule in RULES.values():
    install_tensor_method(_rule)
