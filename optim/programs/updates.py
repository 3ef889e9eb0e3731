"""Update rules as JavaScript: each is run once on nodes, and its rows are translated.

The rows of an update are those that a lesson prints, so that what a page writes out is what it
computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from optim.base import FirstOrder, NextUpdate, Rule
from optim.kinds import Function, Setting, State
from optim.programs.rows import Rows

#: A rule is taken down at its first update, and at the last that a page computes.
LAST = 10_000


@dataclass(frozen=True)
class Stage:
    """A rule from the update ``start`` on, until the next stage: its rows and what they mean.

    ``roles`` says of each row without operands what it is: ``theta``, ``g``, ``t``, ``lr``, the
    number of a state, or ``fixed``, a setting. ``results`` are the rows of the new parameter and of
    the new states, -1 for a state that the rule leaves as it was.
    """

    start: int
    rows: Rows
    roles: tuple[tuple[int, str | int], ...]
    results: tuple[int, ...]

    @property
    def form(self) -> tuple[object, ...]:
        """What two stages of the same arithmetic have in common."""
        return *((row.rule, row.args) for row in self.rows.rows), self.roles, self.results

    @property
    def needed(self) -> list[int]:
        """The computed rows that the results depend on, in order."""
        rows, found = self.rows.rows, set(self.results)
        for i in range(len(rows) - 1, -1, -1):
            if i in found:
                found.update(rows[i].args)
        return [i for i, row in enumerate(rows) if row.rule and i in found]

    def data(self) -> State:
        """For the page: formulas by row, what is put in, what comes out."""
        rows = self.rows.rows
        return {
            "start": self.start,
            "labels": [row.label for row in rows],
            "roles": self.roles,
            "results": self.results,
            "forms": {i: [row.form, row.names, row.args] for i, row in enumerate(rows) if row.rule},
        }


@dataclass(frozen=True)
class Program:
    """An optimizer whose updates a page computes: the stages of its rule, and its own numbers.

    ``settings`` are those of each stage in the order of its rows; ``begin`` has the first value of
    each state, None where that is the learning rate.
    """

    stages: tuple[Stage, ...]
    rate: float
    settings: tuple[tuple[float, ...], ...]
    begin: tuple[float | None, ...]

    @property
    def form(self) -> tuple[object, ...]:
        """What two programs of the same arithmetic have in common."""
        return tuple(stage.form for stage in self.stages)

    def data(self) -> State:
        """For the page."""
        return {"rate": self.rate, "settings": self.settings, "begin": self.begin}


class _AsAsked:
    """An optimizer as a lesson asks it for its next update."""

    def __init__(self, update: NextUpdate) -> None:
        self.update = update

    def next_update(self, parameter: object) -> NextUpdate:
        return self.update


class _Entry:
    """One entry of a parameter, and of its gradient: not 0, so that no row falls away."""

    data, grad = 0.5, 0.25


class EntryPair:
    """A parameter of two entries."""

    def __init__(self) -> None:
        self.data, self.grad = np.full(2, _Entry.data), np.full(2, _Entry.grad)


def program(make: Function) -> Program | None:
    """The program of the optimizer that ``make`` makes of a list of parameters.

    None for one that a page cannot compute: its steps are no update rule, or follow a schedule.
    """
    place = EntryPair()
    optimizer = make([place])
    if not isinstance(optimizer, FirstOrder) or type(optimizer).step is not FirstOrder.step:
        return None
    update = optimizer.next_update(place)
    group = optimizer.param_groups[0]
    if update.schedules or len(optimizer.param_groups) > 1:
        return None
    kept = tuple(item for item in update.settings.items() if item[0] not in ("t", "lr"))
    try:
        stages = _stages(update.rule, tuple(update.states), kept)
    except (TypeError, ValueError):  # a rule that a lesson cannot write out
        return None
    rate, numbers = float(group["lr"]), _numbers(update.settings)
    now, then = (optimizer.starts({**group, "lr": lr}) for lr in (rate, 2 * rate))
    begin = tuple(
        None if now.get(name) != then.get(name) else float(np.ravel(value)[0])
        for name, value in update.states.items()
    )
    settings = tuple(
        tuple(numbers[stage.rows.rows[row].label] for row, role in stage.roles if role == "fixed")
        for stage in stages
    )
    return Program(stages, rate, settings, begin)


def _numbers(settings: Mapping[str, Setting]) -> dict[str, float]:
    """The settings by the symbols that a lesson prints them with."""
    from autograd.lessons import indexed, symbol

    found = {}
    for name, value in settings.items():
        parts = value if isinstance(value, tuple) else (value,)
        for i, part in enumerate(parts):
            if isinstance(part, float | int):
                label = indexed(symbol(name), i + 1) if isinstance(value, tuple) else symbol(name)
                found[label] = float(part)
    return found


@cache
def _stages(
    rule: Rule, states: tuple[str, ...], settings: tuple[tuple[str, Setting], ...]
) -> tuple[Stage, ...]:
    """The stages of a rule under these settings, whatever its rate."""
    update = NextUpdate(rule, dict.fromkeys(states, 0.5), {**dict(settings), "lr": 0.125}, {}, 0)
    first, last = _stage(update, 1), _stage(update, LAST)
    return first, *_changes(update, first, last)


def _changes(update: NextUpdate, first: Stage, last: Stage) -> list[Stage]:
    """The stages between two, the second included, where the rule takes another form."""
    if first.form == last.form:
        return []
    if last.start == first.start + 1:
        return [last]
    middle = _stage(update, (first.start + last.start) // 2)
    return [*_changes(update, first, middle), *_changes(update, middle, last)]


def _stage(update: NextUpdate, t: int) -> Stage:
    """The rows of update ``t``."""
    from autograd.lessons import Update, indexed, symbol

    asked = update._replace(settings={**update.settings, "t": t}, turn=t - 1)
    rows = Rows.of(lambda: Update.of(_AsAsked(asked), _Entry(), "θ").graph)
    places = {row.label: i for i, row in enumerate(rows.rows)}
    known: dict[str, str | int] = {"θ": "theta", "g": "g", "t": "t", "η": "lr"}
    known |= {indexed(symbol(name), t - 1): k for k, name in enumerate(update.states)}
    roles = tuple(
        (i, known.get(row.label, "fixed")) for i, row in enumerate(rows.rows) if row.rule is None
    )
    results = (places["θ'"], *(places.get(symbol(name), -1) for name in update.states))
    return Stage(t, rows, roles, results)
