"""The arguments of one call of a compiled function: the numbers in them, and their structure."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array, Function, Quantity, Tree, short
from autograd.engine import Rebuild, Tensor, Value, flatten


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call: the numbers in them, and how to put others in their place."""

    name: str  # of the function
    leaves: list[Quantity]  # numbers, arrays of points or nodes
    paths: list[str]  # to each of them
    key: tuple[object, ...]
    rebuild: Rebuild
    points: int | None  # how many, where some argument is an array

    def values(self) -> list[float]:
        try:
            return [leaf.data if isinstance(leaf, Value) else float(leaf) for leaf in self.leaves]
        except OverflowError:
            raise self.refusal() from None

    def lines(self, captured: Sequence[Value] = ()) -> list[Array]:
        """By number an array of what it is at each point; those of ``captured`` come last."""
        assert self.points is not None
        every = [*self.leaves, *captured]
        numbers = [leaf.data if isinstance(leaf, Value) else leaf for leaf in every]
        try:
            arrays = [np.asarray(number, float) for number in numbers]
        except (OverflowError, TypeError, ValueError):
            raise self.refusal(captured) from None
        return [np.broadcast_to(array, self.points) for array in arrays]

    def refusal(self, captured: Sequence[Value] = ()) -> Exception:
        """What names the first number that is no float."""
        labels = [f"argument {_argument(path)} of {self.name}" for path in self.paths]
        labels += [f"{leaf.name or 'a Value'}, which {self.name} uses," for leaf in captured]
        for leaf, label in zip([*self.leaves, *captured], labels):
            number = leaf.data if isinstance(leaf, Value) else leaf
            if isinstance(number, int) and abs(number) > sys.float_info.max:
                return OverflowError(
                    f"compile: {label} is an integer beyond the largest float, about 1.8e308; "
                    f"scale it, or pass its logarithm"
                )
            if not isinstance(number, (int, float, np.integer, np.floating, np.ndarray)):
                return TypeError(f"compile: {label} has the data {short(number)}; assign a number")
        return TypeError(f"compile: a number that {self.name} uses is no float; assign a number")


def arguments_of(name: str, args: tuple[Tree, ...]) -> Arguments:
    return _arguments_of(name, args) if args else NONE


def in_places(
    name: str, function: Function, args: tuple[Tree, ...], named: dict[str, Tree]
) -> tuple[Tree, ...]:
    """The arguments by name at their places; those before them that are left out by default."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*args, **named)
    except TypeError as error:
        raise TypeError(f"compile: {name}: {error}") from None
    bound.apply_defaults()
    if bound.kwargs:
        raise TypeError(
            f"compile: {next(iter(bound.kwargs))} of {name} is an argument by name alone; make it "
            f"an ordinary one, or bind it by functools.partial"
        )
    if any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values()):
        return bound.args
    last = max(i for i, one in enumerate(signature.parameters) if one in named)
    return bound.args[: max(len(args), last + 1)]


def _arguments_of(name: str, args: tuple[Tree, ...]) -> Arguments:
    leaves, paths, rebuild = flatten(args)
    fixed: list[tuple[str, Quantity]] = []
    places: list[int] = []
    lengths = set()
    for place, (leaf, path) in enumerate(zip(leaves, paths)):
        if leaf is None or isinstance(leaf, (bool, str, bytes)):
            fixed.append((path, leaf))
            continue
        if isinstance(leaf, np.ma.MaskedArray):
            raise TypeError(
                f"compile: argument {_argument(path)} of {name} is a masked array; pass the points "
                f"that are not masked, x.compressed()"
            )
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
        elif not isinstance(leaf, (int, float, Value, np.integer, np.floating, np.ndarray)) or (
            isinstance(leaf, np.timedelta64)  # an integer to NumPy
        ):
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

    if lengths == {0}:
        raise ValueError(f"compile: {name} got arrays of 0 points; give at least one")

    def put(others: list[Quantity]) -> Tree:
        every = list(leaves)
        for place, other in zip(places, others):
            every[place] = other
        return rebuild(every)

    return Arguments(
        name,
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
