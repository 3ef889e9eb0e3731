"""``--jobs`` and ``--dask``: the work of a command over processes, or over a cluster."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def shared(
    arguments: argparse.Namespace, function: Callable[[A], R], pieces: Sequence[A]
) -> list[R]:
    """``function`` of each piece, in their order, by as many workers as the command was given."""
    if arguments.jobs == 1 and arguments.dask is None:
        return [function(piece) for piece in pieces]
    from nn.hyperparameters import Lost, dask_executor, spread

    cluster = nullcontext(None) if arguments.dask is None else dask_executor(arguments.dask)
    done: dict[int, R] = {}
    with cluster as executor:
        for place, result in spread(function, pieces, jobs=arguments.jobs, executor=executor):
            if isinstance(result, Lost):
                raise RuntimeError(
                    f"{pieces[place]}: {result}; give it more memory, or fewer --jobs"
                )
            done[place] = result
    return [done[place] for place in range(len(pieces))]
