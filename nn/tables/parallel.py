"""The folds and seeds of a command, each trained by a worker of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from autograd.typing import Array, State
from nn.columns import Prepared
from nn.hyperparameters import Lost, spread
from nn.tables.options import Options
from nn.tables.resuming import Unfinished
from nn.tables.training import Fitted, new_optimizer, train_on

if TYPE_CHECKING:
    from concurrent.futures import Executor

#: The rows to train and to test on, the seed, and a name.
Stage: TypeAlias = tuple[tuple[Array, Array], int, str]


def train_at_once(
    found: Prepared,
    options: Options,
    stages: Sequence[Stage],
    unfinished: Unfinished | None,
    jobs: int,
    executor: Executor | None,
) -> dict[str, Fitted]:
    """The trainings by name, but for those that an interrupted command has finished.

    Each is noted in ``unfinished`` when it is done. Raises RuntimeError where its worker dies.
    """
    waiting = [stage for stage in stages if not (unfinished and unfinished.finished(stage[2]))]
    done: dict[str, Fitted] = {}
    train = partial(_train, found, options)
    with closing(spread(train, waiting, jobs=jobs, executor=executor)) as results:
        for place, result in results:
            name = waiting[place][2]
            if isinstance(result, Lost):
                raise RuntimeError(f"{name}: {result}; there may be too little memory for --jobs")
            fields, state = result
            optimizer = new_optimizer(fields["model"], options)
            optimizer.load_state_dict(state)
            fitted = Fitted(**fields, optimizer=optimizer)
            if unfinished:
                unfinished.finish(name, fitted.model, fitted.history)
            done[name] = fitted
    return done


def _train(found: Prepared, options: Options, stage: Stage) -> tuple[State, State]:
    """What was fitted, and the state of the optimizer, which itself stays with its weights."""
    rows, seed, name = stage
    fitted = train_on(found, rows, options, seed, name, progress=False)
    fields = vars(fitted).copy()
    return fields, fields.pop("optimizer").state_dict()
