"""The search itself: which trials are to be made, and in what order the best of them are found."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd.calculus import one_line, short
from nn.hyperparameters.journal import Journal
from nn.hyperparameters.spaces import Choices, Space, written
from nn.hyperparameters.table import Trial, Trials, scores_of
from nn.hyperparameters.workers import Lost, spread
from nn.metrics import greater_is_better
from nn.training import PiecesDone, inside

if TYPE_CHECKING:
    from concurrent.futures import Executor

METHODS = ("random", "grid", "halving")
#: How much of an error a row holds.
_MOST_WORDS = 300

Objective = Callable[..., object]


def search(
    space: Mapping[str, Choices],
    objective: Objective,
    n: int | None = None,
    executor: Executor | None = None,
    *,
    method: str = "random",
    seed: int = 0,
    jobs: int | None = None,
    metric: str | None = None,
    mode: str = "auto",
    budgets: tuple[int, int] | None = None,
    eta: int = 3,
    resume: str | Path | None = None,
    retries: int = 3,
    log: Callable[[str], object] | None = None,
    progress: bool | str | None = None,
) -> Trials:
    """The best of ``n`` configurations by ``objective(config)``, tried in parallel.

    ``space`` has for each name a list of choices, a range (low, high), or ``nn.uniform``,
    ``nn.loguniform``, ``nn.integers``. ``objective`` gets a dict of one value each and returns a
    number, the less the better, or a dict of numbers: then ``metric``, by default the first,
    is compared, and ``mode`` is "min", "max" or "auto", by its name. If it has an argument
    ``seed``, it gets a number of its own for each trial. What it raises is kept as the trial's
    ``error``.

    ``method`` is "random" (Bergstra & Bengio, 2012), "grid", or "halving": all n with the first of
    ``budgets``, the best 1/``eta`` of them with ``eta`` times as much, until the last
    (Jamieson & Talwalkar, 2016); the objective's argument ``budget`` says how many, for example,
    epochs to train.

    ``jobs`` processes compute, as many as there are processors, or ``executor``: one of
    ``concurrent.futures``, or a client of Dask; ``jobs=1`` computes here. A trial depends on
    ``seed`` and its number alone: the table is the same for any number of workers. A trial whose
    worker dies is made again, ``retries`` times at most. ``resume`` is a file, JSON lines, that
    gets every trial that is done and from which the same search goes on; ``log``, for example
    ``print``, gets a line for each. A terminal or a notebook shows a progress bar unless
    ``progress`` is False; "log" prints lines of text instead. The trainings of trials show none of
    their own.

    Returns :class:`nn.hyperparameters.Trials`: ``best``, ``rows``, ``save("x.csv")``. Raises
    TypeError or ValueError where an argument is wrong.

    >>> import nn
    >>> def objective(config):
    ...     return (config["x"] - 1) ** 2 + config["k"]
    >>> found = nn.search({"x": (0.0, 2.0), "k": [0, 1]}, objective, 50, jobs=1)
    >>> found.best.config["k"], abs(found.best.config["x"] - 1) < 0.1
    (0, True)
    """
    points = Space(space)
    rungs = _rungs(method, budgets, eta)
    count = _trials(n, method, points)
    wanted = _wanted(objective, method)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"search: seed is a whole number from 0, not {short(seed)}")
    if mode not in ("auto", "min", "max"):
        raise ValueError(f"search: mode is 'min', 'max' or 'auto', not {short(mode)}")
    seed = int(seed)
    journal = None
    if resume is not None:
        header = {"seed": seed, "method": method, "space": points.texts()}
        if method == "halving":
            header |= {"trials": count, "budgets": rungs, "eta": eta}
        journal = Journal(resume, header)
    attempt = partial(_try, objective, wanted)
    course = PiecesDone("search", progress, "trial")
    run = _Search(attempt, executor, jobs, retries, metric, mode, journal, log, course)
    run.total = sum(max(count // eta**rung, 1) for rung in range(len(rungs)))
    make = points.drawn if method != "grid" else lambda _, index: points.point(index)
    going = [Trial(i, make(seed, i), _seed_of_trial(seed, i), None, {}) for i in range(count)]
    found: list[Trial] = []
    with closing(course):
        for budget in rungs:
            done = run.all([replace(trial, budget=budget) for trial in going])
            found += done
            name = run.metric_of(found)
            table = Trials(done, name, greater_is_better(name, mode))
            kept = [trial for trial in table.ranked() if not math.isnan(table.value(trial))]
            going = sorted(kept[: max(len(done) // eta, 1)], key=lambda trial: trial.index)
    return Trials(found, name, table.greatest)


def _rungs(method: str, budgets: tuple[int, int] | None, eta: int) -> list[int | None]:
    """The budgets of a halving, from the least; one of None for other methods."""
    if method not in METHODS:
        raise ValueError(f"search: method {short(method)} is unknown; use {', '.join(METHODS)}")
    if method != "halving":
        if budgets is not None:
            raise ValueError("search: budgets are those of method='halving'")
        return [None]
    wrong = not isinstance(budgets, tuple | list) or len(budgets) != 2
    if budgets is None or wrong or not 1 <= budgets[0] <= budgets[1]:
        raise ValueError(
            f"search: a halving takes budgets=(least, most), such as (3, 27) epochs; not "
            f"{short(budgets)}"
        )
    if isinstance(eta, bool) or not isinstance(eta, int) or eta < 2:
        raise ValueError(f"search: eta is a whole number from 2, not {short(eta)}")
    rungs: list[int | None] = []
    budget = int(budgets[0])
    while budget < budgets[1]:
        rungs.append(budget)
        budget *= eta
    return [*rungs, int(budgets[1])]


def _trials(n: int | None, method: str, space: Space) -> int:
    if method == "grid":
        if space.size is None:
            raise ValueError(
                f"search: {space.ranges[0]} is a range, and a grid takes lists; give a list of "
                f"its values, or method='random'"
            )
        if n is not None and n != space.size:
            raise ValueError(
                f"search: the grid has {space.size} points, not n={n}; leave n out, or use "
                f"method='random'"
            )
        return space.size
    if n is None:
        raise ValueError(
            f"search: say how many trials, n=; method {method!r} has no end of its own"
        )
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"search: n is a whole number from 1, not {short(n)}")
    return int(n)


def _wanted(objective: Objective, method: str) -> tuple[str, ...]:
    """What the objective is given beside the configuration: "seed", "budget"."""
    if not callable(objective):
        raise TypeError(
            f"search: the objective is a function of a configuration, not {short(objective)}"
        )
    try:
        parameters = inspect.signature(objective).parameters
    except (TypeError, ValueError):  # one that is written in C
        return ()
    wanted = tuple(name for name in ("seed", "budget") if name in parameters)
    if (method == "halving") != ("budget" in wanted):
        needs = "needs an" if method == "halving" else "has no"
        raise TypeError(f"search: method {method!r} {needs} argument budget of the objective")
    return wanted


def _seed_of_trial(seed: int, index: int) -> int:
    return int(np.random.SeedSequence(seed, spawn_key=(index, 1)).generate_state(1)[0])


def _try(
    objective: Objective, wanted: tuple[str, ...], trial: Trial
) -> tuple[dict[str, float], str | None]:
    """What a worker does: the scores of a trial, or its error."""
    given = {"seed": trial.seed, "budget": trial.budget}
    try:
        with inside():
            answer = objective(dict(trial.config), **{name: given[name] for name in wanted})
        return scores_of(answer), None
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return {}, one_line(said)[:_MOST_WORDS]


class _Search:
    """How the trials of a search are made, and where they are kept and shown."""

    def __init__(
        self,
        attempt: Callable[[Trial], tuple[dict[str, float], str | None]],
        executor: Executor | None,
        jobs: int | None,
        retries: int,
        metric: str | None,
        mode: str,
        journal: Journal | None,
        log: Callable[[str], object] | None,
        course: PiecesDone,
    ) -> None:
        self.attempt, self.executor, self.jobs, self.retries = attempt, executor, jobs, retries
        self.metric, self.mode, self.journal, self.log = metric, mode, journal, log
        self.course, self.total, self.tried = course, 0, 0
        self.best: tuple[str, float] | None = None

    def all(self, tasks: Sequence[Trial]) -> list[Trial]:
        """The trials, in their order, those of the file as they are there."""
        done: dict[int, Trial] = {}
        for task in tasks:
            known = self.journal and self.journal.done.get((task.index, task.budget))
            if known:
                done[task.index] = replace(task, **known)
        missing = [task for task in tasks if task.index not in done]
        for trial in done.values():
            self._note(trial)
        self._show()
        results = spread(
            self.attempt, missing, jobs=self.jobs, executor=self.executor, retries=self.retries
        )
        try:
            with closing(results):
                for place, result in results:
                    scores, error = ({}, str(result)) if isinstance(result, Lost) else result
                    trial = replace(missing[place], scores=scores, error=error)
                    self._check(trial)
                    done[trial.index] = trial
                    if self.journal is not None:
                        self.journal.append(trial)
                    if self.log is not None:
                        self.log(_line(trial, len(done), len(tasks)))
                    self._note(trial)
                    self._show()
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._interrupted(len(done), len(tasks))) from None
        return [done[task.index] for task in tasks]

    def _note(self, trial: Trial) -> None:
        self.tried += 1
        name = self.metric_of([trial])
        value = trial.scores.get(name, math.nan)
        better = max if greater_is_better(name, self.mode) else min
        if not math.isnan(value):
            self.best = name, value if self.best is None else better(self.best[1], value)

    def _show(self) -> None:
        best = "" if self.best is None else f"best {self.best[0]} {self.best[1]:.4g}"
        self.course.show(self.tried, self.total, best)

    def _check(self, trial: Trial) -> None:
        """Raise ValueError where what the objective returns fits no table: at once."""
        self.metric_of([trial])
        twice = next(filter(trial.config.__contains__, trial.scores), None)
        if twice is not None:
            raise ValueError(
                f"search: the objective returns {twice}, which is a name of the space as well; "
                f"return it by another"
            )

    def _interrupted(self, done: int, count: int) -> str:
        if self.journal is None:
            return f"search: interrupted after {done} of {count} trials; resume='FILE' keeps them"
        return (
            f"search: interrupted; {done} of {count} trials are in {self.journal.path}, from which "
            f"the same call goes on"
        )

    def metric_of(self, trials: Sequence[Trial]) -> str:
        """The name of the number that is compared."""
        names = next((list(trial.scores) for trial in trials if trial.scores), None)
        if names is None:
            return self.metric or "value"
        if self.metric is not None and self.metric not in names:
            raise ValueError(
                f"search: the objective returns {', '.join(names)}, and no {self.metric}; give one "
                f"of them as metric="
            )
        return self.metric or names[0]


def _line(trial: Trial, done: int, count: int) -> str:
    """A trial in a line, for a log."""
    came = trial.error or "  ".join(f"{name} {value:.4g}" for name, value in trial.scores.items())
    config = "  ".join(f"{name}={written(value)}" for name, value in trial.config.items())
    budget = "" if trial.budget is None else f"  budget {trial.budget}"
    return one_line(f"{done}/{count}  trial {trial.index}{budget}  {config}  {came}")
