"""The functions of the rows of both tables, over numbers, arrays, Values and Tensors.

A function looks at its operands and hands the row to the kind of node it finds; without a node it
computes plainly.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable

import numpy as np

from autograd.calculus import (
    ARRAY,
    FLOAT,
    RULES,
    Function,
    Quantity,
    Rule,
    State,
    Tree,
    row_signature,
    row_text,
    stamp,
    value_function,
)
from autograd.calculus.array_rules import (
    ARRAY_RULES,
    ArrayRule,
    array_namespace,
    explained,
)
from autograd.engine import (
    ARRAYS,
    ELEMENTWISE,
    NODES,
    Node,
    Operation,
    Tensor,
    Value,
    apply_to_tensors,
    apply_to_values,
    array_operand,
)
from autograd.functions.argument_names import argument_names, check_names, refuse_names

#: Every public function by name.
FUNCTIONS: dict[str, Function] = {}


def _of_numbers(rule: Rule, operands: tuple[Quantity, ...]) -> Quantity:
    """The value over numbers (a float, warning as NumPy does) or over arrays."""
    if all(isinstance(x, int | float) and not isinstance(x, np.generic) for x in operands):
        try:
            return value_function(rule, FLOAT)(*map(float, operands))
        except (ArithmeticError, ValueError):
            return float(value_function(rule, ARRAY)(*map(np.float64, operands)))
    arrays = [array_operand(x, rule.name) for x in operands]
    return value_function(rule, ARRAY)(*arrays)


def elementwise(rule: Rule) -> Function:
    """The public function of a row of the derivative table."""
    operation = ELEMENTWISE[rule.name]

    def function(*operands: Quantity, **named: Tree) -> Quantity:
        if named or len(operands) != rule.arity or any(x is None for x in operands):
            operands = rule.filled(operands, named)
        for x in operands:
            if isinstance(x, Node):
                if any(isinstance(y, Tensor) for y in operands):
                    return apply_to_tensors(operation, operands, _NONE)
                return apply_to_values(rule, operands)
        return _of_numbers(rule, operands)

    def unary(a: Quantity) -> Quantity:
        if isinstance(a, Tensor):
            return apply_to_tensors(operation, (a,), _NONE)
        if isinstance(a, Value):
            return getattr(a, rule.name)()
        return _of_numbers(rule, (a,))

    public = unary if rule.arity == 1 else function
    public.__name__ = public.__qualname__ = rule.name
    public.__doc__ = row_text(rule, "function")
    public.__signature__ = row_signature(rule)  # type: ignore[attr-defined]
    return public


_NONE: State = {}

_STAMPED = """\
def _{name}({signature}, **foreign):
    if foreign:
        refuse_names({name!r}, foreign, names)
    if {first}.__class__ is list:
        {first} = joined({first})
    if isinstance({first}, Node){others}:
        return {node}(operation, ({operands}), {named})
    try:
        return forward({arrays}{attrs})
    except (ValueError, IndexError, TypeError) as error:
        raise explained({name!r}, error, ({operands}), {named}) from None
