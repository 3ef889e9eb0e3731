"""NumPy's functions, each over nodes where it meets one and NumPy's own elsewhere."""

from __future__ import annotations

from functools import wraps
from types import ModuleType

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.engine import ARRAY_FUNCTIONS, UFUNCS, Node, Tensor, data_of
from autograd.functions import FUNCTIONS

#: What takes a sequence of arrays as it is.
_OF_SEQUENCES = frozenset(
    "append array_split block broadcast_arrays column_stack concat concatenate dstack einsum "
    "hstack multi_dot select stack vstack where".split()
)


def holds_node(x: object) -> bool:
    """Whether ``x`` is a node, or a list or tuple with one in it."""
    return isinstance(x, Node) or (isinstance(x, list | tuple) and any(map(holds_node, x)))


def as_tensor(x: Quantity) -> Quantity:
    """A nested list with nodes in it as one Tensor."""
    if not isinstance(x, list | tuple):
        return x
    return FUNCTIONS["stack"]([as_tensor(item) for item in x])


def over_nodes(function: Function) -> Function:
    """``function`` of NumPy for numbers, arrays and nodes.

    Without a node it is NumPy's own, with all of its options. With one it is the function of
    autograd, or, where there is none, a TypeError that says so.
    """
    name = getattr(function, "__name__", "")
    of_ours = (
        UFUNCS.get(function) if isinstance(function, np.ufunc) else ARRAY_FUNCTIONS.get(function)
    )
    joins = name not in _OF_SEQUENCES

    @wraps(function, updated=())
    def call(*args: Tree, **kwargs: Tree) -> Tree:
        for x in args:
            if isinstance(x, Node):
                break
            if x.__class__ in _CONTAINERS and holds_node(x):
                if joins:
                    args = tuple([as_tensor(x) if holds_node(x) else x for x in args])
                break
        else:
            if not any(map(holds_node, kwargs.values())):
                return function(*args, **kwargs)
        if of_ours is None or (kwargs and isinstance(function, np.ufunc)):
            return function(*args, **kwargs)  # which comes back here, and says what is wrong
        return of_ours(*args, **kwargs)

    return call


_CONTAINERS = (list, tuple)


def names_of(module: ModuleType) -> list[str]:
    """The public names of one of NumPy's modules."""
    return [name for name in dir(module) if not name.startswith("_")]


def listed(module: ModuleType, place: str) -> tuple[list[str], Function, Function]:
    """``__all__``, ``__getattr__`` and ``__dir__`` of ``place``, which stands for ``module``."""
    names = names_of(module)

    def look_up(name: str) -> Quantity:
        if name.startswith("_"):
            raise AttributeError(f"module {place!r} has no attribute {name!r}")
        return found(module, name)

    return names, look_up, lambda: list(names)


def found(module: ModuleType, name: str) -> Quantity:
    """What ``module`` has under ``name``, over nodes if it is a function of arrays."""
    thing = getattr(module, name)
    if isinstance(thing, type | ModuleType) or not callable(thing):
        return thing
    return over_nodes(thing)


def _signed_as(function: Function) -> Function:
    """Show the signature of NumPy's ``function``, to which the rest of the arguments goes."""
    return wraps(function, assigned=(), updated=())


@_signed_as(np.array)
def array(
    object: Tree,
    dtype: Quantity = None,
    *,
    copy: bool | None = True,
    ndmin: int = 0,
    **options: Quantity,
) -> Quantity:
    """``numpy.array`` that keeps the gradient of the nodes in a nested list.

    >>> from autograd.numpy import array
    >>> from autograd import grad
    >>> grad(lambda x: array([x, x * x]).sum())(3.0)
    7.0
    """
    if not holds_node(object):
        return np.array(object, dtype, copy=copy, ndmin=ndmin, **options)
    out = as_tensor(object)
    if dtype is not None and isinstance(out, Tensor):
        out = out.astype(dtype)
    return FUNCTIONS["reshape"](out, (1,) * (ndmin - out.ndim) + out.shape) if ndmin else out


@_signed_as(np.asarray)
def asarray(
    a: Tree, dtype: Quantity = None, order: Quantity = None, **options: Quantity
) -> Quantity:
    """``numpy.asarray`` that keeps the gradient of the nodes in a nested list."""
    if not holds_node(a):
        return np.asarray(a, dtype, order, **options)
    return array(a, dtype)


@_signed_as(np.where)
def where(condition: Tree, *choices: Tree, **named: Tree) -> Quantity:
    """``numpy.where``; of Python's own numbers and lists it gives Python's own.

    >>> from autograd.numpy import where
    >>> where(True, 1.5, 2.5)
    1.5
    """
    every = (condition, *choices, *[named.pop(name) for name in ("x", "y") if name in named])
    out = _where(*every, **named)
    if isinstance(out, tuple | Node) or any(isinstance(x, np.ndarray | np.generic) for x in every):
        return out
    return out.tolist()


_where = over_nodes(np.where)


def make_diagonal(D: Quantity, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Quantity:
    """The matrices whose diagonals are the last axis of ``D``: for offset 0 and the last two axes.

    >>> import numpy as np
    >>> from autograd.numpy import make_diagonal
    >>> make_diagonal(np.array([1.0, 2.0]), axis1=-1, axis2=-2)
    array([[1., 0.],
           [0., 2.]])
    """
    if offset or {axis1, axis2} != {-1, -2}:
        raise NotImplementedError("make_diagonal: offset=0, axis1=-1 and axis2=-2 alone are here")
    return FUNCTIONS["mul"](D[..., None], np.eye(np.shape(D)[-1]))


class Joined:
    """``np.r_`` or ``np.c_`` over nodes: what stands in the brackets, joined."""

    def __init__(self, of_arrays: Quantity, of_nodes: Function) -> None:
        self._of_arrays = of_arrays
        self._of_nodes = of_nodes

    def __getitem__(self, items: Tree) -> Quantity:
        parts = items if isinstance(items, tuple) else (items,)
        if not any(map(holds_node, parts)):
            return self._of_arrays[items]
        if any(isinstance(part, str) for part in parts):
            raise TypeError(
                f"{self!r}: an axis as a string goes with arrays alone; use concatenate"
            )
        arrays = [self._of_arrays[part] if isinstance(part, slice) else part for part in parts]
        return self._of_nodes([as_tensor(part) for part in arrays])

    def __repr__(self) -> str:
        return f"<{type(self._of_arrays).__name__} over nodes>"


def _in_a_row(parts: list[Quantity]) -> Quantity:
    return FUNCTIONS["concatenate"]([FUNCTIONS["atleast_1d"](part) for part in parts])


def real_if_close(a: Quantity, tol: float = 100) -> Quantity:
    """``numpy.real_if_close``; the numbers of a node are real."""
    return a if isinstance(a, Node) else np.real_if_close(a, tol)


def iscomplex(x: Quantity) -> Quantity:
    """``numpy.iscomplex``; the numbers of a node are real."""
    return np.iscomplex(data_of(x))


def isreal(x: Quantity) -> Quantity:
    """``numpy.isreal``; the numbers of a node are real."""
    return np.isreal(data_of(x))


row_stack = over_nodes(np.vstack)
r_ = Joined(np.r_, _in_a_row)
c_ = Joined(np.c_, lambda parts: FUNCTIONS["column_stack"](parts))
