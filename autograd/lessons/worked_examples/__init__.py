"""The worked examples of the lectures, as data: what each computes and what it must show.

The numbers of an example are computed on request; the tests compare them with the expected ones,
which stand beside the program.

>>> lesson = find("sum-times").lesson()
>>> lesson.facts["df/dx"], lesson.facts["f"]
(4.0, -8.0)
"""

from __future__ import annotations

import difflib

from autograd.lessons.worked_examples import (
    arrays,
    networks,
    pictures,
    scalars,
    sequences,
    tables,
)
from autograd.lessons.worked_examples.catalogue import Example, Expected, Lesson, Scene, Table

__all__ = ["EXAMPLES", "Example", "Expected", "Lesson", "Scene", "Table", "find"]

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


def find(name: str) -> Example:
    """The example called ``name``, or numbered so (``W1``); ValueError with near names for none."""
    wanted = name.strip().lower()
    for example in EXAMPLES.values():
        if wanted in (example.name, example.code.lower()):
            return example
    near = difflib.get_close_matches(wanted, EXAMPLES, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "tracegrad examples lists them"
    raise ValueError(f"no example is called {name[:40]!r}; {hint}")
