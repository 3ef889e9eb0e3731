"""Derivatives of functions of floats and arrays, as functions of the same arguments.

Each transform calls the function once with nodes of its own in place of the arguments and applies
the chain rule to what was recorded. It changes no node's ``grad``. Arguments are floats, arrays, or
tuples, lists, dicts and dataclasses of them; the function inside sees Tensors. What is no number
and no array in a dataclass (a string, a function, an int) is passed through as it is. If an
argument is a node, or the transform runs inside another, the results are nodes, so that transforms
nest to any order; otherwise they are plain numbers and arrays.
"""

from __future__ import annotations

from functools import wraps

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.derivatives.arguments import (
    Call,
    checked_function,
    checked_output,
    inside,
    shape_of,
    zeros_like,
)
from autograd.derivatives.batched_sweeps import swept
from autograd.derivatives.batching import Batched
from autograd.derivatives.forward_mode import tangents
from autograd.engine import Node, Value, data_of, flatten

Argnum = int | tuple[int, ...] | list[int]


def value_and_grad(f: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """The pair (f(x), ∇f(x)), computed by one forward and one backward pass.

    As :func:`grad`, with the value in front; with ``has_aux`` the value is ``(output, aux)``.

    >>> from autograd import value_and_grad
    >>> import autograd
    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    return _value_and_grad("value_and_grad", f, argnum, has_aux)


def _value_and_grad(who: str, f: Function, argnum: Argnum, has_aux: bool) -> Function:
    checked_function(who, f)

    @wraps(f, updated=())
    def derivative(*args: Tree, **kwargs: Tree) -> Tree:
        call = Call(who, f, args, kwargs, argnum, has_aux)
        out = call.scalar()
        slopes = call.final_gradients(call.filled(call.gradients(out)))
        value = call.final(out)
        return ((value, call.aux) if has_aux else value), call.packed(slopes)

    return derivative


def grad(f: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """The gradient ∇f of a function that returns one number: a function of the same arguments.

    ``argnum`` says which argument (a tuple: which ones; the result is then a tuple). The gradient
    has the structure and the shapes of its argument: a tuple, list, dict or dataclass of arrays
    gives one of gradients. With ``has_aux`` f returns ``(output, aux)`` and the derivative
    ``(gradient, aux)``. ValueError if f returns more than one number; TypeError for an argument
    without a derivative (integers, strings) and for f returning None; a warning, and zeros, where
    the output does not depend on the argument.

    >>> import numpy as np
    >>> from autograd import grad
    >>> import autograd
    >>> grad(autograd.tanh)(0.0)
    1.0
    >>> grad(grad(lambda x: x**4))(2.0)
    48.0
    >>> grad(lambda p: (p["w"] * p["b"]).sum())({"w": np.array([1.0, 2.0]), "b": 3.0})
    {'w': array([3., 3.]), 'b': 3.0}
    """
    both = _value_and_grad("grad", f, argnum, has_aux)

    @wraps(f, updated=())
    def gradient(*args: Tree, **kwargs: Tree) -> Tree:
        value, slopes = both(*args, **kwargs)
        return (slopes, value[1]) if has_aux else slopes

    return gradient


def elementwise_grad(f: Function, argnum: int = 0) -> Function:
    """f′(x) at every element of x, for a function that works element by element.

    The output must have the shape of the argument; the result has it too. It is the gradient of the
    sum, which is the same as long as no element of the output depends on another element of x.

    >>> import numpy as np
    >>> from autograd import elementwise_grad
    >>> import autograd
    >>> elementwise_grad(autograd.square)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """
    checked_function("elementwise_grad", f)

    @wraps(f, updated=())
    def derivative(*args: Tree, **kwargs: Tree) -> Tree:
        call = Call("elementwise_grad", f, args, kwargs, argnum)
        out = checked_output(call.who, call.output)
        shapes = [shape_of(x) for x in (out, *call.variables)]
        if len(shapes) != 2 or shapes[0] != shapes[1]:
            raise ValueError(
                f"elementwise_grad: the output has shape {shapes[0]}, the argument {shapes[1]}; "
                f"they must be equal; use jacobian for other functions"
            )
        gradient = 1.0 if isinstance(out, Value | float) else zeros_like(out) + 1
        return call.packed(call.final_gradients(call.filled(call.gradients(out, gradient))))

    return derivative


def vjp(f: Function, *primals: Tree) -> tuple[Tree, Function]:
    """The value f(x) and the map u ↦ uᵀJ: one row of the Jacobian, or a combination of rows.

    Returns ``(value, pull)``; ``pull(cotangent)`` takes an upstream gradient of the shape of the
    output and gives one gradient per primal (a tuple of them if there are several). It may be
    called any number of times. ValueError if the cotangent does not fit.

    >>> import numpy as np
    >>> from autograd import vjp
    >>> value, pull = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> value, pull(np.array([1.0, 10.0]))
    (array([1., 4.]), array([ 2., 40.]))
    """
    checked_function("vjp", f)
    call = Call("vjp", f, primals, {}, _every(primals, "vjp"))
    outs, _, rebuild = flatten(call.output)
    for out in outs:
        checked_output("vjp", out)

    def pull(cotangent: Tree) -> Quantity:
        us, _, _ = flatten(cotangent)
        if len(us) != len(outs):
            raise ValueError(f"vjp: {len(outs)} outputs but {len(us)} cotangents")
        # If a cotangent is a node, the results of this pull are nodes.
        nodes = [u for u in us if isinstance(u, Node)]
        nested = call.nested or bool(nodes)
        linked = call.linked or any(u.requires_grad for u in nodes)
        total: list[Quantity] = [None] * len(call.variables)
        for out, u in zip(outs, us):
            _fits("vjp: the cotangent", u, "output", out)
            seed = u if linked and isinstance(u, Node) else _seed_like(u, out)
            for i, g in enumerate(call.gradients(out, seed, linked)):
                if g is not None:
                    total[i] = g if total[i] is None else total[i] + g
        slopes = call.filled(total)
        return _alone(call.packed(slopes if nested else call.final_gradients(slopes)))

    return rebuild([call.final(out) for out in outs]), pull


def _seed_like(u: Quantity, out: Quantity) -> Quantity:
    if isinstance(u, Batched):
        return u
    data = data_of(u)
    return float(data) if isinstance(out, Value) else np.asarray(data, getattr(out, "dtype", float))


def jvp(f: Function, primals: Tree, directions: Tree) -> tuple[Tree, Tree]:
    """The value f(x) and the directional derivative J v, in forward mode.

    ``primals`` and ``directions`` are tuples, one entry per argument of f; anything else stands for
    the only argument. A direction has the structure and the shapes of its primal, the result those
    of the output. ValueError if they do not fit.

    >>> from autograd import jvp
    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    call, moves = _directed("jvp", f, primals, directions)
    outs, _, rebuild = flatten(call.output)
    for out in outs:
        checked_output("jvp", out)
    ends = [out for out in outs if isinstance(out, Node)]
    with inside():
        pushed = iter(_pushed(call, ends, moves))
    moved = [next(pushed) if isinstance(out, Node) else None for out in outs]
    if all(t is None for t in moved):
        call.warn(0)
    slopes = [_zero_like(out) if t is None else call.tied(t, out) for t, out in zip(moved, outs)]
    return rebuild([call.final(out) for out in outs]), rebuild([call.final(t) for t in slopes])


def _zero_like(out: Quantity) -> Quantity:
    return Call.zeros(out if isinstance(out, Node) else np.asarray(out, float))


def hvp(f: Function, primals: Tree, directions: Tree) -> Quantity:
    """The Hessian times a direction, H v, without forming H: forward mode over the gradient.

    Arguments as in :func:`jvp`; f returns one number. The result has the structure of ``primals``.
    It costs a few gradients, whatever the number of parameters.

    Pearlmutter, Fast exact multiplication by the Hessian (1994).

    >>> import numpy as np
    >>> from autograd import hvp
    >>> hvp(lambda x: (x**3).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    call, moves = _directed("hvp", f, primals, directions)
    out = call.scalar()
    if isinstance(out, Node):
        with inside():
            slopes = swept(out, call.variables, create_graph=True)
            pushed = iter(_pushed(call, [g for g in slopes if g is not None], moves))
            curved = [None if g is None else next(pushed) for g in slopes]
    else:
        slopes = curved = [None] * len(call.variables)
    for i, g in enumerate(slopes):
        if g is None:
            call.warn(i)
    products = [
        call.zeros(x) if h is None else call.tied(h, x) for x, h in zip(call.variables, curved)
    ]
    packed = call.packed(call.final_gradients(products))
    return packed if type(primals) is tuple else packed[0]


def _directed(
    who: str, f: Function, primals: Tree, directions: Tree
) -> tuple[Call, list[Quantity]]:
    """The call of ``f``, and the direction of every variable."""
    checked_function(who, f)
    many = type(primals) is tuple  # a named tuple is one structured argument
    points = primals if many else (primals,)
    moves = directions if many else (directions,)
    if type(moves) is not tuple or len(moves) != len(points):
        raise ValueError(
            f"{who}: {len(points)} primals in a tuple need a tuple of as many directions"
        )
    vectors: list[Quantity] = []
    for point, move in zip(points, moves):
        xs, _, _ = flatten(point)
        vs, _, _ = flatten(move)
        if len(xs) != len(vs):
            raise ValueError(f"{who}: the primal holds {len(xs)} arrays, its direction {len(vs)}")
        for x, v in zip(xs, vs):
            _fits(f"{who}: the direction", v, "primal", x)
        vectors += vs
    call = Call(who, f, points, {}, _every(points, who))
    if any(isinstance(v, Node) for v in vectors):
        call.nested = True
        call.linked = call.linked or any(isinstance(v, Node) and v.requires_grad for v in vectors)
    return call, vectors


def _pushed(call: Call, ends: list[Quantity], moves: list[Quantity]) -> list[Quantity]:
    return tangents(ends, call.variables, moves, create_graph=call.linked) if ends else []


def _every(primals: Tree, who: str) -> tuple[int, ...]:
    if not len(primals):
        raise ValueError(f"{who}: at least one primal is needed")
    return tuple(range(len(primals)))


def _alone(results: tuple[Quantity, ...]) -> Quantity:
    return results[0] if len(results) == 1 else results


def _fits(what: str, v: Quantity, whose: str, x: Quantity) -> None:
    shape, expected = shape_of(v), shape_of(x)
    if shape != expected:
        raise ValueError(f"{what} has shape {shape}, the {whose} {expected}; they must be equal")
