"""Derivatives under the names that HIPS autograd has for them, over the transforms of this folder.

Where a result belongs to one point, the function that computes it is made first and takes the point
then: ``make_jvp(f)(x)(v)``. Reference: Maclaurin, Duvenaud and Adams, Autograd: effortless
gradients in NumPy (2015).
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import NoReturn

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.derivatives.arguments import shape_of
from autograd.derivatives.jacobians import jacobian
from autograd.derivatives.transforms import Argnum, grad, jvp, vjp
from autograd.engine import NODES, flatten


def make_vjp(f: Function, argnum: Argnum = 0) -> Function:
    """``make_vjp(f)(x)`` is ``(pull, f(x))`` with ``pull(u) = uᵀJ``; see :func:`vjp`.

    >>> import numpy as np
    >>> from autograd import make_vjp
    >>> pull, value = make_vjp(lambda x: x * x)(np.array([1.0, 2.0]))
    >>> pull(np.array([1.0, 10.0]))
    array([ 2., 40.])
    """

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> tuple[Function, Tree]:
        value, pull = vjp(*_of_chosen(f, argnum, args, kwargs))
        return pull, value

    return at


def make_jvp(f: Function, argnum: Argnum = 0) -> Function:
    """``make_jvp(f)(x)(v)`` is ``(f(x), J v)``, in forward mode; see :func:`jvp`.

    >>> from autograd import make_jvp
    >>> make_jvp(lambda x: x * x)(3.0)(1.0)
    (9.0, 6.0)
    """

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> Function:
        g, *points = _of_chosen(f, argnum, args, kwargs)

        def push(direction: Tree) -> tuple[Tree, Tree]:
            return jvp(g, tuple(points), (direction,) if len(points) == 1 else tuple(direction))

        return push

    return at


def make_hvp(f: Function, argnum: Argnum = 0) -> Function:
    """``make_hvp(f)(x)`` is ``(v ↦ H v, ∇f(x))``, with one forward pass for many directions.

    >>> import numpy as np
    >>> from autograd import make_hvp
    >>> product, gradient = make_hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    >>> product(np.array([1.0, 0.0]))
    array([6., 0.])
    """

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> tuple[Function, Tree]:
        g, *points = _of_chosen(f, argnum, args, kwargs)
        value, pull = vjp(grad(g, _places(points)), *points)
        return pull, value

    return at


def _half_square(y: Quantity) -> Quantity:
    return 0.5 * NODES.sum(NODES.square(y), axis=-1)


def make_ggnvp(f: Function, g: Function = _half_square, f_argnum: int = 0) -> Function:
    """``make_ggnvp(f, g)(x)(v)`` is Jᵀ H J v, the Gauss-Newton product of g(f(x)).

    J is the Jacobian of ``f`` and H the Hessian of ``g``, half the sum of squares by default.
    Schraudolph, Fast curvature matrix-vector products for second-order gradient descent (2002).

    >>> import numpy as np
    >>> from autograd import make_ggnvp
    >>> A = np.array([[1.0, 2.0], [0.0, 1.0]])
    >>> make_ggnvp(lambda x: A @ x)(np.array([1.0, 1.0]))(np.array([1.0, 0.0]))
    array([1., 2.])
    """

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> Function:
        h, point = _of_chosen(f, f_argnum, args, kwargs)
        value, pull = vjp(h, point)
        bent, _ = make_hvp(g)(value)

        def product(direction: Tree) -> Tree:
            return pull(bent(jvp(h, (point,), (direction,))[1]))

        return product

    return at


def deriv(f: Function, argnum: int = 0) -> Function:
    """J times a vector of ones, in forward mode: f′(x) for a function of one number.

    >>> from autograd import deriv
    >>> deriv(lambda x: x**3)(2.0)
    12.0
    """

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> Tree:
        g, point = _of_chosen(f, argnum, args, kwargs)
        leaves, _, rebuild = flatten(point)
        ones = [np.ones(shape_of(x)) if shape_of(x) else 1.0 for x in leaves]
        return jvp(g, (point,), (rebuild(ones),))[1]

    return at


def hessian_tensor_product(f: Function, argnum: int = 0) -> Function:
    """A function of the arguments of ``f`` and a direction v: H v, of the shape of v.

    >>> import numpy as np
    >>> from autograd import hessian_tensor_product
    >>> hessian_tensor_product(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    gradient = grad(f, argnum)

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> Tree:
        *points, direction = args

        def along(*xs: Tree) -> Quantity:
            return NODES.sum(gradient(*xs, **kwargs) * direction)

        return grad(along, argnum)(*points)

    return at


def tensor_jacobian_product(f: Function, argnum: int = 0) -> Function:
    """A function of the arguments of ``f`` and a tensor u: u contracted with the Jacobian.

    >>> import numpy as np
    >>> from autograd import tensor_jacobian_product
    >>> tensor_jacobian_product(lambda x: x * x)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> Tree:
        *points, u = args

        def contracted(*xs: Tree) -> Quantity:
            return NODES.tensordot(u, f(*xs, **kwargs), len(shape_of(u)))

        return jacobian(contracted, argnum)(*points)

    return at


hessian_vector_product = hessian_tensor_product
vector_jacobian_product = tensor_jacobian_product


def grad_and_aux(f: Function, argnum: Argnum = 0) -> Function:
    """``(gradient, aux)`` for a function that returns ``(number, aux)``: ``grad(f, has_aux=True)``.

    >>> from autograd import grad_and_aux
    >>> grad_and_aux(lambda x: (x * x, "note"))(3.0)
    (6.0, 'note')
    """
    return grad(f, argnum, has_aux=True)


def grad_named(f: Function, argname: str) -> Function:
    """The gradient by the argument of that name, given by position; ValueError without it.

    >>> from autograd import grad_named
    >>> grad_named(lambda x, y: x * y, "y")(2.0, 3.0)
    2.0
    """
    names = list(inspect.signature(f).parameters)
    if argname not in names:
        raise ValueError(
            f"grad_named: {f.__name__} has no argument {argname!r}; it has {', '.join(names)}"
        )
    return grad(f, names.index(argname))


def multigrad_dict(f: Function) -> Function:
    """The gradients by all arguments, in a dict by their names, defaults included.

    >>> from autograd import multigrad_dict
    >>> multigrad_dict(lambda x, y=3.0: x * y)(2.0)
    {'x': 3.0, 'y': 2.0}
    """
    signature = inspect.signature(f)

    @wraps(f, updated=())
    def at(*args: Tree, **kwargs: Tree) -> dict[str, Tree]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(arguments: dict[str, Tree]) -> Quantity:
            again = inspect.BoundArguments(signature, arguments)
            return f(*again.args, **again.kwargs)

        gradients: dict[str, Tree] = grad(of_dict)(dict(bound.arguments))
        return gradients

    return at


def holomorphic_grad(f: Function, argnum: int = 0) -> NoReturn:
    """Refused with a TypeError: the numbers of autograd are real.

    >>> import numpy as np
    >>> from autograd import holomorphic_grad
    >>> holomorphic_grad(np.exp)
    Traceback (most recent call last):
        ...
    TypeError: holomorphic_grad: the numbers of autograd are real; write f of the real and the \
imaginary part and use grad
    """
    raise TypeError(
        "holomorphic_grad: the numbers of autograd are real; write f of the real and the "
        "imaginary part and use grad"
    )


def _places(points: list[Tree]) -> Argnum:
    return 0 if len(points) == 1 else tuple(range(len(points)))


def _of_chosen(
    f: Function, argnum: Argnum, args: tuple[Tree, ...], kwargs: dict[str, Tree]
) -> tuple[Tree, ...]:
    """``f`` as a function of the chosen arguments alone, and these arguments."""
    places = (argnum,) if isinstance(argnum, int) else argnum

    def of_chosen(*xs: Tree) -> Tree:
        every = list(args)
        for place, x in zip(places, xs):
            every[place] = x
        return f(*every, **kwargs)

    return (of_chosen, *(args[place] for place in places))
