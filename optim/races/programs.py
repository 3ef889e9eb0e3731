"""Update rules and surfaces as JavaScript: each is run once on nodes, and its rows are translated.

The rows of an update are those that a lesson prints, so that what a page writes out is what it
computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from optim.base import FirstOrder, NextUpdate, Rule
from optim.kinds import Function, Setting, State
from optim.races.results import Entrant, Place
from optim.surfaces import SURFACES, Surface

#: A rule is taken down at its first update, and at the last that a page computes.
LAST = 10_000
#: The points a side at which the rows of a surface are compared.
PROBES = 5


@dataclass(frozen=True)
class Row:
    """A row of a graph: its rule of the table by name, ``form`` over ``names``, its operands.

    One without a rule is an input, or the number ``value``.
    """

    label: str
    value: float
    rule: str | None = None
    args: tuple[int, ...] = ()
    form: str = ""
    names: tuple[str, ...] = ()
    defaults: tuple[float, ...] = ()

    @property
    def call(self) -> str:
        """``R["mul"].value(r[0], r[4])``."""
        operands = [*(f"r[{i}]" for i in self.args), *map(_number, self.defaults)]
        return f'R["{self.rule}"].value({",".join(operands)})'


@dataclass(frozen=True)
class Rows:
    """The rows of a graph in order, the place of its output, and the rules that they call."""

    rows: tuple[Row, ...]
    output: int
    rules: State = field(compare=False)

    @classmethod
    def of(cls, traced: Function) -> Rows:
        """The rows of the graph that ``traced`` returns."""
        graph = traced()
        rows = []
        for row in graph:
            if row.rule is None:
                rows.append(Row(row.label, float(row.value)))
                continue
            rule, args = row.rule, tuple(row.args)
            left_out = tuple(rule.defaults[name] for name in rule.args[len(args) :])
            made = Row(row.label, 0.0, rule.name, args, rule.value, tuple(rule.args), left_out)
            rows.append(made)
        return cls(
            tuple(rows), graph.output.index, {rule.name: rule for rule in graph.rules if rule}
        )

    @property
    def statements(self) -> str:
        """``r[5]=R["mul"].value(r[0],r[4]);`` for each computed row."""
        return "".join(f"r[{i}]={row.call};" for i, row in enumerate(self.rows) if row.rule)


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


class _AsAsked:
    """An optimizer as a lesson asks it for its next update."""

    def __init__(self, update: NextUpdate) -> None:
        self.update = update

    def next_update(self, parameter: object) -> NextUpdate:
        return self.update


class _Entry:
    """One entry of a parameter, and of its gradient: not 0, so that no row falls away."""

    data, grad = 0.5, 0.25


def program(build: Entrant, surface: Surface) -> Program | None:
    """The program of the optimizer that ``build`` makes for a surface.

    None for one that a page cannot compute: its steps are no update rule, or follow a schedule.
    """
    place = Place((0.5, 0.5))
    place.grad = np.full(2, 0.25)
    optimizer = build([place], surface)
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


@dataclass(frozen=True)
class Ground:
    """A surface that a page computes: the rows of f, of ∂f/∂x and of ∂f/∂y, or their numbers."""

    heights: Rows | float
    slopes: tuple[Rows | float, Rows | float]
    bends: tuple[Rows | float, Rows | float, Rows | float]

    @property
    def parts(self) -> Iterable[Rows | float]:
        return self.heights, *self.slopes, *self.bends


def ground(surface: Surface) -> Ground | None:
    """The rows of a surface; None for one that computes with more than nodes can follow.

    One that takes numbers out of nodes, as ``math.sin`` does, or that branches, has other rows at
    other points: all over the window of a surface that is not the library's they are compared.
    """
    found = _ground_at(surface, *surface.start)
    if found is None or SURFACES.get(surface.name) is surface:
        return found
    left, right, bottom, top = surface.window
    steps = np.linspace(0.03, 0.96, PROBES)
    points = [
        (left + a * (right - left), bottom + b * (top - bottom)) for a in steps for b in steps
    ]
    texts = [*map(function_of, found.parts)]
    for x, y in points:
        other = _ground_at(surface, x, y)
        if other is None or [*map(function_of, other.parts)] != texts:
            return None
    return found


def _ground_at(surface: Surface, x: float, y: float) -> Ground | None:
    from autograd import Value

    at = Value(x, "x"), Value(y, "y")
    makers: list[Function] = [surface.function, surface.derivatives, surface.second]
    height, first, second = makers  # of numbers and, where they can be traced, of nodes
    with np.errstate(all="ignore"):
        try:
            dx, dy = first(*at)
            xx, xy, yy = second(*at)
            parts = [*map(_rows, (height(*at), dx, dy, xx, xy, yy))]
        except (TypeError, ValueError, AttributeError):
            return None
    return Ground(parts[0], (parts[1], parts[2]), (parts[3], parts[4], parts[5]))


def _rows(node: object) -> Rows | float:
    from autograd import Value, trace

    if isinstance(node, Value):
        return Rows.of(lambda: trace(node, names={}))
    return float(node)  # type: ignore[arg-type]


def _number(value: float) -> str:
    from autograd.calculus import JAVASCRIPT

    return JAVASCRIPT.number(float(value))


def function_of(part: Rows | float) -> str:
    """A surface's value or derivative as a function of x and y."""
    if isinstance(part, float):
        return f"()=>{_number(part)}"
    given = [
        f"r[{i}]={row.label if row.label in ('x', 'y') else _number(row.value)};"
        for i, row in enumerate(part.rows)
        if row.rule is None
    ]
    return f"(x,y)=>{{const r=[];{''.join(given)}{part.statements}return r[{part.output}];}}"


def script(stages: Sequence[tuple[Stage, ...]], grounds: Sequence[Ground]) -> str:
    """R, the table of the rows used; UPDATES and GROUNDS, the functions of both lists."""
    from autograd.calculus import rules_javascript

    rows = [stage.rows for own in stages for stage in own]
    parts = [part for one in grounds for part in one.parts if isinstance(part, Rows)]
    used = {name: rule for one in [*rows, *parts] for name, rule in one.rules.items()}
    updates = ",".join(
        f"[{','.join(f'(r)=>{{{stage.rows.statements}}}' for stage in own)}]" for own in stages
    )
    surfaces = ",".join(f"[{','.join(map(function_of, one.parts))}]" for one in grounds)
    # A square is a product in the rules and in the surfaces: Math.pow rounds otherwise.
    table = re.sub(r"Math\.pow\((\w+), 2\.0\)", r"(\1 * \1)", rules_javascript(used.values()))
    return f"{table}const UPDATES=[{updates}];\nconst GROUNDS=[{surfaces}];\n"
