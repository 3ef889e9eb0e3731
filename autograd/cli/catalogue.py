"""One name space for the worked examples: those that are stepped, and those that are run and drawn.

The former are in ``worked_examples``, the latter in ``nn.examples`` and ``optim.examples``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from autograd.calculus import Attributes, Quantity
from autograd.lessons.worked_examples import EXAMPLES, Example, named

if TYPE_CHECKING:
    import optim.examples

    Run: TypeAlias = optim.examples.Example[...]
    Entry: TypeAlias = Example | Run


def demonstrations() -> list[Run]:
    """The examples that are run and plotted, in the order of their codes."""
    import nn.examples as networks
    import optim.examples as descents

    runnable = [each for part in (descents, networks) for each in part.EXAMPLES.values()]
    return sorted(runnable, key=lambda each: _order(each.code))


#: The parts of the catalogue; the second imports nn and optim, and is asked for when it is read.
PARTS: tuple[Callable[[], Iterable[Entry]], ...] = (EXAMPLES.values, demonstrations)


def _order(code: str) -> tuple[int, str]:
    """W9 before W16 before W16b."""
    number, letter = re.fullmatch(r"W(\d+)(\w?)", code).groups()  # type: ignore[union-attr]
    return int(number), letter


def entry(name: str) -> Entry:
    """The example of a name or a code (``W1``); ValueError with near names where there is none."""
    return named(name, *PARTS)


def called(name: str) -> Entry | None:
    """The example of a name or a code, or None."""
    wanted = name.strip().lower()
    entries = (example for part in PARTS for example in part())
    return next((each for each in entries if wanted in (each.name, each.code.lower())), None)


def facts(numbers: Attributes, prefix: str = "") -> Iterator[tuple[str, Quantity]]:
    """The numbers of an example that is run, by one name each: ``updates: 128``."""
    for name, value in numbers.items():
        if isinstance(value, Mapping):
            yield from facts(value, f"{prefix}{name}: ")
        else:
            yield f"{prefix}{name}", value
