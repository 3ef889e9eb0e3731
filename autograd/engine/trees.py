"""Tuples, lists, dicts and dataclasses of numbers and arrays, taken apart and put together again.

A dataclass holds settings beside its arrays. What is no number and no array in one (a string, a
function, an int, None) is not a leaf: it stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np

from autograd.calculus import Quantity, Tree
from autograd.engine.node import Node

Rebuild = Callable[[list[Quantity]], Tree]


def flatten(tree: Tree, in_dataclass: bool = False) -> tuple[list[Quantity], list[str], Rebuild]:
    """The leaves of ``tree``, the path to each, and what makes the same tree of other leaves.

    >>> from autograd.engine import flatten
    >>> leaves, paths, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves, paths
    ([1.0, 2.0, 3.0], ["['w'][0]", "['w'][1]", "['b']"])
    >>> rebuild([10.0, 20.0, 30.0])
    {'w': [10.0, 20.0], 'b': 30.0}
    """
    record = is_record(tree)
    items = children(tree)
    if items is None:
        if in_dataclass and not _is_quantity(tree):
            return [], [], lambda leaves: tree
        return [tree], [""], _first
    below = in_dataclass or record
    parts = [flatten(item, below) for item in items.values()]
    leaves = [leaf for under, _, _ in parts for leaf in under]
    steps = [f".{key}" if record else f"[{key!r}]" for key in items]
    paths = [step + path for step, (_, under, _) in zip(steps, parts) for path in under]

    def rebuild(leaves: list[Quantity]) -> Tree:
        rebuilt, start = [], 0
        for under, _, inner in parts:
            rebuilt.append(inner(leaves[start : start + len(under)]))
            start += len(under)
        return like(tree, list(items), rebuilt)

    return leaves, paths, rebuild


def is_record(tree: Tree) -> bool:
    """Whether ``tree`` is an instance of a dataclass."""
    return hasattr(type(tree), "__dataclass_fields__")


def children(tree: Tree) -> dict[Quantity, Tree] | None:
    """The items of a container by key, place or field; None for a leaf."""
    if isinstance(tree, dict):
        return dict(tree)
    if isinstance(tree, list | tuple):
        return dict(enumerate(tree))
    return {name: getattr(tree, name) for name in _fields(tree)} if is_record(tree) else None


def _fields(record: Tree) -> list[str]:
    # A field without a default that __init__ does not set may have no value.
    return [name for name in type(record).__dataclass_fields__ if hasattr(record, name)]


def _is_quantity(x: Quantity) -> bool:
    return isinstance(x, Node | float | np.ndarray | np.floating)


def _first(leaves: list[Quantity]) -> Tree:
    return leaves[0]


def leaves_of(tree: Tree, in_dataclass: bool = False) -> list[Quantity]:
    """The leaves alone."""
    items = children(tree)
    if items is None:
        return [] if in_dataclass and not _is_quantity(tree) else [tree]
    below = in_dataclass or is_record(tree)
    return [leaf for item in items.values() for leaf in leaves_of(item, below)]


def like(tree: Tree, keys: list[Quantity], items: list[Quantity]) -> Tree:
    """A container of the kind of ``tree`` that holds ``items``."""
    if is_record(tree):
        other = copy(tree)  # frozen or not, and without a second run of __init__
        for name, item in zip(keys, items):
            object.__setattr__(other, name, item)
        return other
    if isinstance(tree, dict):
        return dict(zip(keys, items))
    if isinstance(tree, tuple):
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return items


def mapped(function: Callable[[Quantity], Quantity], tree: Tree) -> Tree:
    """``tree`` with ``function`` applied to every leaf.

    >>> from autograd.engine import mapped
    >>> mapped(lambda x: x + 1, (1, [2, 3]))
    (2, [3, 4])
    """
    leaves, _, rebuild = flatten(tree)
    return rebuild([function(leaf) for leaf in leaves])


def data_of(x: Quantity) -> Quantity:
    """The number or array in a node; anything else itself."""
    return x.data if isinstance(x, Node) else x  # an array has a `data`, too, which is no number
