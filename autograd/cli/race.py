"""``tracegrad race``: optimizers from one start on one surface, as a table and a picture."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from autograd.cli.console import Console
from autograd.cli.output_files import asked, leave
from autograd.cli.parallel import shared
from autograd.writing import pointed

if TYPE_CHECKING:
    from optim.races import Run


def run(arguments: argparse.Namespace) -> int:
    from optim.races import exhibit_of, race

    console, written = Console(lang=arguments.lang), asked(arguments)
    start = None
    if arguments.start is not None:
        try:
            between = ";" if ";" in arguments.start else ","  # 0,5;1 has decimal commas
            x, y = (float(pointed(part)) for part in arguments.start.split(between))
        except ValueError:
            wanted = "--start takes two numbers, x,y or x;y with decimal commas"
            raise ValueError(f"{wanted}; not {arguments.start!r}") from None
        start = (x, y)
    # One step of each says who races, and whether they can.
    result = race(arguments.surface, arguments.optimizers, start, 1)
    one = partial(_run, arguments.surface, start, arguments.steps)
    names = list(result.runs)
    runs = dict(zip(names, shared(arguments, one, names), strict=True))
    result = replace(result, steps=arguments.steps, runs=runs)
    console.print(result.text(arguments.lang))
    if written:
        leave(exhibit_of(result, lang=arguments.lang), arguments, console)
    return 0


def _run(surface: str, start: tuple[float, float] | None, steps: int, name: str) -> Run:
    """The run of one optimizer, wherever it is computed."""
    from optim.races import race

    return race(surface, [name], start, steps).runs[name]
