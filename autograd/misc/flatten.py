"""Trees of arrays as one vector, and back."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Array, Function, Quantity, Tree
from autograd.engine import data_of
from autograd.engine import flatten as leaves_and_rebuild
from autograd.functions import FUNCTIONS


def flatten(value: Tree) -> tuple[Quantity, Function]:
    """The numbers of a tree of arrays as one vector, and what makes the tree of a vector.

    The parts stand in the order of the containers, those of a dict in the order of its sorted
    keys. Inside a derivative the vector is a Tensor, and the gradient passes both ways.

    >>> import numpy as np
    >>> from autograd.misc import flatten
    >>> vector, unflatten = flatten({"w": np.ones((1, 2)), "b": 3.0})
    >>> vector
    array([3., 1., 1.])
    >>> unflatten(np.array([1.0, 2.0, 3.0]))
    {'w': array([[2., 3.]]), 'b': 1.0}
    """
    leaves, _, rebuild = leaves_and_rebuild(value)
    order = sorted_places(value)
    shapes = [np.shape(data_of(x)) for x in leaves]
    ends = np.cumsum([math.prod(shapes[i]) for i in order]).tolist()

    def unflatten(vector: Quantity) -> Tree:
        if np.shape(data_of(vector)) != (ends[-1] if ends else 0,):
            raise ValueError(
                f"unflatten: a vector of {ends[-1] if ends else 0} numbers is wanted, not shape "
                f"{tuple(vector.shape)}"
            )
        parts: list[Quantity] = [None] * len(leaves)
        for i, start, end in zip(order, [0, *ends], ends):
            part = vector[start:end].reshape(shapes[i])
            parts[i] = part if shapes[i] or not isinstance(leaves[i], float | int) else _one(part)
        return rebuild(parts)

    if not leaves:
        return np.array([]), unflatten
    pieces = [FUNCTIONS["ravel"](leaves[i]) for i in order]
    return FUNCTIONS["concatenate"](pieces), unflatten


def _one(part: Quantity) -> Quantity:
    return float(part) if isinstance(part, np.ndarray) else part


def sorted_places(tree: Tree) -> list[int]:
    """The places of the leaves when the entries of each dict are taken by sorted keys."""
    numbered, _, rebuild = leaves_and_rebuild(tree)
    count = rebuild(list(range(len(numbered))))

    def walk(node: Tree) -> list[int]:
        if isinstance(node, dict):
            return [place for key in sorted(node) for place in walk(node[key])]
        if isinstance(node, list | tuple):
            return [place for item in node for place in walk(item)]
        return [node]

    return walk(count)


def flatten_func(func: Function, example: Tree) -> tuple[Function, Function, Array]:
    """``func`` of a tree as a function of a vector, with the map back and the example's vector."""
    vector, unflatten = flatten(example)

    def of_vector(x: Quantity, *args: Tree) -> Quantity:
        return flatten(func(unflatten(x), *args))[0]

    return of_vector, unflatten, vector
