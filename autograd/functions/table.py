"""The public functions: one for every row of both tables, over numbers, arrays, Values and Tensors.

A function looks at its operands and hands the row to the kind of node it finds; without a node it
computes plainly. NumPy's own functions come here too when they meet a node.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import partial
from operator import index
from typing import Any

import numpy as np

from autograd.calculus import ARRAY, FLOAT, RULES, Rule, stamp, value_function
from autograd.calculus.array_rules import (
    ARRAY_RULES,
    PLAIN,
    ArrayRule,
    array_namespace,
    explained,
)
from autograd.calculus.composed import COMPOSED, DENSITIES
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
    present,
)
from autograd.functions.argument_names import argument_names, check_names, refuse_names
from autograd.kinds import Function, Quantity, State, Tree
from autograd.quoting import one_line, short

#: Other names of rows.
SYNONYMS = {"amax": "max", "amin": "min", "expit": "sigmoid"}

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
    defaults = rule.defaults
    operation = ELEMENTWISE[rule.name]

    def function(*operands: Quantity, **named: Any) -> Quantity:
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
    public.__doc__ = _documented(rule)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    public.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(arg, kind, default=defaults.get(arg, inspect.Parameter.empty))
            for arg in rule.args
        ]
    )
    return public


def _documented(rule: Rule) -> str:
    shown = rule.shown_partials or rule.partials
    partials = "; ".join(
        f"d/d{arg} = {text}" for arg, text in zip(rule.args, shown, strict=True) if text is not None
    )
    return f"{rule.shown or rule.value}, elementwise; {partials}."


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
        "attribute": _attribute,
        "explained": explained,
        "forward": rule.forward,
        "joined": _joined,
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


def _attribute(x: Quantity, name: str) -> Quantity:
    # NumPy brings an attribute that is a node here, when it meets it in the forward of a row.
    if not isinstance(x, Node):
        return x
    if x.requires_grad:
        raise TypeError(f"{name}: no gradient flows into it; pass its .data")
    return x.data


def _joined(items: list[Quantity]) -> Quantity:
    """A list with Tensors in it, at any depth, as one Tensor; any other list as it is."""
    parts = [_joined(x) if x.__class__ is list else x for x in items]
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


#: What an argument is called that is one array, and not a list of them.
_ONE_ARRAY = ("a", "m", "p", "x", "y")


def _array_of_list(x: Quantity) -> Quantity:
    """A list as an array, or as a Tensor where one is in it; anything else as it is."""
    x = _joined(x) if x.__class__ is list else x
    return np.asarray(x) if x.__class__ in (list, tuple) else x


def composed(name: str) -> Function:
    """A function that is no row but composed of rows, such as ``split``."""

    names = (argument_names(COMPOSED[name]) or [])[1:] or None
    # How many of the first arguments are arrays; None: all.
    arrays = None if COMPOSED[name] in DENSITIES else int(bool(names and names[0] in _ONE_ARRAY))

    def function(*args: Tree, **kwargs: Tree) -> Tree:
        check_names(name, kwargs, names)
        if arrays != 0 and any(x.__class__ in (list, tuple) for x in args):
            args = (*map(_array_of_list, args[:arrays]), *args[len(args[:arrays]) :])
        if arrays is None and kwargs:
            kwargs = {key: _array_of_list(x) for key, x in kwargs.items()}
        batch = present().mapped
        try:
            if batch is not None:
                return batch.compose(name, partial(COMPOSED[name], NODES), args, kwargs)
            return COMPOSED[name](NODES, *args, **kwargs)
        except _OF_ARGUMENTS as error:
            raise _named(name, error) from None

    function.__name__ = function.__qualname__ = name
    function.__doc__ = COMPOSED[name].__doc__
    return function


#: What wrong arguments raise, in NumPy or here.
_OF_ARGUMENTS = (ValueError, IndexError, TypeError)


def _named(name: str, error: Exception) -> Exception:
    """``error`` with the function's name in front, in place of that of a row it is made of."""
    text = one_line(str(error).removeprefix(f"{name}_terms: "))
    known = type(error) in (*_OF_ARGUMENTS, np.linalg.LinAlgError, np.exceptions.AxisError)
    return error if text.startswith(f"{name}: ") or not known else type(error)(f"{name}: {text}")


#: The sum of a diagonal; ``autograd.trace`` is another thing, the trace of a computation.
matrix_trace: Function = composed("trace")


def gelu(a: Quantity, approximate: str = "none") -> Quantity:
    """a Φ(a), with the normal distribution function Φ; ``approximate="tanh"`` is the other form.

    Hendrycks and Gimpel, Gaussian Error Linear Units (2016).

    >>> round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.841345, 0.841192)
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', not {short(approximate)}")
    return FUNCTIONS["gelu_tanh"](a) if approximate == "tanh" else _gelu(a)


_gelu = FUNCTIONS["gelu"]


def round(a: Quantity, decimals: int = 0) -> Quantity:
    """``a`` to so many decimals, as NumPy rounds; its derivative is 0.

    >>> round(np.array([1.234, 5.678]), 1)
    array([1.2, 5.7])
    """
    if not decimals:
        return _round(a)
    scale = 10.0 ** abs(index(decimals))
    return _round(a * scale) / scale if decimals > 0 else _round(a / scale) * scale


_round = FUNCTIONS["round"]


def clip(a: Quantity, a_min: Any = None, a_max: Any = None, **named: Any) -> Quantity:
    """min(max(a, a_min), a_max); None leaves an end open. The gradient passes at the ends.

    >>> clip(np.array([-2.0, 0.5, 3.0]), -1, 1)
    array([-1. ,  0.5,  1. ])
    """
    low, high = named.pop("min", a_min), named.pop("max", a_max)
    low, high = named.pop("low", low), named.pop("high", high)
    if named:
        raise TypeError(f"clip: unknown argument {next(iter(named))!r}; use a_min and a_max")
    return _clip(a, low, high)


_clip = FUNCTIONS["clip"]


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

    call.__name__ = function.__name__
    call.__doc__ = f"``numpy.{function.__name__}`` of the data: a plain array, without a gradient."
    return call


def where(*operands: Quantity, **named: Any) -> Quantity:
    """a where c holds, b elsewhere; each gets the gradient of the elements taken from it.

    >>> where(np.array([True, False]), 1.0, np.array([2.0, 3.0]))
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
    """``fill_value`` repeated over the shape of ``a``: a plain array where it is no node."""
    like = FUNCTIONS["empty_like"](a)
    if isinstance(fill_value, Tensor):
        return FUNCTIONS["full"](np.shape(like), fill_value, *args, **kwargs)
    return np.full_like(like, _attribute(fill_value, "fill_value"), *args, **kwargs)


FUNCTIONS["full_like"] = full_like
#: The rows, where a function that is made of one has its name.
_ROWS = {name: FUNCTIONS[name] for name in (*RULES, *ARRAY_RULES)}
FUNCTIONS.update({name: composed(name) for name in COMPOSED if name != "trace"})
FUNCTIONS.update(gelu=gelu, round=round, clip=clip, where=where)
FUNCTIONS.update({name: FUNCTIONS[row] for name, row in SYNONYMS.items()})
vars(NODES).update({**FUNCTIONS, **_ROWS, "trace": matrix_trace})
