"""Rows added to the tables at run time: a user's own function becomes one of the library's."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from autograd.calculus import (
    RULES,
    Array,
    Function,
    Namespace,
    Quantity,
    State,
    Tree,
    is_variable,
    row,
    short,
)
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule, Prose
from autograd.derivatives.arguments import inside
from autograd.engine import (
    ARRAYS,
    ELEMENTWISE,
    NODES,
    ROOT,
    Constant,
    Node,
    Scope,
    Tensor,
    Value,
    data_of,
    gradients,
    install_tensor_method,
    install_value_method,
)
from autograd.functions import FUNCTIONS, install_function

#: The rows that came from here: they may be replaced and removed.
_CUSTOM: set[str] = set()


def custom_rule(
    name: str,
    args: str | None = None,
    text: str | None = None,
    *partials: str | None,
    at: tuple[tuple[float, ...], ...] | None = None,
    defaults: Mapping[str, float] | None = None,
    forward: Function | None = None,
    adjoint: Function | Sequence[Function | None] | None = None,
    tangent: Function | None = None,
    printed: Sequence[str] | None = None,
    static: Sequence[str] = (),
) -> Function:
    """Add a function to the library, by one row of text or by a forward and an adjoint; return it.

    By a row: the argument names in one string, the value, and one partial derivative per argument
    (None for a condition), in the dialect of the table. The function then works on numbers, arrays,
    Values and Tensors, is a method of both, and is differentiated to any order. ``at`` are the
    points at which tests try it, one tuple per argument.

    By functions: ``forward(*operands, **attrs)`` over arrays (the parameters without a default are
    the operands) and ``adjoint(g, out, *operands, **attrs)``, which returns the gradients of the
    operands, a tuple if there are several; or a tuple of such functions, one per operand, None for
    one without a gradient. Written in autograd's functions an adjoint serves higher derivatives and
    forward mode too; ``tangent(directions, out, *operands, **attrs)`` may be given for the latter,
    a direction being None for an operand that does not change. A tangent alone is enough if it is
    written in autograd's functions: it is linear in the directions, and the adjoint is its
    transpose. ``static`` names the parameters that are no arrays (a text, a function, a count):
    nothing is differentiated by them, and the adjoint and the tangent get them by name.
    ``printed`` shows the adjoints in steps, one text per operand, in g, out, the names of operands
    and attributes (``"g - mean(g, axis=axis, keepdims=True)"``), which stand for their values.

    A row of that name made here before is replaced. ValueError for a name that is taken, or a row
    that the dialect does not have; TypeError where ``forward`` or ``adjoint`` is missing.

    >>> import numpy as np
    >>> from autograd import custom_rule, remove_rule
    >>> import autograd
    >>> swish = custom_rule("swish2", "a", "a * sigmoid(2 * a)",
    ...     "sigmoid(2 * a) + 2 * out * (1 - sigmoid(2 * a))")
    >>> bool(autograd.gradcheck(autograd.swish2, 0.3, order=2))
    True
    >>> total = custom_rule("total", forward=lambda a: a.sum(),
    ...     adjoint=lambda g, out, a: g * np.ones(a.shape))
    >>> autograd.grad(autograd.total)(np.array([1.0, 2.0]))
    array([1., 1.])
    >>> remove_rule("swish2"), remove_rule("total")
    (None, None)
    """
    _check_name(name)
    if forward is None and adjoint is None and tangent is None:
        if args is None or text is None:
            raise TypeError(
                f"custom_rule {name!r}: give a row (argument names, value, one partial each), or "
                f"forward= and adjoint="
            )
        if callable(args) or callable(text):
            raise TypeError(
                f"custom_rule {name!r}: a row is of text; pass functions as forward= and adjoint="
            )
        return _by_row(name, args, text, partials, at, defaults)
    if forward is None:
        raise TypeError(f"custom_rule {name!r}: forward= is missing; a derivative belongs to it")
    if adjoint is None and tangent is None:
        raise TypeError(f"custom_rule {name!r}: adjoint= is missing; give it, or tangent=")
    if args is not None:
        raise TypeError(f"custom_rule {name!r}: a row of text and forward= exclude each other")
    return _by_functions(name, forward, adjoint, tangent, printed, tuple(static))


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not is_variable(name) or name.startswith("_"):
        raise ValueError(f"custom_rule: {short(name)} is no name for a function")
    library = sys.modules["autograd"]
    taken = name in RULES or name in ARRAY_RULES or name in (*vars(library), *dir(library))
    if name not in _CUSTOM and (taken or hasattr(Value, name) or hasattr(Tensor, name)):
        raise ValueError(f"custom_rule: the name {name!r} is taken; choose another")


def _by_row(
    name: str,
    args: str,
    text: str,
    partials: tuple[str | None, ...],
    at: tuple[tuple[float, ...], ...] | None,
    defaults: Mapping[str, float] | None,
) -> Function:
    former = RULES.pop(name, None)
    try:
        rule = row(name, args, text, *partials, at=at, defaults=defaults)
    except (ValueError, SyntaxError) as error:
        if former is not None:
            RULES[name] = former
        raise ValueError(f"custom_rule {name!r}: {error}") from None
    ARRAY_RULES.pop(name, None)
    ROOT.learn(rule)
    install_value_method(rule)
    install_tensor_method(rule)
    return _published(name, install_function(rule))


def _by_functions(
    name: str,
    forward: Function,
    adjoint: Function | Sequence[Function | None] | None,
    tangent: Function | None,
    printed: Sequence[str] | None,
    static: tuple[str, ...],
) -> Function:
    operands = _operands(name, forward, static)
    if adjoint is None:
        assert tangent is not None
        adjoint = [_transposed_at(name, tangent, i) for i in range(len(operands))]
    adjoints = _adjoints(name, adjoint, len(operands))
    if tangent is None:
        rule_tangent = transposed(name, adjoints)
    else:
        of_arrays = tangent

        def rule_tangent(
            F: Namespace, ts: Sequence[Quantity], out: Quantity, *xs: Quantity, **attrs: Quantity
        ) -> Quantity:
            return of_arrays(ts, out, *xs, **attrs)

    def called(*xs: Array, **attrs: Quantity) -> Quantity:
        return forward(**dict(zip(operands, xs)), **attrs) if static else forward(*xs, **attrs)

    rule = ArrayRule(
        name,
        lambda *xs, **attrs: np.asarray(called(*xs, **attrs)),
        adjoints,
        _printed(name, operands, printed),
        rule_tangent,
        (),
        arity=len(operands),
        bind=_bound(name, forward, operands) if static else None,
    )
    # The public function takes its signature and docstring from the forward.
    rule.forward.__signature__ = inspect.signature(forward)  # type: ignore[attr-defined]
    rule.forward.__doc__ = forward.__doc__
    for kind in (Value, Constant):
        if name in RULES:
            delattr(kind, name)
    RULES.pop(name, None)
    ARRAY_RULES[name] = rule
    ROOT.learn(rule)
    setattr(ARRAYS, name, rule.forward)
    function = install_function(rule)
    setattr(Tensor, name, function)
    return _published(name, function)


def _printed(name: str, operands: list[str], printed: Sequence[str] | None) -> tuple[str, ...]:
    """One printed adjoint per operand, as the tables have them: ``da = g @ b``."""
    if printed is None:
        return tuple(Prose(f"d{arg} = adjoint of {name}") for arg in operands)
    texts = list(printed)
    if len(texts) != len(operands):
        raise TypeError(
            f"custom_rule {name!r}: {len(operands)} operands but {len(texts)} printed adjoints"
        )
    return tuple(
        text if " = " in text else f"d{arg} = {text}" for arg, text in zip(operands, texts)
    )


def _published(name: str, function: Function) -> Function:
    setattr(sys.modules["autograd"], name, function)
    _CUSTOM.add(name)
    return function


def _bound(name: str, forward: Function, operands: list[str]) -> Function:
    """What parts the arguments of a call: the operands, and the others by name."""
    signature = inspect.signature(forward)

    def bind(*args: Quantity, **kwargs: Quantity) -> tuple[list[Quantity], State]:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(
                f"{name}: {error}; it takes {', '.join(signature.parameters)}"
            ) from None
        bound.apply_defaults()
        others = {key: x for key, x in bound.arguments.items() if key not in operands}
        for key, x in others.items():
            if isinstance(x, Node):
                raise TypeError(f"{name}: no gradient flows into {key}; pass its .data")
        return [bound.arguments[key] for key in operands], others

    bind.__signature__ = signature  # type: ignore[attr-defined]
    return bind


def _operands(name: str, forward: Function, static: tuple[str, ...]) -> list[str]:
    names = []
    parameters = inspect.signature(forward).parameters
    for missing in set(static) - set(parameters):
        raise TypeError(
            f"custom_rule {name!r}: static names {missing!r}, which forward does not have; it has "
            f"{', '.join(parameters)}"
        )
    for parameter in parameters.values():
        if parameter.name in static:
            continue
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"custom_rule {name!r}: forward takes named operands, not *{parameter}")
        if parameter.default is parameter.empty and parameter.kind != parameter.KEYWORD_ONLY:
            names.append(parameter.name)
    if not names:
        raise TypeError(f"custom_rule {name!r}: forward has no operand; one without default")
    return names


def _adjoints(
    name: str, adjoint: Function | Sequence[Function | None], arity: int
) -> tuple[Function | None, ...]:
    if callable(adjoint):
        parts: list[Function | None] = [_part(name, adjoint, i, arity) for i in range(arity)]
    else:
        parts = list(adjoint)
        if len(parts) != arity:
            raise TypeError(f"custom_rule {name!r}: {arity} operands but {len(parts)} adjoints")
    return tuple(None if part is None else _guarded(name, part, i) for i, part in enumerate(parts))


def _part(name: str, adjoint: Function, i: int, arity: int) -> Function:
    def part(g: Quantity, out: Quantity, *operands: Quantity, **attrs: Quantity) -> Quantity:
        grads = adjoint(g, out, *operands, **attrs)
        if arity == 1 and not isinstance(grads, tuple):
            return grads
        if not isinstance(grads, tuple) or len(grads) != arity:
            raise TypeError(f"{name}: the adjoint returns a tuple of {arity} gradients")
        return grads[i]

    return part


def _guarded(name: str, part: Function, i: int) -> Function:
    """``part`` with the namespace in front, as rows have it; the shape of its result is checked."""

    def guarded(
        F: Namespace, g: Quantity, out: Quantity, *operands: Quantity, **attrs: Quantity
    ) -> Quantity:
        c = part(g, out, *operands, **attrs)
        if not isinstance(c, Node):
            c = np.asarray(c)
        shapes = c.shape, np.shape(data_of(operands[i]))
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"{name}: the adjoint gave shape {shapes[0]} for operand {i + 1} of shape "
                f"{shapes[1]}; sum over the axes that the forward stretched"
            )
        return c

    return guarded


def _transposed_at(name: str, tangent: Function, i: int) -> Function:
    """The adjoint by operand ``i`` that belongs to ``tangent``: it is linear in the directions."""

    def adjoint(g: Quantity, out: Quantity, *operands: Quantity, **attrs: Quantity) -> Quantity:
        of_nodes = any(isinstance(x, Node) for x in (g, *operands))
        data = np.asarray(data_of(operands[i]))
        leaf = Tensor(np.zeros(data.shape, np.result_type(data, np.float16)), True)
        # A computed node is younger than all that ``g`` and ``out`` come from: a sweep to it stays
        # out of there, where this very adjoint would be met again.
        direction = leaf + 0
        directions = [direction if place == i else None for place in range(len(operands))]
        with inside():
            slope = tangent(directions, out, *operands, **attrs)
            if not isinstance(slope, Node):
                raise TypeError(
                    f"{name}: its tangent is no function of nodes, so it cannot be transposed; "
                    f"write it in autograd's functions, or give adjoint="
                )
            (c,) = gradients(NODES.sum(slope * g), [direction], create_graph=of_nodes)
        return c if of_nodes else c.data

    return adjoint


def transposed(name: str, adjoints: tuple[Function | None, ...]) -> Function:
    """The tangent that belongs to ``adjoints``: these are linear in g, so J is their transpose."""

    def tangent(
        F: Namespace, directions: Tree, out: Quantity, *operands: Quantity, **attrs: Quantity
    ) -> Quantity:
        u = Tensor(np.zeros(out.shape, out.dtype), requires_grad=True)
        total: Quantity = None
        with inside():
            for adjoint, t in zip(adjoints, directions):
                if t is not None and adjoint is not None:
                    c = adjoint(NODES, u, out, *operands, **attrs)
                    if not isinstance(c, Node):
                        raise TypeError(
                            f"{name}: its adjoint is no function of nodes, so it has no forward "
                            f"mode; write it in autograd's functions, or give tangent="
                        )
                    term = NODES.sum(c * t)
                    total = term if total is None else total + term
            if total is None:
                return np.zeros(out.shape, out.dtype)
            (result,) = gradients(total, [u], create_graph=F is NODES)
        return result if F is NODES else result.data

    return tangent


def remove_rule(name: str) -> None:
    """Take a row that :func:`custom_rule` added out of the library again.

    Nodes made by it stay as they are. ValueError for any other row.

    >>> from autograd import custom_rule, remove_rule
    >>> import autograd
    >>> _ = custom_rule("cubed", "a", "a ** 3", "3 * a ** 2")
    >>> remove_rule("cubed")
    >>> hasattr(autograd, "cubed")
    False
    """
    if name not in _CUSTOM:
        raise ValueError(f"remove_rule: {short(name)} was not made by custom_rule")
    _CUSTOM.discard(name)
    tables: tuple[State, ...] = (
        RULES,
        ARRAY_RULES,
        FUNCTIONS,
        ELEMENTWISE,
        vars(ARRAYS),
        vars(NODES),
    )
    for table in tables:
        table.pop(name, None)
    for place in (Value, Constant, Tensor, sys.modules["autograd"]):
        if name in vars(place):
            delattr(place, name)
    _forget(ROOT, name)


def _forget(scope: Scope, name: str) -> None:
    scope.table.pop(name, None)
    for child in scope.children.values():
        _forget(child, name)
