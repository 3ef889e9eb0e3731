"""``tracegrad race``: optimizers from one start on one surface, as a table and a picture."""

from __future__ import annotations

import argparse

from autograd.calculus import one_line
from autograd.cli.console import Console


def run(arguments: argparse.Namespace) -> int:
    from optim.races import race

    console = Console()
    start = None
    if arguments.start is not None:
        try:
            x, y = map(float, arguments.start.split(","))
        except ValueError:
            raise ValueError(f"--start takes two numbers, x,y; not {arguments.start!r}") from None
        start = (x, y)
    result = race(arguments.surface, arguments.optimizers, start, arguments.steps)
    console.print(str(result))
    if arguments.output is not None:
        console.print(f"wrote {one_line(str(result.save(arguments.output)))}")
    return 0
