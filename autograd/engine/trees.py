"""Tuples, lists and dicts of numbers and arrays, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.engine.node import Node

Rebuild = Callable[[list[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], list[str], Rebuild]:
    """The leaves of ``tree``, the path to each, and what makes the same tree of other leaves.

    >>> leaves, paths, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves, paths
    ([1.0, 2.0, 3.0], ["['w'][0]", "['w'][1]", "['b']"])
    >>> rebuild([10.0, 20.0, 30.0])
    {'w': [10.0, 20.0], 'b': 30.0}
    """
    if not isinstance(tree, (dict, list, tuple)):
        return [tree], [""], _first
    keys: list[Any] = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    items = list(tree.values()) if isinstance(tree, dict) else list(tree)
    parts = [flatten(item) for item in items]
    leaves = [leaf for found, _, _ in parts for leaf in found]
    paths = [f"[{key!r}]{path}" for key, (_, under, _) in zip(keys, parts) for path in under]

    def rebuild(leaves: list[Any]) -> Any:
        made, start = [], 0
        for found, _, inner in parts:
            made.append(inner(leaves[start : start + len(found)]))
            start += len(found)
        return like(tree, keys, made)

    return leaves, paths, rebuild


def _first(leaves: list[Any]) -> Any:
    return leaves[0]


def leaves_of(tree: Any) -> list[Any]:
    """The leaves alone."""
    if not isinstance(tree, (dict, list, tuple)):
        return [tree]
    items = tree.values() if isinstance(tree, dict) else tree
    return [leaf for item in items for leaf in leaves_of(item)]


def like(tree: Any, keys: list[Any], items: list[Any]) -> Any:
    """A container of the kind of ``tree`` that holds ``items``."""
    if isinstance(tree, dict):
        return dict(zip(keys, items))
    if isinstance(tree, tuple):
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return items


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """``tree`` with ``function`` applied to every leaf.

    >>> mapped(lambda x: x + 1, (1, [2, 3]))
    (2, [3, 4])
    """
    leaves, _, rebuild = flatten(tree)
    return rebuild([function(leaf) for leaf in leaves])


def data_of(x: Any) -> Any:
    """The number or array in a node; anything else itself."""
    return x.data if isinstance(x, Node) else x
