"""The methods of ``Value``, stamped from the rows of the table, as ``namedtuple`` stamps its own.

Each method is the source of one row with the operands' slots filled in, compiled when it is first
asked for; ``apply_to_values`` is what it falls back on. The methods use ``_data`` and
``_grad``, which are the slots ``data`` and ``grad`` themselves: while a function is traced,
properties that watch stand before those two names.
"""

from __future__ import annotations

import numpy as np

from autograd.calculus import (
    FLOAT,
    OPERATOR_METHODS,
    RULES,
    Function,
    Quantity,
    Rule,
    namespace,
    row_signature,
    stamp,
    translate,
)
from autograd.engine.node import blank
from autograd.engine.recording import current, numbers
from autograd.engine.unstamped import Unstamped
from autograd.engine.value import Constant, Value, apply_to_values

_new_values = blank(Value)

_FINISH = """\
{indent}node._grad = 0.0
{indent}node._origin = mode.origins["{name}"]
{indent}node._number = next(numbers)
{indent}return node
"""

_UNARY = """\
def _{name}(self):
    mode = current()
    if not mode.special:
        try:
            node = next(new_values)
            node._a = self
            node._b = node._db = None
            {a} = self._data
            node._data = out = {value}
            node._da = {da}
{finish}
        except (ArithmeticError, ValueError, KeyError):
            pass
    return apply_to_values(rule, (self,))
"""

_BINARY = """\
def _{name}(self, {parameter}{default}):{renamed}
    mode = current()
    if not mode.special:
        try:
            kind = type(other)
            if kind is Value:
                node = next(new_values)
                node._a = self
                node._b = other
                {a} = self._data
                {b} = other._data
                node._data = out = {value}
                node._da = {da}
                node._db = {db}
{finish_deep}
            if kind is float or kind is int or kind is float64:
                node = next(new_values)
                node._a = self
                {a} = self._data
                node._b = {b} = float(other)
                node._data = out = {value}
                node._da = {da}
                node._db = None
{finish_deep}
        except (ArithmeticError, ValueError, KeyError):
            pass
    return apply_to_values(rule, (self, other))
"""

_REFLECTED = """\
def _{name}(self, other):
    mode = current()
    if not mode.special:
        try:
            kind = type(other)
            if kind is float or kind is int or kind is float64:
                node = next(new_values)
                node._a = {a} = float(other)
                node._b = self
                {b} = self._data
                node._data = out = {value}
                node._da = None
                node._db = {db}
{finish_deep}
        except (ArithmeticError, ValueError, KeyError):
            pass
    return apply_to_values(rule, (other, self))
"""


def _stamped(rule: Rule, template: str) -> Function:
    trees = (rule.value_tree, *rule.partial_trees)
    space = {
        **namespace(FLOAT, trees),
        "Value": Value,
        "apply_to_values": apply_to_values,
        "current": current,
        "float64": np.float64,
        "numbers": numbers,
        "rule": rule,
        "new_values": _new_values,
    }
    partials = ["None" if tree is None else translate(tree, FLOAT) for tree in trees[1:]]
    words = {
        "name": rule.name,
        "value": translate(rule.value_tree, FLOAT),
        "a": rule.args[0],
        "da": partials[0],
        "finish": _FINISH.format(indent=" " * 12, name=rule.name).rstrip(),
        "finish_deep": _FINISH.format(indent=" " * 16, name=rule.name).rstrip(),
    }
    if rule.arity == 2:
        default = rule.defaults.get(rule.args[1])
        words |= {"b": rule.args[1], "db": partials[1]}
        words["default"] = "" if default is None else f"={default!r}"
        # Operators are called by place; other methods by name, too.
        by_name = rule.name not in OPERATOR_METHODS
        words["parameter"] = rule.args[1] if by_name else "other"
        words["renamed"] = f"\n    other = {rule.args[1]}" if by_name else ""
    method: Function = stamp(template.format(**words), f"_{rule.name}", space)
    return method


def _general(rule: Rule) -> Function:
    """The method of a wide rule, and every method of a constant: no fast lane."""

    def method(self: Value, *others: Quantity, **named: Quantity) -> Value:
        return apply_to_values(rule, rule.filled((self, *others), named))

    method.__signature__ = row_signature(rule, "self")  # type: ignore[attr-defined]
    return method


def _reflected(rule: Rule) -> Function:
    return lambda self, other: apply_to_values(rule, (other, self))


def _method(name: str, rule: Rule, kind: type) -> Function:
    reflected = name.startswith("__r")
    if kind is Constant or rule.arity > 2 or None in rule.partials:
        return _reflected(rule) if reflected else _general(rule)
    template = _REFLECTED if reflected else _UNARY if rule.arity == 1 else _BINARY
    return _stamped(rule, template)


def install_value_method(rule: Rule) -> None:
    """Give ``Value`` the method of ``rule``, and its operator where Python has one."""
    for kind in (Value, Constant):
        for name in (rule.name, *OPERATOR_METHODS.get(rule.name, ())):
            setattr(kind, name, Unstamped(name, rule, kind, Value, _method))


for _rule in RULES.values():
    install_value_method(_rule)
