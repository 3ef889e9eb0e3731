"""``--jobs`` and ``--dask``: the work of a command over processes, or over a cluster."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor

A = TypeVar("A")
R = TypeVar("R")


def cluster(arguments: argparse.Namespace) -> AbstractContextManager[Executor | None]:
    """The workers of the cluster that the command was given, if any."""
    if arguments.dask is None:
        return nullcontext()
    from nn.hyperparameters import dask_executor

    return dask_executor(arguments.dask)


def shared(
    arguments: argparse.Namespace, function: Callable[[A], R], pieces: Sequence[A]
) -> list[R]:
    """``function`` of each piece, in their order, by as many workers as the command was given."""
    if arguments.jobs == 1 and arguments.dask is None:
        return [function(piece) for piece in pieces]
    from nn.hyperparameters import Lost, spread

    done: dict[int, R] = {}
    with cluster(arguments) as executor:
        for place, result in spread(function, pieces, jobs=arguments.jobs, executor=executor):
            if isinstance(result, Lost):
                raise RuntimeError(f"{pieces[place]}: {result}; try it with fewer --jobs")
            done[place] = result
    return [done[place] for place in range(len(pieces))]
