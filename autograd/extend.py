"""A function of one's own with derivatives of one's own: ``primitive``, ``defvjp``, ``defjvp``.

The names are HIPS autograd's. A primitive needs no name in the library, takes any arguments, and is
differentiated by those for which ``defvjp`` gave a rule; :func:`autograd.custom_rule` makes a
function that is also a method, is printed and drawn.

>>> from autograd.extend import defvjp
>>> import numpy as np
>>> from autograd import grad, primitive
>>> @primitive
... def cube(x):
...     return np.power(x, 3)
>>> defvjp(cube, lambda out, x: lambda g: g * 3 * x**2)
>>> grad(cube)(2.0), grad(grad(cube))(2.0)
(12.0, 12.0)
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from itertools import count

import numpy as np

from autograd.calculus import Function, Namespace, Quantity, State, Tree, short
from autograd.calculus.array_rules import ArrayRule, Prose
from autograd.calculus.array_rules import unbroadcast as sum_to
from autograd.derivatives import outside, transposed
from autograd.engine import (
    NODES,
    Node,
    Operation,
    Origin,
    Tensor,
    apply_to_tensors,
    data_of,
    flatten,
    leaves_of,
    present,
)

__all__ = [
    "Primitive", "defjvp", "defjvp_argnum", "defvjp", "defvjp_argnum", "notrace_primitive",
    "primitive", "unbroadcast",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


_numbers = count(1)


class _Call:
    """The arguments of a call as a tree: which leaves are the operands, and what stands beside."""

    def __init__(self, args: tuple[Tree, ...], kwargs: State) -> None:
        self.kwargs = kwargs
        self._leaves, _, self._rebuild = flatten(args)
        self.places = [i for i, x in enumerate(self._leaves) if isinstance(x, Node)]
        self.operands = tuple(self._leaves[i] for i in self.places)
        # The operands come with each pull; an array beside them may be changed by its owner.
        self._leaves = [
            None if isinstance(x, Node) else np.copy(x) if isinstance(x, np.ndarray) else x
            for x in self._leaves
        ]
        #: By operand: the number of the argument that holds it, and its place among its leaves.
        self.argument_of = [
            (number, place)
            for number, x in enumerate(args)
            for place, leaf in enumerate(leaves_of(x))
            if isinstance(leaf, Node)
        ]

    def filled(self, operands: Sequence[Quantity]) -> tuple[Tree, ...]:
        leaves = list(self._leaves)
        for i, x in zip(self.places, operands):
            leaves[i] = x
        arguments: tuple[Tree, ...] = self._rebuild(leaves)
        return arguments

    def __repr__(self) -> str:
        return "..."


class Primitive:
    """A function of arrays that the engine records as one operation; see :func:`primitive`."""

    def __init__(self, function: Function) -> None:
        if not callable(function):
            raise TypeError(f"primitive: a function is wanted, not {short(function)}")
        self.function = function
        self.__name__ = name = getattr(function, "__name__", "primitive")
        self.__doc__ = function.__doc__
        self.__wrapped__ = function
        #: By argument number: ``make(out, *args, **kwargs)`` gives the map of upstream gradients.
        self.vjps: dict[int, Function | None] = {}
        self.jvps: dict[int, Function | None] = {}
        rule = ArrayRule(
            name, self._forward, self._adjoint, self._printed, self._tangent, (), arity=None
        )
        self._operation = Operation(rule)
        # Origins are found by this name, which no row and no other primitive has.
        self._operation.name = f"primitive {next(_numbers)}: {name}"

    def __call__(self, *args: Tree, **kwargs: Tree) -> Quantity:
        for key, x in kwargs.items():
            if any(isinstance(leaf, Node) for leaf in leaves_of(x)):
                raise TypeError(
                    f"{self.__name__}: no gradient flows into a named argument; give {key} by "
                    f"position"
                )
        if not any(isinstance(x, Node) for x in leaves_of(args)):
            return self.function(*args, **kwargs)
        call = _Call(args, kwargs)
        if not all(isinstance(x, Tensor) for x in call.operands):
            raise TypeError(
                f"{self.__name__}: a primitive works with numbers, arrays and Tensors; make the "
                f"Value a Tensor"
            )
        mode, name = present(), self._operation.name
        if name not in mode.scope.table:
            mode.scope.table[name] = Origin(self._operation.rule, mode.scope.path)
        return apply_to_tensors(self._operation, call.operands, {"call": call})

    def __repr__(self) -> str:
        return f"<primitive {self.__name__}>"

    def _forward(self, *operands: Quantity, call: _Call) -> Quantity:
        with outside():
            out = self.function(*call.filled([_number(x) for x in operands]), **call.kwargs)
        array = np.asarray(out)
        if array.dtype.kind == "O":
            raise TypeError(f"{self.__name__}: a primitive returns one number or one array")
        return array

    def _adjoint(
        self, F: Namespace, i: int, g: Quantity, out: Quantity, *operands: Quantity, call: _Call
    ) -> Quantity:
        number, place = call.argument_of[i]
        make = self._rule_of(number)
        if make is None:
            return np.zeros(np.shape(data_of(operands[i])))
        args = call.filled([_number(x) for x in operands])
        of_nodes = any(isinstance(x, Node) for x in (g, out, *operands))
        with nullcontext() if of_nodes else outside():
            gradient = leaves_of(make(_number(out), *args, **call.kwargs)(_number(g)))[place]
        c = gradient if isinstance(gradient, Node) else np.asarray(gradient, float)
        shape = np.shape(data_of(operands[i]))
        if np.shape(data_of(c)) != shape:
            raise ValueError(
                f"{self.__name__}: the gradient of argument {number} has shape "
                f"{np.shape(data_of(c))}, the argument {shape}; sum over the axes that were "
                f"stretched"
            )
        return c

    def _tangent(
        self,
        F: Namespace,
        directions: Sequence[Quantity],
        out: Quantity,
        *operands: Quantity,
        call: _Call,
    ) -> Quantity:
        moving = [i for i, direction in enumerate(directions) if direction is not None]
        if any(call.argument_of[i][0] not in self.jvps for i in moving):
            # The adjoints are linear in g, and the tangent is their transpose.
            adjoints = tuple(
                partial(self._adjoint_of, i) if self._rule_of(number) is not None else None
                for i, (number, _) in enumerate(call.argument_of)
            )
            push = transposed(self.__name__, adjoints)
            return push(F, directions, out, *operands, call=call)
        args = call.filled([_number(x) for x in operands])
        total: Quantity = None
        for i in moving:
            number, _ = call.argument_of[i]
            if len(leaves_of(args[number])) > 1:
                raise TypeError(
                    f"{self.__name__}: forward mode goes by arrays, and argument {number} is a "
                    f"container"
                )
            make = self.jvps[number]
            if make is not None:
                term = make(_number(directions[i]), _number(out), *args, **call.kwargs)
                total = term if total is None else total + term
        return np.zeros(np.shape(data_of(out))) if total is None else total

    def _adjoint_of(
        self, i: int, F: Namespace, g: Quantity, out: Quantity, *operands: Quantity, call: _Call
    ) -> Quantity:
        return self._adjoint(F, i, g, out, *operands, call=call)

    def _rule_of(self, number: int) -> Function | None:
        try:
            return self.vjps[number]
        except KeyError:
            raise NotImplementedError(
                f"{self.__name__}: there is no derivative by argument {number}; give one with "
                f"defvjp({self.__name__}, ..., argnums=[{number}])"
            ) from None

    def _printed(self, *operands: Quantity, call: _Call) -> tuple[str, ...]:
        return tuple(Prose(f"d{i} = its own rule of {self.__name__}") for i in range(len(operands)))


def _number(x: Quantity) -> Quantity:
    """What a function of numbers expects: a 0-d array as a number, all else as it is."""
    return x[()] if isinstance(x, np.ndarray) and x.ndim == 0 else x


def primitive(function: Function) -> Primitive:
    """``function`` as one operation of a graph; its derivatives are given by :func:`defvjp`.

    The function gets arrays and numbers, never nodes, so it may use anything: another library, a
    loop, a file. It returns one number or one array. Without a rule a gradient through it raises
    NotImplementedError.

    >>> import numpy as np
    >>> from autograd.extend import defvjp
    >>> import math
    >>> sine = primitive(math.sin)
    >>> defvjp(sine, lambda out, x: lambda g: g * np.cos(x))
    >>> from autograd import grad, primitive
    >>> grad(sine)(0.0)
    1.0
    """
    return Primitive(function)


def unbroadcast(x: Quantity, gradient: Quantity) -> Quantity:
    """``gradient`` summed over the axes along which the function had stretched ``x``.

    >>> import numpy as np
    >>> from autograd.extend import unbroadcast
    >>> unbroadcast(2.0, np.ones(3))
    np.float64(3.0)
    """
    array = gradient if isinstance(gradient, Node) else np.asarray(gradient)
    return _number(sum_to(NODES, array, np.shape(data_of(x))))


def notrace_primitive(function: Function) -> Function:
    """``function`` of the numbers in its arguments: what it returns takes no gradient."""

    def call(*args: Tree, **kwargs: Tree) -> Tree:
        leaves, _, rebuild = flatten(args)
        return function(*rebuild([data_of(x) for x in leaves]), **kwargs)

    return call


def defvjp(function: Primitive, *vjpmakers: Function | None, argnums: Sequence[int] = ()) -> None:
    """Give the derivatives of a primitive: ``maker(out, *args)`` returns the map g ↦ gradient.

    One maker per argument, from the first on, or for the arguments ``argnums``. None stands for a
    derivative of zero. Written in autograd's functions they serve higher derivatives, too.
    """
    _define("defvjp", function, function_rules(function).vjps, vjpmakers, argnums)


def defjvp(
    function: Primitive, *jvpmakers: Function | str | None, argnums: Sequence[int] = ()
) -> None:
    """Give the forward derivatives: ``maker(direction, out, *args)`` returns the change of out.

    ``"same"`` stands for a function that is linear in that argument: it is applied to the
    direction.
    """
    rules = function_rules(function)
    places = list(argnums) or list(range(len(jvpmakers)))
    makers = [
        _linear(function, place) if make == "same" else make
        for place, make in zip(places, jvpmakers)
    ]
    _define("defjvp", function, rules.jvps, makers, argnums)


def function_rules(function: Primitive) -> Primitive:
    """``function``, which must be a primitive; TypeError for anything else."""
    if not isinstance(function, Primitive):
        raise TypeError(
            f"a function made by primitive is wanted, not {short(function)}; write @primitive "
            f"above it"
        )
    return function


def _linear(function: Primitive, place: int) -> Function:
    def push(direction: Quantity, out: Quantity, *args: Tree, **kwargs: Tree) -> Quantity:
        return function(*args[:place], direction, *args[place + 1 :], **kwargs)

    return push


def _define(
    giver: str,
    function: Primitive,
    rules: dict[int, Function | None],
    makers: Sequence[Quantity],
    argnums: Sequence[int],
) -> None:
    if argnums and len(argnums) != len(makers):
        raise ValueError(
            f"{giver}: {len(makers)} derivatives but {len(argnums)} argument numbers for "
            f"{function.__name__}"
        )
    rules.update(zip(argnums or range(len(makers)), makers))


def defvjp_argnum(function: Primitive, vjpmaker: Function) -> None:
    """One rule for all arguments: ``vjpmaker(argnum, out, args, kwargs)`` returns g ↦ gradient."""
    function_rules(function).vjps = _ByNumber(
        lambda number: lambda out, *args, **kwargs: vjpmaker(number, out, args, kwargs)
    )


def defjvp_argnum(function: Primitive, jvpmaker: Function) -> None:
    """One rule for all arguments: ``jvpmaker(argnum, direction, out, args, kwargs)``."""
    function_rules(function).jvps = _ByNumber(
        lambda number: lambda v, out, *args, **kwargs: jvpmaker(number, v, out, args, kwargs)
    )


class _ByNumber(dict[int, Quantity]):
    """The rules of a function of any number of arguments, made when they are asked for."""

    def __init__(self, make: Function) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> Quantity:
        return self._make(number)