"""

#: What a reduction of one number is; the rest of the structural rows have no meaning for a Value.
OF_VALUE: dict[str, Callable[[Value], Value]] = {
    **dict.fromkeys(("sum", "mean", "prod", "max", "min", "logsumexp"), lambda v: v),
    "norm": lambda v: abs(v),
}


def _apply_to_one(operation: Operation, operands: tuple[Quantity, ...], attrs: State) -> Quantity:
    if isinstance(operands[0], Value):
        return OF_VALUE[operation.name](operands[0])
    return apply_to_tensors(operation, operands, attrs)


def structural(rule: ArrayRule) -> Function:
    """The public function of a row of the structural table, with the signature of its forward."""
    operation = Operation(rule)
    reduces = rule.name in OF_VALUE
    apply = _apply_to_one if reduces else apply_to_tensors

    if rule.bind is not None:
        bind = rule.bind
        names = argument_names(bind)

        def bound(*args: Tree, **kwargs: Tree) -> Tree:
            if kwargs:
                check_names(rule.name, kwargs, names)
            operands, attrs = bind(*args, **kwargs)
            if any(isinstance(x, Node) for x in operands):
                return apply(operation, tuple(operands), attrs)
            arrays = tuple([_array(x) for x in operands])
            try:
                return rule.forward(*arrays, **attrs)
            except (ValueError, IndexError, TypeError) as error:
                raise explained(rule.name, error, arrays, attrs) from None

        bound.__name__ = rule.name
        bound.__doc__ = rule.forward.__doc__
        bound.__signature__ = inspect.signature(bind)  # type: ignore[attr-defined]
        return bound
    parameters = list(inspect.signature(rule.forward).parameters.values())
    assert rule.arity is not None
    operands = [p.name for p in parameters[: rule.arity]]
    attrs = [p.name for p in parameters[rule.arity :]]
    space: State = {
        "Node": Node,
        "apply_to_tensors": apply_to_tensors,
        "apply_to_one": _apply_to_one,
        "array": _array,
        "attribute": attribute,
        "explained": explained,
        "forward": rule.forward,
        "joined": joined,
        "operation": operation,
        "names": [p.name for p in parameters],
        "refuse_names": refuse_names,
        **{f"default_{p.name}": p.default for p in parameters},
    }
    words = [p.name if p.default is p.empty else f"{p.name}=default_{p.name}" for p in parameters]
    source = _STAMPED.format(
        name=rule.name,
        node="apply_to_one" if reduces else "apply_to_tensors",
        signature=", ".join(words),
        first=operands[0],
        others="".join(f" or isinstance({name}, Node)" for name in operands[1:]),
        operands=", ".join(operands) + ",",
        arrays="".join(f"array({name}), " for name in operands),
        attrs=", ".join(f"{name}=attribute({name}, {name!r})" for name in attrs),
        named="{" + ", ".join(f"{name!r}: {name}" for name in attrs) + "}",
    )
    function: Function = stamp(source, f"_{rule.name}", space)
    function.__name__ = function.__qualname__ = rule.name
    function.__doc__ = rule.forward.__doc__
    stamped = inspect.signature(function)
    shown = [p for p in stamped.parameters.values() if p.kind is not p.VAR_KEYWORD]
    function.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    return function


def attribute(x: Quantity, name: str) -> Quantity:
    # NumPy brings an attribute that is a node here, when it meets it in the forward of a row.
    if not isinstance(x, Node):
        return x
    if x.requires_grad:
        raise TypeError(f"{name}: no gradient flows into it; pass its .data")
    return x.data


def joined(items: list[Quantity]) -> Quantity:
    """A list with Tensors in it, at any depth, as one Tensor; any other list as it is."""
    parts = [joined(x) if x.__class__ is list else x for x in items]
    return FUNCTIONS["stack"](parts) if any(isinstance(x, Tensor) for x in parts) else items


def _array(x: Quantity) -> Quantity:
    return x if x is None or isinstance(x, np.ndarray | np.generic) else np.asarray(x)


def install_function(rule: Rule | ArrayRule) -> Function:
    """Make the public function of a row and let nodes, NumPy and adjoints find it."""
    if isinstance(rule, Rule):
        function = elementwise(rule)
        setattr(ARRAYS, rule.name, _lazily(rule))
    else:
        function = structural(rule)
    FUNCTIONS[rule.name] = function
    setattr(NODES, rule.name, function)
    return function


def _lazily(rule: Rule) -> Function:
    """The value of ``rule`` over arrays, compiled when first called."""
    return lambda *arrays: value_function(rule, ARRAY)(*arrays)


_rows: Iterable[Quantity] = (*RULES.values(), *ARRAY_RULES.values())
for _row in _rows:
    install_function(_row)
vars(ARRAYS).update(vars(array_namespace({rule.name: _lazily(rule) for rule in RULES.values()})))
