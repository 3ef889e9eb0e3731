"""The names in a source: those of the function's parameters, and of the leaves that it uses."""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from collections.abc import Iterator, Sequence

from autograd.calculus import Function, State
from autograd.replay.arrays.program import Program


def names_of(function: Function, paths: Sequence[str]) -> list[str | None]:
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


def renamed(program: Program, text: str, space: State) -> tuple[str, State]:
    """A source in which arguments and leaves have their names, where they have one.

    The arrays of a leaf ``w`` are ``w_data``.
    """
    taken = {*re.findall(r"\w+", text), *space, *vars(builtins), *keyword.kwlist}
    names: dict[str, str] = {}
    for place, (stem, *others) in _spellings(program):
        name = re.sub(r"\W+", "_", program.names.get(place, "")).strip("_")
        name = f"layer{name}" if name[:1].isdigit() else name  # of a Sequential
        if not name.isidentifier() or not name.isascii():
            continue
        while not taken.isdisjoint([name, f"{name}_data"]):
            name += "_"
        taken |= {name, f"{name}_data"}
        names |= {stem: name} | dict.fromkeys(others, f"{name}_data")
    text = re.sub(r"\b[a-z]+\d+\b", lambda word: names.get(word[0], word[0]), text)
    return text, {names.get(name, name): value for name, value in space.items()}


def _spellings(program: Program) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The places of arguments and leaves, and what the writers of lines call them."""
    for i, place in enumerate(program.arguments):
        yield place, (f"x{i}",)
    for place in program.leaves:
        yield place, (f"leaf{place}", f"w{place}")
