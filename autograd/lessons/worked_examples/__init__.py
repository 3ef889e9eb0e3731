"""The worked examples of the lectures, as data: what each computes and what it must show.

The numbers of an example are computed on request; the tests compare them with the expected ones,
which stand beside the program.

>>> from autograd.lessons.worked_examples import find
>>> lesson = find("sum-times").lesson()
>>> lesson.facts["df/dx"], lesson.facts["f"]
(4.0, -8.0)
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from autograd.calculus import short
from autograd.lessons.worked_examples import (
    arrays,
    networks,
    pictures,
    scalars,
    sequences,
    tables,
)
from autograd.lessons.worked_examples.catalogue import (
    Example,
    Expected,
    Lesson,
    Scene,
    Table,
    exactly,
    rounded,
)
from autograd.writing import Words, words

__all__ = [
    "EXAMPLES", "exactly", "Example", "Expected", "FAMILIES", "find", "Lesson", "named", "rounded",
    "Scene", "Table",
]  # fmt: skip

#: The examples by what they are about, a heading in each language.
FAMILIES: dict[Words, tuple[Example, ...]] = {
    words("Graphs of numbers"): scalars.EXAMPLES,
    words("Graphs of arrays"): arrays.EXAMPLES,
    words("Small networks"): (*networks.EXAMPLES, *networks.LATER),
    words("Tables beside a graph"): (*tables.EXAMPLES, *tables.LATER),
    words("Pictures and sequences"): (*pictures.EXAMPLES, *sequences.EXAMPLES),
}
#: All examples by name, in the order of the catalogue.
EXAMPLES: dict[str, Example] = {
    example.name: example
    for family in (
        scalars.EXAMPLES,
        arrays.EXAMPLES,
        networks.EXAMPLES,
        tables.EXAMPLES,
        networks.LATER,
        tables.LATER,
        pictures.EXAMPLES,
        sequences.EXAMPLES,
    )
    for example in family
}


class Named(Protocol):
    """What stands in the catalogue: an example with a name and a number, such as ``W1``."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...


Kind = TypeVar("Kind", bound=Named)


def find(name: str) -> Example:
    """The example called ``name``, or numbered so (``W1``); ValueError with near names for none."""
    return named(name, EXAMPLES.values)


def named(
    name: str, *parts: Callable[[], Iterable[Kind]], listed_by: str = "tracegrad examples"
) -> Kind:
    """The same in several parts of a catalogue, each of which is asked for when it is searched.

    ``listed_by`` is the command that prints all names.
    """
    wanted, names = name.strip().lower(), list[str]()
    for part in parts:
        for example in part():
            if wanted in (example.name, example.code.lower()):
                return example
            names.append(example.name)
    near = difflib.get_close_matches(wanted, names, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"{listed_by} lists them"
    raise ValueError(f"no example is called {short(name.strip()[:40])}; {hint}")
