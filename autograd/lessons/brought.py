"""What a lesson is made of where it is no node yet: a formula, or a function with its inputs."""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from autograd.calculus import Attributes, Function, Quantity, State, short
from autograd.engine import Node, Tensor, Value, source_lines
from autograd.formulas import (
    formula,
    is_sympy,
    sympy_formula,
    used_names,
    value_of,
    variable_name,
)
from autograd.graph import Graph, trace
from autograd.imports import is_foreign, recomputed

_BY_NAME = "steps('x * y', x=1, y=2)"
_BY_SYMBOL = "steps(expression, {x: 1})"


def graph_of(
    thing: Quantity,
    inputs: Sequence[Quantity],
    named: Attributes,
    names: Attributes | None,
    gradient: Quantity = None,
) -> Graph:
    """The graph of a node, of a formula over variables, or of a function called with inputs.

    A formula is a text or an expression of SymPy; a model of PyTorch or JAX is a function, whose
    output is summed unless there is a ``gradient``. TypeError, naming the remedy, for anything else
    and for inputs that do not belong to it.
    """
    if isinstance(thing, str):
        values = _values(thing, inputs, named)
        # A node without a name is called as the variable that it stands for.
        return trace(
            formula(thing, values), {n: x for n, x in values.items() if isinstance(x, Node)}
        )
    if is_sympy(thing):
        symbols = {variable_name(symbol): x for symbol, x in _mapping(inputs, _BY_SYMBOL).items()}
        return graph_of(sympy_formula(thing), [symbols], named, names)
    if is_foreign(thing, [*inputs, *named.values()]):
        return recomputed(thing, _placed(thing, inputs, named), gradient)
    if callable(thing) and not isinstance(thing, Node):
        return trace(_of_function(thing, inputs, named), names={})
    if named or (inputs and not callable(inputs[0])):
        what = f"{next(iter(named))}=" if named else short(inputs[0])
        raise TypeError(
            f"steps: {what} goes with a formula or a function: steps('x * y', x=1, y=2), "
            f"steps(f, 1, 2); a {type(thing).__name__} has its inputs already"
        )
    if inputs:
        raise TypeError(
            f"steps: a closure goes with an optimizer, not with a {type(thing).__name__}"
        )
    return thing if isinstance(thing, Graph) else trace(thing, names)


def _placed(model: Quantity, inputs: Sequence[Quantity], named: Attributes) -> Sequence[Quantity]:
    """All inputs of a model by place."""
    if not named:
        return inputs
    function: Quantity = getattr(model, "forward", model)
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*inputs, **named)
    except TypeError as error:
        what = getattr(model, "__name__", type(model).__name__)
        raise TypeError(f"steps: {what}() cannot be called so: {error}") from None
    if bound.kwargs:
        raise TypeError(
            f"steps: {next(iter(bound.kwargs))}= is taken by name alone; fix it in a "
            "function of the other inputs"
        )
    return bound.args


def _values(text: str, inputs: Sequence[Quantity], named: Attributes) -> State:
    """The values of the variables of a formula, by name."""
    values: State = dict(_mapping(inputs, _BY_NAME))
    twice = next((name for name in named if name in values), None)
    if twice is not None:
        raise ValueError(f"steps: {twice} is given twice; keep one of the two")
    values |= named
    unused = next((name for name in values if name not in used_names(text)), None)
    if unused is not None:
        raise ValueError(f"steps: the formula does not use {short(unused)}; leave it out")
    return {name: value_of(value, name) for name, value in values.items()}


def _mapping(inputs: Sequence[Quantity], example: str) -> Mapping[str, Quantity]:
    """The one mapping from variables to values that may stand after a formula."""
    if not inputs:
        return {}
    if len(inputs) > 1 or not isinstance(inputs[0], Mapping):
        raise TypeError(f"steps: a formula takes its variables by name: {example}")
    return inputs[0]


def _of_function(function: Function, inputs: Sequence[Quantity], named: Attributes) -> Node:
    """What ``function`` returns for leaves named after its parameters."""
    what = getattr(function, "__name__", type(function).__name__)
    try:
        bound = inspect.signature(function).bind(*inputs, **named)
    except TypeError as error:
        raise TypeError(f"steps: {what}() cannot be called so: {error}") from None
    given = [*_flat(bound)]
    over_arrays = any(np.ndim(x) for _, x in given if _is_data(x)) or any(
        isinstance(x, Tensor) for _, x in given
    )
    kind = Tensor if over_arrays else Value
    leaves = {name: kind(_numbers(x), name=name) for name, x in given if _is_data(x)}
    for name, value in bound.arguments.items():
        if bound.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
            bound.arguments[name] = tuple(
                leaves.get(f"{name}{i}", x) for i, x in enumerate(value, 1)
            )
        elif bound.signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            bound.arguments[name] = {key: leaves.get(key, x) for key, x in value.items()}
        else:
            bound.arguments[name] = leaves.get(name, value)
    with source_lines():
        output = function(*bound.args, **bound.kwargs)
    if not isinstance(output, Node):
        raise TypeError(
            f"steps: {what}() returned {short(output)}, no Value or Tensor; return what it "
            "computes from its arguments, by the functions of autograd"
        )
    return output


def _flat(bound: inspect.BoundArguments) -> Iterator[tuple[str, Quantity]]:
    """Each argument with a name of its own."""
    for name, value in bound.arguments.items():
        kind = bound.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            yield from ((f"{name}{i}", x) for i, x in enumerate(value, 1))
        elif kind is inspect.Parameter.VAR_KEYWORD:
            yield from value.items()
        else:
            yield name, value


def _is_data(value: Quantity) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_data, value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fiub"
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _numbers(value: Quantity) -> Quantity:
    """Numbers to differentiate by; an array of integers stays one, of classes for example."""
    return np.asarray(value, dtype=float) if isinstance(value, list) else value
