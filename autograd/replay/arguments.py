"""The arguments of one call of a compiled function: the numbers in them, and their structure."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array, Function, Quantity, Tree
from autograd.engine import Rebuild, Tensor, Value, flatten


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call: the numbers in them, and how to put others in their place."""

    leaves: list[Quantity]  # numbers, arrays of points or nodes
    paths: list[str]  # to each of them
    key: tuple[object, ...]
    rebuild: Rebuild
    points: int | None  # how many, where some argument is an array

    def values(self) -> list[float]:
        return [leaf.data if isinstance(leaf, Value) else float(leaf) for leaf in self.leaves]

    def lines(self, beside: Iterable[float] = ()) -> list[Array]:
        """By number an array of what it is at each point; those of ``beside`` come last."""
        assert self.points is not None
        numbers = [leaf.data if isinstance(leaf, Value) else leaf for leaf in self.leaves]
        return [
            np.broadcast_to(np.asarray(number, float), self.points)
            for number in [*numbers, *beside]
        ]


def arguments_of(name: str, args: tuple[Tree, ...]) -> Arguments:
    return _arguments_of(name, args) if args else NONE


def _arguments_of(name: str, args: tuple[Tree, ...]) -> Arguments:
    leaves, paths, rebuild = flatten(args)
    fixed: list[tuple[str, Quantity]] = []
    places: list[int] = []
    lengths = set()
    for place, (leaf, path) in enumerate(zip(leaves, paths)):
        if leaf is None or isinstance(leaf, (bool, str, bytes)):
            fixed.append((path, leaf))
            continue
        if isinstance(leaf, Tensor) or (isinstance(leaf, np.ndarray) and leaf.ndim > 1):
            raise TypeError(
                f"compile: argument {_argument(path)} of {name} is an array of shape "
                f"{np.shape(getattr(leaf, 'data', leaf))}; it takes numbers, or one-dimensional "
                f"arrays of them, one for each point"
            )
        if isinstance(leaf, np.ndarray) and leaf.ndim == 1 and leaf.dtype.kind in "fiu":
            lengths.add(len(leaf))
        elif isinstance(leaf, np.ndarray) and leaf.dtype.kind not in "fiu":
            raise TypeError(
                f"compile: argument {_argument(path)} of {name} is an array of {leaf.dtype}; it "
                f"takes numbers, or one-dimensional arrays of them, one for each point"
            )
        elif not isinstance(leaf, (int, float, Value, np.number, np.ndarray)):
            raise TypeError(
                f"compile: argument {_argument(path)} of {name} is a {type(leaf).__name__}; it "
                f"takes numbers, Values, and lists and dicts of them"
            )
        places.append(place)
    if len(lengths) > 1:
        raise ValueError(
            f"compile: {name} got arrays of {', '.join(map(str, sorted(lengths)))} points; "
            f"give as many for every argument, or autograd.Tensor(x) to a function of arrays"
        )

    def put(others: list[Quantity]) -> Tree:
        every = list(leaves)
        for place, other in zip(places, others):
            every[place] = other
        return rebuild(every)

    return Arguments(
        [leaves[place] for place in places],
        [paths[place] for place in places],
        (tuple(paths), tuple(fixed)),
        put,
        lengths.pop() if lengths else None,
    )


NONE = _arguments_of("", ())


def _argument(path: str) -> str:
    first, _, rest = path[1:].partition("]")
    return f"{int(first) + 1}{rest and f' (at {rest})'}"


def names_of(function: Function, paths: list[str]) -> list[str | None]:
    """The arguments' names, with the place in a list or dict behind: ``x``, ``x[0]``."""
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        parameters = []
    names: list[str | None] = []
    for path in paths:
        first, _, rest = path[1:].partition("]")
        known = int(first) < len(parameters)
        names.append(parameters[int(first)] + rest if known else None)
    return names
